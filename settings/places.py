"""Where data and settings lie: in a checkout beside the program, else in folders of the user's own.

An installed program's folder goes with the next update, so nothing of a school may lie in it.
"""

import os
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "settings.toml"
IS_CHECKOUT = (ROOT / "pyproject.toml").is_file()


def data_dir(environ: Mapping[str, str]) -> Path:
    """Where state lies that no setting puts elsewhere (XDG Base Directory Specification)."""
    return ROOT / "data" if IS_CHECKOUT else _home(environ, "XDG_DATA_HOME", ".local/share")


def settings_file(environ: Mapping[str, str]) -> Path:
    """Where settings are read from: the file that is named, the user's own, or the shipped one."""
    if named := environ.get("PORCHLIGHT_SETTINGS"):
        return Path(named)
    own = _home(environ, "XDG_CONFIG_HOME", ".config") / "settings.toml"
    return own if not IS_CHECKOUT and own.is_file() else SHIPPED


def _home(environ: Mapping[str, str], variable: str, usual: str) -> Path:
    """The program's folder in one of the user's; a relative one must be ignored, says XDG."""
    named = Path(environ.get(variable, ""))
    home = Path(environ.get("HOME", "") or os.path.expanduser("~"))  # noqa: PTH111  no home is no error
    return (named if named.is_absolute() else home / usual) / "porchlight"

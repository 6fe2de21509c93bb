"""Finds data and settings: in a checkout, next to the program; otherwise, in the user's folders."""

import contextlib
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "settings.toml"
IS_CHECKOUT = (ROOT / "pyproject.toml").is_file()


def data_dir(environ: Mapping[str, str]) -> Path:
    """Return the default folder for state (XDG Base Directory Specification)."""
    return ROOT / "data" if IS_CHECKOUT else _home(environ, "XDG_DATA_HOME", ".local/share")


def settings_file(environ: Mapping[str, str]) -> Path:
    """Return the settings file: the named one, otherwise the user's, otherwise the shipped one."""
    if named := environ.get("PORCHLIGHT_SETTINGS"):
        return Path(named)
    own = _home(environ, "XDG_CONFIG_HOME", ".config") / "settings.toml"
    return own if not IS_CHECKOUT and own.is_file() else SHIPPED


def named(environ: Mapping[str, str]) -> Iterator[Path]:
    """Yield the settings file and the paths named in it, so that a hanging path can be reported."""
    yield _home(environ, "XDG_CONFIG_HOME", ".config")  # the first place searched
    yield (file := settings_file(environ))
    yield data_dir(environ)
    ours = (value for name, value in environ.items() if name.startswith(("PORCHLIGHT_", "TWILIO_")))
    yield from (Path(value) for value in ours if value.startswith("/"))
    yield file  # listed again, because the next lines read the file
    with contextlib.suppress(OSError, ValueError, RecursionError):
        for section in tomllib.loads(file.read_text(encoding="utf-8")).values():
            for value in section.values() if isinstance(section, dict) else ():
                if isinstance(value, str) and value:
                    yield file.parent / value


def _home(environ: Mapping[str, str], variable: str, usual: str) -> Path:
    """Return our folder in one of the user's folders. XDG says to ignore relative paths."""
    named = Path(environ.get(variable, ""))
    home = Path(environ.get("HOME", "") or os.path.expanduser("~"))  # noqa: PTH111  no home is no error
    return (named if named.is_absolute() else home / usual) / "porchlight"

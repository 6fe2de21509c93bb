"""Where data and settings are: in a checkout beside the program, else in the user's folders."""

import contextlib
import os
import tomllib
from collections.abc import Iterator, Mapping
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


def named(environ: Mapping[str, str]) -> Iterator[Path]:
    """What the settings name, right or wrong, the file itself first: of what hangs, to say what."""
    yield _home(environ, "XDG_CONFIG_HOME", ".config")  # where a file is looked for first
    yield (file := settings_file(environ))
    yield data_dir(environ)
    ours = (value for name, value in environ.items() if name.startswith(("PORCHLIGHT_", "TWILIO_")))
    yield from (Path(value) for value in ours if value.startswith("/"))
    yield file  # again: what comes next reads it
    with contextlib.suppress(OSError, ValueError, RecursionError):
        for section in tomllib.loads(file.read_text(encoding="utf-8")).values():
            for value in section.values() if isinstance(section, dict) else ():
                if isinstance(value, str) and value:
                    yield file.parent / value


def _home(environ: Mapping[str, str], variable: str, usual: str) -> Path:
    """The program's folder in one of the user's; a relative one must be ignored, says XDG."""
    named = Path(environ.get(variable, ""))
    home = Path(environ.get("HOME", "") or os.path.expanduser("~"))  # noqa: PTH111  no home is no error
    return (named if named.is_absolute() else home / usual) / "porchlight"

"""The values set at the staff desk, in a file in data_dir: a layer between defaults and settings.

An unusable value is skipped with a message: staff at the desk could not fix a failed start.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_type_hints

import msgspec

from messages.message import Message, message
from settings.schema import MEANINGS, Settings

FILE = "desk-settings.toml"
MOST_BYTES = 64 * 1024
# Only the settings on the desk's page. None of them can change a file, port or publisher.
KEYS = (
    "kiosk.school",
    "kiosk.counties",
    "kiosk.county_line",
    "kiosk.languages",
    "kiosk.audio",
    "kiosk.printer",
    "sms.number",
    "sms.program_name",
    "sms.contact",
    "sms.terms",
    "alarms.mail_to",
)
# The settings that each school in a district may choose.
OF_SCHOOL = ("kiosk.school", "kiosk.counties", "kiosk.languages", "kiosk.audio")
PRINTERS = ("browser", "off", "/dev/usb/lp0")  # the technician sets any other device
_SECTIONS = ("kiosk", "sms", "alarms")
_TYPES = {section: get_type_hints(get_type_hints(Settings)[section]) for section in _SECTIONS}


def raw(data_dir: Path) -> bytes:
    """Return the file's bytes, to detect changes; b"" if there is no file."""
    file = data_dir / FILE
    try:
        if file.is_symlink() or not file.is_file():  # a pipe would block the start
            return b""
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES)
    except OSError:
        return b""


def stamp(data_dir: Path) -> str:
    """Return a hash of the file, which changes when somebody else saves it."""
    return hashlib.sha256(raw(data_dir)).hexdigest()


def parsed(data_dir: Path) -> dict[str, Any]:
    """Return the file's sections, unchecked; empty if the file cannot be read."""
    try:
        return tomllib.loads(raw(data_dir).decode("utf-8"))
    except (ValueError, RecursionError):  # not TOML, not UTF-8, or a number with 5,000 digits
        return {}


def read(data_dir: Path) -> tuple[dict[str, Any], list[Message]]:
    """Return the usable values by key ("kiosk.school"), and messages about unusable ones."""
    file = data_dir / FILE
    if not file.exists():
        return {}, []
    if not (given := parsed(data_dir)):
        return {}, [message("settings.file-unreadable", file=file)]
    values: dict[str, Any] = {}
    problems: list[Message] = []
    for key in KEYS:
        section, name = key.split(".")
        held = given.get(section)
        if isinstance(held, dict) and name in held:
            try:
                values[key] = _usable(key, held[name])
            except ValueError:
                problems.append(message("settings.value-unusable", file=file, name=name))
    return values, problems


def encoded(values: Mapping[str, object]) -> bytes:
    """Return a file with these values by key. Raises ValueError if a key does not belong there."""
    usable = {key: msgspec.to_builtins(_usable(key, value)) for key, value in values.items()}
    rows = ["# Written by Porchlight's staff desk; change it there."]
    for section in _TYPES:
        rows.append(f"\n[{section}]")
        for key, value in usable.items():
            if key.startswith(f"{section}."):  # JSON's strings and lists are valid TOML
                rows.append(f"{key.partition('.')[2]} = {json.dumps(value, ensure_ascii=False)}")
    return ("\n".join(rows) + "\n").encode()


def _usable(key: str, value: object) -> Any:
    """Return the value as its setting's type. Raises ValueError for a wrong type or meaning."""
    if key not in KEYS:
        raise ValueError(key)
    section, name = key.split(".")
    typed = msgspec.convert(value, _TYPES[section][name])  # msgspec's error is a ValueError
    is_other_device = key == "kiosk.printer" and typed not in PRINTERS
    if is_other_device or (key in MEANINGS and not MEANINGS[key](typed)):
        raise ValueError(key)
    return typed

"""Writes the nine files that an older program used instead of STATE, so that it finds them if
somebody goes back to it (decision 0051)."""

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import msgspec

from content.releases.state import HELD_FOLDER, Entry, State
from system import files

# Keyed by State's fields, in the order in which that program changed them: if it is killed between
# two of them, it can go on with what is left. The second value is the key of a list in the file.
FILES = {
    "set_aside": ("SET_ASIDE", ""),
    "previous": ("PREVIOUS", ""),
    "active": ("ACTIVE", ""),
    "withdrawn": ("WITHDRAWN", "withdrawn"),
    "remembered": ("REMEMBERED", "lines"),
    "turned_down": ("TURNED_DOWN", "versions"),
    "held": ("HELD", ""),
    "refusal": ("REFUSED", ""),
    "refresh": ("LAST_REFRESH", ""),
}
RECORD = "held.json"  # a file in the folder named by HELD
_LINES = frozenset({"set_aside", "previous", "active", "held"})
_REMOVED = frozenset({"held", "refusal"})  # files that are removed if nothing is on hold or refused


def read(root: Path) -> dict[str, object]:
    """Return the State fields in these files; a damaged or missing file adds no fields."""
    found: dict[str, object] = {}
    for field, (name, key) in FILES.items():
        with suppress(OSError, ValueError, RecursionError):
            value = msgspec.convert({field: _content(root, field, name, key)}, State)
            found[field] = getattr(value, field)
    return found


def _content(root: Path, field: str, name: str, key: str) -> object:
    """Return the content of a field's file. Raises OSError or ValueError."""
    if field in _REMOVED and not os.path.lexists(root / name):
        return None
    data = files.read_plain(root / name, most=files.MOST_RECORD)
    if field not in _LINES:
        record = msgspec.json.decode(data, type=dict[str, object])
        return record.get(key, []) if key else record
    line = data.decode("ascii").strip()
    if not (line and data.endswith(b"\n")):
        raise ValueError(f"{name} is incomplete")
    if field != "held":
        return line
    if not re.fullmatch("[0-9a-f]{64}", line):
        raise ValueError(f"{name} does not name a pack")
    data = files.read_plain(root / HELD_FOLDER / line / RECORD, most=files.MOST_RECORD)
    record = msgspec.json.decode(data, type=dict[str, object])
    if record.get("version") != line:
        raise ValueError(f"{RECORD} belongs to another pack")
    return record


def write(root: Path, state: State) -> None:
    """Write each file that differs from the state. Raises OSError."""
    found = read(root)
    for field, (name, key) in FILES.items():
        value, path = getattr(state, field), root / name
        if field in found and found[field] == value:
            continue
        if field == "held" and value:
            files.replace(root / HELD_FOLDER / value.version / RECORD, _json(value))
            files.replace(path, f"{value.version}\n".encode())
        elif value:
            line = field in _LINES
            data = f"{value}\n".encode() if line else _json({key: value} if key else value)
            files.replace(path, data)
        elif field in found or field in _REMOVED:
            files.no_folder(path)
            path.unlink(missing_ok=True)


def joined(here: Iterable[Entry], other: bytes) -> bytes:
    """Return another machine's WITHDRAWN plus the hotlines hidden on this machine. A damaged file
    counts as empty."""
    there: tuple[Entry, ...] = ()
    with suppress(ValueError, RecursionError, KeyError):
        there = msgspec.json.decode(other, type=dict[str, tuple[Entry, ...]])["withdrawn"]
    known = {entry.id for entry in here}
    return _json({"withdrawn": [*here, *(one for one in there if one.id not in known)]})


def _json(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"

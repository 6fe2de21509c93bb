"""Writing to a disk that may lose power at any instant.

Owns the two moves that releases are made of: replace a small file whole, and make a folder durable. Refuses to leave
a temporary file behind when a write fails. A name that begins with TEMPORARY is never anything but a leftover.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec

T = TypeVar("T")

TEMPORARY = ".tmp-"


def temporary(folder: Path) -> Path:
    """A fresh name in ``folder`` for something not finished; nothing is created."""
    return folder / f"{TEMPORARY}{secrets.token_hex(8)}"


def replace(path: Path, data: bytes) -> None:
    """Write the file so that a reader, at any instant, finds the old bytes or the new ones. OSError if it cannot."""
    new = temporary(path.parent)
    try:
        with new.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except BaseException:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise
    with suppress(OSError):
        # The rename is done and visible; a directory that cannot be synced now loses at most the rename in a power
        # cut, which leaves the old file whole. Raising would report a change as not made.
        sync(path.parent)


def sync(path: Path) -> None:
    """Wait until the file's or folder's own entry is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Wait until every file below the folder is on the disk, then every folder, innermost first."""
    for directory, _, files in os.walk(folder, topdown=False):
        for name in files:
            sync(Path(directory, name))
        sync(Path(directory))


def write_record(path: Path, record: msgspec.Struct) -> None:
    """Replace a small state file with the record as JSON. OSError if it cannot."""
    replace(path, msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n")


def read_record(path: Path, shape: type[T]) -> T | None:
    """The state file as a ``shape``, or None where it is absent, empty, cut short or not what it should be."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=shape)
    except (OSError, ValueError, RecursionError):
        return None

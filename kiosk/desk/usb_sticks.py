"""USB sticks that are plugged in: mounts below /media and /run/media.

A form names a stick by key, never by path.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

MOUNTS = Path("/proc/self/mounts")
PLACES = ("/media/", "/run/media/")
_OCTAL = re.compile(r"\\([0-7]{3})")
_MOST = 20
_LOOKED_AT = 200  # how many names to check in a stick's root folder, which may contain more
Sticks = Callable[[], list["Stick"]]


@dataclass(frozen=True, slots=True)
class Stick:
    """One mounted folder. ``key``: its name in a form; ``name``: its name on the page."""

    key: str
    path: str
    name: str


def plugged_in() -> list[Stick]:
    """Return the sticks that are plugged in; [] if the mounts cannot be read."""
    try:
        return listed(MOUNTS.read_text(encoding="utf-8", errors="surrogateescape"))
    except OSError:
        return []


def listed(mounts: str) -> list[Stick]:
    """Return at most twenty sticks from the text of /proc/self/mounts, sorted by path."""
    return [
        Stick(key_of(path), path, visible_name(path))
        for path in sorted(set(_paths(mounts)))[:_MOST]
    ]


def repository(path: str) -> str:
    """Return the publisher's folder: the stick's root, or a folder in it. Links are ignored."""
    if _is_repository(path):
        return path
    try:
        with os.scandir(path) as found:
            some = islice(found, _LOOKED_AT)
            inside = [entry.path for entry in some if entry.is_dir(follow_symlinks=False)]
    except OSError:  # the stick is unplugged or unreadable; the refresh will report it
        return path
    return next((folder for folder in sorted(inside) if _is_repository(folder)), path)


def key_of(path: str) -> str:
    """Return a path's key, which reveals nothing and cannot lead to another path."""
    return hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def visible_name(path: str) -> str:
    """Return the name without invisible or bidi characters: a stick can have any name."""
    last = path.rstrip("/").rpartition("/")[2][:60]
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in last)


def _is_repository(folder: str) -> bool:
    return Path(folder, "metadata", "timestamp.json").is_file()


def _paths(mounts: str) -> Iterator[str]:
    for line in mounts.splitlines():
        fields = line.split(" ")
        path = _OCTAL.sub(lambda found: chr(int(found[1], 8)), fields[1]) if len(fields) > 1 else ""
        is_mounted = len(fields) > 2 and fields[2] != "autofs"  # an autofs mount is not a stick
        if is_mounted and path.startswith(PLACES) and ".." not in path.split("/"):
            yield path

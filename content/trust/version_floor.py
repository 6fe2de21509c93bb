"""The lowest versions that this machine still accepts: what was once verified is never gone back
on.

Owns the FLOOR file and its comparison. TUF's own memory of versions is a few files without fsync,
and with them erased it would take an old signed pack; FLOOR outlives that. A mark holds for as long
as the keys that made it are trusted: a publisher who rotates a stolen key (a matter for the root's
holders) thereby lifts the marks that the thief made. Refuses to verify anything: it is told what
was verified.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from content.model import durable_files

FILE = "FLOOR"


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A role's verified version, and the ids of the keys whose signatures counted.

    ``issued``: when it was signed, for the timestamp, where the publisher says so.
    """

    version: int
    keys: tuple[str, ...] = ()
    issued: durable_files.Instant | None = None


class Trusted(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a role is now entrusted to: key ids, and how many of them must sign."""

    keys: frozenset[str]
    threshold: int


Marks = Mapping[str, Mark]


def read(folder: Path) -> dict[str, Mark]:
    """The marks on disk; none where the file is absent or broken."""
    return durable_files.read_record(folder / FILE, dict[str, Mark]) or {}


def raise_to(folder: Path, marks: Marks) -> None:
    """Write the marks, if they differ from what is there. OSError if the disk refuses."""
    if read(folder) != dict(marks):
        durable_files.replace(
            folder / FILE,
            msgspec.json.format(msgspec.json.encode(marks, order="sorted"), indent=1) + b"\n",
        )


def below(floor: Marks, seen: Marks, trusted: Mapping[str, Trusted]) -> str:
    """The first role whose version is lower than a mark that holds, as words; "" if none is."""
    for role in sorted(floor.keys() & seen.keys()):
        mark = floor[role]
        if seen[role].version < mark.version and holds(role, mark, trusted):
            return f"{role} {seen[role].version} instead of {mark.version} or later"
    return ""


def raised(floor: Marks, seen: Marks, trusted: Mapping[str, Trusted]) -> dict[str, Mark]:
    """The floor after what was seen: each role's higher mark, and the lower one only where the
    higher does not hold."""
    new = {role: mark for role, mark in floor.items() if role not in seen}
    for role, mark in seen.items():
        old = floor.get(role)
        keep = old is not None and old.version > mark.version and holds(role, old, trusted)
        new[role] = old if old is not None and keep else mark
    return new


def holds(role: str, mark: Mark, trusted: Mapping[str, Trusted]) -> bool:
    """Whether the keys that made the mark could still sign for the role."""
    now = trusted.get(role)
    return role == "root" or (now is not None and len(now.keys & set(mark.keys)) >= now.threshold)


def issued(floor: Marks) -> datetime | None:
    """The newest instant that was signed and accepted."""
    mark = floor.get("timestamp")
    return mark.issued if mark else None

"""The floor: the lowest role versions, and the earliest time, that this machine accepts.

TUF's client does not fsync; without the FLOOR file, losing its metadata would let old packs in.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from messages.message import Message, message
from system import files

FILE = "FLOOR"
# No machine runs this program before this date, which moves forward with each version.
BUILT = datetime(2026, 11, 20, tzinfo=UTC)
FAR = timedelta(days=400)  # a clock that was never set may be ahead by any amount


class RoleMark(msgspec.Struct, frozen=True, kw_only=True):
    """A verified version, the keys that signed it, and (timestamps only) the signing time.

    A mark counts only while its keys are trusted: rotating a stolen key removes the thief's marks.
    """

    version: int
    keys: tuple[str, ...] = ()
    issued: files.Instant | None = None


class Trusted(msgspec.Struct, frozen=True, kw_only=True):
    """The keys now trusted with a role: their ids, and how many of them must sign."""

    keys: frozenset[str]
    threshold: int


Marks = Mapping[str, RoleMark]


def read(folder: Path) -> dict[str, RoleMark]:
    """Return the marks on disk; empty if the file is absent or damaged."""
    return files.read_record(folder / FILE, dict[str, RoleMark]) or {}


def lacking(folder: Path, other: bytes) -> Message | None:
    """Return the first role whose mark in another machine's FLOOR is missing or lower than the one
    on disk, None if there is none."""
    try:
        seen = msgspec.json.decode(other, type=dict[str, RoleMark])
    except (ValueError, RecursionError):
        seen = {}
    none = RoleMark(version=0)
    for role, mark in sorted(read(folder).items()):
        if (version := seen.get(role, none).version) < mark.version:
            return message("floor.not", role=role, least=mark.version, seen=version)
    return None


def raise_to(folder: Path, marks: Marks) -> None:
    """Write the marks if they differ from the existing ones. Raises OSError if the disk fails."""
    if read(folder) != dict(marks):
        files.replace(
            folder / FILE,
            msgspec.json.format(msgspec.json.encode(marks, order="sorted"), indent=1) + b"\n",
        )


def below(floor: Marks, seen: Marks, trusted: Mapping[str, Trusted]) -> Message | None:
    """Return the first role whose version is lower than a valid mark, None if there is none."""
    for role in sorted(floor.keys() & seen.keys()):
        mark = floor[role]
        if seen[role].version < mark.version and holds(role, mark, trusted):
            version = seen[role].version
            return message("floor.below", role=role, seen=version, least=mark.version)
    return None


def raised(floor: Marks, seen: Marks, trusted: Mapping[str, Trusted]) -> dict[str, RoleMark]:
    """Return the floor after these versions were seen: each role's higher valid mark."""
    new = {role: mark for role, mark in floor.items() if role not in seen}
    for role, mark in seen.items():
        old = floor.get(role)
        keep = old is not None and old.version > mark.version and holds(role, old, trusted)
        new[role] = old if old is not None and keep else mark
    return new


def holds(role: str, mark: RoleMark, trusted: Mapping[str, Trusted]) -> bool:
    """Whether the keys that made the mark may still sign for the role."""
    now = trusted.get(role)
    return role == "root" or (now is not None and len(now.keys & set(mark.keys)) >= now.threshold)


def issued(floor: Marks) -> datetime | None:
    mark = floor.get("timestamp")
    return mark.issued if mark else None


def trusted_now(
    system: datetime, *, synchronised: bool, floor: datetime | None, built: datetime = BUILT
) -> datetime:
    """Return the time to judge expiry by: ``system``, or ``floor`` if the system's must be wrong.

    ``synchronised``: the clock is known to be set from the network; unknown counts as no.
    ``floor``: the newest signed time that was accepted.
    """
    least = max(floor or built, built)
    if not synchronised and system > least + FAR:
        return least
    return max(system, least)

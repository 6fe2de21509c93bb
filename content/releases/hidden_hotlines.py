"""Hotlines that were withdrawn at once: the file WITHDRAWN. It hides a hotline, and changes none.

They act before anybody approved the pack that withdraws them, outlast a rollback, and are forgotten
when a later pack that was accepted lists them as live.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from content.model.attestation import Status
from content.model.pack import Pack
from content.review import number_changes, withdraw
from system import files

FILE = "WITHDRAWN"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line that is hidden, or one partner (``partner:<id>``), and since when.

    ``numbers``: those it was shown with last, as ``number_changes.of_entries`` has them. A pack
    that withdraws it may change them unasked; one that lists it as live again may not.
    """

    id: str
    since: files.Instant
    numbers: dict[str, str] = {}


class _Record(msgspec.Struct, frozen=True, kw_only=True):
    withdrawn: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """What is hidden on this machine. ``reviewing``: those whose new number waits for a yes."""

    entries: tuple[Entry, ...] = ()
    reviewing: frozenset[str] = frozenset()

    @property
    def ids(self) -> frozenset[str]:
        """The resources that are hidden."""
        return frozenset(entry.id for entry in self.entries)

    @property
    def numbers(self) -> dict[str, dict[str, str]]:
        """The numbers that hidden entries were shown with last, where they are known."""
        return {entry.id: entry.numbers for entry in self.entries if entry.numbers}

    def without(self, ids: Iterable[str]) -> "Overlay":
        """The overlay after those are live again."""
        gone = frozenset(ids)
        kept = tuple(entry for entry in self.entries if entry.id not in gone)
        return Overlay(entries=kept, reviewing=self.reviewing - gone)

    def applied(self, pack: Pack) -> Pack:
        """The pack as it may be shown and sent: without what is hidden or withdrawn."""
        return withdraw.hidden(pack, self.of(pack), reviewing=self.reviewing)

    def of(self, pack: Pack) -> frozenset[str]:
        """The hotlines of this pack that are hidden; never a fixed crisis line: a file on the disk
        must not take it away."""
        return self.ids - {resource.id for resource in pack.resources if resource.pinned}


def live(pack: Pack) -> frozenset[str]:
    """The ids of the lines, and of the partners, that a pack shows."""
    return _of_status(pack, "live")


def _of_status(pack: Pack, status: Status) -> frozenset[str]:
    partners = (
        f"{withdraw.PARTNER}{partner.id}" for partner in pack.partners if partner.status == status
    )
    return frozenset(
        (*(resource.id for resource in pack.resources if resource.status == status), *partners)
    )


def read(root: Path, *, reviewing: Iterable[str] = (), also: Iterable[Entry] = ()) -> Overlay:
    """The overlay of a data directory, and ``also`` what a pack on hold withdraws.

    A file that cannot be read counts as empty: the next refresh writes it anew.
    """
    kept = (files.read_record(root / FILE, _Record) or _Record()).withdrawn
    entries = _union(kept, also)
    return Overlay(
        entries=entries, reviewing=frozenset(reviewing) & {entry.id for entry in entries}
    )


def hide(root: Path, ids: Iterable[str], *, now: datetime) -> None:
    """Hide these from now on. OSError. Call it under the releases' lock."""
    known = read(root)
    added = tuple(Entry(id=name, since=now) for name in sorted(set(ids) - known.ids))
    if added:
        files.write_record(root / FILE, _Record(withdrawn=known.entries + added))


def joined(here: tuple[Entry, ...], other: bytes) -> bytes:
    """The file of another machine with what is hidden on this one; what cannot be read is empty."""
    try:
        there = msgspec.json.decode(other, type=_Record).withdrawn
    except (ValueError, RecursionError):
        there = ()
    return msgspec.json.encode(_Record(withdrawn=_union(here, there)))


def _union(first: tuple[Entry, ...], more: Iterable[Entry]) -> tuple[Entry, ...]:
    known = {entry.id for entry in first}
    return first + tuple(entry for entry in more if entry.id not in known)


def accepted(root: Path, pack: Pack, *, before: Pack | None, now: datetime) -> None:
    """A pack from a source was accepted: show again what it lists as live, hide what it withdraws.

    The latter matters when it is rolled back. ``before``: what was shown until now. OSError. Call
    it under the releases' lock.
    """
    known = read(root)
    shown = number_changes.of_entries(before) if before else {}
    gone = _of_status(pack, "withdrawn")
    kept = known.without(live(pack)).entries
    added = tuple(Entry(id=name, since=now) for name in sorted(gone - known.ids))
    entries = tuple(
        msgspec.structs.replace(one, numbers=dict(shown[one.id]))
        if one.id in gone and one.id in shown and not one.numbers
        else one
        for one in (*kept, *added)
    )
    if entries != known.entries:
        files.write_record(root / FILE, _Record(withdrawn=entries))

"""The pack on hold: kept whole on disk until a person approves or refuses it, or a newer one comes.

The only commit point is the rename of HELD, which names the folder in ``held/``; TURNED_DOWN lists
the packs that were refused.
"""

import os
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from content.model import built_pack
from content.model.pack import Pack
from content.releases import hidden_hotlines
from content.releases.generations import Release, Releases
from content.releases.hidden_hotlines import Overlay
from content.releases.record import METADATA, SHOWN_ID
from content.review.hold_policy import Review
from content.review.number_changes import Note
from content.review.provenance import Origin, Provenance
from system import files

FOLDER, HELD, RECORD, TURNED_DOWN = "held", "HELD", "held.json", "TURNED_DOWN"
LATE = timedelta(days=7)  # a hold older than this warns
_REMEMBERED = 50  # refused packs


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What is on hold, and why; held.json. ``against``: the version it was compared with.

    ``since``: since when any pack is on hold without a break.
    """

    version: str
    since: files.Instant
    at: files.Instant
    against: str
    origin: Origin
    signatures: int
    keys: tuple[str, ...]
    notes: tuple[Note, ...]
    local: tuple[str, ...]
    review: Review

    @property
    def id(self) -> str:
        """What a person types."""
        return self.version[:SHOWN_ID]

    def late(self, now: datetime) -> bool:
        """Whether it has waited so long that somebody must be told."""
        return now - self.since > LATE

    def days(self, now: datetime) -> int:
        """Whole days of waiting; 0 by a clock that was set back."""
        return max(0, (now - self.since) // timedelta(days=1))

    @property
    def reviewing(self) -> frozenset[str]:
        """The resources of which a number waits for a yes."""
        return frozenset(one.subject for one in self.review.waiting if one.number)

    def provenance(self, folder: Path) -> Provenance:
        """Who vouches for it, as when it came."""
        metadata = folder / METADATA
        return Provenance(
            origin=self.origin,
            signatures=self.signatures,
            keys=self.keys,
            metadata=metadata if metadata.is_dir() else None,
            notes=self.notes,
            local=self.local,
        )


class _TurnedDown(msgspec.Struct, frozen=True, kw_only=True):
    versions: tuple[str, ...] = ()


def of(pack: Pack, provenance: Provenance, review: Review, *, against: str, now: datetime) -> Held:
    """The record of a pack put on hold. ``put`` adds an earlier ``since``."""
    return Held(
        version=pack.version,
        since=now,
        at=now,
        against=against,
        origin=provenance.origin,
        signatures=provenance.signatures,
        keys=provenance.keys,
        notes=provenance.notes,
        local=provenance.local,
        review=review,
    )


def waiting(releases: Releases) -> Held | None:
    """The pack on hold. Cheap: ``whole`` says whether every byte of it is right.

    One that is active or was refused is not, whatever a power cut left on the disk.
    """
    version = _named(releases.root)
    record = files.read_record(folder(releases, version) / RECORD, Held) if version else None
    if record is None or record.version != version or version in turned_down(releases):
        return None
    return None if releases.active_id().startswith(version[:SHOWN_ID]) else record


def folder(releases: Releases, version: str) -> Path:
    """Where the pack of that version is kept while it waits."""
    return releases.root / FOLDER / version


def whole(releases: Releases, held: Held) -> bool:
    """Whether the pack is, byte for byte, what was held."""
    where = folder(releases, held.version)
    try:
        return built_pack.read_built(where).version == held.version
    except built_pack.BuiltPackError:
        return False


def put(releases: Releases, staged: Path, held: Held) -> Held:
    """Put the staged folder on hold, instead of what was. Call it under the releases' lock.

    OSError if it cannot be kept; what was on hold stays so.
    """
    before = waiting(releases)
    record = msgspec.structs.replace(
        held,
        since=min(before.since, held.since) if before else held.since,
    )
    files.write_record(staged / RECORD, record)
    files.sync_tree(staged)
    target = folder(releases, held.version)
    files.make_folder(target.parent)
    if os.path.lexists(target):
        target.rename(files.temporary(target.parent))
    staged.rename(target)
    files.sync(target.parent)
    files.sync(releases.root)
    files.replace(releases.root / HELD, f"{held.version}\n".encode())
    sweep(releases)
    return record


def renew(releases: Releases, held: Held) -> None:
    """Write the record anew after another comparison. OSError. Call it under the releases' lock."""
    files.write_record(folder(releases, held.version) / RECORD, held)


def drop(releases: Releases) -> None:
    """Nothing is on hold any more. OSError. Call it under the releases' lock."""
    files.no_folder(releases.root / HELD)
    (releases.root / HELD).unlink(missing_ok=True)
    sweep(releases)


def turn_down(releases: Releases, version: str) -> None:
    """Remember that a person refused this pack. OSError. Call it under the releases' lock."""
    kept = (*(one for one in turned_down(releases) if one != version), version)[-_REMEMBERED:]
    files.write_record(releases.root / TURNED_DOWN, _TurnedDown(versions=kept))


def turned_down(releases: Releases) -> tuple[str, ...]:
    """The versions of the packs that a person refused here, the latest last."""
    return (files.read_record(releases.root / TURNED_DOWN, _TurnedDown) or _TurnedDown()).versions


def overlay(releases: Releases) -> Overlay:
    """What is hidden on this machine now, whatever the served pack says.

    What the pack on hold withdraws counts also where a power cut emptied WITHDRAWN.
    """
    held = waiting(releases)
    if held is None:
        return hidden_hotlines.read(releases.root)
    also = [hidden_hotlines.Entry(id=name, since=held.at) for name in held.review.hidden]
    return hidden_hotlines.read(releases.root, reviewing=held.reviewing, also=also)


def visible_pack(releases: Releases, release: Release) -> Pack:
    """The pack of a release without what is hidden on this machine. BuiltPackError if damaged."""
    return overlay(releases).applied(release.pack())


def sweep(releases: Releases) -> None:
    """Remove leftovers of a run that was cut off. Call it under the releases' lock."""
    found = waiting(releases)
    kept = found.version if found else ""
    files.no_link(releases.root / FOLDER)
    with suppress(OSError):
        if not kept:
            (releases.root / HELD).unlink(missing_ok=True)
        for path in (releases.root / FOLDER).iterdir():
            if path.name != kept:
                files.remove(path)
            else:
                for leftover in path.glob(f"{files.TEMPORARY}*"):
                    files.remove(leftover)


def _named(root: Path) -> str:
    try:
        text = files.read_plain(root / HELD, most=128).decode("ascii").strip()
    except (OSError, ValueError):
        return ""
    return text if len(text) == 64 and set(text) <= set("0123456789abcdef") else ""

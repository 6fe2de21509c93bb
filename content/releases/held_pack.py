"""The folder of the pack on hold, kept whole until a person approves or refuses it, or a newer one
comes. ``State.held`` says which it is, and why it waits."""

import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec

from content.model import built_pack
from content.model.pack import Pack
from content.releases.generations import Releases
from content.releases.state import HELD_FOLDER, Held, State
from content.review.hold_policy import Review
from content.review.provenance import Provenance
from system import files


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


def folder(releases: Releases, version: str) -> Path:
    return releases.root / HELD_FOLDER / version


def whole(releases: Releases, held: Held) -> bool:
    """Whether the pack is, byte for byte, what was held."""
    where = folder(releases, held.version)
    try:
        return built_pack.read_built(where).version == held.version
    except built_pack.BuiltPackError:
        return False


def put(releases: Releases, staged: Path, held: Held, state: State) -> State:
    """Put the staged folder on hold; return the state in which it waits, instead of what did. Call
    it under the releases' lock.

    OSError if it cannot be kept; what was on hold stays so.
    """
    before = state.held
    since = min(before.since, held.since) if before else held.since
    target = folder(releases, held.version)
    files.sync_tree(staged)
    files.make_folder(target.parent)
    if os.path.lexists(target):
        target.rename(files.temporary(target.parent))
    staged.rename(target)
    files.sync(target.parent)
    files.sync(releases.root)
    return msgspec.structs.replace(state, held=msgspec.structs.replace(held, since=since))


def sweep(releases: Releases, state: State) -> None:
    """Remove what does not wait, and leftovers of a run that was cut off. Call it under the
    releases' lock, once the state is kept."""
    kept = state.held.version if state.held else ""
    files.no_link(releases.root / HELD_FOLDER)
    with suppress(OSError):
        for path in (releases.root / HELD_FOLDER).iterdir():
            if path.name != kept:
                files.remove(path)
            else:
                for leftover in path.glob(f"{files.TEMPORARY}*"):
                    files.remove(leftover)

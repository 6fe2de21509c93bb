"""The folder of the pack on hold, kept complete until a person approves or refuses it, or a newer
one arrives. ``State.held`` says which pack it is, and why it is on hold."""

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
    """Return the record of a pack put on hold. ``put`` fills in an earlier ``since``."""
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
    """Whether the pack matches, byte for byte, the one that was put on hold."""
    where = folder(releases, held.version)
    try:
        return built_pack.read_built(where).version == held.version
    except built_pack.BuiltPackError:
        return False


def put(releases: Releases, staged: Path, held: Held, state: State) -> State:
    """Put the staged folder on hold; return the state in which it replaces the pack on hold.

    Call it under the releases' lock. Raises OSError if the pack cannot be kept; the old pack
    then stays on hold.
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
    """Remove packs that are not on hold, and leftovers of a run that was cut off. Call it under the
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

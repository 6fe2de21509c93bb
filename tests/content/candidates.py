"""Two small packs that pass every rule, in built form, and a renderer that stands in for the
kiosk's.

Reads the committed built copy of the pinned set, so that a test's child process starts quickly.
"""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from content.model import built_pack
from content.model.pack import Pack
from content.model.pinned import pinned_pack
from content.releases.generations import Releases
from content.review.provenance import Provenance

NOW = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
UNSIGNED = Provenance(origin="unsigned")

ONE = pinned_pack()
TWO = built_pack.load(built_pack.build(replace(ONE, name="two")))


def built(pack: Pack, folder: Path) -> Path:
    """Build the pack into the folder."""
    built_pack.write_built(built_pack.build(pack), folder)
    return folder


def render(_pack: Pack) -> None:
    """Pretend that every page of the pack can be made."""


def roll_back(releases: Releases) -> None:
    """Do what fall_back.rollback does on disk. Raises NothingToRollBackError."""
    with releases.lock():
        state = releases.state()
        back = releases.earlier(state)
        staged, state = built(back.pack(), releases.stage()), releases.put_aside(state)
        state, _ = releases.activate(staged, back.id, state, now=NOW, provenance=UNSIGNED)
        releases.keep(state)

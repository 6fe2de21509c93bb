"""The cure for a damaged active release: a refresh or a rollback.

A refresh brings it back, unless the pack it would take is on hold or refused: then only a rollback
helps.
"""

from typing import Literal

from content.releases import held_pack, last_refresh
from content.releases.generations import Releases
from content.releases.outcome import SET_ASIDE, TURNED_DOWN

Obstacle = Literal["", "held", "refused"]


def obstacle(releases: Releases) -> Obstacle:
    """Why a refresh cannot replace the damaged active release, "" if it can or none is damaged.

    Reads the disk.
    """
    shown = releases.active()
    if shown is None or shown.state == "active":
        return ""
    if held_pack.waiting(releases):
        return "held"
    last = last_refresh.last(releases)
    by_hand = last is not None and last.sentence in {SET_ASIDE, TURNED_DOWN}
    return "refused" if by_hand or (last is not None and last.outcome == "refused") else ""


def remedy(releases: Releases) -> str:
    """Say which of the two helps, in a sentence. Reads the disk."""
    why, shown, held = obstacle(releases), releases.active(), held_pack.waiting(releases)
    if shown is None or not why:
        return "Run `refresh`: it fetches the pack again."
    if held is None:
        return (
            "`refresh` cannot fix that while the new pack is refused. Run `rollback`: it makes"
            f" release {shown.id} active, which is the one shown now."
        )
    return (
        f"`refresh` cannot fix that while pack {held.id} is on hold. Approve it (`held`), or run"
        f" `rollback`: it makes release {shown.id} active, which is the one shown now."
    )

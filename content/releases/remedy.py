"""The cure for a damaged active release: a refresh or a rollback.

A refresh brings it back, unless the pack it would take is on hold or refused: then only a rollback
helps.
"""

from typing import Literal

from content.releases import held_pack, last_refresh
from content.releases.generations import Releases
from content.releases.outcome import BY_HAND
from messages.message import Message, message

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
    by_hand = last is not None and last.message in BY_HAND
    return "refused" if by_hand or (last is not None and last.outcome == "refused") else ""


def remedy(releases: Releases) -> Message:
    """Say which of the two helps. Reads the disk."""
    why, shown, held = obstacle(releases), releases.active(), held_pack.waiting(releases)
    if shown is None or not why:
        return message("remedy.refresh")
    if held is None:
        return message("remedy.roll-back", id=shown.id)
    return message("remedy.decide", held=held.id, id=shown.id)

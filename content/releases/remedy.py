"""The cure for a damaged active release: a refresh or a rollback.

A refresh brings it back, unless the pack it would take is on hold or refused: then only a rollback
helps.
"""

from typing import Literal

from content.releases.generations import Releases
from content.releases.outcome import BY_HAND
from content.releases.state import State
from messages.message import Message, message

Obstacle = Literal["", "held", "refused"]


def obstacle(releases: Releases, state: State) -> Obstacle:
    """Why a refresh cannot replace the damaged active release, "" if it can or none is damaged.

    Reads the releases.
    """
    shown, last = releases.active(state), state.refresh
    if shown is None or shown.state == "active":
        return ""
    if state.held:
        return "held"
    by_hand = last is not None and last.message in BY_HAND
    return "refused" if by_hand or (last is not None and last.outcome == "refused") else ""


def remedy(releases: Releases, state: State) -> Message:
    """Say which of the two helps. Reads the releases."""
    why, shown = obstacle(releases, state), releases.active(state)
    if shown is None or not why:
        return message("remedy.refresh")
    if state.held is None:
        return message("remedy.roll-back", id=shown.id)
    return message("remedy.decide", held=state.held.id, id=shown.id)

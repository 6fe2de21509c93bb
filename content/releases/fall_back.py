"""Fallbacks on this machine if a source offers nothing: the shipped and the previous pack.

Nothing is new, so nothing is reviewed. A fallback is not a refresh and does not clear a refusal.
``remedy`` says whether a refresh or only a rollback fixes a damaged active release.
"""

from dataclasses import replace
from pathlib import Path
from typing import Literal

from content.releases import candidate as candidates
from content.releases.candidate import Candidate
from content.releases.generations import Releases
from content.releases.machine import Change, Machine
from content.releases.outcome import BY_HAND, SET_ASIDE, Outcome
from content.releases.record import Release
from content.releases.state import State
from content.review.provenance import Provenance
from messages.message import Message, message

Obstacle = Literal["", "held", "refused"]


def take_shipped(folder: Path, machine: Machine) -> Outcome:
    """Make a release from the shipped pack, because nothing else may be shown. Raises BusyError.

    Its pages are not tried, because that takes seconds: there is no other pack to show anyway, and
    the hotlines replace any page that cannot be made.
    """
    machine = replace(machine, prepare=lambda _pack: None)
    candidate = Candidate(folder, Provenance(origin="again", before="shipped"))

    def record(outcome: Outcome, state: State) -> State:
        reasons = outcome.reasons()  # only a refusal is worth reporting
        return state.refused(candidate.address, reasons, now=machine.now) if reasons else state

    return machine.attempt(lambda state: _activated(candidate, machine, state), record)


def rollback(machine: Machine) -> Release:
    """Serve the previous pack, without the hotlines that were withdrawn later.

    Raises NothingToRollBackError, BusyError, RefusedError if its pages cannot be made, or OSError.
    """
    releases = machine.releases
    with releases.lock():
        state = releases.state()
        back = releases.earlier(state)
        state, _ = machine.activate(back.pack(), back.again(), releases.put_aside(state))
        machine.keep(state)
        return releases.active(state) or back


def _activated(candidate: Candidate, machine: Machine, state: State) -> Change:
    pack, warnings = candidates.read(candidate.folder)
    if pack.version == state.set_aside:
        served = machine.releases.active(state)
        shown = served.id if served else ""
        return state, Outcome(state="unchanged", release_id=shown, reason=SET_ASIDE)
    warnings += candidates.checked(machine.checks, pack)
    state, outcome = machine.activate(pack, candidate.provenance, state)
    return state, replace(outcome, problems=warnings)


def obstacle(releases: Releases, state: State) -> Obstacle:
    """Return why a refresh cannot replace a damaged active release.

    Returns "" if it can or if none is damaged. Reads the releases.
    """
    shown, last = releases.active(state), state.refresh
    if shown is None or shown.state == "active":
        return ""
    if state.held:
        return "held"
    by_hand = last is not None and last.message in BY_HAND
    return "refused" if by_hand or (last is not None and last.outcome == "refused") else ""


def remedy(releases: Releases, state: State) -> Message:
    """Return whether a refresh, a rollback or a decision would help. Reads the releases."""
    why, shown = obstacle(releases, state), releases.active(state)
    if shown is None or not why:
        return message("remedy.refresh")
    if state.held is None:
        return message("remedy.roll-back", id=shown.id)
    return message("remedy.decide", held=state.held.id, id=shown.id)

"""Takes in a candidate pack: judges and reviews it, then activates it or puts it on hold.

New content can only arrive this way. The checks and the renderer are passed in (``Machine``),
because content imports neither kiosk nor sms. If anything fails, the current pack is still served.
"""

from dataclasses import replace

from content.model.pack import Pack
from content.releases import candidate as candidates
from content.releases import hold
from content.releases.candidate import Candidate
from content.releases.machine import Change, Machine
from content.releases.outcome import SET_ASIDE, TURNED_DOWN, Outcome
from content.releases.record import Release
from content.releases.state import State
from content.review.provenance import Provenance
from messages.message import Message


def admit(candidate: Candidate, machine: Machine) -> Outcome:
    """Take in the candidate; record and return the outcome. Raises BusyError during a refresh."""
    return machine.attempt(
        lambda state: _admitted(candidate, machine, state),
        lambda outcome, state: state.record(outcome, candidate, now=machine.now),
    )


def _admitted(candidate: Candidate, machine: Machine, state: State) -> Change:
    provenance = candidate.provenance
    pack, warnings = candidates.read(candidate.folder)
    served = machine.releases.active(state)
    if served is not None and _is_served(served, pack, provenance):
        outcome = Outcome(state="unchanged", release_id=served.id, problems=warnings)
        return machine.settle(pack, provenance, state), outcome
    if why_not := _decided(machine, pack, provenance, state):
        shown = served.id if served else ""
        return state, Outcome(state="unchanged", release_id=shown, reason=why_not)
    review = hold.reviewed(machine, pack, provenance, state)
    if review is not None and review.waiting:
        return hold.hold(machine, pack, provenance, state, review=review, warnings=warnings)
    warnings += candidates.checked(machine.checks, pack)
    state, outcome = machine.activate(pack, provenance, state)
    return state, replace(outcome, problems=warnings)


def _is_served(served: Release, pack: Pack, provenance: Provenance) -> bool:
    same = served.pack_version == pack.version and served.state == "active"
    return same and served.origin in (provenance.origin, "signed")


def _decided(machine: Machine, pack: Pack, provenance: Provenance, state: State) -> Message | None:
    """Return why a person's decision excludes this pack; None if no decision does."""
    if pack.version == state.set_aside:
        return SET_ASIDE
    refused = provenance.origin in machine.sources and pack.version in state.turned_down
    return TURNED_DOWN if refused else None

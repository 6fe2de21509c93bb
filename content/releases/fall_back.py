"""What this machine has besides what a source offers: the shipped pack, and the one before.

Nothing is reviewed, and it is no news: it neither counts as a refresh nor clears a refusal.
"""

from dataclasses import replace
from pathlib import Path

from content.releases import candidate as candidates
from content.releases.candidate import Candidate
from content.releases.machine import Change, Machine
from content.releases.outcome import SET_ASIDE, Outcome
from content.releases.record import Release
from content.releases.state import State
from content.review.provenance import Provenance


def take_shipped(folder: Path, machine: Machine) -> Outcome:
    """Make a release of the pack that ships, because nothing else may be shown. BusyError.

    Its pages are not tried, which takes seconds: whatever came of it, there is no other pack to
    show, and a page that cannot be made answers with the hotlines.
    """
    machine = replace(machine, prepare=lambda _pack: None)
    candidate = Candidate(folder, Provenance(origin="again", before="shipped"))

    def record(outcome: Outcome, state: State) -> State:
        reasons = outcome.reasons()  # only a refusal is news
        return state.refused(candidate.address, reasons, now=machine.now) if reasons else state

    return machine.attempt(lambda state: _activated(candidate, machine, state), record)


def rollback(machine: Machine) -> Release:
    """Serve the pack before this one, without hotlines withdrawn since.

    NothingToRollBackError, BusyError, RefusedError if its pages cannot be made, OSError.
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

"""What this machine has besides what a source offers: the shipped pack, and the one before.

Nothing is reviewed, and it is no news: it neither counts as a refresh nor clears a refusal.
"""

from dataclasses import replace
from pathlib import Path

from content.releases import candidate as candidates
from content.releases import held_pack
from content.releases.candidate import Candidate
from content.releases.generations import Release
from content.releases.machine import Machine
from content.releases.outcome import SET_ASIDE, Outcome
from content.review.provenance import Provenance


def take_shipped(folder: Path, machine: Machine) -> Outcome:
    """Make a release of the pack that ships, because nothing else may be shown. BusyError.

    Its pages are not tried, which takes seconds: whatever came of it, there is no other pack to
    show, and a page that cannot be made answers with the hotlines.
    """
    machine = replace(machine, prepare=lambda _pack: None)
    candidate = Candidate(folder, Provenance(origin="again", before="shipped"))

    def record(outcome: Outcome) -> None:
        if reasons := outcome.reasons():  # only a refusal is news
            machine.releases.record_refusal(candidate.address, reasons, now=machine.now)

    return machine.attempt(lambda: _activated(candidate, machine), record)


def rollback(machine: Machine) -> Release:
    """Serve the pack before this one, without hotlines withdrawn since.

    NothingToRollBackError, BusyError, RefusedError if its pages cannot be made, OSError.
    """
    releases = machine.releases
    with releases.lock():
        back = releases.earlier()
        releases.put_aside()
        machine.activate(back.pack(), back.again())
        return releases.active() or back


def _activated(candidate: Candidate, machine: Machine) -> Outcome:
    held_pack.sweep(machine.releases)
    pack, warnings = candidates.read(candidate.folder)
    if pack.version == machine.releases.set_aside():
        served = machine.releases.active()
        return Outcome(state="unchanged", release_id=served.id if served else "", reason=SET_ASIDE)
    warnings += candidates.checked(machine.checks, pack)
    return replace(machine.activate(pack, candidate.provenance), problems=warnings)

"""Takes a candidate pack in: judges and reviews it, then holds or activates it.

The only way in for new content. The checks and the renderer come as arguments (``Machine``),
because content imports neither kiosk nor sms. Whatever goes wrong, what was served stays served.
"""

from dataclasses import replace

from content.model.pack import Pack
from content.releases import candidate as candidates
from content.releases import held_pack, hold, last_refresh
from content.releases.candidate import Candidate
from content.releases.generations import Release
from content.releases.machine import Machine
from content.releases.outcome import SET_ASIDE, TURNED_DOWN, Outcome
from content.review.provenance import Provenance
from messages.message import Message


def admit(candidate: Candidate, machine: Machine) -> Outcome:
    """What became of the candidate; it is on record then. BusyError if another refresh runs."""
    return machine.attempt(
        lambda: _admitted(candidate, machine),
        lambda outcome: last_refresh.record(outcome, candidate, machine.releases, now=machine.now),
    )


def _admitted(candidate: Candidate, machine: Machine) -> Outcome:
    provenance = candidate.provenance
    held_pack.sweep(machine.releases)
    pack, warnings = candidates.read(candidate.folder)
    served = machine.releases.active()
    if served is not None and _is_served(served, pack, provenance):
        machine.settle(pack, provenance)
        return Outcome(state="unchanged", release_id=served.id, problems=warnings)
    if why_not := _decided(machine, pack, provenance):
        return Outcome(state="unchanged", release_id=served.id if served else "", reason=why_not)
    review = hold.reviewed(machine, pack, provenance, served)
    if review is not None and review.waiting:
        return hold.hold(machine, pack, provenance, review=review, served=served, warnings=warnings)
    warnings += candidates.checked(machine.checks, pack)
    return replace(machine.activate(pack, provenance), problems=warnings)


def _is_served(served: Release, pack: Pack, provenance: Provenance) -> bool:
    same = served.pack_version == pack.version and served.state == "active"
    return same and served.origin in (provenance.origin, "signed")


def _decided(machine: Machine, pack: Pack, provenance: Provenance) -> Message | None:
    """Why a person's word keeps this pack from being taken, None if none does."""
    releases = machine.releases
    if pack.version == releases.set_aside():
        return SET_ASIDE
    refused = provenance.origin in machine.sources and pack.version in held_pack.turned_down(
        releases
    )
    return TURNED_DOWN if refused else None

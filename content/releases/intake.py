"""The only way in: a candidate pack is judged, rendered and made active, held for a person, or
refused whole.

Owns the order of judgement: read, the pack's own rules, the review against what is shown, the
checks handed in, the rendering of every page; then one activation or one hold. Refuses to know what
those checks are: they come as arguments, because content may not import kiosk or sms. Whatever goes
wrong, what was served before is still served, and the Outcome says why in a sentence.
"""

from dataclasses import replace
from pathlib import Path

from content.model.pack import Pack
from content.releases import candidate as candidates
from content.releases import held
from content.releases import hold as reviewing
from content.releases.candidate import Check, Prepare, PrepareError, RefusedError
from content.releases.generations import Release, Releases
from content.releases.hold import SOURCES, Machine, name
from content.releases.outcome import SET_ASIDE, TURNED_DOWN, Outcome, disk_refusal
from content.review.provenance import Provenance

__all__ = ["Check", "Outcome", "Prepare", "PrepareError", "accept", "disk_refusal"]


def accept(candidate: Path, machine: Machine, provenance: Provenance) -> Outcome:
    """Judge the pack in ``candidate`` (source or built) and serve it, if it is right in everything.

    ``provenance`` says who vouches for it, and goes into the release with the metadata it names.
    BusyError if another refresh is running; every other failure is a refusal.
    """
    try:
        with machine.releases.lock():
            return _accept(candidate, machine, provenance)
    except RefusedError as refused:
        return Outcome(state="refused", problems=refused.problems, reason=refused.reason)
    except OSError as error:
        return disk_refusal(error)


def _accept(folder: Path, machine: Machine, provenance: Provenance) -> Outcome:
    held.sweep(machine.releases)
    pack, warnings = candidates.read(folder)
    served = machine.releases.active()
    release_id = name(
        pack.version, machine.overlay(pack, provenance).key(machine.edition_key, pack)
    )
    if served is not None and _is_served(served, release_id, pack, provenance):
        reviewing.settle(machine, pack, provenance)
        return Outcome(state="unchanged", release_id=release_id, problems=warnings)
    if why_not := _decided(machine.releases, pack, provenance):
        return Outcome(state="unchanged", release_id=served.id if served else "", reason=why_not)
    review = reviewing.reviewed(machine, pack, provenance, served)
    if review is not None and review.waiting:
        return reviewing.hold(
            machine, pack, provenance, review=review, served=served, warnings=warnings
        )
    warnings += candidates.checked(machine.checks, pack)
    return replace(machine.serve(pack, provenance), problems=warnings)


def _is_served(served: Release, release_id: str, pack: Pack, provenance: Provenance) -> bool:
    """Whether there is nothing to do. What is rendered again is rendered to see whether the pages
    are still right."""
    same = served.state == "active" and (served.id, served.pack_version) == (
        release_id,
        pack.version,
    )
    return same and provenance.origin != "again" and served.origin in (provenance.first, "signed")


def _decided(releases: Releases, pack: Pack, provenance: Provenance) -> str:
    """Why a person's word keeps this pack from being taken, "" if none does."""
    if pack.version == releases.set_aside():
        return SET_ASIDE
    return (
        TURNED_DOWN
        if provenance.origin in SOURCES and pack.version in held.turned_down(releases)
        else ""
    )

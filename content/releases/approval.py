"""A person's decision on the pack on hold: to approve exactly this pack, or to refuse it.

An approval is for the manifest's hash and the changes that were shown, never for "the next pack".
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec

from content.model.pack import Pack
from content.releases import candidate, held_pack, hold
from content.releases.candidate import RefusedError
from content.releases.machine import Change, Machine
from content.releases.outcome import Outcome
from content.releases.record import METADATA
from content.releases.state import Held, State, live_resources
from content.review.hold_policy import Difference, Review
from content.review.provenance import Origin
from messages.message import Message, in_order, message

Doubt = Callable[[Pack, Origin, Path], Message | None]
SHORTEST = 6  # minimum letters of an id: fewer could be a typing error


class NothingHeldError(Exception):
    """No pack with that id is on hold; the message names the one that is."""


def find(state: State, given: str) -> Held:
    """Return the pack on hold if its id begins with ``given``. Raises NothingHeldError."""
    found = state.held
    if found is None:
        raise NothingHeldError(message("review.none-waits"))
    typed = given.strip().lower()
    if len(typed) < SHORTEST or not found.version.startswith(typed):
        raise NothingHeldError(message("review.another-waits", given=given, id=found.id))
    return found


def approve(given: str, machine: Machine, *, doubt: Doubt) -> Outcome:
    """Serve the pack on hold after verifying and judging it again.

    ``doubt``: a Judge's method (boot_check.py). Raises NothingHeldError or BusyError; any other
    failure is a refusal, and the pack stays on hold.
    """
    return machine.attempt(lambda state: _approved(find(state, given), machine, doubt, state))


def _approved(found: Held, machine: Machine, doubt: Doubt, state: State) -> Change:
    folder = held_pack.folder(machine.releases, found.version)
    if not held_pack.whole(machine.releases, found):
        machine.keep(msgspec.structs.replace(state, held=None))
        raise RefusedError(message("review.files-damaged"))
    provenance = found.provenance(folder)
    pack, warnings = candidate.read(folder)
    if wrong := doubt(pack, found.origin, folder / METADATA):
        raise RefusedError(message("review.not-signed", why=wrong))
    if pack.version != found.version:
        raise RefusedError(message("review.read-otherwise"))
    review = hold.reviewed(machine, pack, provenance, state)
    if review is not None and not _compared(review) <= _compared(found.review):
        served = machine.releases.active(state)
        against = served.pack_version if served else ""
        outcome = hold.waits(review, found)
        again = message("review.compared-again")
        reason = in_order(again, outcome.reason) if outcome.reason else again
        held = msgspec.structs.replace(found, at=machine.now, against=against, review=review)
        return msgspec.structs.replace(state, held=held), replace(outcome, reason=reason)
    warnings += candidate.checked(machine.checks, pack)
    state, outcome = machine.activate(pack, provenance, state)
    # A person has seen which hotlines are missing.
    state = msgspec.structs.replace(state, remembered=tuple(sorted(live_resources(pack))))
    return state, replace(outcome, problems=warnings)


def _compared(review: Review) -> set[Difference]:
    """Return the changes on hold in a form that does not depend on the program's wording."""
    return {msgspec.structs.replace(one, why=None) for one in review.waiting}


def refuse(given: str, machine: Machine) -> Held:
    """Set the pack aside until it changes. Anything that the pack withdrew stays hidden.

    Raises NothingHeldError, BusyError or OSError.
    """
    with machine.releases.lock():
        machine.releases.sweep()
        state = machine.releases.state()
        found = find(state, given)
        machine.keep(state.turn_down(found.version))
        return found

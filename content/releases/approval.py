"""A person's word on the pack on hold: approve exactly this one, or refuse it.

An approval stands for the manifest's hash and the changes that were shown, never "the next pack".
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
SHORTEST = 6  # letters of an id: fewer could be a slip of the hand


class NothingHeldError(Exception):
    """No pack of that id waits; the message says what waits."""


def find(state: State, given: str) -> Held:
    """The pack that waits, if ``given`` are the first letters of its id. NothingHeldError."""
    found = state.held
    if found is None:
        raise NothingHeldError(message("review.none-waits"))
    typed = given.strip().lower()
    if len(typed) < SHORTEST or not found.version.startswith(typed):
        raise NothingHeldError(message("review.another-waits", given=given, id=found.id))
    return found


def approve(given: str, machine: Machine, *, doubt: Doubt) -> Outcome:
    """Serve the pack on hold, verified and judged again first.

    ``doubt``: that of a Judge (boot_check.py).
    NothingHeldError, BusyError; every other failure is a refusal, and the pack stays on hold.
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
    # A person saw what is gone.
    state = msgspec.structs.replace(state, remembered=tuple(sorted(live_resources(pack))))
    return state, replace(outcome, problems=warnings)


def _compared(review: Review) -> set[Difference]:
    """Return the changes that wait, however a version of the program words them."""
    return {msgspec.structs.replace(one, why=None) for one in review.waiting}


def refuse(given: str, machine: Machine) -> Held:
    """Put the pack aside until it changes. What it withdrew stays hidden.

    NothingHeldError, BusyError, OSError.
    """
    with machine.releases.lock():
        machine.releases.sweep()
        state = machine.releases.state()
        found = find(state, given)
        machine.keep(state.turn_down(found.version))
        return found

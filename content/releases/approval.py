"""A person's word on the pack on hold: approve exactly this one, or refuse it.

An approval stands for the manifest's hash and the changes that were shown, never "the next pack".
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec

from content.releases import candidate, held_pack, hold, seen_hotlines
from content.releases.candidate import RefusedError
from content.releases.held_pack import Held
from content.releases.machine import Machine
from content.releases.outcome import Outcome
from content.review.hold_policy import Difference, Review
from content.review.provenance import Origin
from messages.message import Message, in_order, message

Vouch = Callable[[Path, Origin], Message | None]
SHORTEST = 6  # letters of an id: fewer could be a slip of the hand


class NothingHeldError(Exception):
    """No pack of that id waits; the message says what waits."""


def find(machine: Machine, given: str) -> Held:
    """The pack that waits, if ``given`` are the first letters of its id. NothingHeldError."""
    found = held_pack.waiting(machine.releases)
    if found is None:
        raise NothingHeldError(message("review.none-waits"))
    typed = given.strip().lower()
    if len(typed) < SHORTEST or not found.version.startswith(typed):
        raise NothingHeldError(message("review.another-waits", given=given, id=found.id))
    return found


def approve(given: str, machine: Machine, *, vouched: Vouch) -> Outcome:
    """Serve the pack on hold, verified and judged again first.

    ``vouched`` tells why a folder of that origin must not be served, None if it may.
    NothingHeldError, BusyError; every other failure is a refusal, and the pack stays on hold.
    """

    def step() -> Outcome:
        with machine.releases.lock():
            machine.releases.sweep()
            return _approve(find(machine, given), machine, vouched)

    return candidate.attempt(step)


def _approve(found: Held, machine: Machine, vouched: Vouch) -> Outcome:
    folder = held_pack.folder(machine.releases, found.version)
    if not held_pack.whole(machine.releases, found):
        held_pack.drop(machine.releases)
        raise RefusedError(message("review.files-damaged"))
    provenance = found.provenance(folder)
    if wrong := vouched(folder, found.origin):
        raise RefusedError(message("review.not-signed", why=wrong))
    pack, warnings = candidate.read(folder)
    if pack.version != found.version:
        raise RefusedError(message("review.read-otherwise"))
    served = machine.releases.active()
    review = hold.reviewed(machine, pack, provenance, served)
    if review is not None and not _compared(review) <= _compared(found.review):
        against = served.pack_version if served else ""
        anew = msgspec.structs.replace(found, at=machine.now, against=against, review=review)
        held_pack.renew(machine.releases, anew)
        outcome = hold.waits(review, anew)
        again = message("review.compared-again")
        return replace(outcome, reason=in_order(again, outcome.reason) if outcome.reason else again)
    warnings += candidate.checked(machine.checks, pack)
    outcome = machine.activate(pack, provenance)
    seen_hotlines.start_over(
        machine.releases.root, {r.id for r in pack.resources if r.status == "live"}
    )
    return replace(outcome, problems=warnings)


def _compared(review: Review) -> set[Difference]:
    """Return the changes that wait, however a version of the program words them."""
    return {msgspec.structs.replace(one, why=None) for one in review.waiting}


def refuse(given: str, machine: Machine) -> Held:
    """Put the pack aside until it changes. What it withdrew stays hidden.

    NothingHeldError, BusyError, OSError.
    """
    with machine.releases.lock():
        machine.releases.sweep()
        found = find(machine, given)
        held_pack.turn_down(machine.releases, found.version)
        held_pack.drop(machine.releases)
        return found

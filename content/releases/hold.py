"""Compares a candidate with the pack being served; puts it on hold if a person must decide.

Anything a pack withdraws disappears at once. Nobody must approve a pack that came with the
program or that is only rendered again.
"""

from dataclasses import replace

import msgspec

from content.model.pack import Pack
from content.model.pinned import pinned_pack
from content.releases import candidate, held_pack
from content.releases.candidate import RefusedError
from content.releases.machine import Change, Machine
from content.releases.outcome import Outcome
from content.releases.record import Release, id_of
from content.releases.state import Held, State
from content.review import withdraw
from content.review.hold_policy import Difference, Review, judge
from content.review.provenance import Provenance
from messages.message import Finding, Message, in_order, kept, message
from system import files

_TOLD = 5  # number of refused differences to name


def reviewed(machine: Machine, pack: Pack, provenance: Provenance, state: State) -> Review | None:
    """Compare a candidate with the served pack; None if nobody must decide. Raises RefusedError."""
    served = machine.releases.active(state)
    if provenance.origin not in machine.sources or _was_active(served, pack, state):
        return None
    review = judge(
        compared_with(machine, served, pack, provenance, state),
        pack,
        provenance,
        hold_numbers=machine.hold_numbers,
        known=frozenset(state.remembered),
        remembered={one.id: one.numbers for one in state.withdrawn if one.numbers},
    )
    if review.refused:
        told = [_why(one) for one in review.refused[:_TOLD]]
        if (more := len(review.refused) - _TOLD) > 0:
            told.append(message("review.more", more=more))
        raise RefusedError(message("review.second-signature", why=in_order(*told)))
    return review


def _was_active(served: Release | None, pack: Pack, state: State) -> bool:
    """Whether this machine had accepted the pack before, and lost it only to a damaged disk."""
    return (
        served is not None
        and served.state == "previous"
        and state.active.startswith(id_of(pack.version))
    )


def compared_with(
    machine: Machine, served: Release | None, pack: Pack, provenance: Provenance, state: State
) -> Pack:
    """Return the served pack, with everything hidden here marked as withdrawn.

    If nothing is served, an unsigned candidate is compared with the shipped pack. Otherwise only
    the fixed crisis lines must be kept: a pack that two people signed may then add any other line,
    and everything is new in a pack that one person signed.
    """
    if served is not None:
        pack = served.pack()
        return withdraw.marked(pack, state.hides(pack))
    if provenance.origin != "signed" and (shipped := machine.shipped()) is not None:
        return shipped
    pinned = pinned_pack()
    if provenance.origin == "signed" and provenance.signatures < 2:
        return pinned
    fixed = {resource.id: resource for resource in pinned.resources}
    others = (resource for resource in pack.resources if resource.id not in fixed)
    return replace(pack, resources=(*fixed.values(), *others))


def hold(
    machine: Machine,
    pack: Pack,
    provenance: Provenance,
    state: State,
    *,
    review: Review,
    warnings: tuple[Finding, ...],
) -> Change:
    """Put the pack on hold, and hide at once what it withdraws. Raises RefusedError or OSError."""
    served, before = machine.releases.active(state), state.held
    against = served.pack_version if served else ""
    hiding = state.hide(review.hidden, now=machine.now)
    if (
        before is not None
        and before.version == pack.version
        and held_pack.whole(machine.releases, before)
    ):
        outcome = waits(review, before, hidden=review.hidden, problems=warnings)
        if (before.against, before.review.waiting) == (against, review.waiting):
            return hiding, outcome
        again = msgspec.structs.replace(before, at=machine.now, against=against, review=review)
        return msgspec.structs.replace(hiding, held=again), outcome
    warnings += candidate.checked(machine.checks, pack)
    visible = machine.settle(pack, provenance, state).visible(pack)
    staged = machine.releases.stage()
    try:
        candidate.fill(staged, pack, visible, machine.prepare, provenance)
        # Do this before saving the pack: a wrong number must disappear even if this run stops here.
        if hiding != state:
            machine.releases.keep(hiding)
        record = held_pack.of(pack, provenance, review, against=against, now=machine.now)
        after = held_pack.put(machine.releases, staged, record, hiding)
    finally:
        files.remove(staged)
    return after, waits(review, record, before=before, hidden=review.hidden, problems=warnings)


def waits(
    review: Review,
    record: Held,
    *,
    before: Held | None = None,
    hidden: tuple[str, ...] = (),
    problems: tuple[Finding, ...] = (),
) -> Outcome:
    reason = message("review.needs", count=len(review.waiting), first=_first(review.waiting[0]))
    if before:
        reason = in_order(reason, message("review.instead", id=before.id))
    return Outcome(state="held", held=record.id, reason=reason, hidden=hidden, problems=problems)


def _first(one: Difference) -> Message:
    if not one.number:
        return _why(one)
    old, new = one.old or message("review.nothing"), one.new or message("review.nothing")
    return message("review.number", why=_why(one), old=old, new=new)


def _why(one: Difference) -> Message:
    return kept(one.why, one.reason)

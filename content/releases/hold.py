"""Compares a candidate with what is served, and puts it on hold where a person must be asked.

What a pack withdraws disappears at once. Nobody is asked about a pack that shipped or is rendered
again.
"""

from dataclasses import replace

import msgspec

from content.model.pack import Pack
from content.model.pinned import pinned_pack
from content.releases import candidate, held_pack, hidden_hotlines, seen_hotlines
from content.releases.candidate import RefusedError
from content.releases.generations import Release, Releases
from content.releases.held_pack import Held
from content.releases.machine import Machine
from content.releases.outcome import Outcome
from content.releases.record import id_of
from content.review import withdraw
from content.review.hold_policy import Difference, Review, judge
from content.review.provenance import Provenance
from messages.message import Finding, Message, in_order, kept, message

_TOLD = 5  # refused differences that are named


def reviewed(
    machine: Machine, pack: Pack, provenance: Provenance, served: Release | None
) -> Review | None:
    """The candidate compared with what is served; None where nobody is asked. RefusedError."""
    if provenance.origin not in machine.sources or _was_active(machine.releases, served, pack):
        return None
    review = judge(
        compared_with(machine, served, pack, provenance),
        pack,
        provenance,
        hold_numbers=machine.hold_numbers,
        known=seen_hotlines.read(machine.releases.root),
        remembered=held_pack.overlay(machine.releases).numbers,
    )
    if review.refused:
        told = [_why(one) for one in review.refused[:_TOLD]]
        if (more := len(review.refused) - _TOLD) > 0:
            told.append(message("review.more", more=more))
        raise RefusedError(message("review.second-signature", why=in_order(*told)))
    return review


def _was_active(releases: Releases, served: Release | None, pack: Pack) -> bool:
    """Whether this machine had accepted the pack and only lost it to a damaged disk."""
    return (
        served is not None
        and served.state == "previous"
        and releases.active_id().startswith(id_of(pack.version))
    )


def compared_with(
    machine: Machine, served: Release | None, pack: Pack, provenance: Provenance
) -> Pack:
    """The served pack, what is hidden being withdrawn in it.

    Where nothing is served, what nobody signed is compared with the shipped pack. Else the fixed
    crisis lines are all there is to be kept: what two persons signed may add any other line then,
    and what a single person did is all new.
    """
    if served is not None:
        pack = served.pack()
        return withdraw.marked(pack, held_pack.overlay(machine.releases).of(pack))
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
    *,
    review: Review,
    served: Release | None,
    warnings: tuple[Finding, ...],
) -> Outcome:
    """Put the pack on hold, and hide at once what it withdraws. RefusedError, OSError."""
    against = served.pack_version if served else ""
    before = held_pack.waiting(machine.releases)
    if (
        before is not None
        and before.version == pack.version
        and held_pack.whole(machine.releases, before)
    ):
        if (before.against, before.review.waiting) != (against, review.waiting):
            record = msgspec.structs.replace(before, at=machine.now, against=against, review=review)
            held_pack.renew(machine.releases, record)
        hidden_hotlines.hide(machine.releases.root, review.hidden, now=machine.now)
        return waits(review, before, hidden=review.hidden, problems=warnings)
    warnings += candidate.checked(machine.checks, pack)
    visible = machine.overlay(pack, provenance).applied(pack)
    staged = machine.releases.stage()
    try:
        candidate.fill(staged, pack, visible, machine.prepare, provenance)
        # Before the pack itself is kept: a wrong number must go even if this run ends here.
        hidden_hotlines.hide(machine.releases.root, review.hidden, now=machine.now)
        record = held_pack.of(pack, provenance, review, against=against, now=machine.now)
        record = held_pack.put(machine.releases, staged, record)
    finally:
        machine.releases.discard(staged)
    return waits(review, record, before=before, hidden=review.hidden, problems=warnings)


def waits(
    review: Review,
    record: Held,
    *,
    before: Held | None = None,
    hidden: tuple[str, ...] = (),
    problems: tuple[Finding, ...] = (),
) -> Outcome:
    """The outcome of a pack on hold."""
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

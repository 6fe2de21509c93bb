"""The step between a pack that is right in everything and its activation: is a person asked first?

Owns against what a candidate is compared, what is done with one that waits, and that a withdrawn
line disappears at once, whatever becomes of the pack that withdraws it. Refuses to hold a release
of our own that is rendered again, or the pack that shipped: nobody new has said anything.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from content.model import built_pack
from content.model.pack import Pack, Problem
from content.model.pinned import pinned_pack
from content.releases import candidate, held, hidden_hotlines, seen_hotlines
from content.releases.candidate import Check, Prepare, RefusedError
from content.releases.generations import Release, Releases
from content.releases.held import Held
from content.releases.hidden_hotlines import Overlay
from content.releases.outcome import Outcome
from content.review import withdraw
from content.review.policy import Difference, Review, judge
from content.review.provenance import Provenance

SOURCES = frozenset({"signed", "unsigned"})  # origins from which something new can come
_TOLD = 5  # refused differences that are named


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What one run works with: the releases on disk, and how this installation judges and renders.

    ``edition_key`` names what the rendering depends on besides the pack: another key makes another
    release of the same pack. ``hold_numbers``: a person is asked about every changed number.
    """

    releases: Releases
    checks: Sequence[Check]
    prepare: Prepare
    edition_key: str
    now: datetime
    hold_numbers: bool = False

    def overlay(self, pack: Pack, provenance: Provenance) -> Overlay:
        """What stays hidden if this pack is accepted: a source that lists a line as live shows it
        again."""
        found = held.overlay(self.releases)
        if provenance.origin not in SOURCES:
            return found
        return found.without(hidden_hotlines.live(pack))

    def serve(self, pack: Pack, provenance: Provenance) -> Outcome:
        """Render the pack and make it the active release. RefusedError, OSError."""
        overlay = self.overlay(pack, provenance)
        key = overlay.key(self.edition_key, pack)
        release_id = name(pack.version, key)
        staged = self.releases.stage()
        try:
            candidate.fill(staged, pack, overlay.applied(pack), self.prepare, provenance)
            news = self.releases.activate(
                staged, release_id, edition_key=key, now=self.now, provenance=provenance
            )
        finally:
            self.releases.discard(staged)
        settle(self, pack, provenance)
        return Outcome(state="active" if news else "unchanged", release_id=release_id)


def name(pack_version: str, edition_key: str) -> str:
    """The id of the release of this pack with this Edition."""
    return f"{pack_version[:12]}-{edition_key[:8]}"


def settle(machine: Machine, pack: Pack, provenance: Provenance) -> None:
    """A pack from a source is the one that is shown: nothing older waits any more, and its word on
    lines counts."""
    if provenance.origin in SOURCES:
        hidden_hotlines.accepted(machine.releases.root, pack, now=machine.now)
        seen_hotlines.add(
            machine.releases.root, {r.id for r in pack.resources if r.status == "live"}
        )
        held.drop(machine.releases)


def reviewed(
    machine: Machine, pack: Pack, provenance: Provenance, served: Release | None
) -> Review | None:
    """The candidate compared with what is shown; None where nobody needs to be asked. RefusedError."""
    if provenance.origin not in SOURCES or _was_active(machine.releases, served, pack):
        return None
    review = judge(
        shown(machine, served, pack, provenance),
        pack,
        provenance,
        hold_numbers=machine.hold_numbers,
        known=seen_hotlines.read(machine.releases.root),
    )
    if review.refused:
        told = " ".join(one.reason for one in review.refused[:_TOLD])
        more = len(review.refused) - _TOLD
        also = f" And {more} more such changes." if more > 0 else ""
        raise RefusedError(
            f"One person alone may not sign this: {told}{also} Ask the publisher for a second"
            " signature."
        )
    return review


def _was_active(releases: Releases, served: Release | None, pack: Pack) -> bool:
    """Whether this machine had accepted the pack already and only lost it: a damaged disk asks
    nobody again."""
    return (
        served is not None
        and served.state == "previous"
        and releases.active_id().startswith(f"{pack.version[:12]}-")
    )


def shown(machine: Machine, served: Release | None, pack: Pack, provenance: Provenance) -> Pack:
    """What the candidate is compared with: the served pack, a line that is hidden being withdrawn
    in it.

    Where nothing is served, the fixed crisis lines are all there is to be kept: what two persons
    signed may add any other line then, and what a single person did is all new.
    """
    if served is not None:
        pack = served.pack()
        return withdraw.marked(pack, held.overlay(machine.releases).of(pack))
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
    warnings: tuple[Problem, ...],
) -> Outcome:
    """Keep the pack until a person decides, and hide at once what it withdraws. RefusedError,
    OSError."""
    against = served.pack_version if served else ""
    before = held.waiting(machine.releases)
    if (
        before is not None
        and before.version == pack.version
        and held.whole(machine.releases, before)
    ):
        if (before.against, before.review.waiting) != (against, review.waiting):
            record = msgspec.structs.replace(before, at=machine.now, against=against, review=review)
            held.renew(machine.releases, record)
        hidden_hotlines.hide(machine.releases.root, review.hidden, now=machine.now)
        obey(machine)
        return waits(review, before, hidden=review.hidden, problems=warnings)
    warnings += candidate.checked(machine.checks, pack)
    overlay = machine.overlay(pack, provenance)
    key = overlay.key(machine.edition_key, pack)
    staged = machine.releases.stage()
    try:
        candidate.fill(staged, pack, overlay.applied(pack), machine.prepare, provenance)
        # Before the pack itself is kept: a wrong number must go even if this run ends here.
        hidden_hotlines.hide(machine.releases.root, review.hidden, now=machine.now)
        record = held.of(pack, provenance, review, against=against, key=key, now=machine.now)
        record = held.put(machine.releases, staged, record)
    finally:
        machine.releases.discard(staged)
    obey(machine)
    return waits(review, record, before=before, hidden=review.hidden, problems=warnings)


def waits(
    review: Review,
    record: Held,
    *,
    before: Held | None = None,
    hidden: tuple[str, ...] = (),
    problems: tuple[Problem, ...] = (),
) -> Outcome:
    """The outcome of a pack that waits."""
    count = len(review.waiting)
    first = (
        f"{'1 change needs' if count == 1 else f'{count} changes need'} a yes. First:"
        f" {_said(review.waiting[0])}"
    )
    instead = f" It takes the place of the pack that waited before ({before.id})." if before else ""
    return Outcome(
        state="held", held=record.id, reason=f"{first}{instead}", hidden=hidden, problems=problems
    )


def _said(one: Difference) -> str:
    numbers = f" ({one.old or 'nothing'} → {one.new or 'nothing'})" if one.number else ""
    return f"{one.reason}{numbers}"


def obey(machine: Machine) -> None:
    """Take what is hidden on this machine off the served pages, if they still show it.
    RefusedError, OSError."""
    served = machine.releases.active()
    if served is None:
        return
    with suppress(built_pack.BuiltPackError):
        pack = served.pack()
        if held.overlay(machine.releases).on(pack) != hidden_hotlines.obeyed(served.edition_key):
            machine.serve(pack, served.again())


def rollback(machine: Machine) -> Release:
    """Serve the pack before this one, its pages made anew, without the lines that were withdrawn
    since.

    NothingToRollBackError, BusyError, RefusedError if its pages cannot be made again, OSError.
    """
    releases = machine.releases
    with releases.lock():
        back = releases.earlier()
        releases.put_aside()
        machine.serve(back.pack(), back.again())
        return releases.active() or back

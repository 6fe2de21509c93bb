"""What one run on the releases works with, and how it makes a pack the active release."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from content.model.pack import Pack
from content.releases import candidate, held_pack, hidden_hotlines, seen_hotlines
from content.releases.candidate import Check, Prepare
from content.releases.generations import Releases
from content.releases.hidden_hotlines import Overlay
from content.releases.outcome import Outcome, disk_refusal
from content.releases.record import id_of
from content.review.provenance import Origin, Provenance

# Origins from which something new can come: a person may have to be asked about it.
SOURCES: frozenset[Origin] = frozenset({"signed", "unsigned"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The releases on disk, and how this installation judges packs.

    ``prepare`` makes every page of a pack once. ``hold_numbers``: a person is asked about every
    changed number. ``shipped``: the pack that comes with the program, None if it cannot be read.
    ``sources``: SOURCES, and "shipped" where that pack's text files are edited here.
    """

    releases: Releases
    checks: Sequence[Check]
    prepare: Prepare
    now: datetime
    hold_numbers: bool = False
    shipped: Callable[[], Pack | None] = lambda: None
    sources: frozenset[Origin] = SOURCES

    def attempt(self, step: Callable[[], Outcome], record: Callable[[Outcome], None]) -> Outcome:
        """Run the step under the lock; whatever goes wrong is an Outcome, too. BusyError.

        ``record`` keeps the outcome, which stands also where it cannot be kept.
        """
        try:
            with self.releases.lock():
                self.releases.sweep()
                outcome = candidate.attempt(step)
                with suppress(OSError):
                    record(outcome)
                return outcome
        except OSError as error:
            return disk_refusal(error)

    def overlay(self, pack: Pack, provenance: Provenance) -> Overlay:
        """What stays hidden if this pack is accepted: a source's live hotlines are shown again."""
        overlay = held_pack.overlay(self.releases)
        if provenance.origin not in self.sources:
            return overlay
        return overlay.without(hidden_hotlines.live(pack))

    def activate(self, pack: Pack, provenance: Provenance) -> Outcome:
        """See that its pages can be made, and make it the active release. RefusedError, OSError."""
        visible, release_id = self.overlay(pack, provenance).applied(pack), id_of(pack.version)
        before = self._shown() if provenance.origin in self.sources else None
        staged = self.releases.stage()
        try:
            candidate.fill(staged, pack, visible, self.prepare, provenance)
            news = self.releases.activate(staged, release_id, now=self.now, provenance=provenance)
        finally:
            self.releases.discard(staged)
        self.settle(pack, provenance, before=before)
        return Outcome(state="active" if news else "unchanged", release_id=release_id)

    def _shown(self) -> Pack | None:
        """The pack that is served until now."""
        served = self.releases.active()
        return served.pack() if served else None

    def settle(self, pack: Pack, provenance: Provenance, *, before: Pack | None = None) -> None:
        """A pack from a source is served: nothing older is on hold; its word on hotlines counts.

        ``before``: what was served until now, where it was another.
        """
        if provenance.origin in self.sources:
            hidden_hotlines.accepted(self.releases.root, pack, before=before, now=self.now)
            live = {resource.id for resource in pack.resources if resource.status == "live"}
            seen_hotlines.add(self.releases.root, live)
            held_pack.drop(self.releases)

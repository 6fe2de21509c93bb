"""What one run on the releases works with, and how it makes a pack the active release."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from content.model.pack import Pack
from content.releases import candidate, held_pack
from content.releases.candidate import Check, Prepare, RefusedError
from content.releases.generations import Releases
from content.releases.outcome import Outcome, disk_refusal
from content.releases.record import id_of
from content.releases.state import State
from content.review.provenance import Origin, Provenance

# Origins from which something new can come: a person may have to be asked about it.
SOURCES: frozenset[Origin] = frozenset({"signed", "unsigned"})
Change = tuple[State, Outcome]  # what a step makes of the state, and what became of its pack


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

    def attempt(
        self,
        step: Callable[[State], Change],
        record: Callable[[Outcome, State], State] = lambda _outcome, state: state,
    ) -> Outcome:
        """Read the state, run the step under the lock and keep what it made of the state; whatever
        goes wrong is an Outcome, too. BusyError.

        ``record`` adds the outcome; one that changes nothing stands also where it cannot be kept.
        """
        try:
            with self.releases.lock():
                self.releases.sweep()
                try:
                    state, outcome = step(self.releases.state())
                except (RefusedError, OSError) as error:
                    outcome = candidate.refusal(error)
                    state = self.releases.state()  # what the step kept before
                try:
                    self.keep(record(outcome, state))
                except OSError as error:
                    is_change = outcome.state in {"active", "held"}
                    return disk_refusal(error) if is_change else outcome
                return outcome
        except OSError as error:
            return disk_refusal(error)

    def keep(self, state: State) -> None:
        """Commit the state, and remove what it no longer needs. OSError. Call it under the lock."""
        self.releases.keep(state)
        self.releases.prune(state)
        held_pack.sweep(self.releases, state)

    def activate(self, pack: Pack, provenance: Provenance, state: State) -> Change:
        """See that its pages can be made; return the state in which it is the active release.
        RefusedError, OSError."""
        served, release_id = self.releases.active(state), id_of(pack.version)
        settled = self.settle(pack, provenance, state, before=served.pack() if served else None)
        staged = self.releases.stage()
        try:
            candidate.fill(staged, pack, settled.visible(pack), self.prepare, provenance)
            after, is_new = self.releases.activate(
                staged, release_id, settled, now=self.now, provenance=provenance
            )
        finally:
            self.releases.discard(staged)
        return after, Outcome(state="active" if is_new else "unchanged", release_id=release_id)

    def settle(
        self, pack: Pack, provenance: Provenance, state: State, *, before: Pack | None = None
    ) -> State:
        """Return the state after this pack is served: if a source gave it, nothing older is on
        hold, and its word on hotlines counts.

        ``before``: what was served until now, if that was another pack.
        """
        if provenance.origin not in self.sources:
            return state
        return state.accept(pack, before=before, now=self.now)

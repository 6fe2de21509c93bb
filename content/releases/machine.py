"""Provides everything needed to change the releases, and the step that makes a pack active."""

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
from system import files

# Origins that can bring something new, which a person may have to approve.
SOURCES: frozenset[Origin] = frozenset({"signed", "unsigned"})
Change = tuple[State, Outcome]  # the state that a step returns, and the outcome for its pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The releases on disk, and how this installation judges packs.

    ``prepare`` makes every page of a pack once. ``hold_numbers``: a person must approve every
    changed number. ``shipped``: the pack that comes with the program, None if it cannot be read.
    ``sources``: SOURCES, plus "shipped" if that pack's text files are edited here.
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
        """Read the state, run the step under the lock and keep the state that it returns.

        Every failure except BusyError also becomes an Outcome. ``record`` adds the outcome; if
        nothing changed, a failure to save it is ignored.
        """
        try:
            with self.releases.lock():
                self.releases.sweep()
                try:
                    state, outcome = step(self.releases.state())
                except (RefusedError, OSError) as error:
                    outcome = candidate.refusal(error)
                    state = self.releases.state()  # the state that the step kept earlier
                try:
                    self.keep(record(outcome, state))
                except OSError as error:
                    is_change = outcome.state in {"active", "held"}
                    return disk_refusal(error) if is_change else outcome
                return outcome
        except OSError as error:
            return disk_refusal(error)

    def keep(self, state: State) -> None:
        """Commit the state; remove what it no longer needs. Raises OSError. Call under the lock."""
        self.releases.keep(state)
        self.releases.prune(state)
        held_pack.sweep(self.releases, state)

    def activate(self, pack: Pack, provenance: Provenance, state: State) -> Change:
        """Check that the pack's pages can be made; return the state in which the pack is active.
        Raises RefusedError or OSError."""
        served, release_id = self.releases.active(state), id_of(pack.version)
        settled = self.settle(pack, provenance, state, before=served.pack() if served else None)
        staged = self.releases.stage()
        try:
            candidate.fill(staged, pack, settled.visible(pack), self.prepare, provenance)
            after, is_new = self.releases.activate(
                staged, release_id, settled, now=self.now, provenance=provenance
            )
        finally:
            files.remove(staged)
        return after, Outcome(state="active" if is_new else "unchanged", release_id=release_id)

    def settle(
        self, pack: Pack, provenance: Provenance, state: State, *, before: Pack | None = None
    ) -> State:
        """Return the state after this pack is served: a source's pack ends any older hold.

        From then on, the pack's statements on hotlines count. ``before``: the pack served until
        now, if it was a different one.
        """
        if provenance.origin not in self.sources:
            return state
        return state.accept(pack, before=before, now=self.now)

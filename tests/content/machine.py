"""A machine that accepts signed packs: its data directory, and refreshes from a publisher."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from content.model import built_pack
from content.model.pack import Pack
from content.releases.admit import admit
from content.releases.candidate import Candidate, Prepare
from content.releases.generations import Releases
from content.releases.machine import Machine as Reviewing
from content.releases.outcome import Outcome
from content.releases.refresh import Asked, refresh
from content.releases.sources import PackSource
from content.releases.targets import SchoolArea
from content.review.provenance import Provenance
from content.trust.failures import Failure, RefreshError
from tests.content.candidates import ONE, render
from tests.content.publisher import NOW


def numbered(number: int) -> Pack:
    """Return a pack that passes every rule, different for each number; it needs no approval."""
    return built_pack.load(
        built_pack.build(replace(ONE, facts={**ONE.facts, "pack": f"pack-{number}"}))
    )


@dataclass(kw_only=True)
class Machine:
    """``root``: the pinned root; ``source``: an https address or the folder of a USB drive."""

    data: Path
    root: bytes
    source: str | Path
    now: datetime = NOW
    area: SchoolArea = field(default_factory=SchoolArea)

    @property
    def releases(self) -> Releases:
        return Releases(self.data)

    def refresh(
        self,
        source: str | Path | None = None,
        *,
        prepare: Prepare = render,
        synchronised: bool = True,
        accept_age: bool = False,
        seconds: float = 120,
    ) -> Outcome:
        """Run one refresh, like the command. Raises RefreshError."""
        return refresh(
            PackSource(self.source if source is None else source, self.root),
            self.running(prepare),
            Asked(
                area=self.area,
                synchronised=synchronised,
                accept_age=accept_age,
                seconds=seconds,
            ),
        )

    def running(self, prepare: Prepare = render) -> Reviewing:
        """Return what one run on this machine works with."""
        return Reviewing(releases=self.releases, checks=(), prepare=prepare, now=self.now)

    def take(self, folder: Path, provenance: Provenance) -> Outcome:
        """Run one refresh from a folder on this disk, without asking a publisher."""
        return admit(Candidate(folder, provenance), self.running())

    def fails(
        self, source: str | Path | None = None, *, accept_age: bool = False, seconds: float = 120
    ) -> Failure:
        """Run a refresh that must fail; return why it did. The same pack must still be served, with
        nothing left over."""
        before = self.shown
        try:
            outcome = self.refresh(source, accept_age=accept_age, seconds=seconds)
        except RefreshError as error:
            assert self.shown == before
            assert self.is_clean()
            record = self.releases.state().refresh
            assert record is not None
            assert (record.outcome, record.failure, record.alarm) == (
                "failed",
                error.failure.kind,
                error.failure.alarm,
            )
            return error.failure
        raise AssertionError(str(outcome.said))

    @property
    def shown(self) -> str:
        """Return which pack is served, "pack-1" for ``numbered(1)``, "" for none."""
        release = self.releases.active(self.releases.state())
        return release.pack().facts["pack"] if release else ""

    def is_clean(self) -> bool:
        """Whether no temporary files or folders are left anywhere."""
        return not [path for path in self.data.rglob("*") if path.name.startswith((".tmp-", "tmp"))]

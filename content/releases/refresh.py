"""Runs one refresh: fetches and admits a publisher's packs, then updates the large directory."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from content.directory import refresh as directory_refresh
from content.directory.refresh import Fetched
from content.releases import targets
from content.releases.admit import admit
from content.releases.candidate import Candidate
from content.releases.generations import BusyError, Releases
from content.releases.machine import Machine
from content.releases.outcome import Outcome, disk_refusal, first_taken
from content.releases.sources import PackSource
from content.releases.targets import SchoolArea
from content.trust.failures import RefreshError
from system import files

TRUST, BLOBS = "trust", "blobs"  # folders in the data directory
SECONDS = 120  # time limit for everything that one refresh fetches


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The conditions for asking a publisher. ``synchronised``: the clock is known to be correct.

    ``accept_age``: a person agreed to take an expired USB stick.
    """

    area: SchoolArea = field(default_factory=SchoolArea)
    synchronised: bool = False
    accept_age: bool = False
    seconds: float = SECONDS


@contextmanager
def fetch(
    source: PackSource, machine: Machine, asked: Asked
) -> Iterator[tuple[Sequence[Candidate], Fetched | None]]:
    """Yield verified candidates and directory changes to use in the block. Raises RefreshError.

    If a county or district adds to the state's pack, the second candidate is only the state's pack.
    """
    # Load tuf only if a publisher is asked.
    from content.trust.blob_store import Blobs  # noqa: PLC0415
    from content.trust.tuf_client import Trust, repository  # noqa: PLC0415

    releases = machine.releases
    folder = releases.root / TRUST
    staged = files.temporary(folder)
    trust = Trust(root=source.root or b"", folder=folder, witnesses=_witnesses(releases))
    try:
        with repository(
            source.where,
            trust,
            Blobs(releases.root / BLOBS),
            now=machine.now,
            synchronised=asked.synchronised,
            accept_age=asked.accept_age,
            seconds=asked.seconds,
        ) as found:
            address = str(source.where)
            whole = targets.collect(found, staged / "whole", asked.area)
            candidates = [Candidate(staged / "whole" / targets.PACK, whole, address)]
            if whole.local:
                alone = targets.collect(found, staged / "alone", SchoolArea())
                candidates.append(Candidate(staged / "alone" / targets.PACK, alone, address))
            services = directory_refresh.fetch(found, releases.root)
        yield candidates, services
    finally:
        files.remove(staged)


def _witnesses(releases: Releases) -> list[Path]:
    return sorted(folder for folder in releases.folder.glob("*/metadata") if folder.is_dir())


def refresh(source: PackSource, machine: Machine, asked: Asked) -> Outcome:
    """Verify what the publisher offers and take it in.

    Raises RefreshError if nothing could be fetched and verified; the failure is then recorded.
    Raises BusyError if a refresh is running.
    """
    releases, now, address = machine.releases, machine.now, str(source.where)
    try:
        with releases.lock():
            releases.sweep()
            directory_refresh.check_daily(source.root or b"", releases.root, now=now)
            with fetch(source, machine, asked) as (candidates, services):
                outcome, before = first_taken(candidates, lambda one: admit(one, machine))
                if before is not None:
                    releases.change(lambda s: s.refused(address, before.reasons(), now=now))
                # This comes last: on a small machine, loading the first directory takes minutes.
                directory_refresh.take(services, releases.root, now=now)
                return outcome
    except RefreshError as error:
        failure = error.failure
        with suppress(OSError, BusyError):  # the outcome counts even if it cannot be recorded
            releases.change(lambda s: s.record_failure(failure, source=address, now=now))
        raise
    except OSError as error:
        return disk_refusal(error)

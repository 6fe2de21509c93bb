"""Fetches what a publisher offers and verifies it: from a source to candidate packs. Loads TUF."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from content.directory import refresh as directory_refresh
from content.directory.refresh import Fetched
from content.releases import targets
from content.releases.candidate import Candidate
from content.releases.generations import Releases
from content.releases.machine import Machine
from content.releases.sources import PackSource
from content.releases.targets import SchoolArea
from system import files

TRUST, BLOBS = "trust", "blobs"  # in the data directory
SECONDS = 120  # for everything that one refresh fetches


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a publisher is asked. ``synchronised``: the clock is known to be right.

    ``accept_age``: a person agreed to take a USB stick that ran out.
    """

    area: SchoolArea = field(default_factory=SchoolArea)
    synchronised: bool = False
    accept_age: bool = False
    seconds: float = SECONDS


@contextmanager
def fetch(
    source: PackSource, machine: Machine, asked: Asked
) -> Iterator[tuple[Sequence[Candidate], Fetched | None]]:
    """Verified candidates, while the block runs, and the directory's news. RefreshError.

    The state's pack alone is the second candidate where a county or district adds to it.
    """
    # tuf: only where a publisher is asked
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
    """Older metadata that was once verified: that of the releases on disk."""
    return sorted(folder for folder in releases.folder.glob("*/metadata") if folder.is_dir())

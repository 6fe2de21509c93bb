"""One refresh: from the address of a source to an Outcome, on record.

Owns which addresses may be a source, the way from a verified repository through intake, and what is
remembered of the last refresh and the last refusal. Refuses http, an unsigned folder unless the
settings say so, and a signed source without the root that the school was given. TUF is loaded only
here, where a publisher is asked.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from urllib.request import url2pathname

import msgspec

from content.directory import refresh as directory_refresh
from content.directory.refresh import Fetched
from content.model import durable_files
from content.releases import targets
from content.releases.generations import Releases
from content.releases.hold import Machine
from content.releases.intake import Outcome, accept, disk_refusal
from content.releases.outcome import first_taken
from content.releases.record import Instant
from content.releases.targets import Place
from content.review.provenance import Provenance
from content.trust.failures import Failure, Kind, RefreshError

LAST = "LAST_REFRESH"
TRUST, BLOBS = "trust", "blobs"  # in the data directory
MAX_ROOT = 64_000  # bytes of the pinned root
SECONDS = 120  # for everything that one refresh fetches
UNSIGNED = Provenance(origin="unsigned")
Candidate = tuple[Path, Provenance]


class SourceError(Exception):
    """The address cannot be a source of packs; the message says which setting to change and how."""


@dataclass(frozen=True, slots=True)
class Source:
    """An https address or a folder. ``root``: the pinned root that it is verified from; None: a
    folder of an author."""

    where: str | Path
    root: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a publisher is asked: for which place, by a clock that was set from the network or not,
    for how long.

    ``accept_age``: a person agreed to take a stick that ran out.
    """

    place: Place = field(default_factory=Place)
    synchronised: bool = True
    accept_age: bool = False
    seconds: float = SECONDS


class LastRefresh(msgspec.Struct, frozen=True, kw_only=True):
    """When the last refresh ended, and how. ``failure`` is its kind where nothing could be fetched,
    else "".

    ``verified_at``: when a publisher's newest metadata was last verified, whatever became of the
    pack.
    """

    at: Instant
    outcome: str
    sentence: str
    failure: Kind | Literal[""] = ""
    alarm: bool = False
    verified_at: Instant | None = None

    @property
    def again(self) -> bool:
        """Whether trying again soon may help."""
        return self.failure != "" and Failure(self.failure, "").again


def locate(source: str, *, unsigned: bool, root: Path | None = None) -> Source:
    """The source of that address. ``unsigned``: the settings allow a folder that nobody signed.
    SourceError if not."""
    scheme = source.partition(":")[0].casefold() if ":" in source.partition("/")[0] else ""
    if scheme == "https":
        return Source(source, _pinned(root, source))
    if scheme == "http":
        raise SourceError(
            "[content] source: http: can be changed on the way; write https: before the address."
        )
    if scheme not in ("", "file"):
        raise SourceError(
            f'[content] source: "{scheme}:" cannot be fetched; name an https address, a directory'
            " or a file: address."
        )
    folder = _folder_of(source) if scheme else Path(source).expanduser()
    if not source or not folder.is_dir():
        raise SourceError(
            f"[content] source: there is no directory {folder}; name the folder that holds the"
            " pack."
        )
    if (folder / "metadata").exists():
        return Source(folder, _pinned(root, str(folder)))
    if not unsigned:
        raise SourceError(
            f"[content] source: {folder} holds a pack that nobody signed; "
            "set unsigned = true in section [content] of the settings to use it all the same."
        )
    return Source(folder, None)


def fetch_and_refresh(source: Source, machine: Machine, asked: Asked) -> Outcome:
    """Verify what a publisher offers and take it through intake.

    RefreshError if nothing could be fetched and verified; it is on record then. BusyError if a
    refresh is running.
    """
    releases, now = machine.releases, machine.now
    try:
        with releases.lock():
            releases.sweep()
            directory_refresh.check_daily(source.root or b"", releases.root, now=now)
            with _fetched(source, releases, now, asked) as (candidates, services):
                outcome, before = first_taken(
                    partial(refresh, where, machine, by, source=str(source.where))
                    for where, by in candidates
                )
                if before is not None:
                    releases.record_refusal(str(source.where), before.reasons(), now=now)
                # After the pack: taking up a first directory takes a small machine minutes.
                directory_refresh.take(services, releases.root, now=now)
                return outcome
    except RefreshError as error:
        with suppress(OSError):  # the failure stands and is shown, also where it cannot be recorded
            _record_failure(error.failure, releases, source=str(source.where), now=now)
        raise
    except OSError as error:
        return disk_refusal(error)


@contextmanager
def _fetched(
    source: Source, releases: Releases, now: datetime, asked: Asked
) -> Iterator[tuple[Sequence[Candidate], Fetched | None]]:
    """Verified candidates, while the block runs, who vouches for each, and what the directory
    brings.

    The state's pack alone is the second where a county or district adds to it.
    """
    from content.trust.downloads import Blobs  # noqa: PLC0415  tuf: only where a publisher is asked
    from content.trust.tuf_client import Trust, repository  # noqa: PLC0415

    folder = releases.root / TRUST
    staged = durable_files.temporary(folder)
    trust = Trust(root=source.root or b"", folder=folder, witnesses=_witnesses(releases))
    try:
        with repository(
            source.where,
            trust,
            Blobs(releases.root / BLOBS),
            now=now,
            synchronised=asked.synchronised,
            accept_age=asked.accept_age,
            seconds=asked.seconds,
        ) as found:
            whole = targets.collect(found, staged / "whole", asked.place)
            candidates = [(staged / "whole" / targets.PACK, whole)]
            if whole.local:
                alone = targets.collect(found, staged / "alone", Place())
                candidates.append((staged / "alone" / targets.PACK, alone))
            services = directory_refresh.fetch(found, releases.root)
        yield candidates, services
    finally:
        durable_files.remove(staged)


def refresh(folder: Path, machine: Machine, provenance: Provenance, *, source: str = "") -> Outcome:
    """Take the pack in ``folder`` through intake and keep on record what became of it. BusyError if
    one is running.

    ``source`` is the address to name in a refusal. Rendering a release of our own again is no news
    from a source: it neither counts as a refresh nor clears a refusal.
    """
    releases = machine.releases
    try:
        with releases.lock():
            releases.sweep()
            outcome = accept(folder, machine, provenance)
            with suppress(
                OSError
            ):  # the Outcome stands and is shown, also where it cannot be recorded
                _record(
                    outcome,
                    releases,
                    source=source or str(folder),
                    provenance=provenance,
                    now=machine.now,
                )
            return outcome
    except OSError as error:
        return disk_refusal(error)


def last(releases: Releases) -> LastRefresh | None:
    """The last refresh on record."""
    return durable_files.read_record(releases.root / LAST, LastRefresh)


def fails_for_now(releases: Releases) -> bool:
    """Whether the last refresh failed by something that may have passed in some minutes."""
    record = last(releases)
    return record is not None and record.again


def overdue(releases: Releases, *, now: datetime, every: timedelta) -> bool:
    """Whether a refresh should run now: none on record, the last too long ago, or the clock was set
    back behind it."""
    record = last(releases)
    return record is None or not timedelta(0) <= now - record.at < every


def _record(
    outcome: Outcome, releases: Releases, *, source: str, provenance: Provenance, now: datetime
) -> None:
    ours = provenance.origin == "again"
    if outcome.state == "refused":
        releases.record_refusal(source, outcome.reasons(), now=now)
    elif not ours:
        releases.clear_refusal()
    if not ours:
        verified = now if provenance.origin == "signed" else _verified_at(releases)
        record = LastRefresh(
            at=now, outcome=outcome.state, sentence=outcome.sentence(), verified_at=verified
        )
        durable_files.write_record(releases.root / LAST, record)


def _record_failure(failure: Failure, releases: Releases, *, source: str, now: datetime) -> None:
    if failure.alarm:
        releases.record_refusal(source, [failure.sentence()], now=now)
    record = LastRefresh(
        at=now,
        outcome="failed",
        sentence=failure.sentence(),
        failure=failure.kind,
        alarm=failure.alarm,
        verified_at=_verified_at(releases),
    )
    durable_files.write_record(releases.root / LAST, record)


def _verified_at(releases: Releases) -> datetime | None:
    record = last(releases)
    return record.verified_at if record else None


def _witnesses(releases: Releases) -> list[Path]:
    """Older metadata that was once verified: that of the releases on disk."""
    return sorted(folder for folder in releases.folder.glob("*/metadata") if folder.is_dir())


def _pinned(root: Path | None, source: str) -> bytes:
    if root is None:
        raise SourceError(
            f"[content] root: {source} is signed, and this machine has no root to verify it from; "
            "name the root.json that the publisher gave you."
        )
    try:
        with root.open("rb") as file:
            data = file.read(MAX_ROOT + 1)
    except OSError as error:
        raise SourceError(
            f"[content] root: {root} cannot be read ({error.strerror or error})."
        ) from error
    if not data or len(data) > MAX_ROOT:
        raise SourceError(
            f"[content] root: {root} is not the root.json of a publisher; ask the publisher for it."
        )
    return data


def _folder_of(address: str) -> Path:
    parts = urlsplit(address)
    if parts.netloc not in ("", "localhost"):
        raise SourceError(
            f"[content] source: {address} names another machine; write file:///path/to/the/folder."
        )
    return Path(url2pathname(parts.path))

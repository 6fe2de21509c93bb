"""Opens and verifies a publisher's TUF repository, and fetches from it.

Beyond TUF's rules, we set a version floor and length limits, and a person may accept an old stick
(docs/develop/decisions/0017).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tuf.api import exceptions as wrong
from tuf.api.metadata import Metadata, TargetFile, Targets, Timestamp
from tuf.ngclient import Updater, UpdaterConfig
from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet

from content.trust import tuf_offline, version_floor
from content.trust.blob_store import Blobs
from content.trust.failures import Failure, Kind, RefreshError
from content.trust.fetch import Deadline, Fetcher, FetchError, StatusError
from content.trust.fetch_https import HttpsFetcher
from content.trust.fetch_usb import SCHEME, UsbFetcher
from messages.message import cause, message, of_error
from system import files

LIMITS = UpdaterConfig(
    max_root_rotations=32,
    max_delegations=16,
    root_max_length=64_000,
    timestamp_max_length=4_000,
    snapshot_max_length=512_000,
    targets_max_length=tuf_offline.MAX_BYTES,
)
MAX_AGE = timedelta(days=180)  # maximum for a USB stick that a person may still accept
METADATA = "metadata"  # a folder in trust/ for TUF's live metadata
SECOND = timedelta(seconds=1)

logging.getLogger("tuf").setLevel(logging.ERROR)


class Client(Updater):
    """TUF's client with our own clock; reads its private ``_trusted_set`` (tests guard that)."""

    def __init__(
        self,
        folder: Path,
        address: str,
        fetcher: Fetcher,
        *,
        root: bytes,
        now: datetime,
        config: UpdaterConfig = LIMITS,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(str(folder), address, fetcher=fetcher, config=config, bootstrap=root)
        self.verified.reference_time = now

    @property
    def verified(self) -> TrustedMetadataSet:
        return self._trusted_set


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """The pinned root, the folder ``trust/``, and older metadata from which to raise the floor."""

    root: bytes
    folder: Path
    witnesses: Sequence[Path] = ()


class Repository:
    """A repository whose newest metadata was verified. ``take`` fetches the files that it lists."""

    def __init__(
        self, client: Client, fetcher: Fetcher, base: str, trust: Trust, blobs: Blobs
    ) -> None:
        self._client, self._fetcher, self._base, self._trust = client, fetcher, base, trust
        self.blobs = blobs
        self.roles: list[str] = []  # the delegated roles that were used

    def own(self, path: str, *, most: int) -> Path:
        """Return a file signed by the top role itself. Raises RefreshError if it is not listed."""
        info = self._client.verified.targets.targets.get(path)
        if info is None:
            raise RefreshError(Failure("hub incomplete", message("fetch.not-signed", path=path)))
        return self._taken(path, info, most)

    def lists(self, path: str) -> bool:
        return path in self._client.verified.targets.targets

    def delegated(self, path: str, *, most: int) -> Path | None:
        """Return a delegated role's file of any age (the snapshot is fresh); None if invalid."""
        fresh, self._client.verified.reference_time = (
            self._client.verified.reference_time,
            tuf_offline.AGELESS,
        )
        try:
            info = self._client.get_targetinfo(path)
        except wrong.LengthOrHashMismatchError:
            raise
        except wrong.RepositoryError:
            return None
        finally:
            self._client.verified.reference_time = fresh
        role = next((name for name in self._names(path) if name in self._client.verified), "")
        if info is None or not role or info.length > most:
            return None
        if role not in self.roles:
            self.roles.append(role)
        return self._taken(path, info, most)

    def absent(self, path: str) -> bool:
        """Whether signed lists say that nobody publishes the path that ``delegated`` did not find.

        False if the role's list did not arrive.
        """
        verified = self._client.verified
        lists = [verified.get(name) for name in self._names(path)]
        return all(isinstance(one, Targets) and path not in one.targets for one in lists)

    def chain(self) -> tuf_offline.Chain:
        return tuf_offline.summary(self._client.verified, self._trust.folder / METADATA, self.roles)

    def vouch(self, out: Path, targets: dict[str, Path]) -> None:
        """Copy the metadata and these files (path → file) to where they vouch for a release."""
        tuf_offline.copy(self._trust.folder / METADATA, out, self.roles, targets)

    def _names(self, path: str) -> Collection[str]:
        delegations = self._client.verified.targets.delegations
        return [name for name, _ in delegations.get_roles_for_target(path)] if delegations else []

    def _taken(self, path: str, info: TargetFile, most: int) -> Path:
        if info.length > most or "sha256" not in info.hashes:
            raise RefreshError(
                Failure("hub incomplete", message("fetch.too-large", path=path, most=most))
            )
        folder, slash, name = path.rpartition("/")
        url = f"{self._base}/targets/{folder}{slash}{info.hashes['sha256']}.{name}"
        first = bytearray()

        def fetch() -> Iterator[bytes]:
            for chunk in self._fetcher.read(url, info.length):
                first.extend(chunk[: 64 - len(first)])
                yield chunk

        try:
            return self.blobs.take(info, fetch)
        except (wrong.LengthOrHashMismatchError, wrong.DownloadLengthMismatchError):
            # Check this only after a mismatch: a county may really have signed a web page.
            self._fetcher.refuse_page(url, bytes(first))
            raise


@contextmanager
def repository(
    source: str | Path,
    trust: Trust,
    blobs: Blobs,
    *,
    now: datetime,
    synchronised: bool,
    accept_age: bool = False,
    seconds: float,
) -> Iterator[Repository]:
    """Yield the verified repository at an https address or in a folder. Raises only RefreshError.

    If the block succeeds, the floor is raised to the versions seen and unused blobs are removed.
    ``accept_age``: a person accepts a folder that expired at most MAX_AGE ago.
    """
    fetcher: Fetcher
    deadline = Deadline(seconds)
    if isinstance(source, Path):
        fetcher, base = UsbFetcher(source, deadline), SCHEME.rstrip("/")
    else:
        fetcher, base = HttpsFetcher(deadline), source.rstrip("/")
    stick = isinstance(source, Path)
    with _in_words(fetcher, stick=stick):
        _sweep(trust.folder, blobs)
        marks = _floor(trust)
        floor = version_floor.issued(marks)
        time = version_floor.trusted_now(now, synchronised=synchronised, floor=floor)
        if stick:
            time = _time_for_stick(fetcher, base, marks, time, accept_age=accept_age)
        client = Client(
            trust.folder / METADATA, f"{base}/metadata", fetcher, root=trust.root, now=time
        )
        client.refresh()
        found = Repository(client, fetcher, base, trust, blobs)
        _not_below(marks, found, stick=stick)
        yield found
        seen = _not_below(marks, found, stick=stick)
        version_floor.raise_to(trust.folder, version_floor.raised(marks, seen.marks, seen.trusted))
        blobs.prune()


def _not_below(marks: version_floor.Marks, found: Repository, *, stick: bool) -> tuf_offline.Chain:
    seen = found.chain()
    if lower := version_floor.below(marks, seen.marks, seen.trusted):
        raise RefreshError(Failure("older stick" if stick else "older", lower))
    return seen


def _floor(trust: Trust) -> version_floor.Marks:
    """Return the file FLOOR, or the higher versions that the releases' metadata has."""
    marks: version_floor.Marks = version_floor.read(trust.folder)
    for witness in trust.witnesses:
        try:
            seen = tuf_offline.read(witness, trust.root)
        except tuf_offline.ChainError:
            continue
        marks = {
            **marks,
            **{role: mark for role, mark in seen.marks.items() if _higher(mark, marks.get(role))},
        }
    return marks


def _higher(mark: version_floor.RoleMark, known: version_floor.RoleMark | None) -> bool:
    return known is None or mark.version > known.version


def _time_for_stick(
    fetcher: Fetcher, base: str, marks: version_floor.Marks, time: datetime, *, accept_age: bool
) -> datetime:
    """Return the time to judge a stick by: now, or just before it expired if a person accepts that.

    Here, its unverified timestamp only sets the time; TUF then verifies it at that time, so a stick
    with a forged date fails.
    """
    data = fetcher.download_bytes(f"{base}/metadata/timestamp.json", LIMITS.timestamp_max_length)
    stamp = Metadata[Timestamp].from_bytes(data).signed
    if not isinstance(stamp, Timestamp) or stamp.expires > time:
        return time
    known = marks.get("timestamp")
    if known and stamp.version < known.version:
        raise RefreshError(
            Failure("older stick", message("floor.stamp", seen=stamp.version, least=known.version))
        )
    age = time - (tuf_offline.issued(stamp) or stamp.expires)
    if age > MAX_AGE:
        raise RefreshError(
            Failure(
                "hub stale",
                message("fetch.too-old", days=age.days, most=MAX_AGE.days),
            )
        )
    if not accept_age:
        raise RefreshError(Failure("old stick", message("fetch.accept-age", days=age.days)))
    return stamp.expires - SECOND


@contextmanager
def _in_words(fetcher: Fetcher, *, stick: bool) -> Iterator[None]:
    """Turn every failure into a RefreshError of its kind."""
    try:
        yield
    except RefreshError:
        raise
    except (FetchError, StatusError) as error:
        raise RefreshError(error.failure) from error
    except OSError as error:
        raise RefreshError(Failure("disk", cause(error))) from error
    except Exception as error:
        # A repository is outside data: any parser failure refuses it and must not stop us.
        if fetcher.hidden:
            raise RefreshError(Failure("blocked", message("fetch.root-hidden"))) from error
        raise RefreshError(_meaning(error, stick=stick)) from error


def _meaning(error: Exception, *, stick: bool) -> Failure:
    kinds: tuple[tuple[type[Exception], Kind], ...] = (
        (wrong.ExpiredMetadataError, "hub stale"),
        (wrong.UnsignedMetadataError, "bad signature"),
        (wrong.BadVersionNumberError, "older stick" if stick else "older"),
    )
    kind: Kind = next((kind for type_, kind in kinds if isinstance(error, type_)), "damaged")
    return Failure(kind, of_error(error))


def _sweep(folder: Path, blobs: Blobs) -> None:
    """Remove a killed refresh's files: TUF's own ``tmp*`` files, ours, and partial downloads.

    Also removes files that would make TUF's client wait or read forever: it opens files by name.
    """
    metadata = folder / METADATA
    for place in (folder, metadata, metadata / tuf_offline.ROOTS):
        files.make_folder(place)
    blobs.sweep()
    for left in (*metadata.glob("tmp*"), *folder.glob(f"{files.TEMPORARY}*")):
        files.remove(left)
    inside = os.path.realpath(metadata)
    for path in (*metadata.glob("*.json"), *(metadata / tuf_offline.ROOTS).iterdir()):
        real = Path(os.path.realpath(path))  # root.json is TUF's own link into its history
        ours = real.is_relative_to(inside) and files.is_plain(real, most=tuf_offline.MAX_BYTES)
        if not ours:
            files.remove(path)

"""The large directory's part of a refresh: what the publisher's list names is fetched, and then taken up.

Owns the order (fetched while the repository is open, taken up after the pack), and the record of what became of it. A
directory never keeps a pack back: whatever goes wrong here is a sentence on record, and what search has stays. What was
fetched before a deadline is not fetched again. Once a day every line on the disk is compared with the signed list.
Refuses a list or a shard that the role ``directory`` did not sign.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from content import directory_index, disk
from content.directory import FOLDER, INDEX, MAX_SHARD, DirectoryError, wanted
from content.failures import RefreshError
from content.release import Instant

if TYPE_CHECKING:
    from content.signed import Repository

LAST = "LAST_UPDATE"  # below data_dir/directory/
MAX_INDEX = 1_000_000  # bytes of index.json
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the publisher offers: the verified list, and the files of the shards that this machine does not hold.

    ``failure`` says why not everything came; then nothing is taken up.
    """

    index: bytes = b""
    shards: Mapping[str, Path] = field(default_factory=dict)
    failure: str = ""


class LastUpdate(msgspec.Struct, frozen=True, kw_only=True):
    """When the directory was last looked at, and what became of it. ``checked_at``: when every line was compared."""

    at: Instant
    sentence: str
    failed: bool = False
    checked_at: Instant | None = None


def fetch(found: Repository, data_dir: Path, *, now: datetime) -> Fetched | None:
    """The list and the shards that differ, from an open repository; None where no directory is published."""
    index_path, index = directory_index.path_in(data_dir), b""
    try:
        listed = found.delegated(f"{FOLDER}/{INDEX}", most=MAX_INDEX)
        if listed is None:
            return None
        index = listed.read_bytes()
        _check_daily(index_path, index, now=now)
        return Fetched(index, dict(_shards(found, index, directory_index.held(index_path))))
    except Exception as error:  # noqa: BLE001 - whatever a directory does, the pack is still to be taken
        return Fetched(index, failure=_told(error))


def take(fetched: Fetched | None, data_dir: Path, *, now: datetime) -> LastUpdate | None:
    """Take up what was fetched and record what became of it; None where no directory is published."""
    if fetched is None:
        return None
    index_path = directory_index.path_in(data_dir)
    before = last(data_dir)
    failure = fetched.failure
    if not failure:
        try:
            listed = directory_index.update(index_path, fetched.shards, index=fetched.index)
            sentence = f"{listed.services} services of {listed.name}; {len(fetched.shards)} shards are new."
        except (DirectoryError, OSError) as error:
            failure = _told(error)
    made = LastUpdate(
        at=now,
        sentence=f"The directory stays as it was: {failure}" if failure else f"The directory: {sentence}",
        failed=bool(failure),
        checked_at=before.checked_at if before and before.checked_at and before.checked_at <= now else None,
    )
    _record(data_dir, made)
    return made


def last(data_dir: Path) -> LastUpdate | None:
    """What became of the directory at the last refresh."""
    return disk.read_record(data_dir / FOLDER / LAST, LastUpdate)


def told(data_dir: Path) -> Iterator[tuple[Literal["ok", "wrong"], str]]:
    """What the person who looks after this machine should know of it; nothing where no directory was ever published."""
    record = last(data_dir)
    if record:
        yield "wrong" if record.failed else "ok", f"{record.sentence} Looked at {record.at:%Y-%m-%d %H:%M} UTC."


def _shards(found: Repository, index: bytes, held: Mapping[str, str]) -> Iterator[tuple[str, Path]]:
    for path in wanted(index, held):
        file = found.delegated(path, most=MAX_SHARD)
        if file is None:
            raise DirectoryError(f"{path} is listed and was not signed.")
        yield path.rpartition("/")[2], file


def _check_daily(index_path: Path, index: bytes, *, now: datetime) -> None:
    """Compare every line with the list it was taken from, if that is the one signed now; drop a file that differs."""
    data_dir = index_path.parent.parent
    record = last(data_dir)
    if record is None or not index_path.is_file() or wanted(index, directory_index.held(index_path)):
        return  # another list: its own refresh compares what it brings
    if record.checked_at and timedelta(0) <= now - record.checked_at < DAY:
        return
    if directory_index.broken(index_path, index):
        directory_index.drop(index_path)
    _record(data_dir, msgspec.structs.replace(record, checked_at=now))


def _record(data_dir: Path, record: LastUpdate) -> None:
    with suppress(OSError):  # what happened stands, also where it cannot be recorded
        (data_dir / FOLDER).mkdir(parents=True, exist_ok=True)
        disk.write_record(data_dir / FOLDER / LAST, record)


def _told(error: Exception) -> str:
    if isinstance(error, RefreshError):
        return error.failure.sentence()
    return str(error) or type(error).__name__

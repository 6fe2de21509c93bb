"""The directory's part of a refresh: fetch changed shards, then update the file.

The directory never makes a refresh fail: errors are recorded, and search keeps its current data.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from content.directory import index as directory_index
from content.directory import proof
from content.directory.model import FOLDER, MAX_SHARD, DirectoryError, wanted
from content.trust.failures import RefreshError
from messages.message import Message, kept, message, of_error
from system import files

if TYPE_CHECKING:
    from content.trust.tuf_client import Repository

LAST = "LAST_UPDATE"  # a file under data_dir/directory/
MAX_INDEX = 1_000_000  # maximum bytes of index.json
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Fetched:
    """The verified list, and the shards that this machine lacks.

    ``signed``: a folder that vouches for the list; None if already stored. ``failure``: why the
    fetch is incomplete, so nothing is applied. ``withdrawn``: signed lists name no directory.
    """

    index: bytes = b""
    shards: Mapping[str, Path] = field(default_factory=dict)
    signed: Path | None = None
    failure: Message | None = None
    withdrawn: bool = False


class LastUpdate(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a refresh for the directory. ``checked_at``: the time of the last comparison.

    ``sentence``: for versions of the program without ``said``, which a rollback may bring back.
    """

    at: files.Instant
    sentence: str
    failed: bool = False
    checked_at: files.Instant | None = None
    said: Message | None = None

    @property
    def message(self) -> Message:
        """Return how the update ended, in English if another version of the program recorded it."""
        return kept(self.said, self.sentence)


def check_daily(root: bytes, data_dir: Path, *, now: datetime) -> None:
    """Verify the file once a day and before the first refresh; remove it if it is unsigned."""
    with suppress(OSError):
        proof.tidy(data_dir)
        record = last(data_dir)
        if record and record.checked_at and timedelta(0) <= now - record.checked_at < DAY:
            return
        if proof.directory_doubt(data_dir, root):
            proof.forget(data_dir)
        if record:
            _record(data_dir, msgspec.structs.replace(record, checked_at=now))


def fetch(found: Repository, data_dir: Path) -> Fetched | None:
    """Return the list and the shards that differ; None if no directory is published or stored."""
    index_path, index = directory_index.path_in(data_dir), b""
    try:
        listed = found.delegated(proof.LISTED, most=MAX_INDEX)
        if listed is None:
            if not os.path.lexists(index_path) and last(data_dir) is None:
                return None
            withdrawn = found.absent(proof.LISTED)
            return Fetched(
                withdrawn=withdrawn,
                failure=None if withdrawn else message("directory.no-list"),
            )
        index = listed.read_bytes()
        shards = dict(_shards(found, index, directory_index.held(index_path)))
        return Fetched(index, shards, signed=_vouched(found, data_dir, listed, index))
    except Exception as error:  # noqa: BLE001 - the pack must still be applied
        return Fetched(index, failure=_reason(error))


def take(fetched: Fetched | None, data_dir: Path, *, now: datetime) -> LastUpdate | None:
    """Apply the fetched data and record the outcome; return None if no directory is published."""
    if fetched is None:
        return None
    before = last(data_dir)
    try:
        said, failed = message("directory.taken", what=_taken(fetched, data_dir)), False
    except Exception as error:  # noqa: BLE001 - as above; the pack is already in place
        if not isinstance(error, (DirectoryError, OSError)):
            proof.forget(data_dir)  # the next refresh builds it again
        said, failed = message("directory.stays", why=_reason(error)), True
    made = LastUpdate(
        at=now,
        sentence=str(said),
        said=said,
        failed=failed,
        checked_at=(
            before.checked_at if before and before.checked_at and before.checked_at <= now else None
        ),
    )
    _record(data_dir, made)
    return made


def last(data_dir: Path) -> LastUpdate | None:
    return files.read_record(data_dir / FOLDER / LAST, LastUpdate)


def summary(data_dir: Path) -> Iterator[Message]:
    """Yield messages about the directory for the operator; nothing if none was published."""
    record = last(data_dir)
    if record:
        yield message(
            "directory.failed" if record.failed else "directory.looked-at",
            sentence=record.message,
            at=f"{record.at:%Y-%m-%d %H:%M}",
        )


def _shards(found: Repository, index: bytes, held: Mapping[str, str]) -> Iterator[tuple[str, Path]]:
    for path in wanted(index, held):
        file = found.delegated(path, most=MAX_SHARD)
        if file is None:
            raise DirectoryError(message("directory.unsigned-shard", path=path))
        yield path.rpartition("/")[2], file


def _taken(fetched: Fetched, data_dir: Path) -> Message:
    """Return what happened. Raises DirectoryError or OSError if the directory cannot be used."""
    if fetched.failure:
        raise DirectoryError(fetched.failure)
    if fetched.withdrawn:
        proof.forget(data_dir)
        return message("directory.withdrawn")
    if fetched.signed:  # stored first, so that either list has proof after a power outage
        proof.keep(data_dir, fetched.signed, fetched.index)
    try:
        listed = directory_index.update(
            directory_index.path_in(data_dir), fetched.shards, index=fetched.index
        )
    except DirectoryError:
        if fetched.signed:
            files.remove(proof.copy_of(data_dir, fetched.index))
        raise
    proof.keep_only(data_dir, fetched.index)
    return message(
        "directory.updated",
        services=listed.services,
        name=listed.name,
        shards=len(fetched.shards),
    )


def _vouched(found: Repository, data_dir: Path, listed: Path, index: bytes) -> Path | None:
    if proof.copy_of(data_dir, index).is_dir():
        return None
    made = files.temporary(data_dir / FOLDER)
    try:
        found.vouch(made, {proof.LISTED: listed})
    except OSError:
        files.remove(made)
        raise
    return made


def _record(data_dir: Path, record: LastUpdate) -> None:
    with suppress(OSError):  # the update stays in effect even if it cannot be recorded
        (data_dir / FOLDER).mkdir(parents=True, exist_ok=True)
        files.write_record(data_dir / FOLDER / LAST, record)


def _reason(error: Exception) -> Message:
    return error.failure.said if isinstance(error, RefreshError) else of_error(error)

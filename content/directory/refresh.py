"""The directory's part of a refresh: fetch changed shards, then update the file.

It never fails a refresh: an error is recorded, and search keeps what it has.
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

LAST = "LAST_UPDATE"  # below data_dir/directory/
MAX_INDEX = 1_000_000  # bytes of index.json
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Fetched:
    """The verified list, and the shards that this machine lacks.

    ``signed``: a folder that vouches for it, None if one is kept. ``failure``: why it is not whole;
    nothing is applied then. ``withdrawn``: no directory is published any more, as signed.
    """

    index: bytes = b""
    shards: Mapping[str, Path] = field(default_factory=dict)
    signed: Path | None = None
    failure: Message | None = None
    withdrawn: bool = False


class LastUpdate(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the directory at a refresh. ``checked_at``: when every line was compared.

    ``sentence``: for a program before ``said``, which a rollback may bring back.
    """

    at: files.Instant
    sentence: str
    failed: bool = False
    checked_at: files.Instant | None = None
    said: Message | None = None

    @property
    def message(self) -> Message:
        """Return how it ended; of another version of the program, in English."""
        return kept(self.said, self.sentence)


def check_daily(root: bytes, data_dir: Path, *, now: datetime) -> None:
    """Once a day, and before the first refresh: verify the file, and remove it if unsigned."""
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
    """The list and the shards that differ; None where no directory is published or held."""
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
    except Exception as error:  # noqa: BLE001 - the pack is still to be taken
        return Fetched(index, failure=_reason(error))


def take(fetched: Fetched | None, data_dir: Path, *, now: datetime) -> LastUpdate | None:
    """Apply what was fetched and record the outcome; None where none is published."""
    if fetched is None:
        return None
    before = last(data_dir)
    try:
        said, failed = message("directory.taken", what=_taken(fetched, data_dir)), False
    except Exception as error:  # noqa: BLE001 - as above; the pack is in place already
        if not isinstance(error, (DirectoryError, OSError)):
            proof.forget(data_dir)  # the next refresh builds it anew
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
    """What the operator should know of it; nothing where no directory was ever published."""
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
    """What became of it. DirectoryError or OSError where it cannot be taken up."""
    if fetched.failure:
        raise DirectoryError(fetched.failure)
    if fetched.withdrawn:
        proof.forget(data_dir)
        return message("directory.withdrawn")
    if fetched.signed:  # before the services: a power cut leaves what vouches for either list
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
    if proof.is_kept(data_dir, index):
        return None
    made = files.temporary(data_dir / FOLDER)
    try:
        found.vouch(made, {proof.LISTED: listed})
    except OSError:
        files.remove(made)
        raise
    return made


def _record(data_dir: Path, record: LastUpdate) -> None:
    with suppress(OSError):  # what happened stands, also where it cannot be recorded
        (data_dir / FOLDER).mkdir(parents=True, exist_ok=True)
        files.write_record(data_dir / FOLDER / LAST, record)


def _reason(error: Exception) -> Message:
    return error.failure.said if isinstance(error, RefreshError) else of_error(error)

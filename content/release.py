"""One release in its folder: the files of a built pack, the Edition rendered from it, and what vouches for both.

Owns release.json and the judgement whether a folder is whole. The pack's files are vouched for by their manifest, the
manifest and the Edition by release.json. Refuses to move or delete anything (see releases.py).
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from content import build, disk
from content.model import Pack

EDITION = "edition.bin"
RECORD = "release.json"
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
State = Literal["active", "previous", "kept", "damaged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One generation. ``state`` says what it is on this disk; a ``damaged`` one is listed but never served."""

    id: str
    folder: Path
    pack_version: str
    edition_key: str
    activated_at: datetime
    state: State

    @property
    def edition(self) -> Path:
        """The file of rendered pages."""
        return self.folder / EDITION

    def pack(self) -> Pack:
        """The pack, read and verified again. BuiltPackError if the folder was damaged meanwhile."""
        return build.read_built(self.folder)


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What release.json says. ``activated_at`` is the last time the release became the active one."""

    id: str
    pack_version: str
    edition_key: str
    edition_sha256: str
    activated_at: Instant

    def release(self, folder: Path, state: State) -> Release:
        """The release this record vouches for."""
        return Release(
            id=self.id,
            folder=folder,
            pack_version=self.pack_version,
            edition_key=self.edition_key,
            activated_at=self.activated_at,
            state=state,
        )


def write_record(folder: Path, release_id: str, *, edition_key: str, now: datetime) -> None:
    """Vouch for the pack and the Edition in ``folder`` as they are now. OSError if one is missing or the disk fails."""
    record = Record(
        id=release_id,
        pack_version=_sha256(folder / build.MANIFEST),
        edition_key=edition_key,
        edition_sha256=_sha256(folder / EDITION),
        activated_at=now,
    )
    disk.write_record(folder / RECORD, record)


def touch_record(folder: Path, record: Record, *, now: datetime) -> None:
    """Note that the release became the active one again. OSError if the disk fails."""
    disk.write_record(folder / RECORD, msgspec.structs.replace(record, activated_at=now))


def verified(folder: Path) -> Record | None:
    """The release's record if every byte of pack and Edition is as it was activated, else None."""
    record = disk.read_record(folder / RECORD, Record)
    if record is None or record.id != folder.name:
        return None
    try:
        if _sha256(folder / EDITION) != record.edition_sha256:
            return None
        return record if build.read_built(folder).version == record.pack_version else None
    except (OSError, build.BuiltPackError):
        return None


def damaged(folder: Path) -> Release:
    """A folder that is no whole release any more, for the list."""
    never = datetime.fromtimestamp(0, UTC)
    empty = Record(id=folder.name, pack_version="", edition_key="", edition_sha256="", activated_at=never)
    return empty.release(folder, "damaged")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

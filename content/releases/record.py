"""One release in its folder: a built pack, what vouches for it, and release.json.

The pack's own hashes find damage. Who may say what it says is asked in boot_check.py.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from content.model import built_pack
from content.model.pack import Pack
from content.review.provenance import FirstOrigin, Provenance
from messages.message import Message, message, verbatim
from system import files

RECORD = "release.json"
METADATA = "metadata"  # what vouches for a signed release (tuf_offline.py)
_FOLDERS = ("", "lang", METADATA)  # that a release consists of
MOST_FILES = 100  # in one of them: a release has a dozen, and somebody may plant a million
SHOWN_ID = 12  # of the 64 letters of a pack's version: what is printed and typed
Standing = Literal["active", "previous", "kept", "damaged"]


def id_of(pack_version: str) -> str:
    """The id of the release of this pack. Version 0.1 added a dash and the hash of its pages."""
    return pack_version[:SHOWN_ID]


class ReleaseRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What release.json says. ``activated_at``: when the release last became the active one.

    ``origin``, ``signatures`` and ``local`` are those of its Provenance.
    """

    id: str
    pack_version: str
    activated_at: files.Instant
    origin: FirstOrigin
    signatures: int = 0
    local: tuple[str, ...] = ()

    def release(self, folder: Path, state: Standing) -> "Release":
        return Release(**msgspec.structs.asdict(self), folder=folder, state=state)


class Release(ReleaseRecord, frozen=True, kw_only=True):
    """One generation; a ``damaged`` one is listed but never served."""

    folder: Path
    state: Standing

    @property
    def metadata(self) -> Path:
        """The folder of what vouches for it; there is none unless it is signed."""
        return self.folder / METADATA

    def again(self) -> Provenance:
        return Provenance(
            origin="again",
            signatures=self.signatures,
            # Where it was lost, the next start refuses the release; until then a hotline can still
            # be hidden.
            metadata=self.metadata if self.origin == "signed" and self.metadata.is_dir() else None,
            local=self.local,
            before=self.origin,
        )

    def pack(self) -> Pack:
        """The pack, read and verified again. BuiltPackError if the folder was damaged meanwhile."""
        return built_pack.read_built(self.folder)


def write_record(
    folder: Path, release_id: str, *, now: datetime, provenance: Provenance
) -> ReleaseRecord:
    """Vouch for the pack in ``folder`` as it is now. OSError."""
    record = ReleaseRecord(
        id=release_id,
        pack_version=files.sha256_of(folder / built_pack.MANIFEST),
        activated_at=now,
        origin=provenance.first,
        signatures=provenance.signatures,
        local=provenance.local,
    )
    files.write_record(folder / RECORD, record)
    return record


def touch_record(folder: Path, record: ReleaseRecord, *, now: datetime) -> None:
    """Note that the release became the active one again. OSError if the disk fails."""
    files.write_record(folder / RECORD, msgspec.structs.replace(record, activated_at=now))


def verified(folder: Path) -> ReleaseRecord | None:
    """The release's record if every byte of its pack is as it was activated, else None."""
    found = _read(folder)
    return found if isinstance(found, ReleaseRecord) else None


def damage(folder: Path) -> Message | None:
    """Why the folder holds no whole release, as a clause; None if it does."""
    found = _read(folder)
    return None if isinstance(found, ReleaseRecord) else found


def _read(folder: Path) -> ReleaseRecord | Message:
    record = files.read_record(folder / RECORD, ReleaseRecord)
    if record is None or record.id != folder.name:
        is_there = folder.is_dir()
        return message("damage.record", file=RECORD) if is_there else message("damage.no-folder")
    try:
        version = built_pack.read_built(folder).version
    except (OSError, built_pack.BuiltPackError) as error:
        return verbatim(str(error).removesuffix("."))
    if version == record.pack_version:
        return record
    return message("damage.changed", file=built_pack.MANIFEST)


def stamp(folder: Path) -> files.Stamp:
    """Stand for the folder and its files; () where it is gone. OSError."""
    return tuple(
        part for name in _FOLDERS for part in files.folder_stamp(folder / name, most=MOST_FILES)
    )


def replaces(new: ReleaseRecord, old: ReleaseRecord) -> bool:
    """Whether a release of the same id replaces a whole one: other bytes, or better vouched for."""
    return new.pack_version != old.pack_version or old.origin not in (new.origin, "signed")


def damaged(folder: Path) -> Release:
    """A folder that is no whole release any more, for the list."""
    never = datetime.fromtimestamp(0, UTC)
    return Release(
        id=folder.name,
        folder=folder,
        pack_version="",
        activated_at=never,
        state="damaged",
        origin="unsigned",
    )

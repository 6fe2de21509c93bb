"""One release in its folder: a built pack, the files that vouch for it, and release.json.

The pack's own hashes reveal damage. boot_check.py decides who may publish such a pack.
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
METADATA = "metadata"  # the files that vouch for a signed release (tuf_offline.py)
_FOLDERS = ("", "lang", METADATA)  # the folders that make up a release
MOST_FILES = 100  # maximum files in a folder: a release has a dozen; somebody could plant a million
SHOWN_ID = 12  # letters to print and type, out of the 64 in a pack's version
Standing = Literal["active", "previous", "kept", "damaged"]


def id_of(pack_version: str) -> str:
    """Return the id of this pack's release. Version 0.1 added a dash and the hash of its pages."""
    return pack_version[:SHOWN_ID]


class ReleaseRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The contents of release.json. ``activated_at``: when the release last became the active one.

    ``origin``, ``signatures`` and ``local`` come from its Provenance.
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
    """One release; a ``damaged`` one is listed but never served."""

    folder: Path
    state: Standing

    @property
    def metadata(self) -> Path:
        """The folder of files that vouch for the release; exists only if the release is signed."""
        return self.folder / METADATA

    def again(self) -> Provenance:
        return Provenance(
            origin="again",
            signatures=self.signatures,
            # If the folder is lost, the next start refuses the release. Until then, hiding a
            # hotline still works.
            metadata=self.metadata if self.origin == "signed" and self.metadata.is_dir() else None,
            local=self.local,
            before=self.origin,
        )

    def pack(self) -> Pack:
        """The pack, read and verified again. Raises BuiltPackError if its folder was damaged."""
        return built_pack.read_built(self.folder)


def write_record(
    folder: Path, release_id: str, *, now: datetime, provenance: Provenance
) -> ReleaseRecord:
    """Return a record that vouches for the pack now in ``folder``. Raises OSError."""
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


def verified(folder: Path) -> ReleaseRecord | None:
    """Return the release's record if every byte of its pack is as it was activated, else None."""
    found = _read(folder)
    return found if isinstance(found, ReleaseRecord) else None


def damage(folder: Path) -> Message | None:
    """Return a clause saying why the folder has no complete release; None if it has one."""
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
    """Return a stamp of the folder and its files; () if the folder is missing. Raises OSError."""
    return tuple(
        part for name in _FOLDERS for part in files.folder_stamp(folder / name, most=MOST_FILES)
    )


def replaces(new: ReleaseRecord, old: ReleaseRecord) -> bool:
    """Whether ``new`` replaces ``old``, a complete release: another pack, or a better origin."""
    return new.pack_version != old.pack_version or old.origin not in (new.origin, "signed")


def damaged(folder: Path) -> Release:
    """Return a list entry for a folder that no longer contains a complete release."""
    never = datetime.fromtimestamp(0, UTC)
    return Release(
        id=folder.name,
        folder=folder,
        pack_version="",
        activated_at=never,
        state="damaged",
        origin="unsigned",
    )

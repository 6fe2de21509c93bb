"""One release in its folder: a built pack, the Edition rendered from it, release.json with hashes.

Those hashes find damage. Who may say what the pack says is asked in boot_check.py.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from content.model import built_pack, durable_files
from content.model.pack import Pack
from content.review.provenance import FirstOrigin, Provenance

EDITION = "edition.bin"
RECORD = "release.json"
METADATA = "metadata"  # what vouches for a signed release (tuf_offline.py)
State = Literal["active", "previous", "kept", "damaged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One generation; a ``damaged`` one is listed but never served.

    ``origin``, ``signatures`` and ``local`` are those of its Provenance.
    """

    id: str
    folder: Path
    pack_version: str
    edition_key: str
    activated_at: datetime
    state: State
    origin: FirstOrigin
    signatures: int
    local: tuple[str, ...]

    @property
    def edition(self) -> Path:
        """The file of rendered pages."""
        return self.folder / EDITION

    @property
    def metadata(self) -> Path:
        """The folder of what vouches for it; there is none unless it is signed."""
        return self.folder / METADATA

    def again(self) -> Provenance:
        """The provenance of this release rendered anew."""
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


class ReleaseRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What release.json says. ``activated_at``: when the release last became the active one."""

    id: str
    pack_version: str
    edition_key: str
    edition_sha256: str
    activated_at: durable_files.Instant
    origin: FirstOrigin
    signatures: int = 0
    local: tuple[str, ...] = ()

    def release(self, folder: Path, state: State) -> Release:
        """The release this record vouches for."""
        return Release(
            id=self.id,
            folder=folder,
            pack_version=self.pack_version,
            edition_key=self.edition_key,
            activated_at=self.activated_at,
            state=state,
            origin=self.origin,
            signatures=self.signatures,
            local=self.local,
        )


def write_record(
    folder: Path, release_id: str, *, edition_key: str, now: datetime, provenance: Provenance
) -> ReleaseRecord:
    """Vouch for the pack and the Edition in ``folder`` as they are now. OSError."""
    record = ReleaseRecord(
        id=release_id,
        pack_version=durable_files.sha256_of(folder / built_pack.MANIFEST),
        edition_key=edition_key,
        edition_sha256=durable_files.sha256_of(folder / EDITION),
        activated_at=now,
        origin=provenance.first,
        signatures=provenance.signatures,
        local=provenance.local,
    )
    durable_files.write_record(folder / RECORD, record)
    return record


def touch_record(folder: Path, record: ReleaseRecord, *, now: datetime) -> None:
    """Note that the release became the active one again. OSError if the disk fails."""
    durable_files.write_record(folder / RECORD, msgspec.structs.replace(record, activated_at=now))


def verified(folder: Path) -> ReleaseRecord | None:
    """The release's record if every byte of pack and Edition is as it was activated, else None."""
    record = durable_files.read_record(folder / RECORD, ReleaseRecord)
    if record is None or record.id != folder.name:
        return None
    try:
        if durable_files.sha256_of(folder / EDITION) != record.edition_sha256:
            return None
        return record if built_pack.read_built(folder).version == record.pack_version else None
    except (OSError, built_pack.BuiltPackError):
        return None


def replaces(new: ReleaseRecord, old: ReleaseRecord) -> bool:
    """Whether a release of the same id replaces a whole one: other bytes, or better vouched for."""
    same = (new.pack_version, new.edition_sha256) == (old.pack_version, old.edition_sha256)
    return not same or old.origin not in (new.origin, "signed")


def damaged(folder: Path) -> Release:
    """A folder that is no whole release any more, for the list."""
    never = datetime.fromtimestamp(0, UTC)
    return Release(
        id=folder.name,
        folder=folder,
        pack_version="",
        edition_key="",
        activated_at=never,
        state="damaged",
        origin="unsigned",
        signatures=0,
        local=(),
    )

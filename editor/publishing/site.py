"""The published repository as static files in ``metadata/`` and ``targets/``.

Reading verifies signatures and hashes, but not expiry dates.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp

from editor.publishing.metadata import PublishError, decode, delegated, file_name
from messages.message import message
from system import files

MAX_METADATA = 4 * 1024 * 1024  # bytes per document


@dataclass(frozen=True, slots=True)
class Published:
    """A repository's current content. ``silent``: delegated roles that have no valid metadata."""

    root: Metadata[Root]
    targets: Metadata[Targets]
    snapshot: Metadata[Snapshot]
    timestamp: Metadata[Timestamp]
    delegated: Mapping[str, Metadata[Targets]] = field(default_factory=dict)
    silent: tuple[str, ...] = ()

    def version(self, role: str) -> int:
        """Return the version of a role's metadata, or 0 if the role has not published anything."""
        if role in ("root", "snapshot", "timestamp"):
            document: Metadata[Any] = getattr(self, role)
            return int(document.signed.version)
        meta = self.snapshot.signed.meta.get(f"{role}.json")
        return meta.version if meta else 0

    def files(self) -> Mapping[str, TargetFile]:
        """Return all published paths, including those of delegated roles in their own folders."""
        roles = delegated(self.targets.signed)
        found = {
            path: info
            for role, document in self.delegated.items()
            for path, info in document.signed.targets.items()
            if roles[role].is_delegated_path(path)
        }
        return {**found, **self.targets.signed.targets}


class Site:
    """A publisher's repository as static files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.metadata = folder / "metadata"
        self.targets = folder / "targets"

    def exists(self) -> bool:
        return (self.metadata / "timestamp.json").is_file()

    def read(self) -> Published:
        """Return the published content, verified from the first root on. Raises PublishError."""
        if not self.exists():
            raise PublishError("publish.no-site", folder=self.folder)
        try:
            return self._read()
        except (RepositoryError, ValueError, KeyError, OSError) as error:
            raise PublishError("publish.damaged", folder=self.folder, why=error) from error

    def target(self, path: str, info: TargetFile) -> bytes:
        """Return a published file's bytes. Raises PublishError if they are not the signed ones."""
        file = self.targets / hashed(path, info)
        try:
            data = file.read_bytes()
            info.verify_length_and_hashes(data)
        except (RepositoryError, OSError) as error:
            raise PublishError("publish.file-changed", file=file, why=error) from error
        return data

    def lay_out(self, metadata: Mapping[str, bytes], targets: Mapping[str, bytes]) -> None:
        """Write ``metadata`` (name → bytes) and ``targets`` (path → bytes). Raises OSError.

        Targets are written first and timestamp.json last, so until then clients read the old files.
        """
        for path, data in targets.items():
            _write(self.targets / hashed(path, TargetFile.from_data(path, data, ["sha256"])), data)
        for name in sorted(metadata, key=lambda name: (_last(name), name)):
            _write(self.metadata / name, metadata[name])

    def _read(self) -> Published:
        """Read with the newest root, or the previous root if a run did not get to the timestamp."""
        newest, *before = reversed(self._chain())
        try:
            return self._below(newest)
        except RepositoryError:
            if not before:
                raise
            return self._below(before[0])

    def _below(self, root: Metadata[Root]) -> Published:
        stamp = cast("Metadata[Timestamp]", self._load("timestamp", 0))
        root.signed.verify_delegate("timestamp", stamp.signed_bytes, stamp.signatures)
        snapshot = cast("Metadata[Snapshot]", self._listed("snapshot", stamp.signed.snapshot_meta))
        root.signed.verify_delegate("snapshot", snapshot.signed_bytes, snapshot.signatures)
        meta = snapshot.signed.meta
        targets = cast("Metadata[Targets]", self._listed("targets", meta["targets.json"]))
        root.signed.verify_delegate("targets", targets.signed_bytes, targets.signatures)
        found: dict[str, Metadata[Targets]] = {}
        for role in delegated(targets.signed):
            if f"{role}.json" not in meta:
                continue
            document = cast("Metadata[Targets]", self._listed(role, meta[f"{role}.json"]))
            if targets.signed.get_verification_result(
                role, document.signed_bytes, document.signatures
            ):
                found[role] = document
        silent = tuple(role for role in delegated(targets.signed) if role not in found)
        return Published(root, targets, snapshot, stamp, found, silent)

    def _chain(self) -> list[Metadata[Root]]:
        """Return every root, each signed by the previous root and by itself."""
        trusted: list[Metadata[Root]] = []
        for root in self.roots():
            old = trusted[-1].signed if trusted else None
            if not root.signed.get_root_verification_result(
                old, root.signed_bytes, root.signatures
            ):
                raise ValueError(
                    message("publish.root-unsigned", file=file_name("root", root.signed.version))
                )
            trusted.append(root)
        if not trusted:
            raise ValueError("1.root.json is missing")
        return trusted

    def roots(self) -> Iterator[Metadata[Root]]:
        """Yield every root on the disk, starting with the first, without verifying it."""
        version = 1
        while (self.metadata / file_name("root", version)).exists():
            yield cast("Metadata[Root]", self._load("root", version))
            version += 1

    def _listed(self, role: str, meta: MetaFile) -> Metadata[Any]:
        data = _read(self.metadata / file_name(role, meta.version))
        meta.verify_length_and_hashes(data)
        document = decode(data)
        if document.signed.version != meta.version:
            raise ValueError(
                message(
                    "publish.version",
                    role=role,
                    version=document.signed.version,
                    wanted=meta.version,
                )
            )
        return document

    def _load(self, role: str, version: int) -> Metadata[Any]:
        return decode(_read(self.metadata / file_name(role, version)))


def hashed(path: str, info: TargetFile) -> str:
    """Return a file's path below targets/; its hash keeps releases from overwriting old files."""
    folder, _, name = path.rpartition("/")
    return (
        f"{folder}/{info.hashes['sha256']}.{name}" if folder else f"{info.hashes['sha256']}.{name}"
    )


def _last(name: str) -> int:
    """Return a sort key: targets, snapshot, new root, then the timestamp, which validates all."""
    kinds = (".snapshot.json", ".root.json", "timestamp.json")
    return next((place for place, kind in enumerate(kinds, 1) if name.endswith(kind)), 0)


def _write(path: Path, data: bytes) -> None:
    _make(path.parent)
    if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
        files.sync(path)  # an interrupted run may not have synced this file
        return
    files.replace(path, data)


def _make(folder: Path) -> None:
    """Make the folder and its parents, each synced before anything is written into it."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(exist_ok=True)
        files.sync(folder.parent)


def _read(path: Path) -> bytes:
    if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_METADATA:
        raise ValueError(message("publish.odd-metadata", path=path, most=MAX_METADATA // 1024**2))
    return path.read_bytes()

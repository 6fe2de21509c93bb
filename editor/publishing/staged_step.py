"""A step that needs signatures, in a folder that key holders pass to each other."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata
from tuf.api.serialization import DeserializationError

from editor.publishing.metadata import PublishError, decode, encode, file_name
from system import files

RECORD = "staged.json"
MAX_FILE = 32 * 1024 * 1024  # bytes; a directory's shards are the largest files
MOST_FILES = 5000
_ROLE = re.compile(r"[a-z0-9-]{1,80}")


class _Record(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    made: files.Instant
    versions: dict[str, int]  # role → version of each staged document


@dataclass(frozen=True, slots=True)
class Staged:
    """The new documents by role, and the files that they list (path → bytes)."""

    title: str
    made: datetime
    documents: Mapping[str, Metadata[Any]]
    files: Mapping[str, bytes] = field(default_factory=dict)


def write(folder: Path, staged: Staged) -> None:
    """Write the step to the folder, replacing its earlier state. Raises OSError."""
    fresh = files.temporary(folder.parent)
    try:
        for role, document in staged.documents.items():
            _put(fresh / "metadata" / file_name(role, document.signed.version), encode(document))
        for path, data in staged.files.items():
            _put(fresh / "targets" / path, data)
        versions = {role: document.signed.version for role, document in staged.documents.items()}
        _put(
            fresh / RECORD,
            msgspec.json.format(
                msgspec.json.encode(
                    _Record(title=staged.title, made=staged.made, versions=versions)
                ),
                indent=1,
            ),
        )
        files.sync_tree(fresh)
        discard(folder)
        fresh.rename(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def read(folder: Path) -> Staged:
    """Read the step in the folder. Raises PublishError if it is missing or incomplete."""
    record = files.read_record(folder / RECORD, _Record)
    if record is None:
        raise PublishError("publish.no-step", folder=folder, file=RECORD)
    if not all(_ROLE.fullmatch(role) for role in record.versions):
        raise PublishError("publish.odd-role", file=folder / RECORD)
    try:
        documents = {
            role: decode(_get(folder / "metadata" / file_name(role, version)))
            for role, version in record.versions.items()
        }
        root = folder / "targets"
        paths = list(islice(root.rglob("*"), MOST_FILES + 1))
        if len(paths) > MOST_FILES:
            raise PublishError("publish.step-too-large", folder=folder, most=MOST_FILES)
        targets = {
            path.relative_to(root).as_posix(): _get(path)
            for path in sorted(paths)
            if not path.is_dir()
        }
    except (OSError, DeserializationError, RepositoryError) as error:
        raise PublishError("publish.step-incomplete", folder=folder, why=error) from error
    return Staged(record.title, record.made, documents, targets)


def discard(folder: Path) -> None:
    """Discard the step; nothing published changes."""
    if folder.exists():
        old = folder.rename(files.temporary(folder.parent))
        shutil.rmtree(old, ignore_errors=True)


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _get(path: Path) -> bytes:
    if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_FILE:
        raise PublishError("publish.step-file", path=path)
    return path.read_bytes()

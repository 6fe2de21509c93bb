"""The folder that an import writes: drafts, NEEDS.md and IMPORT.json.

A folder is for one feed and is never a pack. A draft that a person has edited is not overwritten.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from editor.exchange.hsds.drafts import (
    NEEDS,
    Draft,
    need,
    needs_file,
    one_line,
    summary,
    toml,
    values_of,
)
from editor.exchange.hsds.schema import FeedError
from messages.message import Finding, message
from system import files

RECORD = "IMPORT.json"
_PACK = "pack.toml"


class _Written(msgspec.Struct, frozen=True, kw_only=True):
    """One draft, as we last wrote it."""

    draft: Draft
    sha: str


class DraftsRecord(msgspec.Struct, frozen=True, kw_only=True):
    """IMPORT.json: the feed, its drafts, and when it was last read completely (None: never)."""

    source: str
    read_at: datetime | None = None
    written: dict[str, _Written] = {}


def opened(folder: Path, source: str) -> DraftsRecord | None:
    """Return the folder's record; None for a new one. Raises FeedError if it has another feed."""
    for place in (folder.resolve(), *folder.resolve().parents):
        if (place / _PACK).exists():
            raise FeedError("feed.in-a-pack", folder=folder, place=place)
    if folder.exists() and not folder.is_dir():
        raise FeedError("feed.out-is-file", folder=folder)
    record = _kept(folder)
    if record is None and folder.is_dir() and any(folder.iterdir()):
        raise FeedError("feed.out-taken", folder=folder)
    if record is not None and record.source != source:
        raise FeedError("feed.out-other-feed", folder=folder, source=record.source)
    return record


def _kept(folder: Path) -> DraftsRecord | None:
    """Return the record; convert one from an older program, which wrote needs as objects."""
    if record := files.read_record(folder / RECORD, DraftsRecord):
        return record
    older = files.read_record(folder / RECORD, dict[str, Any])
    try:
        for one in (older or {})["written"].values():
            one["draft"]["needs"] = [need(**each) for each in one["draft"]["needs"]]
        return msgspec.convert(msgspec.to_builtins(older), DraftsRecord)
    except (KeyError, TypeError, ValueError):
        return None


def write(
    folder: Path,
    drafts: Sequence[Draft],
    others: Sequence[Finding],
    *,
    source: str,
    now: datetime,
    listed: frozenset[str] | None,
    whole: bool,
) -> list[str]:
    """Write drafts, NEEDS.md and the record; return sentences. Raises FeedError or OSError.

    ``listed``: ids still in the feed; None if unknown (then nothing counts as removed). ``whole``:
    everything was read, so the next import may request only changes after ``now``.
    """
    record = opened(folder, source)
    folder.mkdir(parents=True, exist_ok=True)
    if record is None:  # from now on, the folder belongs to this feed, even after a power failure
        files.write_record(folder / RECORD, DraftsRecord(source=source))
    written = dict(record.written) if record else {}
    told = list(others)
    said = []
    for draft in drafts:
        data = toml(draft).encode()
        before = written.get(draft.id)
        written[draft.id] = _Written(draft=draft, sha=_sha(data))
        outcome = _place(folder, draft, data, before)
        if isinstance(outcome, Finding):
            told.append(outcome)
            outcome = f"{outcome.file}: {values_of(outcome)['ask']}"
        said += [outcome] if outcome else []
    for name, kept in written.items():
        if listed is not None and kept.draft.origin and kept.draft.origin not in listed:
            told.append(need(f"{name}.toml", "id", kept.draft.origin, message("feed.no-longer")))
    everything = [
        kept.draft for name, kept in sorted(written.items()) if (folder / f"{name}.toml").exists()
    ]
    files.replace(folder / NEEDS, needs_file(everything, told, origin=source).encode())
    read_at = now if whole else record.read_at if record else None
    record = DraftsRecord(source=source, read_at=read_at, written=written)
    files.write_record(folder / RECORD, record)
    return [*said, *summary(everything, told), f"Read {folder / NEEDS}."]


def _place(folder: Path, draft: Draft, data: bytes, before: _Written | None) -> str | Finding:
    """Write one draft unless a person's work would be lost; return "", a sentence or a task."""
    path = folder / f"{draft.id}.toml"
    if not path.exists():
        if before is not None and before.sha == _sha(data):
            return ""  # a person has removed the draft, perhaps to use it in a pack
        files.replace(path, data)
        return (
            f"{path.name}: the feed changed a service whose draft you removed; compare them."
            if before
            else ""
        )
    there = _sha(path.read_bytes())
    if there == _sha(data):
        return ""
    if before is not None and there == before.sha:
        files.replace(path, data)
        return f"{path.name}: the feed changed, so the draft was updated."
    if before is not None and before.sha == _sha(data):
        return ""  # a person has edited it, and the feed has not changed
    files.replace(folder / f"{draft.id}.feed.toml", data)
    return need(
        path.name,
        "draft",
        one_line(draft.texts.get("name", "")),
        message("feed.both-changed", id=draft.id),
    )


def _sha(data: bytes) -> str:
    return sha256(data).hexdigest()

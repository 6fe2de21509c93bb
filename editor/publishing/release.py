"""Prepares the next release: a pack with a reason for every changed number, or a recalled entry."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tuf.api.metadata import Metadata

from content.directory import model as directory_files
from content.model import built_pack
from content.model.pack import Pack, Partner, Resource
from content.review import number_changes
from content.review.number_changes import Change, Note
from content.review.withdraw import PARTNER, marked
from editor import toml_file
from editor.publishing.metadata import (
    DIRECTORY,
    PublishError,
    delegated,
    new_delegated,
    renewed,
    replace_files,
)
from editor.publishing.site import Published, Site
from editor.publishing.staged_step import Staged
from messages.message import verbatim
from system.toml_edit import EditError

STATE = "state/"
NOTES = STATE + number_changes.FILE
SOON = timedelta(days=120)  # renew metadata that expires within this time

Reasons = Mapping[tuple[str, str], str]  # (resource, key of the change) → reason
_LINE = re.compile(r"(\S+)\s+([^=]+?)\s*=\s*(\S.*?)\s*")


def reasons(lines: Iterable[str], *, source: str = "--note") -> Reasons:
    """Parse lines ``resource key=reason``, except blank ones and comments. Raises PublishError."""
    found: dict[tuple[str, str], str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise PublishError("publish.note", source=source, number=number, line=line.strip())
        found[match[1], match[2]] = match[3]
    return found


def published_pack(before: Published, site: Site) -> Pack | None:
    """Return the pack that kiosks fetch now; None before the first release. Raises PublishError."""
    return pack_of({path: site.target(path, info) for path, info in _state(before).items()})


def pack_of(files: Mapping[str, bytes]) -> Pack | None:
    """Return the pack in the published files (path → bytes), or None. Raises PublishError."""
    built = {
        path.removeprefix(STATE): data
        for path, data in files.items()
        if path.startswith(STATE) and path != NOTES
    }
    if built_pack.MANIFEST not in built:
        return None
    try:
        return built_pack.load(built)
    except built_pack.BuiltPackError as error:
        raise PublishError("publish.pack-unreadable", why=error) from error


def published_notes(before: Published, site: Site) -> tuple[Note, ...]:
    """Return the last release's notes, which include earlier releases' notes."""
    info = _state(before).get(NOTES)
    return number_changes.decode(site.target(NOTES, info)) if info else ()


def changed(old: Pack | None, new: Pack) -> tuple[Change, ...]:
    """Return changes that need a reason: numbers, keywords, addresses, and restored entries."""
    if old is None:
        return ()
    past = entries(old)
    back = [
        Change(resource=name, key="status", old="withdrawn", new=entry.status)
        for name, entry in entries(new).items()
        if name in past and past[name].status == "withdrawn" and entry.status != "withdrawn"
    ]
    return (*number_changes.between(old, new), *back)


def explain(found: Iterable[Change], given: Reasons) -> tuple[Note, ...]:
    """Return a note for each change. Raises PublishError, listing all changes without a reason."""
    found = tuple(found)
    known = {(change.resource, change.key) for change in found}
    lines = [
        f'{sentence(change)}. Say why with --note "{change.resource} {change.key}=reason"'
        for change in found
        if not given.get((change.resource, change.key), "").strip()
    ]
    lines += [
        f"There is a reason for {resource} {key}, which did not change. Correct its name or"
        " remove the reason."
        for resource, key in sorted(given.keys() - known)
    ]
    if lines:
        raise PublishError(verbatim("\n".join(lines)))
    return tuple(
        Note(change=change, reason=given[change.resource, change.key].strip()) for change in found
    )


def sentence(change: Change) -> str:
    """Describe the change: whose number it is, its old value and its new value."""
    return (
        f"{change.resource} {change.key}: {change.old or 'nothing'} becomes"
        f" {change.new or 'nothing'}"
    )


def prepare(
    before: Published,
    site: Site,
    pack: Pack,
    given: Reasons,
    *,
    directory: Mapping[str, bytes] | None = None,
    title: str = "",
    now: datetime,
) -> Staged:
    """Return the next release for signing. Raises PublishError for a change without a reason.

    ``directory``: name → bytes of the shards; None keeps them. Earlier releases' notes are kept
    because a kiosk that was off for months needs them.
    """
    notes = {note.change: note for note in published_notes(before, site)}
    notes |= {
        note.change: note for note in explain(changed(published_pack(before, site), pack), given)
    }
    files = {STATE + name: data for name, data in built_pack.build(pack).items()}
    files[NOTES] = number_changes.encode(notes.values())
    targets = renewed(before.targets, "targets", now=now)
    replace_files(targets.signed, STATE, files)
    documents: dict[str, Metadata[Any]] = {"targets": targets}
    shards = (
        None
        if directory is None
        else {f"{DIRECTORY}/{name}": data for name, data in directory.items()}
    )
    last = before.delegated.get(DIRECTORY)
    if shards is not None or last is None or last.signed.expires - now < SOON:
        document = next_delegated(before, DIRECTORY, now=now)
        if shards is not None:
            replace_files(document.signed, "", shards)
        documents[DIRECTORY] = document
    files |= {
        path: data for path, data in (shards or {}).items() if not _published(before, path, data)
    }
    return Staged(title or f"release of the pack {pack.name}", now, documents, files)


def prepare_local(before: Published, role: str, path: str, data: bytes, *, now: datetime) -> Staged:
    """Return the next ``local.json`` for a county or district to sign. Raises PublishError."""
    if role not in delegated(before.targets.signed):
        raise PublishError("publish.not-allowed", owner=path.rpartition("/")[0])
    document = next_delegated(before, role, now=now)
    replace_files(document.signed, "", {path: data})
    return Staged(f"{path}", now, {role: document}, {path: data})


def next_delegated(before: Published, role: str, *, now: datetime) -> Metadata[Any]:
    """Return a delegated role's next metadata with the same files (if it has published any)."""
    last = before.delegated.get(role)
    return (
        renewed(last, role, now=now)
        if last
        else new_delegated(version=before.version(role) + 1, now=now)
    )


def read_directory(folder: Path) -> Mapping[str, bytes]:
    """Read the list and shards from `directory build`. Raises PublishError if a shard is wrong."""
    try:
        listed = (folder / directory_files.INDEX).read_bytes()
        found = {directory_files.INDEX: listed}
        for shard in directory_files.read_index(listed).shards:
            found[shard.name] = (folder / shard.name).read_bytes()
            if hashlib.sha256(found[shard.name]).hexdigest() != shard.sha256:
                raise PublishError("publish.shard-changed", file=folder / shard.name)
    except (OSError, directory_files.DirectoryError) as error:
        raise PublishError("publish.no-directory", folder=folder, why=error) from error
    return found


def _published(before: Published, path: str, data: bytes) -> bool:
    """Return whether the site has these bytes: only changed parts of a directory must be sent."""
    known = before.files().get(path)
    return known is not None and known.hashes["sha256"] == hashlib.sha256(data).hexdigest()


def _state(before: Published) -> Mapping[str, Any]:
    targets = before.targets.signed.targets
    return {path: info for path, info in targets.items() if path.startswith(STATE)}


def entries(pack: Pack) -> dict[str, Resource | Partner]:
    """Return everything that can be withdrawn, by the name that a person types."""
    partners = {f"{PARTNER}{partner.id}": partner for partner in pack.partners}
    return {**{resource.id: resource for resource in pack.resources}, **partners}


def recalled(pack: Pack, name: str) -> Pack:
    """Return the pack with a live entry withdrawn. Raises PublishError if not found or pinned."""
    known = entries(pack)
    if name not in known:
        raise PublishError("publish.no-entry", name=name, names=", ".join(sorted(known)))
    entry = known[name]
    if isinstance(entry, Resource) and entry.pinned:
        raise PublishError("publish.pinned", name=name)
    if entry.status != "live":
        raise PublishError("publish.not-live", name=name, status=entry.status)
    return replace(marked(pack, {name}), version="")


def mark(folder: Path, name: str) -> Path:
    """Write status = "withdrawn" into the entry's source file. Raises PublishError."""
    kind = "partners" if name.startswith(PARTNER) else "resources"
    path = folder / kind / f"{name.removeprefix(PARTNER)}.toml"
    try:
        toml_file.apply(path, (), {"status": "withdrawn"})
    except (OSError, UnicodeDecodeError, EditError) as error:
        raise PublishError("publish.not-marked", path=path, why=error) from error
    return path

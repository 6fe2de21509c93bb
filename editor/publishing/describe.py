"""Describes a repository in sentences: its keys, expiry dates, and every change in a step.

The second editor signs on the basis of these sentences, so they must include every difference.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

from tuf.api.metadata import Metadata, Root, Targets

from content.model.pack import Pack, Resource
from content.review import hold_policy, number_changes
from content.review.provenance import Provenance
from content.rules import local_additions
from editor.publishing.keys import name_of
from editor.publishing.metadata import DIRECTORY, TOP, delegated, role_name
from editor.publishing.release import (
    NOTES,
    changed,
    pack_of,
    published_notes,
    published_pack,
    sentence,
)
from editor.publishing.roles import keys_of
from editor.publishing.site import Published, Site
from editor.publishing.staged_step import Staged
from messages.message import message

# days before expiry by which someone must act
WARN = {"root": 60, "targets": 30, "snapshot": 20, "timestamp": 7}
_MOST_NAMED = 20  # maximum files named in a directory; any others are only counted

_DUTIES = {
    "root": "publish.duty-root",
    "targets": "publish.duty-targets",
    "snapshot": "publish.duty-snapshot",
    "timestamp": "publish.duty-timestamp",
    DIRECTORY: "publish.duty-directory",
}


def holders(before: Published) -> Iterator[str]:
    """Yield each role with its keys by name, the number that must sign, and its expiry date."""
    for role in (*TOP, *sorted(delegated(before.targets.signed))):
        document, keys = _document(before, role), keys_of(before, role)
        owner: Root | Targets = before.root.signed if role in TOP else before.targets.signed
        need = owner.get_delegated_role(role).threshold
        until = (
            f"valid until {document.signed.expires:%Y-%m-%d}"
            if document
            else "has not published anything that its keys sign"
        )
        yield f"{role_name(role)}: {need} of {', '.join(name_of(key) for key in keys)}; {until}"


def duties(before: Published, now: datetime) -> Iterator[str]:
    """Yield everything that expires, with the date and who must act, the most urgent first."""
    rows = []
    for role in (*TOP, *sorted(delegated(before.targets.signed))):
        document = _document(before, role)
        if document is None:
            continue
        left = (document.signed.expires - now).days
        warn = left <= WARN.get(role, WARN["targets"])
        name, day = role_name(role), f"{document.signed.expires:%Y-%m-%d}"
        duty = message(_DUTIES.get(role, "publish.duty-delegated"), role=name)
        code = "publish.expires" if left >= 0 else "publish.expired"
        said = message(code, role=name, day=day, left=left, duty=duty)
        rows.append((left, f"{'NOW: ' if warn else ''}{said}"))
    for _, row in sorted(rows):
        yield row


def differences(before: Published | None, site: Site, staged: Staged) -> Iterator[str]:
    yield f"{staged.title}, prepared on {staged.made:%Y-%m-%d %H:%M} UTC."
    for role, document in staged.documents.items():
        signed, old = document.signed, _document(before, role) if before else None
        if isinstance(signed, Root):
            yield from _root(old.signed if old else None, signed)
        elif role == "targets":
            yield from _delegations(old.signed if old else None, signed)
            yield from _pack(before, site, staged)
        else:
            yield from _files(old.signed if old else None, signed)
            yield from _local(before, site, staged, f"{role_name(role)}/{local_additions.FILE}")
        yield f"{role_name(role)} version {signed.version}, valid until {signed.expires:%Y-%m-%d}."


def pack_changes(
    old: Pack | None, new: Pack, notes: Iterable[number_changes.Note]
) -> Iterator[str]:
    """Yield changed numbers with reasons, then new, removed and withdrawn entries, then texts."""
    kept = tuple(notes)
    for change in changed(old, new):
        why = number_changes.reason(change, kept)
        yield (
            f"  {sentence(change)}, because: {why}"
            if why
            else f"  {sentence(change)}, WITHOUT A REASON: do not sign this"
        )
    before = {resource.id: resource for resource in old.resources} if old else {}
    after = {resource.id: resource for resource in new.resources}
    for name in sorted(after.keys() - before.keys()) if old else ():
        yield f"  new: {name}, {_channels(after[name])}"
    for name in sorted(before.keys() - after.keys()):
        yield f"  gone: {name} ({before[name].organization})"
    for name in sorted(before.keys() & after.keys()):
        if before[name].status != after[name].status:
            yield f"  {name} was {before[name].status} and is now {after[name].status}"
    if old is None:
        yield f"  the first pack: {len(after)} resources in {', '.join(new.languages)}"
    else:
        yield from _texts(old, new)
        yield from _held(old, new, kept)


def _held(old: Pack, new: Pack, notes: tuple[number_changes.Note, ...]) -> Iterator[str]:
    """Yield changes that each school must approve, even with two editors' signatures."""
    signed = Provenance(origin="signed", signatures=2, notes=notes)
    for one in hold_policy.judge(old, new, signed, hold_numbers=False).waiting:
        yield f"  Each school is asked before it shows this: {one.reason}"


def _local(before: Published | None, site: Site, staged: Staged, path: str) -> Iterator[str]:
    """Yield a county's or district's entries and their changed numbers."""
    if before is None or path not in staged.files:
        return
    state, info = published_pack(before, site), before.files().get(path)
    with suppress(local_additions.LocalError):
        new = local_additions.decode(staged.files[path])
        yield f"  {new.name}: {len(new.resources)} entries"
        if state is None:
            return
        past = (
            local_additions.merge(
                state, local_additions.decode(site.target(path, info)), path=path
            )[0]
            if info
            else state
        )
        merged = local_additions.merge(state, new, path=path)[0]
        yield from (f"  {sentence(change)}" for change in number_changes.between(past, merged))
        known = {resource.id for resource in past.resources}
        yield from (
            f"  new: {one.id}, {_channels(one)}" for one in merged.resources if one.id not in known
        )


def _texts(old: Pack, new: Pack) -> Iterator[str]:
    for language in sorted({*old.languages, *new.languages}):
        one, two = old.texts.get(language, {}), new.texts.get(language, {})
        count = sum(one.get(key) != two.get(key) for key in one.keys() | two.keys())
        if language not in new.languages:
            yield f"  the language {language} was removed"
        elif count:
            yield f"  {count} texts in {language} changed"


def _pack(before: Published | None, site: Site, staged: Staged) -> Iterator[str]:
    new = pack_of(staged.files)
    if new is None:
        return
    old = published_pack(before, site) if before else None
    notes = number_changes.decode(staged.files[NOTES]) if NOTES in staged.files else ()
    yield from pack_changes(old, new, notes)
    known = {note.change for note in published_notes(before, site)} if before else set()
    for note in notes:
        if note.change not in known and note.change not in changed(old, new):
            yield f"  there is a reason for something that did not change: {sentence(note.change)}"


def _root(old: Root | None, new: Root) -> Iterator[str]:
    for role in TOP:
        keys = {keyid: name_of(new.keys[keyid]) for keyid in new.roles[role].keyids}
        past = {keyid: name_of(old.keys[keyid]) for keyid in old.roles[role].keyids} if old else {}
        for keyid in keys.keys() - past.keys():
            yield f"  {role}: new key {keys[keyid]} ({keyid[:16]})"
        for keyid in past.keys() - keys.keys():
            yield f"  {role}: key {past[keyid]} no longer counts"
        if old and old.roles[role].threshold != new.roles[role].threshold:
            yield (
                f"  {role}: {new.roles[role].threshold} signatures instead of"
                f" {old.roles[role].threshold}"
            )


def _delegations(old: Targets | None, new: Targets) -> Iterator[str]:
    past, roles = delegated(old) if old else {}, delegated(new)
    for role in sorted(past.keys() | roles.keys()):
        one, two = past.get(role), roles.get(role)
        if two is None:
            yield f"  {role_name(role)} may no longer publish"
        elif one is None or (one.keyids, one.threshold, one.paths) != (
            two.keyids,
            two.threshold,
            two.paths,
        ):
            names = ", ".join(
                f"{name_of(new.get_key(keyid))} ({keyid[:16]})" for keyid in two.keyids
            )
            yield (
                f"  {role_name(role)} may publish {', '.join(two.paths or [])}"
                f" with {two.threshold} of {names}"
            )


def _files(old: Targets | None, new: Targets) -> Iterator[str]:
    past = old.targets if old else {}
    gone = sorted(past.keys() - new.targets.keys())
    fresh = sorted(new.targets.keys() - past.keys())
    other = [
        path
        for path, info in sorted(new.targets.items())
        if path in past and past[path].hashes != info.hashes
    ]
    if len(gone) + len(fresh) + len(other) > _MOST_NAMED:
        yield (
            f"  {len(fresh)} new files, {len(other)} changed, {len(gone)} removed;"
            f" {len(new.targets)} in all"
        )
        return
    for what, paths in (("is new", fresh), ("differs", other), ("is gone", gone)):
        for path in paths:
            yield f"  {path} {what}"


def _channels(resource: Resource) -> str:
    return ", ".join(
        f"{channel.kind} {channel.number or channel.url}" for channel in resource.channels
    )


def _document(before: Published, role: str) -> Metadata[Any] | None:
    if role in TOP:
        document: Metadata[Any] = getattr(before, role)
        return document
    return before.delegated.get(role)

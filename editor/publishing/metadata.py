"""A publisher's TUF metadata: thresholds, expiry dates, names and next versions.

It uses tuf.api.metadata, because ``tuf.repository`` is declared unstable.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from securesystemslib.signer import Key, Signer
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization.json import JSONSerializer

from messages.message import CodedError

S = TypeVar("S", Root, Targets, Snapshot, Timestamp)

TOP = ("root", "targets", "snapshot", "timestamp")
THRESHOLDS: Mapping[str, int] = {"root": 2, "targets": 2, "snapshot": 1, "timestamp": 1}
# number of keys that `init` gives each role
KEYS: Mapping[str, int] = {"root": 3, "targets": 2, "snapshot": 1, "timestamp": 1}
DAYS: Mapping[str, int] = {"root": 400, "targets": 180, "snapshot": 60, "timestamp": 30}
DIRECTORY = "directory"
ISSUED = "x-issued"  # in the timestamp: the time of signing, for kiosks without a clock
NAME = "x-name"  # in a key: the name that people use for the key
# maximum delegations of each kind per repository; with more, kiosks would fetch too much
MOST = {"county": 58, "district": 100}

_LOCAL = re.compile(r"county/[0-9]{5}|district/[a-z0-9]+(?:-[a-z0-9]+)*")


class PublishError(CodedError):
    """Something cannot be published; the message is a sentence for the publisher's staff."""


def role_of(name: str) -> str:
    """Return county-06001 for county/06001 (servers treat %2F as /). Raises PublishError."""
    if not _LOCAL.fullmatch(name):
        raise PublishError("publish.role-name", name=name)
    return name.replace("/", "-", 1)


def role_name(role: str) -> str:
    """Return the role's name as people write it: ``district/acme`` for ``district-acme``."""
    kind, hyphen, rest = role.partition("-")
    return f"{kind}/{rest}" if hyphen and kind in MOST else role


def file_name(role: str, version: int) -> str:
    """Return the metadata's file name in the repository; only timestamp.json has no version."""
    return "timestamp.json" if role == "timestamp" else f"{version}.{role}.json"


def encode(document: Metadata[S]) -> bytes:
    return document.to_bytes(JSONSerializer(compact=False))


def decode(data: bytes) -> Metadata[Any]:
    """Parse a metadata document. Raises DeserializationError if the bytes are not valid."""
    return Metadata.from_bytes(data)


def sign(document: Metadata[S], signers: Iterable[Signer]) -> Metadata[S]:
    for signer in signers:
        document.sign(signer, append=True)
    return document


def days(role: str) -> timedelta:
    """Return how many days the role's metadata is valid; delegated roles are like targets."""
    return timedelta(days=DAYS.get(role, DAYS["targets"]))


def renewed(document: Metadata[S], role: str, *, now: datetime) -> Metadata[S]:
    """Return an unsigned copy as the next version, valid from ``now`` (UTC) for the role's days."""
    copy = cast("Metadata[S]", decode(encode(document)))
    copy.signatures.clear()
    copy.signed.version += 1
    copy.signed.expires = _until(role, now)
    return copy


def new_root(keys: Mapping[str, Sequence[Key]], *, now: datetime) -> Metadata[Root]:
    """Return the first root, with each role's keys and the number of keys that must sign."""
    root = Root(expires=_until("root", now), consistent_snapshot=True)
    for role in TOP:
        for key in keys[role]:
            root.add_key(key, role)
        root.roles[role].threshold = THRESHOLDS[role]
    return Metadata(root)


def new_targets(directory: Sequence[Key], *, now: datetime) -> Metadata[Targets]:
    """Return the first targets, which list no files but have a role for directory/* (same keys)."""
    targets = Targets(expires=_until("targets", now), delegations=Delegations(keys={}, roles={}))
    delegate(targets, DIRECTORY, directory, threshold=THRESHOLDS["targets"], folder=DIRECTORY)
    return Metadata(targets)


def new_delegated(*, version: int, now: datetime) -> Metadata[Targets]:
    return Metadata(Targets(version=version, expires=_until("targets", now)))


def delegate(
    targets: Targets, role: str, keys: Sequence[Key], *, threshold: int, folder: str
) -> None:
    """Let only ``keys`` and the targets role itself sign the files directly in ``folder``."""
    delegations = targets.delegations or Delegations(keys={}, roles={})
    targets.delegations = delegations
    roles = delegations.roles if delegations.roles is not None else {}
    roles[role] = DelegatedRole(role, [], threshold, terminating=True, paths=[f"{folder}/*"])
    delegations.roles = roles
    for key in keys:
        targets.add_key(key, role)


def delegated(targets: Targets) -> Mapping[str, DelegatedRole]:
    return (targets.delegations.roles or {}) if targets.delegations else {}


def replace_files(targets: Targets, prefix: str, files: Mapping[str, bytes]) -> None:
    """Publish exactly ``files`` (path → bytes) under ``prefix``; leave other files unchanged."""
    for path in [path for path in targets.targets if path.startswith(prefix)]:
        del targets.targets[path]
    for path, data in sorted(files.items()):
        targets.targets[path] = TargetFile.from_data(path, data, ["sha256"])


def snapshot_of(
    before: Metadata[Snapshot] | None, changed: Mapping[str, tuple[int, bytes]], *, now: datetime
) -> Metadata[Snapshot]:
    """Return the next snapshot, which must not lose a role. ``changed``: role → version, bytes."""
    snapshot = (
        renewed(before, "snapshot", now=now)
        if before
        else Metadata(Snapshot(expires=_until("snapshot", now)))
    )
    for role, (version, data) in changed.items():
        snapshot.signed.meta[f"{role}.json"] = MetaFile.from_data(version, data, ["sha256"])
    return snapshot


def timestamp_of(
    before: Metadata[Timestamp] | None, snapshot: tuple[int, bytes] | None, *, now: datetime
) -> Metadata[Timestamp]:
    """Return the next timestamp for ``snapshot`` (version, bytes); None keeps the same snapshot."""
    stamp = (
        renewed(before, "timestamp", now=now)
        if before
        else Metadata(Timestamp(expires=_until("timestamp", now)))
    )
    if snapshot:
        stamp.signed.snapshot_meta = MetaFile.from_data(*snapshot, ["sha256"])
    stamp.signed.unrecognized_fields[ISSUED] = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    return stamp


def _until(role: str, now: datetime) -> datetime:
    return now.replace(microsecond=0) + days(role)

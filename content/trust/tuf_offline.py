"""Verifies TUF metadata kept in a folder, without a network and regardless of age.

The folder contains every root from the pinned one on, the timestamp, the snapshot, the targets, the
delegated roles in use, and ``files/``. TUF's private TrustedMetadataSet verifies them (see tests).
"""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Targets, Timestamp
from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet
from tuf.ngclient.config import EnvelopeType

from content.trust.version_floor import RoleMark, Trusted
from system import files

FILES = "files"
ROOTS = "root_history"
ISSUED = "x-issued"  # a timestamp's field that says when it was signed
MAX_BYTES = 2_000_000  # maximum size of one document
MAX_ROOTS = 256
AGELESS = datetime(1, 1, 1, tzinfo=UTC)  # a time at which nothing has expired
TOP = ("timestamp", "snapshot", "targets")


class ChainError(Exception):
    """The folder does not vouch for anything; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The verified metadata of a folder. ``marks`` and ``trusted`` are for the version floor."""

    root: Root
    targets: Targets
    delegated: Mapping[str, Targets] = field(default_factory=dict)
    marks: Mapping[str, RoleMark]
    trusted: Mapping[str, Trusted]

    @property
    def signatures(self) -> int:
        return len(self.marks["targets"].keys)

    def vouches(self, path: str, data: bytes) -> bool:
        """Whether a role that may sign that path signed these bytes."""
        role = self.targets
        if path not in role.targets:
            names = role.delegations.get_roles_for_target(path) if role.delegations else ()
            # a terminating delegation means the first role
            name = next((name for name, _ in names), "")
            if name not in self.delegated:
                return False
            role = self.delegated[name]
        try:
            role.targets[path].verify_length_and_hashes(data)
        except (KeyError, RepositoryError):
            return False
        return True


def read(folder: Path, root: bytes) -> Chain:
    """Return all verified content of the folder, from the pinned ``root`` on. Raises ChainError."""
    try:
        found = TrustedMetadataSet(root, EnvelopeType.METADATA)
        found.reference_time = AGELESS
        for version in range(found.root.version + 1, found.root.version + MAX_ROOTS):
            if not (folder / ROOTS / f"{version}.root.json").is_file():
                break
            found.update_root(_document(folder / ROOTS / f"{version}.root.json"))
        found.update_timestamp(_document(folder / "timestamp.json"))
        found.update_snapshot(_document(folder / "snapshot.json"))
        found.update_targets(_document(folder / "targets.json"))
        roles = [role for role in _delegations(found.targets) if (folder / _file(role)).is_file()]
        for role in roles:
            found.update_delegated_targets(_document(folder / _file(role)), role, "targets")
        return summary(found, folder, roles)
    except (RepositoryError, ValueError, KeyError, RuntimeError, OSError) as error:
        raise ChainError(f"{type(error).__name__}: {error}") from error


def summary(found: TrustedMetadataSet, folder: Path, roles: Iterable[str]) -> Chain:
    """Return the chain for a verified set whose documents are in ``folder``."""
    delegated = {role: own for role in roles if isinstance(own := found[role], Targets)}
    marks, trusted = {"root": RoleMark(version=found.root.version)}, {}
    for role in (*TOP, *delegated):
        document: Metadata[Timestamp] = Metadata.from_bytes(_document(folder / _file(role)))
        delegator = found.targets if role in delegated else found.root
        result = delegator.get_verification_result(role, document.signed_bytes, document.signatures)
        when = issued(document.signed) if role == "timestamp" else None
        marks[role] = RoleMark(
            version=document.signed.version, keys=tuple(sorted(result.signed)), issued=when
        )
        trusted[role] = Trusted(
            keys=frozenset({*result.signed, *result.unsigned}), threshold=result.threshold
        )
    return Chain(
        root=found.root, targets=found.targets, delegated=delegated, marks=marks, trusted=trusted
    )


def copy(live: Path, out: Path, roles: Iterable[str], targets: Mapping[str, Path]) -> None:
    """Make a folder of the roles' signed metadata and the targets (path → file). Raises OSError."""
    (out / ROOTS).mkdir(parents=True)
    for root in sorted((live / ROOTS).glob("*.root.json")):
        shutil.copyfile(root, out / ROOTS / root.name)
    for role in (*TOP, *roles):
        shutil.copyfile(live / _file(role), out / _file(role))
    for path, file in targets.items():
        (out / FILES / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, out / FILES / path)


def targets_in(folder: Path, chain: Chain) -> dict[str, bytes]:
    """Return path → bytes for every target in the folder. Raises ChainError if one is unsigned."""
    below = folder / FILES
    try:
        names = [path.relative_to(below).as_posix() for path in files.files_below(below)]
    except OSError as error:
        raise ChainError(f"{FILES} cannot be read: {error}") from error
    return {name: file(folder, chain, name) for name in names}


def file(folder: Path, chain: Chain, name: str) -> bytes:
    """Return a target's bytes from the folder. Raises ChainError if that path is not signed."""
    try:
        data = files.read_plain(folder / FILES / name, most=64 * MAX_BYTES)
    except (ValueError, OSError) as error:
        raise ChainError(f"{name} cannot be read: {error}") from error
    if not chain.vouches(name, data):
        raise ChainError(f"{name} is not what was signed")
    return data


def issued(stamp: Timestamp) -> datetime | None:
    """Return when a timestamp was signed; None if that time is unknown or after its expiry."""
    text = stamp.unrecognized_fields.get(ISSUED)
    try:
        when = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return when if when and when.tzinfo and when <= stamp.expires else None


def _delegations(targets: Targets) -> Iterable[str]:
    return (targets.delegations.roles or {}) if targets.delegations else ()


def _document(path: Path) -> bytes:
    return files.read_plain(path, most=MAX_BYTES)


def _file(role: str) -> str:
    return f"{quote(role, '')}.json"  # the same name that TUF's client uses

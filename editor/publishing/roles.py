"""Prepares changes to the signing keys, and to the counties and districts that may sign."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from securesystemslib.signer import Key
from tuf.api.metadata import Metadata, Root, Targets

from editor.publishing.keys import name_of
from editor.publishing.metadata import (
    DIRECTORY,
    MOST,
    TOP,
    PublishError,
    delegate,
    delegated,
    new_delegated,
    new_root,
    new_targets,
    renewed,
    role_name,
    role_of,
)
from editor.publishing.release import next_delegated
from editor.publishing.site import Published
from editor.publishing.staged_step import Staged


def prepare_first(keys: Mapping[str, Sequence[Key]], *, now: datetime) -> Staged:
    """Return a new repository for the key holders to sign: root, empty targets, empty directory."""
    documents: dict[str, Metadata[Any]] = {
        "root": new_root(keys, now=now),
        "targets": new_targets(keys["targets"], now=now),
        DIRECTORY: new_delegated(version=1, now=now),
    }
    return Staged("the new repository", now, documents)


def prepare_renewal(before: Published, *, now: datetime) -> Staged:
    return Staged("renewal of the root", now, {"root": renewed(before.root, "root", now=now)})


def prepare_keys(
    before: Published, role: str, *, add: Key | None = None, remove: str = "", now: datetime
) -> Staged:
    """Add a key to the role, remove a key by name, or both. Raises PublishError.

    Targets and the directory are signed again, because only signatures by current keys count.
    """
    role = role_of(role) if "/" in role else role
    if role == DIRECTORY:
        raise PublishError("publish.directory-keys")
    changes = [f"new key {name_of(add)}"] if add else []
    changes += [f"key {remove} revoked"] if remove else []
    title = f"{role_name(role)}: {' and '.join(changes)}"
    if role not in TOP:
        targets = renewed(before.targets, "targets", now=now)
        _exchange(targets.signed, keys_of(before, role), role, add, remove)
        return Staged(title, now, {"targets": targets})
    root = renewed(before.root, "root", now=now)
    _exchange(root.signed, keys_of(before, role), role, add, remove)
    documents: dict[str, Metadata[Any]] = {"root": root}
    if role == "targets":
        documents["targets"] = renewed(before.targets, "targets", now=now)
        if DIRECTORY in delegated(before.targets.signed):
            _exchange(
                documents["targets"].signed, keys_of(before, DIRECTORY), DIRECTORY, add, remove
            )
            documents[DIRECTORY] = next_delegated(before, DIRECTORY, now=now)
    return Staged(title, now, documents)


def prepare_delegation(
    before: Published, name: str, keys: Sequence[Key], *, now: datetime
) -> Staged:
    """Let a county or district sign its own folder. Raises PublishError."""
    role, kind = role_of(name), name.partition("/")[0]
    roles = delegated(before.targets.signed)
    if role in roles:
        raise PublishError("publish.delegated", name=name)
    if sum(one.startswith(f"{kind}-") for one in roles) >= MOST[kind]:
        raise PublishError("publish.most-delegated", most=MOST[kind], kind=kind)
    targets = renewed(before.targets, "targets", now=now)
    delegate(targets.signed, role, keys, threshold=1, folder=name)
    return Staged(f"{name} may publish its own entries", now, {"targets": targets})


def prepare_undelegation(before: Published, name: str, *, now: datetime) -> Staged:
    """Revoke a county or district: each kiosk drops its entries at the next refresh."""
    role = role_of(name)
    if role not in delegated(before.targets.signed):
        raise PublishError("publish.not-delegated", name=name)
    targets = renewed(before.targets, "targets", now=now)
    delegations = targets.signed.delegations
    if delegations and delegations.roles:
        for keyid in list(delegations.roles[role].keyids):
            targets.signed.revoke_key(keyid, role)
        del delegations.roles[role]
    return Staged(f"{name} may publish no more", now, {"targets": targets})


def keys_of(before: Published, role: str) -> tuple[Key, ...]:
    """Return the keys that may now sign for the role. Raises PublishError for unknown roles."""
    owner: Root | Targets = before.root.signed if role in TOP else before.targets.signed
    try:
        return tuple(owner.get_key(keyid) for keyid in owner.get_delegated_role(role).keyids)
    except ValueError as error:
        known = ", ".join([*TOP, *map(role_name, delegated(before.targets.signed))])
        raise PublishError("publish.no-role", role=role_name(role), names=known) from error


def _exchange(
    owner: Root | Targets, keys: Iterable[Key], role: str, add: Key | None, remove: str
) -> None:
    keys = tuple(keys)
    if add is not None:
        if add.keyid in {key.keyid for key in keys}:
            raise PublishError("publish.same-key", role=role_name(role), name=name_of(add))
        if name_of(add) in {name_of(key) for key in keys if name_of(key) != remove}:
            raise PublishError("publish.same-name", role=role_name(role), name=name_of(add))
    if remove:
        _named(keys, role, remove, owner.revoke_key)
    if add is not None:
        owner.add_key(add, role)
    left, need = owner.get_delegated_role(role).keyids, owner.get_delegated_role(role).threshold
    if len(left) < need:
        raise PublishError("publish.few-keys", role=role_name(role), need=need, left=len(left))


def _named(keys: Iterable[Key], role: str, name: str, act: Callable[[str, str], object]) -> None:
    found = [key for key in keys if name in (name_of(key), key.keyid)]
    if len(found) != 1:
        names = ", ".join(name_of(key) for key in keys)
        raise PublishError("publish.unknown-key", role=role_name(role), name=name, names=names)
    act(found[0].keyid, role)

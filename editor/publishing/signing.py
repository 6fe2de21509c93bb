"""Turns a prepared step into a published site: signs, reports missing signers, writes files."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from securesystemslib.signer import Key, Signer
from tuf.api.exceptions import UnsignedMetadataError
from tuf.api.metadata import Metadata, Root, Targets

from content.rules import local_additions
from editor.publishing.keys import name_of
from editor.publishing.metadata import (
    DAYS,
    ISSUED,
    PublishError,
    delegated,
    encode,
    file_name,
    role_name,
    sign,
    snapshot_of,
    timestamp_of,
)
from editor.publishing.site import Published, Site, hashed
from editor.publishing.staged_step import Staged

Say = Callable[[str], None]
_TOLERANCE = timedelta(minutes=10)
_ONLINE = ("snapshot", "timestamp")
_LONGEST = timedelta(days=DAYS["root"])


@dataclass(frozen=True, slots=True)
class Standing:
    """A document that needs ``need`` signatures by ``whose`` keys. ``missing`` must still sign."""

    role: str
    whose: str
    need: int
    signed: tuple[Key, ...]
    missing: tuple[Key, ...]

    @property
    def done(self) -> bool:
        return len(self.signed) >= self.need

    def sentence(self) -> str:
        counted = (
            f"{role_name(self.role)}: {len(self.signed)} of {self.need} signatures{self.whose}"
        )
        if self.done:
            return f"{counted}."
        return f"{counted}; still to sign: {' or '.join(name_of(key) for key in self.missing)}."


def add_signatures(
    before: Published | None, staged: Staged, signers: Iterable[Signer]
) -> tuple[str, ...]:
    """Sign all that each key may sign; return "role by name" for each. Raises PublishError."""
    done = []
    by_keyid = {signer.public_key.keyid: signer for signer in signers}
    for role, document in staged.documents.items():
        wanted = {
            k.keyid: k for s in standings(before, staged) if s.role == role for k in s.missing
        }
        for keyid, key in wanted.items():
            if keyid in by_keyid:
                try:
                    sign(document, [by_keyid[keyid]])
                except UnsignedMetadataError as error:
                    raise PublishError(f"The key {name_of(key)} did not sign: {error}.") from error
                done.append(f"{role_name(role)} by {name_of(key)}")
    return tuple(done)


def wanted_keys(before: Published | None, staged: Staged) -> Mapping[str, Key]:
    """Return all keys that can still sign something, including those of snapshot and timestamp."""
    missing = {key.keyid: key for standing in standings(before, staged) for key in standing.missing}
    root = _root(before, staged)
    return missing | {key.keyid: key for role in _ONLINE for key in _keys(root, role)}


def lay_out(
    before: Published | None,
    staged: Staged,
    site: Site,
    signers: Sequence[Signer],
    *,
    now: datetime,
    say: Say,
    fresh_snapshot: bool = False,
    sure_of_clock: bool = False,
) -> str:
    """Sign snapshot and timestamp, and write the site; return "", or a sentence on what is missing.

    Raises OSError, or PublishError if the clock is wrong or the step does not follow the site.
    ``fresh_snapshot``: sign it again unchanged. ``sure_of_clock``: over 400 days really passed.
    """
    _clock(before, now, sure=sure_of_clock)
    follows(before, staged, site)
    open_ = [standing.sentence() for standing in standings(before, staged) if not standing.done]
    if open_:
        return " ".join(open_)
    root = _root(before, staged)
    new = (
        before is None
        or fresh_snapshot
        or bool(staged.documents.keys() - {"root"})
        or _changed(before.root.signed, root, "snapshot")
    )
    for role in _ONLINE if new else _ONLINE[1:]:
        if not _may(root, role, signers):
            names = " or ".join(name_of(key) for key in _keys(root, role))
            return (
                f"Everyone else has signed. Next, the holder of {names} must run `publish"
                " sign`, which publishes it."
            )
    out = _documents(before, staged, signers, new_snapshot=new, now=now)
    files = {path: data for path, data in staged.files.items() if path in _listed(staged)}
    if files:
        say(
            f"Writing {len(files)} files and {len(out)} documents to {site.folder};"
            " timestamp.json comes last."
        )
    site.lay_out(out, files)
    return ""


def _documents(
    before: Published | None,
    staged: Staged,
    signers: Sequence[Signer],
    *,
    new_snapshot: bool,
    now: datetime,
) -> dict[str, bytes]:
    """Return the staged documents, a timestamp and, if needed, a snapshot, by file name."""
    root = _root(before, staged)
    made = {role: (d.signed.version, encode(d)) for role, d in staged.documents.items()}
    named = None
    if new_snapshot:
        listed = {role: made[role] for role in made if role != "root"}
        snapshot = snapshot_of(before.snapshot if before else None, listed, now=now)
        sign(snapshot, _may(root, "snapshot", signers))
        named = made["snapshot"] = (snapshot.signed.version, encode(snapshot))
    stamp = timestamp_of(before.timestamp if before else None, named, now=now)
    out = {file_name(role, version): data for role, (version, data) in made.items()}
    return {**out, "timestamp.json": encode(sign(stamp, _may(root, "timestamp", signers)))}


def follows(before: Published | None, staged: Staged, site: Site) -> None:
    """Raise PublishError unless each document is its role's next version and its files exist."""
    for role, document in staged.documents.items():
        if role == "root" and before and encode(document) == encode(before.root):
            continue  # an interrupted run has already written this document
        wanted = (before.version(role) if before else 0) + 1
        if document.signed.version != wanted:
            raise PublishError(
                f'"{staged.title}" was prepared for version {document.signed.version} of'
                f" {role_name(role)}, but the repository now needs version {wanted}, because"
                " someone published something since. Discard this step (`publish discard`),"
                " then do it again."
            )
        if isinstance(document.signed, Targets):
            _own_paths(before, staged, role, document.signed)
            for path, info in document.signed.targets.items():
                data = staged.files.get(path)
                if data is None or hashed(path, info) != hashed(
                    path, type(info).from_data(path, data, ["sha256"])
                ):
                    site.target(path, info)


def standings(before: Published | None, staged: Staged) -> Iterator[Standing]:
    """Yield each staged document's status; a new root has two, for its old and new key holders."""
    root, targets = _root(before, staged), _targets(before, staged)
    for role, document in staged.documents.items():
        asked: list[tuple[Root | Targets, str]] = [(root, "")]
        if role == "root" and before and _changed(before.root.signed, root, "root"):
            asked = [(before.root.signed, " of the old holders"), (root, " of the new holders")]
        elif role not in root.roles:
            if targets is None or role not in delegated(targets.signed):
                raise PublishError(
                    f"{role_name(role)} may not publish here, because the state has not run"
                    " `publish delegate` for it."
                )
            asked = [(targets.signed, "")]
        for delegator, whose in asked:
            result = delegator.get_verification_result(
                role, document.signed_bytes, document.signatures
            )
            signed, missing = tuple(result.signed.values()), tuple(result.unsigned.values())
            yield Standing(role, whose, result.threshold, signed, missing)


def _clock(before: Published | None, now: datetime, *, sure: bool) -> None:
    """Check this clock, because kiosks without a clock believe the time in the signed timestamp."""
    issued = before.timestamp.signed.unrecognized_fields.get(ISSUED) if before else None
    last = datetime.fromisoformat(issued) if issued else now
    if now < last - _TOLERANCE or (now > last + _LONGEST and not sure):
        raise PublishError(
            f"This machine's clock says {now:%Y-%m-%d %H:%M} UTC, but the repository was last"
            f" signed at {last:%Y-%m-%d %H:%M} UTC. Set the clock right. If that much time has"
            " really passed, add --clock-is-right."
        )


def _own_paths(before: Published | None, staged: Staged, role: str, signed: Targets) -> None:
    """Allow a county or district only one file: any others could be web pages under our name."""
    targets = _targets(before, staged)
    mine = delegated(targets.signed).get(role) if targets else None
    for path in signed.targets if mine else ():
        own = f"{role_name(role)}/{local_additions.FILE}" if role_name(role) != role else path
        if mine and not (path == own and mine.is_delegated_path(path)):
            raise PublishError(
                f"{role_name(role)} lists {path}, which does not belong to it. It may"
                f" publish only {own}."
            )


def _targets(before: Published | None, staged: Staged) -> Metadata[Targets] | None:
    return staged.documents.get("targets") or (before.targets if before else None)


def _listed(staged: Staged) -> set[str]:
    documents = (document.signed for document in staged.documents.values())
    return {path for signed in documents if isinstance(signed, Targets) for path in signed.targets}


def _root(before: Published | None, staged: Staged) -> Root:
    document = staged.documents.get("root") or (before.root if before else None)
    if document is None:
        raise PublishError("There is no root yet. Begin with `publish init`.")
    root: Root = document.signed
    return root


def _keys(root: Root, role: str) -> list[Key]:
    return [root.keys[keyid] for keyid in root.roles[role].keyids]


def _may(root: Root, role: str, signers: Iterable[Signer]) -> list[Signer]:
    """Return as many signers as the role needs, or [] if there are too few."""
    mine = {
        signer.public_key.keyid: signer
        for signer in signers
        if signer.public_key.keyid in root.roles[role].keyids
    }
    need = root.roles[role].threshold
    return list(mine.values())[:need] if len(mine) >= need else []


def _changed(old: Root, new: Root, role: str) -> bool:
    return old.roles[role] != new.roles[role]

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
from messages.message import message

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


@dataclass(frozen=True, slots=True)
class Pending:
    """A step to sign and publish on ``site``, which publishes ``before`` (None: nothing yet)."""

    before: Published | None
    staged: Staged
    site: Site

    @property
    def root(self) -> Root:
        document = self.staged.documents.get("root") or (self.before.root if self.before else None)
        if document is None:
            raise PublishError("publish.no-root")
        root: Root = document.signed
        return root

    @property
    def targets(self) -> Metadata[Targets] | None:
        published = self.before.targets if self.before else None
        return self.staged.documents.get("targets") or published

    def add_signatures(self, signers: Iterable[Signer]) -> tuple[str, ...]:
        """Sign all that each key may sign; return "role by name" for each. Raises PublishError."""
        done = []
        by_keyid = {signer.public_key.keyid: signer for signer in signers}
        for role, document in self.staged.documents.items():
            wanted = {k.keyid: k for s in self.standings() if s.role == role for k in s.missing}
            for keyid, key in wanted.items():
                if keyid in by_keyid:
                    try:
                        sign(document, [by_keyid[keyid]])
                    except UnsignedMetadataError as error:
                        raise PublishError(
                            "publish.unsigned", name=name_of(key), why=error
                        ) from error
                    done.append(f"{role_name(role)} by {name_of(key)}")
        return tuple(done)

    def wanted_keys(self) -> Mapping[str, Key]:
        """Return all keys that can still sign something, and those of snapshot and timestamp."""
        missing = {key.keyid: key for standing in self.standings() for key in standing.missing}
        return missing | {key.keyid: key for role in _ONLINE for key in _keys(self.root, role)}

    def holders_of(self, role: str) -> frozenset[str]:
        """Return the ids of the role's keys in the previous root and in the step's root."""
        roots = [self.before.root.signed] if self.before else []
        return frozenset(id for root in [*roots, self.root] for id in root.roles[role].keyids)

    def lay_out(
        self, signers: Sequence[Signer], *, now: datetime, say: Say, fresh_snapshot: bool = False
    ) -> str:
        """Sign snapshot and timestamp and write the site; return "", or what is missing.

        Raises OSError, or PublishError if the step does not follow the site. ``fresh_snapshot``:
        sign it again unchanged.
        """
        self.follows()
        open_ = [standing.sentence() for standing in self.standings() if not standing.done]
        if open_:
            return " ".join(open_)
        new = (
            self.before is None
            or fresh_snapshot
            or bool(self.staged.documents.keys() - {"root"})
            or _changed(self.before.root.signed, self.root, "snapshot")
        )
        for role in _ONLINE if new else _ONLINE[1:]:
            if not _may(self.root, role, signers):
                names = " or ".join(name_of(key) for key in _keys(self.root, role))
                return str(message("publish.others-signed", names=names))
        out = self._documents(signers, new_snapshot=new, now=now)
        listed = _listed(self.staged)
        files = {path: data for path, data in self.staged.files.items() if path in listed}
        if files:
            folder = self.site.folder
            say(str(message("publish.writing", files=len(files), made=len(out), folder=folder)))
        self.site.lay_out(out, files)
        return ""

    def _documents(
        self, signers: Sequence[Signer], *, new_snapshot: bool, now: datetime
    ) -> dict[str, bytes]:
        """Return the staged documents, a timestamp and, if needed, a snapshot, by file name."""
        made = {role: (d.signed.version, encode(d)) for role, d in self.staged.documents.items()}
        named = None
        if new_snapshot:
            listed = {role: made[role] for role in made if role != "root"}
            snapshot = snapshot_of(self.before.snapshot if self.before else None, listed, now=now)
            sign(snapshot, _may(self.root, "snapshot", signers))
            named = made["snapshot"] = (snapshot.signed.version, encode(snapshot))
        stamp = timestamp_of(self.before.timestamp if self.before else None, named, now=now)
        out = {file_name(role, version): data for role, (version, data) in made.items()}
        sign(stamp, _may(self.root, "timestamp", signers))
        return {**out, "timestamp.json": encode(stamp)}

    def follows(self) -> None:
        """Raise PublishError unless each document is its role's next version and has its files."""
        before = self.before
        for role, document in self.staged.documents.items():
            if role == "root" and before and encode(document) == encode(before.root):
                continue  # an interrupted run has already written this document
            wanted = (before.version(role) if before else 0) + 1
            version = document.signed.version
            if version != wanted:
                raise PublishError(
                    "publish.outdated",
                    title=self.staged.title,
                    version=version,
                    role=role_name(role),
                    wanted=wanted,
                )
            if isinstance(document.signed, Targets):
                self._own_paths(role, document.signed)
                for path, info in document.signed.targets.items():
                    data = self.staged.files.get(path)
                    if data is None or hashed(path, info) != hashed(
                        path, type(info).from_data(path, data, ["sha256"])
                    ):
                        self.site.target(path, info)

    def standings(self) -> Iterator[Standing]:
        """Yield each staged document's status; a new root has two, for old and new key holders."""
        root, targets = self.root, self.targets
        for role, document in self.staged.documents.items():
            asked: list[tuple[Root | Targets, str]] = [(root, "")]
            old = self.before.root.signed if self.before else root
            if role == "root" and _changed(old, root, "root"):
                asked = [(old, " of the old holders"), (root, " of the new holders")]
            elif role not in root.roles:
                if targets is None or role not in delegated(targets.signed):
                    raise PublishError("publish.undelegated", role=role_name(role))
                asked = [(targets.signed, "")]
            for delegator, whose in asked:
                result = delegator.get_verification_result(
                    role, document.signed_bytes, document.signatures
                )
                signed, missing = tuple(result.signed.values()), tuple(result.unsigned.values())
                yield Standing(role, whose, result.threshold, signed, missing)

    def _own_paths(self, role: str, signed: Targets) -> None:
        """Allow a county or district only one file: others could be web pages under our name."""
        mine = delegated(self.targets.signed).get(role) if self.targets else None
        for path in signed.targets if mine else ():
            own = f"{role_name(role)}/{local_additions.FILE}" if role_name(role) != role else path
            if mine and not (path == own and mine.is_delegated_path(path)):
                raise PublishError("publish.paths", role=role_name(role), path=path, own=own)


def check_clock(before: Published | None, now: datetime, *, sure: bool) -> None:
    """Check this clock, because kiosks without a clock believe the time in the signed timestamp.

    ``sure``: more than 400 days really have passed since the last step.
    """
    issued = before.timestamp.signed.unrecognized_fields.get(ISSUED) if before else None
    last = datetime.fromisoformat(issued) if issued else now
    if now < last - _TOLERANCE or (now > last + _LONGEST and not sure):
        here, signed = (f"{at:%Y-%m-%d %H:%M}" for at in (now, last))
        raise PublishError("publish.clock", now=here, last=signed)


def _listed(staged: Staged) -> set[str]:
    documents = (document.signed for document in staged.documents.values())
    return {path for signed in documents if isinstance(signed, Targets) for path in signed.targets}


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

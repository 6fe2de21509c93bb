"""A real publisher in a folder, with all keys in memory, for kiosks to fetch from; honest or not.

``Publisher(folder)`` makes ``folder/metadata`` and ``folder/targets`` as `publish init` would: root
2 of 3, targets 2 of 2, snapshot and timestamp 1, the role `directory` 2 of 2. Every step is
published at once. ``now`` may be set to any time; metadata is dated from it. Fewer ``signers`` than
the role needs publishes what an honest publisher never would.

    hub = Publisher(tmp_path / "hub")
    hub.release(pack)                      # a Pack, or the files of a built one
    hub.release(changed, notes=notes)      # notes as content/review/number_changes.py has them
    hub.release(planted, signers=1)        # what the client must refuse
    hub.touch(later)                       # a new timestamp only
    hub.rotate("timestamp")                # a new key for the role, new root
    hub.delegate("district/acme")          # then hub.local("district/acme", data)
    hub.directory({"06001.json": data})
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp

from content.model import built_pack
from content.model.pack import Pack
from content.review.number_changes import FILE, Note
from content.review.number_changes import encode as encode_notes
from editor.publishing.metadata import (
    DIRECTORY,
    KEYS,
    decode,
    delegate,
    encode,
    file_name,
    new_delegated,
    new_root,
    new_targets,
    renewed,
    replace_files,
    role_of,
    sign,
    snapshot_of,
    timestamp_of,
)
from editor.publishing.site import Site

NOW = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)


@cache
def key(name: str) -> CryptoSigner:
    """Return the key with that name, the same in all tests of a run."""
    return CryptoSigner.generate_ed25519()


class Publisher:
    """The publisher's side. ``signers``: each role's current keys; ``documents``: each role's
    newest metadata."""

    def __init__(self, folder: Path, *, now: datetime = NOW, owner: str = "state") -> None:
        self.site = Site(folder)
        self.folder = folder
        self.owner = owner
        self.now = now
        self.rotated = 0
        self.signers = {
            role: [key(f"{owner} {role} {n}") for n in range(count)] for role, count in KEYS.items()
        }
        self.signers[DIRECTORY] = self.signers["targets"]
        public = {role: [one.public_key for one in keys] for role, keys in self.signers.items()}
        self.root: Metadata[Root] = sign(new_root(public, now=now), self.signers["root"][:2])
        self.targets: Metadata[Targets] = sign(
            new_targets(public["targets"], now=now), self.signers["targets"]
        )
        self.delegated = {
            DIRECTORY: sign(new_delegated(version=1, now=now), self.signers["targets"])
        }
        self.snapshot: Metadata[Snapshot] | None = None
        self.timestamp: Metadata[Timestamp] | None = None
        self._lay_out(
            {"root": self.root, "targets": self.targets, DIRECTORY: self.delegated[DIRECTORY]}, {}
        )

    @property
    def trust(self) -> Path:
        """Return the first root, which a school gets as [content] root."""
        return self.site.metadata / "1.root.json"

    def release(
        self,
        pack: Pack | Mapping[str, bytes],
        *,
        notes: Iterable[Note] = (),
        signers: int = 2,
        **extra: bytes,
    ) -> None:
        """Publish a pack below state/, signed by that many editors. ``extra``: more targets
        in state/."""
        files = built_pack.build(pack) if isinstance(pack, Pack) else pack
        files = {
            f"state/{name}": data
            for name, data in {**files, FILE: encode_notes(notes), **extra}.items()
        }
        self.sign_targets(
            lambda targets: replace_files(targets, "state/", files), files=files, signers=signers
        )

    def sign_targets(
        self,
        change: Callable[[Targets], object] = lambda _: None,
        *,
        files: Mapping[str, bytes] | None = None,
        signers: int | Sequence[CryptoSigner] = 2,
    ) -> None:
        """Publish the next targets, changed by ``change``, signed by some editors or by others."""
        self.targets = renewed(self.targets, "targets", now=self.now)
        change(self.targets.signed)
        chosen = self.signers["targets"][:signers] if isinstance(signers, int) else signers
        sign(self.targets, chosen)
        self._lay_out({"targets": self.targets}, files or {})

    def touch(self, now: datetime | None = None) -> None:
        """Publish a new timestamp for the same snapshot."""
        self.now = now or self.now
        self._lay_out({}, {})

    def renew_snapshot(self) -> None:
        """Publish a new snapshot of the same documents, and its timestamp."""
        self._lay_out({}, {}, snapshot=True)

    def wait(self, days: float) -> None:
        """Let time pass without signing anything."""
        self.now += timedelta(days=days)

    def rotate(self, role: str, *, signed_by_old: bool = True) -> None:
        """Replace the role's first key. Two old and two new holders sign the new root, and the
        role's documents are signed again. ``signed_by_old=False`` makes a root that nobody may
        follow."""
        self.rotated += 1
        old, new = list(self.signers["root"]), key(f"{self.owner} {role} new {self.rotated}")
        self.root = renewed(self.root, "root", now=self.now)
        self.root.signed.revoke_key(self.signers[role][0].public_key.keyid, role)
        self.root.signed.add_key(new.public_key, role)
        self.signers[role] = [*self.signers[role][1:], new]
        sign(self.root, self.signers["root"][-2:])
        if signed_by_old:
            sign(self.root, old[:2])
        changed: dict[str, Metadata[Any]] = {"root": self.root}
        if role == "targets":
            self.targets = sign(
                renewed(self.targets, "targets", now=self.now), self.signers["targets"]
            )
            changed["targets"] = self.targets
        self._lay_out(changed, {}, snapshot=role in ("targets", "snapshot"))

    def delegate(self, name: str) -> str:
        """Let a county or district sign its own folder; return the role's name. It has published
        nothing yet."""
        role = role_of(name)
        self.signers[role] = [key(f"{self.owner} {role}")]
        public = [self.signers[role][0].public_key]
        self.sign_targets(lambda targets: delegate(targets, role, public, threshold=1, folder=name))
        return role

    def local(
        self,
        name: str,
        data: bytes | Mapping[str, bytes],
        *,
        signers: Sequence[CryptoSigner] | None = None,
    ) -> None:
        """Publish ``<name>/local.json`` as the county or district; with a mapping, any paths, even
        ones that are not its own."""
        files = data if isinstance(data, Mapping) else {f"{name}/local.json": data}
        self._delegated(
            role_of(name), files, self.signers[role_of(name)] if signers is None else signers
        )

    def directory(self, shards: Mapping[str, bytes], *, signers: int = 2) -> None:
        """Publish the directory's shards (name → bytes) below directory/."""
        files = {f"directory/{name}": data for name, data in shards.items()}
        self._delegated(DIRECTORY, files, self.signers[DIRECTORY][:signers])

    def _delegated(
        self, role: str, files: Mapping[str, bytes], signers: Sequence[CryptoSigner]
    ) -> None:
        before = self.delegated.get(role)
        document = (
            renewed(before, role, now=self.now)
            if before
            else new_delegated(version=1, now=self.now)
        )
        replace_files(document.signed, "", files)
        self.delegated[role] = sign(document, signers)
        self._lay_out({role: document}, files)

    def _lay_out(
        self,
        changed: Mapping[str, Metadata[Any]],
        files: Mapping[str, bytes],
        *,
        snapshot: bool = False,
    ) -> None:
        """Publish the changes, with a new snapshot if it must name them, and a new timestamp."""
        out = {
            file_name(role, document.signed.version): encode(document)
            for role, document in changed.items()
        }
        listed = {
            role: (document.signed.version, encode(document))
            for role, document in changed.items()
            if role != "root"
        }
        named = None
        if listed or snapshot or self.snapshot is None:
            self.snapshot = sign(
                snapshot_of(self.snapshot, listed, now=self.now), self.signers["snapshot"]
            )
            named = (self.snapshot.signed.version, encode(self.snapshot))
            out[file_name("snapshot", named[0])] = named[1]
        self.timestamp = sign(
            timestamp_of(self.timestamp, named, now=self.now), self.signers["timestamp"]
        )
        out["timestamp.json"] = encode(self.timestamp)
        self.site.lay_out(out, files)

    def forge(self, role: str, change: Callable[[Any], object], *signers: CryptoSigner) -> None:
        """Replace a role's newest metadata file on disk with a changed one, signed by
        ``signers``."""
        document: Metadata[Any] = (
            self.delegated[role] if role in self.delegated else getattr(self, role)
        )
        forged = decode(encode(document))
        forged.signatures.clear()
        change(forged.signed)
        (self.site.metadata / file_name(role, document.signed.version)).write_bytes(
            encode(sign(forged, signers))
        )

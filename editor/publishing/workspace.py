"""The publisher's workspace: ``site/`` and one pending step, in a folder that holders share.

The workspace never contains private keys.
"""

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from securesystemslib.signer import Key, Signer

from editor.publishing.describe import WARN, differences, duties, holders
from editor.publishing.keys import KeyFile, key_files, make, open_key
from editor.publishing.metadata import KEYS, TOP, PublishError, role_name
from editor.publishing.roles import prepare_first
from editor.publishing.signing import Pending, Say, check_clock
from editor.publishing.site import Published, Site
from editor.publishing.staged_step import Staged, discard, read, write
from messages.message import message

# (a key's or holder's name, whether to choose a new passphrase) → the passphrase, or ""
Secret = Callable[[str, bool], str]

# The keys that `init` makes, in one folder per holder. Root keys are separate; otherwise, anyone
# who steals both editors' machines could also decide whose keys count.
HOLDERS: Mapping[str, Mapping[str, str]] = {
    "root-keys/first-holder": {"root-1": "root"},
    "root-keys/second-holder": {"root-2": "root"},
    "root-keys/third-holder": {"root-3": "root"},
    "first-editor": {"editor-1": "targets"},
    "second-editor": {"editor-2": "targets"},
    "server": {"snapshot-1": "snapshot", "timestamp-1": "timestamp"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A holder's view of the shared ``folder``; ``keys`` are this person's folders.

    ``root_secret``, if given, opens root keys instead of ``secret``. ``waiting``: a step's folder
    (default: ``folder/staged``). ``dry_run``: don't sign, write or ask. ``sure_of_clock``:
    more than 400 days really have passed since the last step.
    """

    folder: Path
    keys: Sequence[Path]
    secret: Secret
    say: Say
    now: datetime
    root_secret: Secret | None = None
    waiting: Path | None = None
    dry_run: bool = False
    sure_of_clock: bool = False

    @property
    def site(self) -> Site:
        return Site(self.folder / "site")

    @property
    def staged(self) -> Path:
        return self.waiting or self.folder / "staged"

    def published(self) -> Published:
        """Return the published content, verified. Raises PublishError."""
        if not self.site.exists():
            raise PublishError("publish.no-repository", folder=self.folder)
        return self.site.read()

    def init(self, key_folder: Path, public: Mapping[str, Sequence[Key]]) -> bool:
        """Create a repository with keys from ``public`` or with new keys. Raises PublishError."""
        if self.site.exists() or self.staged.exists():
            raise PublishError("publish.repository-exists", folder=self.folder)
        for role, given in public.items():
            if len(given) != KEYS[role]:
                raise PublishError(
                    "publish.number-of-keys", role=role, wanted=KEYS[role], count=len(given)
                )
        made = {
            holder: {name: role for name, role in names.items() if role not in public}
            for holder, names in HOLDERS.items()
        }
        if self.dry_run:
            for holder, names in made.items():
                if names:
                    self._tell("publish.would-make", names=tuple(names), folder=key_folder / holder)
            self._tell("publish.would-init", folder=self.folder)
            return True
        all_keys: dict[str, list[Key]] = {role: list(public.get(role, ())) for role in TOP}
        chosen: dict[str, str] = {}
        for holder, names in made.items():
            asks = self.secret_of(root="root" in names.values())
            passphrase = asks(holder, True) if names else ""
            for name, role in names.items():
                all_keys[role].append(make(key_folder / holder, name, passphrase).public)
                chosen[name] = passphrase
                self._tell("publish.made", name=name, role=role, folder=key_folder / holder)
        self.folder.mkdir(parents=True, exist_ok=True)
        known = replace(
            self,
            secret=_known(chosen, self.secret),
            root_secret=_known(chosen, self.secret_of(root=True)),
        )
        return known.advance(None, prepare_first(all_keys, now=self.now))

    def secret_of(self, *, root: bool) -> Secret:
        """Return the function that supplies the passphrase for a root key or for any other key."""
        return (self.root_secret if root else None) or self.secret

    def advance(self, before: Published | None, step: Staged) -> bool:
        """Sign a new step; if it is complete, publish it and return True. Raises PublishError."""
        if self.staged.exists():
            raise PublishError(
                "publish.step-waits", title=read(self.staged).title, staged=self.staged
            )
        pending = Pending(before, step, self.site)
        pending.follows()
        if self.dry_run:
            return self._only_told(differences(before, self.site, step))
        with self._alone(before):
            return self._sign(pending)

    def sign(self) -> bool:
        """Print the pending step's changes and sign them; return whether they are now published."""
        pending = self._waiting()
        if self.dry_run:
            return self._only_told(standing.sentence() for standing in pending.standings())
        with self._alone(pending.before):
            return self._sign(pending)

    def waits(self) -> tuple[Staged, Iterator[str]]:
        """Return the pending step and sentences about its changes. Raises PublishError."""
        pending = self._waiting()
        return pending.staged, differences(pending.before, self.site, pending.staged)

    def _tell(self, code: str, **args: object) -> None:
        self.say(str(message(code, **args)))

    def _only_told(self, lines: Iterable[str]) -> bool:
        """End a dry run: say what the step would change."""
        for line in lines:
            self.say(line)
        self._tell("publish.nothing-signed")
        return True

    def _waiting(self) -> Pending:
        before = self.site.read() if self.site.exists() else None
        pending = Pending(before, read(self.staged), self.site)
        pending.follows()
        return pending

    def discard(self) -> None:
        """Discard the pending step. Raises PublishError if there is no pending step."""
        title = read(self.staged).title
        if self.dry_run:
            self._tell("publish.would-discard", title=title, folder=self.staged)
            return
        discard(self.staged)
        self._tell("publish.discarded", title=title)

    def touch(self) -> bool:
        """Sign the timestamp, and a snapshot if it expires soon; then print all expiry dates."""
        before = self.published()
        left = (before.snapshot.signed.expires - self.now).days
        fresh = left <= WARN["snapshot"]
        if self.dry_run:
            self._tell("publish.would-touch-both" if fresh else "publish.would-touch")
            return True
        with self._alone(before):
            return self._touch(Pending(before, Staged("touch", self.now, {}), self.site), fresh)

    def _touch(self, pending: Pending, fresh: bool) -> bool:
        signers = self._open(pending)
        mine = {signer.public_key.keyid for signer in signers}
        fresh = fresh and bool(mine & set(pending.root.roles["snapshot"].keyids))
        if pending.lay_out(signers, now=self.now, say=self.say, fresh_snapshot=fresh):
            self._tell("publish.not-touched", folders=tuple(self.keys))
            return False
        stamp = self.site.read()
        until = f"{stamp.timestamp.signed.expires:%Y-%m-%d}"
        self._tell("publish.touched-both" if fresh else "publish.touched", until=until)
        for line in duties(stamp, self.now):
            self.say(line)
        return True

    def status(self) -> None:
        """Print each key's holder, all expiry dates, and any pending step."""
        before = self.published()
        for line in (*holders(before), *duties(before, self.now)):
            self.say(line)
        for role in before.silent:
            self._tell("publish.silent", role=role_name(role))
        if self.staged.exists():
            pending = Pending(before, read(self.staged), self.site)
            self._tell("publish.waiting", folder=self.staged, title=pending.staged.title)
            for standing in pending.standings():
                self.say(standing.sentence())

    def _sign(self, pending: Pending) -> bool:
        step = pending.staged
        signers = self._open(pending)
        if not signers:
            self._tell("publish.no-signature", folders=tuple(self.keys))
        for line in pending.add_signatures(signers):
            self.say(f"Signed: {line}.")
        write(self.staged, step)  # written first, so that no signature is lost if the disk is full
        if missing := pending.lay_out(signers, now=self.now, say=self.say):
            self.say(missing)
            self._tell("publish.next-holder", folder=self.staged, name=self.staged.name)
            return False
        discard(self.staged)
        self._tell("publish.published", title=step.title, folder=self.site.folder)
        self.say("metadata/timestamp.json last.")
        return True

    @contextmanager
    def _alone(self, before: Published | None) -> Iterator[None]:
        """Lock the folder, so no two signers use the same version number. Raises PublishError."""
        descriptor = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise PublishError("publish.busy", folder=self.folder) from None
            if before and self.published().version("timestamp") != before.version("timestamp"):
                raise PublishError("publish.changed-now", folder=self.folder)
            check_clock(before, self.now, sure=self.sure_of_clock)
            yield
        finally:
            os.close(descriptor)

    def _open(self, pending: Pending) -> list[Signer]:
        """Return this person's keys that the step needs and that the person can unlock."""
        here, wanted = key_files(self.keys), pending.wanted_keys()
        mine = [file for file in here if file.public.keyid in wanted]
        if sum(file.name.startswith("editor") for file in mine) > 1:
            self._tell("publish.two-editors")
        roots, editors = pending.holders_of("root"), pending.holders_of("targets")
        if both := _folders(here, roots) & _folders(here, editors):
            self._tell("publish.root-next-to-editor", folder=min(both))
        opened = (
            open_key(file, partial(self._asked, root=file.public.keyid in roots)) for file in mine
        )
        return [signer for signer in opened if signer]

    def _asked(self, name: str, *, root: bool) -> str:
        return self.secret_of(root=root)(name, False)


def _known(chosen: Mapping[str, str], secret: Secret) -> Secret:
    """Return a function that reuses passphrases chosen just now and asks for any others."""
    return lambda name, new: chosen.get(name) or secret(name, new)


def _folders(files: Sequence[KeyFile], keyids: frozenset[str]) -> set[Path]:
    return {file.path.parent for file in files if file.public.keyid in keyids}

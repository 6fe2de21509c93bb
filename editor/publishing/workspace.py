"""The publisher's workspace: ``site/`` and one pending step, in a folder that holders share.

The workspace never contains private keys.
"""

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from editor.publishing.signing import Say, add_signatures, follows, lay_out, standings, wanted_keys
from editor.publishing.site import Published, Site
from editor.publishing.staged_step import Staged, discard, read, write

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
            raise PublishError(
                f"There is no repository in {self.folder}. Specify its folder with"
                " --repository, or make one with `publish init`."
            )
        return self.site.read()

    def init(self, key_folder: Path, public: Mapping[str, Sequence[Key]]) -> bool:
        """Create a repository with keys from ``public`` or with new keys. Raises PublishError."""
        if self.site.exists() or self.staged.exists():
            raise PublishError(
                f"{self.folder} already contains a repository, and `init` never replaces one."
            )
        for role, given in public.items():
            if len(given) != KEYS[role]:
                raise PublishError(f"{role} takes {KEYS[role]} keys, and {len(given)} were given.")
        made = {
            holder: {name: role for name, role in names.items() if role not in public}
            for holder, names in HOLDERS.items()
        }
        if self.dry_run:
            for holder, names in made.items():
                if names:
                    self.say(
                        f"This would make the encrypted keys {', '.join(names)} in"
                        f" {key_folder / holder}."
                    )
            self.say(f"This would make a repository in {self.folder}. Nothing was written.")
            return True
        all_keys: dict[str, list[Key]] = {role: list(public.get(role, ())) for role in TOP}
        chosen: dict[str, str] = {}
        for holder, names in made.items():
            asks = self.secret_of(root="root" in names.values())
            passphrase = asks(holder, True) if names else ""
            for name, role in names.items():
                all_keys[role].append(make(key_folder / holder, name, passphrase).public)
                chosen[name] = passphrase
                self.say(f"The key {name} ({role}) is in {key_folder / holder}.")
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
                f'"{read(self.staged).title}" waits in {self.staged}. Sign it with `publish'
                " sign`, or discard it with `publish discard`. Then do this step again."
            )
        follows(before, step, self.site)
        if self.dry_run:
            for line in differences(before, self.site, step):
                self.say(line)
            self.say("Nothing was signed or written.")
            return True
        with self._alone(before):
            return self._sign(before, step)

    def sign(self) -> bool:
        """Print the pending step's changes and sign them; return whether they are now published."""
        before, step = self._waiting()
        if self.dry_run:
            for standing in standings(before, step):
                self.say(standing.sentence())
            self.say("Nothing was signed or written.")
            return True
        with self._alone(before):
            return self._sign(before, step)

    def waits(self) -> tuple[Staged, Iterator[str]]:
        """Return the pending step and sentences about its changes. Raises PublishError."""
        before, step = self._waiting()
        return step, differences(before, self.site, step)

    def _waiting(self) -> tuple[Published | None, Staged]:
        before, step = self.site.read() if self.site.exists() else None, read(self.staged)
        follows(before, step, self.site)
        return before, step

    def discard(self) -> None:
        """Discard the pending step. Raises PublishError if there is no pending step."""
        title = read(self.staged).title
        if self.dry_run:
            self.say(
                f'This would discard "{title}" in {self.staged}, with its signatures. Nothing'
                " was removed."
            )
            return
        discard(self.staged)
        self.say(f'"{title}" was discarded. The published files did not change.')

    def touch(self) -> bool:
        """Sign the timestamp, and a snapshot if it expires soon; then print all expiry dates."""
        before = self.published()
        left = (before.snapshot.signed.expires - self.now).days
        if self.dry_run:
            what = "timestamp and snapshot" if left <= WARN["snapshot"] else "timestamp"
            self.say(f"This would sign the {what} again. Nothing was signed or written.")
            return True
        with self._alone(before):
            return self._touch(before, fresh=left <= WARN["snapshot"])

    def _touch(self, before: Published, *, fresh: bool) -> bool:
        step = Staged("touch", self.now, {})
        signers = self._open(before, step)
        mine = {signer.public_key.keyid for signer in signers}
        fresh = fresh and bool(mine & set(before.root.signed.roles["snapshot"].keyids))
        missing = self._lay_out(before, step, signers, fresh_snapshot=fresh)
        if missing:
            self.say(
                "The timestamp was not signed, because its key is not in"
                f" {', '.join(map(str, self.keys))}."
            )
            return False
        stamp = self.site.read()
        until = f"{stamp.timestamp.signed.expires:%Y-%m-%d}"
        self.say(
            f"The timestamp{' and the snapshot were' if fresh else ' was'} signed again and is"
            f" valid until {until}."
        )
        for line in duties(stamp, self.now):
            self.say(line)
        return True

    def status(self) -> None:
        """Print each key's holder, all expiry dates, and any pending step."""
        before = self.published()
        for line in (*holders(before), *duties(before, self.now)):
            self.say(line)
        for role in before.silent:
            self.say(f"{role_name(role)} may publish, but has not published anything yet.")
        if self.staged.exists():
            self.say(f'Waiting in {self.staged}: "{read(self.staged).title}".')
            for standing in standings(before, read(self.staged)):
                self.say(standing.sentence())

    def _sign(self, before: Published | None, step: Staged) -> bool:
        signers = self._open(before, step)
        if not signers:
            where = ", ".join(map(str, self.keys))
            self.say(
                f"No signature was added. Either no key in {where} may sign this, or no key"
                " was opened."
            )
        for line in add_signatures(before, step, signers):
            self.say(f"Signed: {line}.")
        write(self.staged, step)  # written first, so that no signature is lost if the disk is full
        missing = self._lay_out(before, step, signers)
        if missing:
            self.say(missing)
            self.say(
                f"Nothing is published yet. Send the folder {self.staged} to the next holder,"
                f" who must run `publish sign --staged {self.staged.name}`."
            )
            return False
        discard(self.staged)
        self.say(
            f"Published: {step.title}. If the web server is another machine, copy"
            f" {self.site.folder} there,"
        )
        self.say("metadata/timestamp.json last.")
        return True

    def _lay_out(
        self,
        before: Published | None,
        step: Staged,
        signers: Sequence[Signer],
        *,
        fresh_snapshot: bool = False,
    ) -> str:
        return lay_out(
            before,
            step,
            self.site,
            signers,
            now=self.now,
            say=self.say,
            fresh_snapshot=fresh_snapshot,
            sure_of_clock=self.sure_of_clock,
        )

    @contextmanager
    def _alone(self, before: Published | None) -> Iterator[None]:
        """Lock the folder, so no two signers use the same version number. Raises PublishError."""
        descriptor = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise PublishError(
                    f"Another step is being signed in {self.folder}. Try again in a minute."
                ) from None
            if before and self.published().version("timestamp") != before.version("timestamp"):
                raise PublishError(
                    f"{self.folder} was just changed by another command. Run the same step again."
                )
            yield
        finally:
            os.close(descriptor)

    def _open(self, before: Published | None, step: Staged) -> list[Signer]:
        """Return this person's keys that the step needs and that the person can unlock."""
        here, wanted = key_files(self.keys), wanted_keys(before, step)
        mine = [file for file in here if file.public.keyid in wanted]
        if sum(file.name.startswith("editor") for file in mine) > 1:
            self.say(
                "Two editors' keys are on this machine. The second signature must come from a"
                " second person."
            )
        roots, editors = _holders_of("root", before, step), _holders_of("targets", before, step)
        if both := _folders(here, roots) & _folders(here, editors):
            self.say(
                f"{min(both)} contains a root key next to an editor's key. Move the root key"
                " to a separate stick in a safe. You need it only once a year and when keys"
                " change."
            )
        opened = (
            open_key(file, partial(self._asked, root=file.public.keyid in roots)) for file in mine
        )
        return [signer for signer in opened if signer]

    def _asked(self, name: str, *, root: bool) -> str:
        return self.secret_of(root=root)(name, False)


def _known(chosen: Mapping[str, str], secret: Secret) -> Secret:
    """Return a function that reuses passphrases chosen just now and asks for any others."""
    return lambda name, new: chosen.get(name) or secret(name, new)


def _holders_of(role: str, before: Published | None, step: Staged) -> frozenset[str]:
    """Return the ids of the role's keys in the previous root and in the step's root."""
    roots = [before.root] if before else []
    roots += [step.documents["root"]] if "root" in step.documents else []
    return frozenset(keyid for root in roots for keyid in root.signed.roles[role].keyids)


def _folders(files: Sequence[KeyFile], keyids: frozenset[str]) -> set[Path]:
    return {file.path.parent for file in files if file.public.keyid in keyids}

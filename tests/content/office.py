"""A publisher's office: a workspace and the key folders of its four holders, on one disk but never
used together.

``Office(tmp_path).workspace("first-editor")`` acts as that holder. `init` runs once per test run,
and its result is copied.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from securesystemslib.signer import Key

from content.model.pack import Pack
from content.review.number_changes import Note
from editor.publishing import keys as publish_keys
from editor.publishing.release import Reasons, prepare
from editor.publishing.workspace import Workspace
from tests.content.publisher import NOW
from tests.content.reader import Reader

WORDS = "correct horse battery staple"
ALL = ("root-keys", "first-editor", "second-editor", "server")


@cache
def template() -> Path:
    """Return a repository as `init` leaves it, with its holders' keys."""
    folder = Path(mkdtemp(prefix="porchlight-office-"))
    workspace = Workspace(
        folder=folder / "repo", keys=[folder / "keys"], secret=passphrase, say=quiet, now=NOW
    )
    with quickly():
        assert workspace.init(folder / "keys", {})
    return folder


@contextmanager
def quickly() -> Iterator[None]:
    """Let keys made in this context open at once: no test waits for a slow passphrase."""
    real, publish_keys.ROUNDS = publish_keys.ROUNDS, 1
    try:
        yield
    finally:
        publish_keys.ROUNDS = real


def passphrase(_name: str, _new: bool) -> str:
    return WORDS


def quiet(_line: str) -> None:
    """Print nothing."""


class Office:
    """One publisher on disk. ``said``: everything printed for anyone; ``now``: everybody's
    clock."""

    def __init__(self, folder: Path, *, now: datetime = NOW) -> None:
        shutil.copytree(template(), folder, dirs_exist_ok=True)
        self.folder, self.now = folder, now
        self.said: list[str] = []
        self.repository = folder / "repo"
        self.site = self.repository / "site"

    def workspace(
        self, *holders: str, dry_run: bool = False, waiting: Path | None = None
    ) -> Workspace:
        """Return the workspace as the holders see it, with only their keys."""
        return Workspace(
            folder=self.repository,
            keys=[self.folder / "keys" / holder for holder in holders],
            secret=passphrase,
            say=self.said.append,
            now=self.now,
            waiting=waiting,
            dry_run=dry_run,
        )

    def reader(self, name: str = "kiosk") -> Reader:
        """Return a kiosk that trusts this publisher."""
        return Reader(self.site, self.folder / name)

    def release(
        self, pack: Pack, *holders: str, reasons: Reasons | None = None, dry_run: bool = False
    ) -> bool:
        """Prepare and sign a release; return whether it is published."""
        workspace = self.workspace(*(holders or ALL), dry_run=dry_run)
        before = workspace.published()
        return workspace.advance(
            before, prepare(before, workspace.site, pack, reasons or {}, now=self.now)
        )

    def fresh(self, name: str, holder: str = "new-holder") -> Key:
        """Return the public half of a key that its holder has just made."""
        with quickly():
            return publish_keys.make(self.folder / "keys" / holder, name, WORDS).public

    def files(self) -> dict[str, bytes]:
        """Return every byte of the workspace."""
        return {
            path.relative_to(self.repository).as_posix(): path.read_bytes()
            for path in sorted(self.repository.rglob("*"))
            if path.is_file()
        }

    def notes(self) -> tuple[Note, ...]:
        """Return the published notes."""
        from editor.publishing.release import published_notes

        workspace = self.workspace()
        return published_notes(workspace.published(), workspace.site)

"""docs/develop/walk.md, command by command: a publisher, two editors, a kiosk and the calendar on one
machine."""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from cli import main
from cli.command import Context
from editor.publishing.keys import key_files, open_key
from editor.publishing.metadata import encode, file_name, sign, snapshot_of, timestamp_of
from editor.publishing.site import Site
from editor.publishing.staged_step import read
from settings.load import load, load_secrets
from settings.places import ROOT
from tests.content import hub as wire

PAGE = ROOT / "docs/develop/walk.md"
PASSPHRASE = "five plain unrelated words here"
SITE = Path("walk/office/site")
# What the page asks the reader to suppose.
HAPPENS = re.compile(r"<!-- test: (.+?) -->")


@dataclass
class Walk:
    """The state of one walk: the calendar, the reader's environment, and what the last command
    said."""

    environ: dict[str, str]
    now: datetime = datetime(2026, 11, 25, 12, tzinfo=UTC)
    code: int = 0
    said: str = ""
    events: Mapping[str, Callable[[], None]] = field(default_factory=dict)

    def does(self, command: str, expected: list[str]) -> None:
        """Run one command of the page; each expected line must stand in what it prints."""
        for name, value in self.environ.items():
            command = command.replace(f"${name}", value)
        if command.startswith("date "):
            self.now = datetime.fromisoformat(expected[0]).replace(hour=12, tzinfo=UTC)
            return
        if command.startswith("export "):
            name, _, value = command.removeprefix("export ").partition("=")
            self.environ[name] = shlex.split(value)[0]
            return
        if command == "echo $?":
            assert [str(self.code)] == expected, self.said
            return
        words = shlex.split(command)
        self.code, self.said = (
            self._server(words[1:]) if words[0] == "porchlight" else _shell(words)
        )
        for line in expected:
            assert line in self.said, (
                f"$ {command}\nshould print {line!r}, and printed\n{self.said}"
            )
        if waiting := re.search(r"`approve ([0-9a-f]+)`", self.said):
            self.environ["HELD"] = waiting[1]

    def _server(self, arguments: list[str]) -> tuple[int, str]:
        """What `main` of server.py does, with this walk's clock."""
        out = StringIO()
        with redirect_stdout(out), redirect_stderr(out), environment(self.environ):
            given = main.parser().parse_args(arguments)
            code = main.run(
                Context(load(self.environ), load_secrets(self.environ), given, lambda: self.now)
            )
        return code, out.getvalue()


@contextmanager
def environment(environ: Mapping[str, str]) -> Iterator[None]:
    """The reader's shell, for what looks into the environment itself (certificates)."""
    before = dict(os.environ)
    os.environ.update(environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _shell(words: list[str]) -> tuple[int, str]:
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return done.returncode, done.stdout


def steps(page: str) -> Iterator[tuple[str, list[str]]]:
    """Every command of the page with what it should print, and every event as ("", [its name])."""
    for block in re.finditer(rf"```console\n(.*?)```|{HAPPENS.pattern}", page, re.DOTALL):
        if block[2]:
            yield "", [block[2]]
            continue
        for entry in re.split(r"^\$ ", block[1], flags=re.MULTILINE)[1:]:
            command, *expected = entry.splitlines()
            yield command, expected


def put_online_with_one_signature() -> None:
    """What someone can do who has the web server and the two keys that lie there: snapshot and
    timestamp."""
    site, staged = Site(SITE), read(Path("walk/office/staged"))
    before = site.read()
    keys = [open_key(key, lambda _: PASSPHRASE) for key in key_files([Path("walk/keys/server")])]
    targets = staged.documents["targets"]
    assert len(targets.signatures) == 1
    signers = {key.public_key.keyid: key for key in keys if key}
    by = {
        role: [signers[k] for k in before.root.signed.roles[role].keyids]
        for role in ("snapshot", "timestamp")
    }
    now = staged.made
    snapshot = sign(
        snapshot_of(
            before.snapshot, {"targets": (targets.signed.version, encode(targets))}, now=now
        ),
        by["snapshot"],
    )
    stamp = sign(
        timestamp_of(before.timestamp, (snapshot.signed.version, encode(snapshot)), now=now),
        by["timestamp"],
    )
    out = {
        file_name(role, staged.documents[role].signed.version): encode(targets)
        for role in ("targets",)
    }
    out[file_name("snapshot", snapshot.signed.version)] = encode(snapshot)
    out["timestamp.json"] = encode(stamp)
    shutil.copytree(SITE, "walk/good-site")
    site.lay_out(out, staged.files)


def mend() -> None:
    shutil.rmtree(SITE)
    Path("walk/good-site").rename(SITE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("walk").mkdir()
    Path("content").symlink_to(ROOT / "content")
    return tmp_path


@pytest.mark.slow
def test_the_walk_of_the_docs_goes_as_it_says(folder: Path) -> None:
    SITE.mkdir(parents=True)
    with wire.serving(SITE, certificate=wire.certificate(folder)) as hub:
        SITE.rmdir()
        SITE.parent.rmdir()
        walk = Walk(
            {
                "HUB": hub.address,
                "SSL_CERT_FILE": str(wire.authority(folder)),
                "PATH": os.environ["PATH"],
            },
            events={
                "one signature is put online": put_online_with_one_signature,
                "the web server is mended": mend,
            },
        )
        for command, expected in steps(PAGE.read_text("utf-8")):
            if command:
                walk.does(command, expected)
            else:
                walk.events[expected[0]]()

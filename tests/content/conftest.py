"""Shared by content tests: a tiny pack to break, and a publisher, its server, and a machine that
accepts its packs."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from content.model.pack import Pack
from editor.authoring.read_pack import read
from messages.message import Finding
from tests.content import hub as wire
from tests.content.directories import Directory
from tests.content.hub import Hub
from tests.content.machine import Machine, numbered
from tests.content.publisher import Publisher

TINY = Path(__file__).parent / "tiny"


@dataclass(frozen=True)
class TinyPack:
    """A private copy of tests/content/tiny: ``pack`` next to its own ``pinned`` set."""

    root: Path

    @property
    def folder(self) -> Path:
        return self.root / "pack"

    @property
    def pinned(self) -> Path:
        return self.root / "pinned"

    def edit(self, file: str, old: str, new: str) -> "TinyPack":
        """Replace ``old``, which must be in ``file`` (``pack/...`` or ``pinned/...``) once."""
        path = self.root / file
        text = path.read_text("utf-8")
        assert old in text, f"{file} does not hold {old!r}"
        path.write_text(text.replace(old, new, 1), "utf-8")
        return self

    def write(self, file: str, text: str) -> "TinyPack":
        """Create or replace a file."""
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return self

    def broken(self, case: tuple[str, ...]) -> None:
        """Apply a row from a table of mistakes: file, old text, new text, the place that must be
        reported, and the message. A place that ends in a colon is any line in that file.
        """
        file, old, new, place, message = case
        self.edit(file, old, new)
        if place.endswith(":"):
            assert any(row.startswith(place) and message in row for row in self.said())
        else:
            self.complains(place, message)

    def read(self) -> tuple[Pack | None, list[Finding]]:
        return read(self.folder, pinned=self.pinned)

    def pack(self) -> Pack:
        """Return the pack, which must have no errors."""
        pack, problems = self.read()
        assert pack is not None
        assert [str(problem) for problem in problems if problem.kind == "wrong"] == []
        return pack

    def said(self) -> list[str]:
        """Return every problem as ``file:line: message``, with files as in ``edit``."""
        return [str(problem).removeprefix(f"{self.root.as_posix()}/") for problem in self.read()[1]]

    def complains(self, place: str, message: str) -> None:
        """Assert that a problem at ``place`` (``file:line``) contains ``message``."""
        said = self.said()
        assert [row for row in said if row.startswith(f"{place}: ") and message in row], (
            "\n".join(said) or "no problem"
        )


@pytest.fixture
def tiny(tmp_path: Path) -> TinyPack:
    shutil.copytree(TINY, tmp_path / "tiny")
    return TinyPack(tmp_path / "tiny")


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    made = Publisher(tmp_path / "site")
    made.release(numbered(1))
    return made


@pytest.fixture
def hub(tmp_path: Path, publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setenv("SSL_CERT_FILE", str(wire.authority(tmp_path)))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with wire.serving(publisher.folder, certificate=wire.certificate(tmp_path)) as served:
        yield served


@pytest.fixture
def kiosk(tmp_path: Path, publisher: Publisher) -> Machine:
    """Return a machine that shows pack-1 from the publisher's folder; it never had a network."""
    root = publisher.trust.read_bytes()
    made = Machine(data=tmp_path / "data", root=root, source=publisher.folder)
    assert made.refresh().state == "active"
    return made


@pytest.fixture
def machine(tmp_path: Path, publisher: Publisher, hub: Hub) -> Machine:
    """Return a machine that shows pack-1 from the network, where pack-2 is available."""
    made = Machine(data=tmp_path / "data", root=publisher.trust.read_bytes(), source=hub.address)
    assert made.refresh().state == "active"
    publisher.release(numbered(2))
    return made


@pytest.fixture
def directory(tmp_path: Path, publisher: Publisher, machine: Machine) -> Directory:
    """Return a directory with one service named Zebra House, published and installed."""
    made = Directory(tmp_path / "directory", publisher, machine)
    made.publish({8: {"name": "Zebra House"}})
    assert machine.refresh().state == "active"
    return made

"""A tiny valid pack, of which each test spoils one thing."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from content.model import Pack, Problem
from content.source import read

TINY = Path(__file__).parent / "tiny"


@dataclass(frozen=True)
class TinyPack:
    """A private copy of tests/content/tiny: ``pack`` beside its own ``pinned`` set."""

    root: Path

    @property
    def folder(self) -> Path:
        return self.root / "pack"

    @property
    def pinned(self) -> Path:
        return self.root / "pinned"

    def edit(self, file: str, old: str, new: str) -> "TinyPack":
        """Replaces ``old``, which must stand in ``file`` (``pack/...`` or ``pinned/...``), once."""
        path = self.root / file
        text = path.read_text("utf-8")
        assert old in text, f"{file} does not hold {old!r}"
        path.write_text(text.replace(old, new, 1), "utf-8")
        return self

    def write(self, file: str, text: str) -> "TinyPack":
        """Makes or replaces a file."""
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return self

    def read(self) -> tuple[Pack | None, list[Problem]]:
        return read(self.folder, pinned=self.pinned)

    def pack(self) -> Pack:
        """The pack, which must be free of errors."""
        pack, problems = self.read()
        assert pack is not None
        assert [str(problem) for problem in problems if problem.severity == "error"] == []
        return pack

    def said(self) -> list[str]:
        """Every problem as ``file:line: message``, files as in ``edit``."""
        return [str(problem).removeprefix(f"{self.root.as_posix()}/") for problem in self.read()[1]]

    def complains(self, place: str, message: str) -> None:
        """Asserts that a problem at ``place`` (``file:line``) holds ``message``."""
        said = self.said()
        assert [row for row in said if row.startswith(f"{place}: ") and message in row], "\n".join(said) or "no problem"


@pytest.fixture
def tiny(tmp_path: Path) -> TinyPack:
    shutil.copytree(TINY, tmp_path / "tiny")
    return TinyPack(tmp_path / "tiny")

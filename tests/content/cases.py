"""The table of the forty-four cases in docs/develop/cases-content.md: which test holds each one.

The sentences stand in the document; the names of the tests come from the tests. ``python -m
tests.content.cases`` writes them there, and a test says when that is due. A case without a test is
"open".
"""

from pathlib import Path

from tests.case_tables import Tests, filled, tests_in
from tests.running import ROOT

DOCUMENT = ROOT / "docs/develop/cases-content.md"
_FOLDERS = ("content", "editor", "cli")
_BESIDE = (
    "runtime/test_schedule.py",
    "kiosk/desk/test_*.py",
    "test_signed_server.py",
)  # where a case of content needs the server or the desk


def files() -> list[Path]:
    """The files whose numbered cases are those of content. The kiosk and the line have tables of
    their own."""
    tests = ROOT / "tests"
    inside = [file for folder in _FOLDERS for file in (tests / folder).rglob("test_*.py")]
    return sorted([*inside, *(file for pattern in _BESIDE for file in tests.glob(pattern))])


def tests() -> Tests:
    """The tests of each case, by file."""
    return tests_in(files(), named=lambda file: file.relative_to(ROOT / "tests").as_posix())


def written(text: str) -> str:
    """The document with the names of the tests as they are now."""
    return filled(text, tests(), without="open")


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")

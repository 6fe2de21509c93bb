"""The table of the forty-four cases in docs/develop/cases-content.md: which test covers each one.

The sentences are in the document; the tests supply their names. ``python -m tests.content.cases``
writes them there, and a test fails when that is due. A case without a test is "open".
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
)  # for content cases that need the server or the desk


def files() -> list[Path]:
    """Return the files whose numbered cases are about content. The kiosk and the line have their
    own tables."""
    tests = ROOT / "tests"
    inside = [file for folder in _FOLDERS for file in (tests / folder).rglob("test_*.py")]
    return sorted([*inside, *(file for pattern in _BESIDE for file in tests.glob(pattern))])


def tests() -> Tests:
    """Return each case's tests, by file."""
    return tests_in(files(), named=lambda file: file.relative_to(ROOT / "tests").as_posix())


def written(text: str) -> str:
    """Return the document with the current names of the tests."""
    return filled(text, tests(), without="open")


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")

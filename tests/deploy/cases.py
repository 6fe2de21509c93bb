"""The table of the forty cases in docs/develop/cases-screen.md: which test covers each one.

The sentences are in the document; the tests supply their names. ``python -m tests.deploy.cases``
writes them there, and a test fails when that is due.
"""

from tests.case_tables import Tests, filled, tests_in
from tests.content import cases as of_content
from tests.running import ROOT

THE_LINE = {
    "sms",
    "test_many_servers.py",
    "test_outage.py",
}  # it has its own forty cases: tests/sms/document.py
DOCUMENT = ROOT / "docs/develop/cases-screen.md"


def tests() -> Tests:
    """Return each case's tests, by file."""
    others = set(of_content.files())
    every = sorted((ROOT / "tests").rglob("test_*.py"))
    files = [file for file in every if file not in others and not THE_LINE.intersection(file.parts)]
    return tests_in(files, named=lambda file: file.relative_to(ROOT / "tests").as_posix())


def written(text: str) -> str:
    """Return the document with the current names of the tests."""
    return filled(text, tests())


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")

"""Documents lead to each other, and the program leads to documents that exist."""

import re
from pathlib import Path

from tests.running import ROOT

FOLDERS = (
    *("bench", "cli", "content", "deploy", "docs", "editor", "kiosk", "messages", "runtime"),
    *("settings", "sms", "store", "system", "tests", "tools"),
)
TEXTS = {".md", ".py", ".toml", ".html", ".js", ".css", ".sh", ".conf", ".service", ".timer", ""}
FILES = [
    file
    for found in (ROOT.glob("*"), *((ROOT / folder).rglob("*") for folder in FOLDERS))
    for file in found
    if file.suffix in TEXTS and file.is_file() and "node_modules" not in file.parts
]
DOCUMENTS = [file for file in FILES if file.suffix == ".md" and "packs" not in file.parts]
DECISIONS = ROOT / "docs/develop/decisions"
MOST_DECISIONS = 20
# CHANGELOG.md may name documents of older versions, and these three hold wrong paths on purpose.
NOT_READ = (
    "CHANGELOG.md",
    "tests/faults/",
    "tests/test_documents.py",
    "tests/tools/test_plain_words.py",
)


def links(document: Path) -> list[tuple[str, str]]:
    """Return path and heading of each link that stays in the repository."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", document.read_text("utf-8"), flags=re.DOTALL)
    found = re.findall(r"\]\(([^)\s#]*)(?:#([^)\s]*))?\)", text)
    return [(path, heading) for path, heading in found if "://" not in path]


def headings(document: Path) -> set[str]:
    """Return the names by which a link can lead to the headings of a document."""
    lines = re.findall(r"^#+ (.+)$", document.read_text("utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", line.lower()).replace(" ", "-") for line in lines}


def test_every_link_leads_to_a_file_and_a_heading() -> None:
    wrong = [
        f"{document.relative_to(ROOT)}: {path}#{heading}"
        for document in DOCUMENTS
        for path, heading in links(document)
        for there in [(document.parent / path).resolve() if path else document]
        if not there.exists() or (heading and heading not in headings(there))
    ]
    assert wrong == []


def test_every_document_that_a_file_names_exists() -> None:
    wrong = [
        f"{name}: {path}"
        for file in FILES
        for name in [file.relative_to(ROOT).as_posix()]
        if not name.startswith(NOT_READ)
        for path in re.findall(rb"\bdocs/[\w./-]*\w\.md\b", file.read_bytes())
        if not (ROOT / path.decode()).exists()
    ]
    assert wrong == []


def test_the_index_has_every_decision_and_there_are_few() -> None:
    records = {file.name for file in DECISIONS.glob("0*.md")}
    assert {path for path, _ in links(DECISIONS / "README.md") if path[0] == "0"} == records
    assert len(records) <= MOST_DECISIONS

"""Reads one source file (TOML, or front matter and plain text) with line numbers."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from editor import toml_lines
from messages.message import Finding, message
from system import toml_text

MAX_BYTES = 192 * 1024
MAX_PO_BYTES = 1024 * 1024

_FENCE = "+++"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_POSITION = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_MEANINGS = {
    "Cannot overwrite a value": "author.toml-twice",
    "Cannot declare": "author.toml-section-twice",
    "Invalid value": "author.toml-value",
    toml_text.TOO_DEEP: "author.toml-deep",
    "Unclosed array": "author.toml-list-end",
    "Unterminated string": "author.toml-text-end",
    "Illegal character": "author.toml-text-line",
    "Expected '=' after a key": "author.toml-no-value",
    "Expected newline or end of document": "author.toml-after-value",
}

BlockKind = Literal["title", "warm", "lead", "step", "p", "li"]
_MARKS: Mapping[str, BlockKind] = {"# ": "title", "## ": "warm", "> ": "lead", "- ": "li"}


class UnreadableError(Exception):
    """A file cannot be used at all; the exception contains the problem to show."""

    def __init__(self, problem: Finding) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class TextBlock:
    """One piece of plain text: title, warm line, lead, step, paragraph or list item."""

    kind: BlockKind
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Document:
    """A TOML document: its values, and the line number of each path (``channels/0/number``)."""

    file: str
    data: dict[str, Any]
    lines: Mapping[str, int]
    blocks: tuple[TextBlock, ...] = ()


def read_text(path: Path, file: str, *, max_bytes: int = MAX_BYTES) -> str:
    """Return the file's text in NFC with ``\\n`` line endings. Raises UnreadableError."""
    if path.is_symlink() or not path.is_file():
        raise UnreadableError(Finding.at(file, 1, message("author.not-a-file")))
    with path.open("rb") as stream:
        raw = stream.read(max_bytes + 1)
    if len(raw) > max_bytes:
        raise UnreadableError(
            Finding.at(file, 1, message("author.file-too-large", most=max_bytes // 1024))
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UnreadableError(Finding.at(file, line, message("author.not-utf-8"))) from error
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if found := _CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise UnreadableError(
            Finding.at(file, line, message("author.control-sign", sign=f"{ord(found[0]):04X}"))
        )
    return text


def read_toml(path: Path, file: str) -> Document:
    """Read a ``.toml`` file. Raises UnreadableError if it is not valid TOML."""
    return _toml(read_text(path, file), file, first_line=1)


def read_page(path: Path, file: str) -> tuple[Document, list[Finding]]:
    """Read a ``.md`` file: TOML between ``+++`` lines, then text. Raises UnreadableError."""
    text = read_text(path, file)
    rows = text.split("\n")
    closing = rows.index(_FENCE, 1) if _FENCE in rows[1:] else 0
    if rows[0] != _FENCE or not closing:
        raise UnreadableError(Finding.at(file, 1, message("author.no-fence")))
    front = _toml("\n".join(rows[1:closing]), file, first_line=2)
    problems: list[Finding] = []
    blocks = _blocks(rows[closing + 1 :], closing + 2, file, problems)
    return Document(file, front.data, front.lines, tuple(blocks)), problems


def _toml(text: str, file: str, *, first_line: int) -> Document:
    try:
        data = toml_text.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableError(_syntax(str(error), text, file, first_line)) from error
    lines = {path: line + first_line - 1 for path, line in toml_lines.lines(text).items()}
    return Document(file, data, lines)


def _syntax(said: str, text: str, file: str, first_line: int) -> Finding:
    """Convert tomllib's error message to a line number and a sentence."""
    position = _POSITION.search(said)
    line = int(position[1]) if position and position[1] else text.rstrip("\n").count("\n") + 1
    what = _POSITION.sub("", said)
    if what == toml_text.TOO_DEEP:
        line = _deepest(text)
    known = (code for start, code in _MEANINGS.items() if what.startswith(start))
    code = next(known, "author.toml-invalid")
    explained = message(code, what=what, most=toml_text.MAX_DEPTH)
    return Finding.at(file, line + first_line - 1, explained)


def _deepest(text: str) -> int:
    """Return the line with the most brackets and dots, which is usually nested too deeply."""
    rows = text.split("\n")
    return 1 + max(range(len(rows)), key=lambda number: sum(map(rows[number].count, "[{.")))


def _blocks(
    rows: list[str], first_line: int, file: str, problems: list[Finding]
) -> list[TextBlock]:
    """Split text into blocks. A paragraph's lines are joined by spaces; an empty line ends it."""
    blocks: list[TextBlock] = []
    running = False
    for line, row in enumerate(rows, first_line):
        kind, text = _mark(row.strip())
        if not text:
            running = False
            continue
        if kind is None:
            problems.append(Finding.at(file, line, message("author.formatting", text=text[:20])))
            continue
        if running and (kind == "p" or (kind == "lead" and blocks[-1].kind == "lead")):
            last = blocks.pop()
            blocks.append(TextBlock(last.kind, f"{last.text} {text}", last.line))
        else:
            blocks.append(TextBlock(kind, text, line))
        running = kind not in ("title", "warm")
    return blocks


def _mark(row: str) -> tuple[BlockKind | None, str]:
    """Return the kind of block that a line's first mark indicates; None for unsupported marks."""
    for mark, kind in _MARKS.items():
        if row.startswith(mark):
            return kind, row.removeprefix(mark).strip()
    if step := re.match(r"\d\. ", row):
        return "step", row[step.end() :].strip()
    if row.startswith(("#", "* ", "|", "```", "---", "===")) or re.match(r"\d+[.)]", row):
        return None, row
    return "p", row

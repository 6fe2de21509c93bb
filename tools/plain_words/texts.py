"""Find the texts for adults in a file: prose, messages, comments, docstrings, test names.

A catalog's English (``.po``) is checked in the template or module that shows it.
"""

import io
import re
import tokenize
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import PurePosixPath

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKED = re.compile(r"\s*(?:#|//|/?\*)+!? ?(.*)")
_CALL = r'\b(?:_|gettext|ngettext)\(\s*"((?:[^"\\]|\\.)*)"(?:,\s*"((?:[^"\\]|\\.)*)")?'
_TEMPLATE = re.compile(rf"{_CALL}|\{{#(.*?)#\}}", re.DOTALL)
_MARKUP = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|<[^>]*>", re.DOTALL)
_STRING = re.compile(r"""[A-Za-z]*(\"\"\"|'''|"|')(.*)\1""", re.DOTALL)
_F_START = getattr(tokenize, "FSTRING_START", -1)  # since Python 3.12
_F_END = getattr(tokenize, "FSTRING_END", -1)
_STATEMENT = {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}  # before a docstring
_MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True)
class Text:
    """One run of prose and the line it starts on."""

    line: int
    words: str


def texts(path: str, source: str, *, messages: bool, keys: Collection[str]) -> Iterator[Text]:
    """Yield every text in a file.

    ``messages``: include a Python file's strings; ``keys``: which values in a TOML file to read.
    """
    name, suffix = PurePosixPath(path).name, PurePosixPath(path).suffix
    if suffix == ".py":
        yield from _python(source, messages=messages)
        return
    readers: dict[str, Callable[[str], Iterator[Text]]] = {
        ".md": _markdown,
        ".html": _template,
        ".toml": partial(_toml, keys),
    }
    yield from readers.get(suffix or name, _lines)(source)


def _markdown(source: str) -> Iterator[Text]:
    front = re.match(r"\+\+\+\n.*?\n\+\+\+\n", source, re.DOTALL)
    skipped = front.group(0) if front else ""
    for token in _MARKDOWN.parse("\n" * skipped.count("\n") + source[len(skipped) :]):
        if token.type == "inline" and token.map:
            yield Text(token.map[0] + 1, "".join(map(_inline, token.children or [])))


def _inline(token: Token) -> str:
    if token.type == "code_inline":
        return "`code`"
    return "\n" if token.type.endswith("break") else token.content


def _template(source: str) -> Iterator[Text]:
    for match in _TEMPLATE.finditer(source):
        for group in filter(None, match.groups()):
            yield Text(_line(source, match.start()), group)
    bare = _MARKUP.sub(lambda match: "\x00" + "\n" * match.group(0).count("\n"), source)
    for match in re.finditer(r"[^\x00]+", bare):
        if match.group(0).strip():
            yield Text(_line(bare, match.start()), match.group(0))


def _line(source: str, position: int) -> int:
    return source.count("\n", 0, position) + 1


def _toml(keys: Collection[str], source: str) -> Iterator[Text]:
    prose = [
        line if line.startswith("#") else _toml_prose(line, keys) for line in source.splitlines()
    ]
    yield from _lines("\n".join(prose))


def _toml_prose(line: str, keys: Collection[str]) -> str:
    """Return a prose key's value, or else the comment at the end of the line."""
    key, _, value = line.partition(" = ")
    if key in keys:
        return value
    comment = re.search(r"\s#\s([^\"']*)$", line)
    return comment.group(1) if comment else ""


def _lines(source: str) -> Iterator[Text]:
    """Yield consecutive comment lines as one text, and every other line by itself."""
    start, block = 0, list[str]()
    for number, line in enumerate([*source.splitlines(), ""], 1):
        if marked := _MARKED.match(line):
            start = start if block else number
            block.append(marked.group(1))
            continue
        if block:
            yield Text(start, "\n".join(block))
            block = []
        if line.strip():
            yield Text(number, line)


def _python(source: str, *, messages: bool) -> Iterator[Text]:
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    yield from _comments(tokens)
    yield from _strings(tokens, source.splitlines(keepends=True), messages=messages)
    for before, token in pairwise(tokens):
        if before.string == "def" and token.string.startswith("test_"):
            yield Text(token.start[0], token.string.replace("_", " "))


def _comments(tokens: list[tokenize.TokenInfo]) -> Iterator[Text]:
    start, last, block = 0, -1, list[str]()
    for token in tokens:
        if token.type != tokenize.COMMENT:
            continue
        whole = token.line.lstrip().startswith("#")
        if block and not (whole and token.start[0] == last + 1):
            yield Text(start, "\n".join(block))
            block = []
        start = start if block else token.start[0]
        last = token.start[0] if whole else -1
        block.append(token.string.lstrip("#: "))
    if block:
        yield Text(start, "\n".join(block))


def _strings(
    tokens: list[tokenize.TokenInfo], lines: list[str], *, messages: bool
) -> Iterator[Text]:
    """Yield docstrings and, with ``messages``, every string; neighboring strings are one text."""
    start, words, wanted, before = 0, "", False, tokenize.NEWLINE
    for kind, line, text in _whole_strings(tokens, lines):
        if kind == tokenize.STRING:
            if before != tokenize.STRING:
                start, words, wanted = line, "", messages or before in _STATEMENT
            words += _unquoted(text)
        elif before == tokenize.STRING and wanted and " " in words:
            yield Text(start, words)
        before = kind


def _whole_strings(
    tokens: list[tokenize.TokenInfo], lines: list[str]
) -> Iterator[tuple[int, int, str]]:
    """Yield each token's kind, line and text; skip comments. An f-string is one, as in 3.11."""
    depth, opened = 0, (0, 0)
    for token in tokens:
        if token.type == _F_START:
            opened = opened if depth else token.start
            depth += 1
        elif token.type == _F_END:
            depth -= 1
            if not depth:
                yield tokenize.STRING, opened[0], _between(lines, opened, token.end)
        elif not depth and token.type not in {tokenize.NL, tokenize.COMMENT}:
            yield token.type, token.start[0], token.string


def _between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    inside = lines[start[0] - 1 : end[0]]
    inside[-1] = inside[-1][: end[1]]
    return "".join(inside)[start[1] :]


def _unquoted(string: str) -> str:
    found = _STRING.fullmatch(string)
    words = re.sub(r"\\(?:\n|.)", " ", found.group(2)) if found else string
    return re.sub(r"\{[^{}]*\}", "…", words)

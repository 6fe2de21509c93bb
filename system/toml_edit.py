"""Changes values in a TOML file in place; keeps comments, order and line endings."""

import json
import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any, TypeAlias

import tomlkit
from tomlkit.container import Container
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Comment, Item, Table

from system import toml_text

# () means the top of the file, ("county", 3) the fourth [[county]]
TablePath: TypeAlias = tuple[str | int, ...]
Value: TypeAlias = str | int | bool | date | None  # the value None removes the line

_MARK = "\0"  # TOML files cannot contain this character


class EditError(Exception):
    """A program cannot safely edit the file; the message says why."""


def changed(text: str, table: TablePath, values: Mapping[str, Any]) -> str:
    """Return the text with values set in that table; None removes a value. Raises EditError."""
    document, wanted = _parsed(text)
    section = _section(document, table)
    container = section.value if isinstance(section, Table) else section
    inside: Any = wanted
    for step in table:
        inside = inside[step]
    for key in values.keys() & inside.keys():
        _check_editable(document, container.item(key), key, going=values[key] is None)
    new = []
    for key, value in values.items():
        if value is None:
            inside.pop(key, None)
            if key in container:
                container.remove(key)
            continue
        if key in inside:
            container[key] = tomlkit.value(toml(value))
        else:
            line = f"{key} = {toml(value)}"
            if example := _example(container, key):
                _add(example, [line])
            else:
                new.append(line)
        inside[key] = value
    _write_below(section, new)
    return _verified(document.as_string(), wanted)


def appended(text: str, table: str, values: Mapping[str, Any]) -> str:
    """Add a ``[[table]]`` below the last such table, or below its example. Raises EditError."""
    document, wanted = _parsed(text)
    rows = document.get(table, [])
    if not isinstance(rows, list):
        raise EditError(f"{table} is not written as [[{table}]]; edit the file itself")
    pairs = [f"{key} = {toml(value)}" for key, value in values.items()]
    wanted.setdefault(table, []).append(dict(values))
    if isinstance(rows, AoT) and len(rows):
        _write_below(rows[-1], ["", f"[[{table}]]", *pairs])
        return _verified(document.as_string(), wanted)
    ending = "\r\n" if "\r\n" in text else "\n"
    row = "".join(f"{line}{ending}" for line in ("", f"[[{table}]]", *pairs))
    end = text if not text or text.endswith("\n") else text + ending
    example = re.search(rf"^# *\[\[{re.escape(table)}\]\].*\n(?:#.*\n)*", end, re.MULTILINE)
    with suppress(EditError):  # top-level keys may follow the comment
        if example:
            return _verified(end[: example.end()] + row + end[example.end() :], wanted)
    return _verified(end + row, wanted)


def removed(text: str, table: str, index: int) -> str:
    """Remove one ``[[table]]`` with its comments, but keep comments below it. Raises EditError."""
    document, wanted = _parsed(text)
    row = _section(document, (table, index))
    lines = text.split("\n")
    above, below = lines[: _line(document, row) - 1], lines[_line(document, _last(row)) :]
    if below and not below[0].strip():  # remove one empty line
        if not above:
            below.pop(0)
        elif not above[-1].strip():
            above.pop()
    del wanted[table][index]
    if not wanted[table]:
        del wanted[table]
    return _verified("\n".join(above + below), wanted)


def toml(value: Any) -> str:
    """Write a value as TOML on one line."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{_key(key)} = {toml(item)}" for key, item in value.items())
        return f"{{ {pairs} }}" if value else "{}"
    return f"[{', '.join(toml(item) for item in value)}]"


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)


def _parsed(text: str) -> tuple[tomlkit.TOMLDocument, dict[str, Any]]:
    try:
        wanted, document = toml_text.loads(text), tomlkit.parse(text)
    except (ValueError, TOMLKitError) as error:
        raise EditError(str(error)) from error
    if document.as_string() != text:
        raise EditError("its layout would change; edit the file itself")
    return document, wanted


def _section(document: Container, table: TablePath) -> Container | Table:
    """Return the top of the document, or a table with its own header."""
    section: Any = document
    try:
        for step in table:
            section = section[step]
    except (KeyError, IndexError, TypeError):
        section = None
    if section is document or (isinstance(section, Table) and not section.is_super_table()):
        return section
    if section is not None and (line := _line(document, document[str(table[0])])):
        raise EditError(f"line {line} has {table[-1]} inside another value; edit the file itself")
    raise EditError(f"there is no separate section [{table[0]}]; edit the file itself")


def _check_editable(document: Container, item: Any, key: str, *, going: bool) -> None:
    line = _line(document, item)
    written = item.as_string()
    if isinstance(item, Table | AoT):
        raise EditError(f"{key} on line {line} is a whole section; edit the file itself")
    if "\n" in written and "#" in written:
        raise EditError(f"{key} on line {line} has a comment inside; edit the file itself")
    if going and item.trivia.comment:
        raise EditError(f"{key} on line {line} has a comment after it; edit the file itself")


def _line(document: Container, item: Any) -> int:
    while isinstance(item, AoT) or (isinstance(item, Table) and item.is_super_table()):
        item = item[0] if isinstance(item, AoT) else item.value.body[0][1]
    if not isinstance(item, Item):
        return 0
    before, item.trivia.indent = item.trivia.indent, _MARK
    above, mark, _ = document.as_string().partition(_MARK)
    item.trivia.indent = before
    return above.count("\n") + 1 if mark else 0


def _last(item: Any) -> Any:
    inner = item.body if isinstance(item, AoT) else [one for key, one in item.value.body if key]
    return _last(inner[-1]) if inner and isinstance(inner[-1], Table | AoT) else [item, *inner][-1]


def _example(container: Container, key: str) -> Comment | None:
    """Return the comment line that shows how to write the key."""
    shown = re.compile(rf"# *{re.escape(key)} *=")
    comments = (item for _, item in container.body if isinstance(item, Comment))
    return next((item for item in comments if shown.match(item.trivia.comment)), None)


def _write_below(section: Container | Table, lines: list[str]) -> None:
    """Put lines after the table's last value, else after its header or the file's first comment."""
    if not lines:
        return
    body = section.value.body if isinstance(section, Table) else section.body
    values = [item for key, item in body if key and not isinstance(item, Table | AoT)]
    if values:
        last = values[-1]
    elif isinstance(section, Table):
        last = section
    elif body and isinstance(body[0][1], Comment):
        last = body[0][1]
    else:
        raise EditError("there is no value below which to write it; edit the file itself")
    _add(last, lines)


def _add(item: Any, lines: list[str]) -> None:
    """Put the lines directly below an item."""
    ending = "\r\n" if item.trivia.trail.endswith("\r\n") else "\n"
    item.trivia.trail = "".join(f"{ending}{line}" for line in lines) + item.trivia.trail


def _verified(text: str, wanted: dict[str, Any]) -> str:
    with suppress(ValueError):
        if tomllib.loads(text) == wanted:
            return text
    raise EditError("another value would also change; edit the file itself")

"""Changes values of a TOML file in place; comments, order and line ends stay."""

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import tomlkit
from tomlkit.container import Container
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Comment, Table

from content.authoring import toml_lines
from content.model import durable_files, toml_text

# () for the top of the file, ("county", 3) for the fourth [[county]]
TablePath: TypeAlias = tuple[str | int, ...]
Value: TypeAlias = str | int | bool | date | None  # None takes the line away

_BOM = "\ufeff"


class EditError(Exception):
    """The file cannot be edited by a program; the message says why."""


def apply(path: Path, table: TablePath, values: Mapping[str, Value]) -> None:
    """Set the values in the file. EditError, naming it and what to write by hand; OSError."""
    raw = path.read_bytes().decode("utf-8")
    mark = _BOM if raw.startswith(_BOM) else ""
    try:
        text = changed(raw.removeprefix(_BOM), table, values)
    except EditError as error:
        wanted = ", ".join(
            f"{name} = {toml(value)}" for name, value in values.items() if value is not None
        )
        raise EditError(
            f"{path} cannot be edited by this program ({error}); write by hand: {wanted}."
        ) from error
    durable_files.replace(path, (mark + text).encode())


def changed(text: str, table: TablePath, values: Mapping[str, Any]) -> str:
    """The text with the values set in that table; None takes a value out. EditError."""
    document, wanted = _parsed(text)
    section = _section(document, table, text)
    container = section.value if isinstance(section, Table) else section
    inside: Any = wanted
    for step in table:
        inside = inside[step]
    new = []
    for key, value in values.items():
        if key in inside:
            _check_editable(container.item(key), key, text, table, going=value is None)
        if value is None:
            inside.pop(key, None)
            if key in container:
                container.remove(key)
            continue
        if key in inside:
            container[key] = tomlkit.value(toml(value))
        else:
            new.append(f"{key} = {toml(value)}")
        inside[key] = value
    _write_below(section, new)
    return _verified(document, wanted)


def appended(text: str, table: str, values: Mapping[str, Any]) -> str:
    """The text with one more ``[[table]]`` behind the last. EditError."""
    document, wanted = _parsed(text)
    rows = document.get(table)
    if not isinstance(rows, AoT) or not len(rows):
        raise EditError(f"there is no [[{table}]] yet; write the first one in the file itself")
    pairs = [f"{key} = {toml(value)}" for key, value in values.items()]
    _write_below(rows[-1], ["", f"[[{table}]]", *pairs])
    wanted[table].append(dict(values))
    return _verified(document, wanted)


def toml(value: Any) -> str:
    """A value as TOML on one line."""
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
        raise EditError("its layout would not stay; edit the file itself")
    return document, wanted


def _section(document: Container, table: TablePath, text: str) -> Container | Table:
    """The top of the document, or the table under a header of its own."""
    section: Any = document
    try:
        for step in table:
            section = section[step]
    except (KeyError, IndexError, TypeError):
        section = None
    if section is document or (isinstance(section, Table) and not section.is_super_table()):
        return section
    if section is not None and (line := _line(text, table)):
        raise EditError(f"line {line} holds {table[-1]} inside another value; edit the file itself")
    raise EditError(f"there is no section [{table[0]}] of its own; edit the file itself")


def _check_editable(item: Any, key: str, text: str, table: TablePath, *, going: bool) -> None:
    line = _line(text, (*table, key))
    written = item.as_string()
    if isinstance(item, Table | AoT):
        raise EditError(f"{key} on line {line} is a whole section; edit the file itself")
    if "\n" in written and "#" in written:
        raise EditError(f"{key} on line {line} has a comment inside; edit the file itself")
    if going and item.trivia.comment:
        raise EditError(f"{key} on line {line} has a comment behind it; edit the file itself")


def _line(text: str, path: TablePath) -> int:
    return toml_lines.lines(text.replace("\r\n", "\n")).get("/".join(map(str, path)), 0)


def _write_below(section: Container | Table, lines: list[str]) -> None:
    """Put lines after the table's last value, else its header, else the file's first comment."""
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
        raise EditError("there is no value to write it below; edit the file itself")
    trivia = last.trivia
    ending = "\r\n" if trivia.trail.endswith("\r\n") else "\n"
    trivia.trail = "".join(f"{ending}{line}" for line in lines) + trivia.trail


def _verified(document: tomlkit.TOMLDocument, wanted: dict[str, Any]) -> str:
    text = document.as_string()
    if tomllib.loads(text) != wanted:
        raise EditError("another value would change as well; edit the file itself")
    return text

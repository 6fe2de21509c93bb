"""One value of a TOML file changed in place: every other byte, comments and order included, stays
as it is.

Owns finding the value's own characters and writing the new one. Pure. Refuses what it cannot do
without touching something else (a comment inside a list, a value inside an inline table), in a
sentence that names the line.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any

from content.authoring import toml_lines

Path = tuple[str | int, ...]


class EditError(Exception):
    """The value cannot be changed here; the message names the line and says to edit the file."""


def changed(text: str, path: Path, value: Any) -> str:
    """The text with ``value`` at ``path`` (``("channels", 1, "number")``); None takes the value
    out. EditError."""
    places = _places(text)
    key = str(path[-1])
    at = "/".join(map(str, path))
    if at in places:
        first = places[at] - 1
        return _replaced(text, first, key, value)
    if value is None:
        return text
    return _added(text, places, path[:-1], [f"{key} = {toml(value)}"])


def appended(text: str, table: str, values: Mapping[str, Any]) -> str:
    """The text with one more ``[[table]]`` behind the last. EditError if there is none yet."""
    places = _places(text)
    count = sum(bool(re.fullmatch(rf"{table}/\d+", at)) for at in places)
    if not count:
        raise EditError(f"there is no [[{table}]] yet; write the first one in the file itself")
    lines = ["", f"[[{table}]]", *(f"{key} = {toml(value)}" for key, value in values.items())]
    return _added(text, places, (table, count - 1), lines)


def put(data: Any, path: Path, value: Any) -> None:
    """Do to the parsed document what ``changed`` does to its text. KeyError or IndexError if it
    lacks the table."""
    for key in path[:-1]:
        data = data[key]
    if value is None:
        data.pop(path[-1], None)
    else:
        data[path[-1]] = value


def toml(value: Any) -> str:
    """A value on one line, as our files write it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        return (
            f"{{ {', '.join(f'{_key(key)} = {toml(one)}' for key, one in value.items())} }}"
            if value
            else "{}"
        )
    return f"[{', '.join(toml(one) for one in value)}]"


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)


def _places(text: str) -> dict[str, int]:
    return toml_lines.lines(text.replace("\r\n", "\n"))


def _replaced(text: str, first: int, key: str, value: Any) -> str:
    lines = text.split("\n")
    start = re.match(rf'\s*(?:{re.escape(key)}|"{re.escape(key)}")\s*=\s*', lines[first])
    if start is None:
        raise EditError(f"line {first + 1} holds {key} inside another value; edit the file itself")
    last = _end(lines, first)
    comment = _comment(lines[first]) if last == first else ""
    if last > first and any("#" in line for line in lines[first : last + 1]):
        raise EditError(f"{key} on line {first + 1} has a comment inside; edit the file itself")
    if value is None:
        if comment.strip():
            raise EditError(
                f"{key} on line {first + 1} has a comment behind it; edit the file itself"
            )
        return "\n".join([*lines[:first], *lines[last + 1 :]])
    ending = "\r" if lines[last].endswith("\r") else ""
    new = f"{start[0]}{toml(value)}{comment}".rstrip("\r") + ending
    return "\n".join([*lines[:first], new, *lines[last + 1 :]])


def _end(lines: list[str], first: int) -> int:
    """The last line of the value that begins on ``first``: the shortest piece that is TOML by
    itself."""
    for last in range(first, len(lines)):
        try:
            tomllib.loads("\n".join(lines[first : last + 1]).replace("\r", "") + "\n")
        except tomllib.TOMLDecodeError:
            continue
        return last
    raise EditError(f"line {first + 1} cannot be told from what follows; edit the file itself")


def _comment(line: str) -> str:
    """What stands behind the value, white space included: " # Voice only"."""
    for found in re.finditer(r"#", line):
        try:
            tomllib.loads(line[: found.start()])
        except tomllib.TOMLDecodeError:
            continue
        before = line[: found.start()]
        return line[len(before.rstrip()) :]
    return line[len(line.rstrip()) :]


def _added(text: str, places: Mapping[str, int], table: Path, new: list[str]) -> str:
    """The text with lines behind the last value of a table; the file's own beginning for the top."""
    at = "/".join(map(str, table))
    lines = text.split("\n")
    prefix = f"{at}/" if at else ""
    headers = {line for place, line in places.items() if lines[line - 1].lstrip().startswith("[")}
    if at and (at not in places or places[at] not in headers):
        raise EditError(f"there is no section [{table[0]}] of its own; edit the file itself")
    inside = [
        line
        for place, line in places.items()
        if place.startswith(prefix) and "/" not in place[len(prefix) :] and line not in headers
    ]
    last = _end(lines, max(inside) - 1) if inside else places.get(at, 1) - 1
    ending = "\r" if lines[last].endswith("\r") else ""
    return "\n".join([*lines[: last + 1], *(f"{line}{ending}" for line in new), *lines[last + 1 :]])

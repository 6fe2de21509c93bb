"""Validates values of authoring files against the pack's types, by pydantic."""

import json
import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import ConfigDict, TypeAdapter, ValidationError

from content.authoring.documents import Document
from content.model.attestation import Corrections
from content.model.pack import Problem, Words

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFile:
    """pack.toml."""

    name: str
    format: int
    scope: str
    languages: tuple[str, ...]
    default: str
    unchecked: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    corrections: Corrections = field(default_factory=Corrections)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFile:
    """sms/line.toml without its replies: segments allowed, and words for help."""

    max_segments: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    words: Mapping[str, Words] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersFile:
    """sms/answers.toml without its texts: segments allowed."""

    max_segments: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TextNames:
    """The texts that a file's ``[text]`` or ``[reply]`` holds. ``lists`` are lists of texts."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


def value(
    kind: type[T], data: Mapping[str, Any], document: Document, *, at: str = "", name: str
) -> tuple[T | None, list[Problem]]:
    """``data``, at path ``at`` of the document, as a ``kind``, or None with every problem."""
    try:
        # JSON because pydantic is strict about types there and still takes a list for a tuple and a
        # table for a type.
        return (
            _adapter(cast(Hashable, kind)).validate_json(json.dumps([data], default=_plain))[0],
            [],
        )
    except ValidationError as error:
        faults = error.errors(include_url=False)
    problems = []
    for fault in faults:
        path = [str(part) for part in fault["loc"][1:]]
        full = "/".join([*([at] if at else []), *path])
        line = _nearest(document.lines, full)
        problems.append(Problem(document.file, line, _sentence(fault, path, name, _names(kind))))
    return None, problems


def texts(
    raw: Any, document: Document, *, at: str, names: TextNames
) -> tuple[dict[str, tuple[str, int]], list[Problem]]:
    """Name → (text, line) of a ``[text]`` section. Lists give ``happens.1``, ``happens.2`` …"""
    found: dict[str, tuple[str, int]] = {}
    problems: list[Problem] = []

    def wrong(path: str, message: str) -> None:
        problems.append(Problem(document.file, _nearest(document.lines, path), message))

    if not isinstance(raw, dict):
        wrong(
            at,
            f"there is no section [{at.rpartition('/')[2]}]; add it with:"
            f" {', '.join(names.required)}",
        )
        return found, problems
    known = (*names.required, *names.optional, *names.lists)
    for name, given in raw.items():
        path = f"{at}/{name}"
        if name not in known:
            wrong(path, _unknown(name, known))
        elif name in names.lists:
            if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
                wrong(path, f'"{name}" must be a list of texts: {name} = ["...", "..."]')
                continue
            for number, item in enumerate(given, 1):
                line = _nearest(document.lines, f"{path}/{number - 1}")
                found[f"{name}.{number}"] = (item, line)
        elif not isinstance(given, str):
            wrong(path, f'"{name}" must be a text in quotation marks')
        else:
            found[name] = (given, document.lines[path])
    for name in names.required:
        if name not in raw:
            wrong(at, f'the text "{name}" is missing; add {name} = "..."')
    return found, problems


@cache
def _adapter(kind: Hashable) -> TypeAdapter[Any]:
    # The settings reach the dataclass, and those inside it, only through a container: pack.py
    # knows no pydantic.
    return TypeAdapter(tuple[kind], config=ConfigDict(extra="forbid", strict=True))  # type: ignore[valid-type]


def _plain(found: object) -> str:
    if isinstance(found, date):
        return found.isoformat()
    return str(found)


def _nearest(lines: Mapping[str, int], path: str) -> int:
    while path and path not in lines:
        path = path.rpartition("/")[0]
    return lines.get(path, 1)


def _names(kind: type) -> tuple[str, ...]:
    return tuple(getattr(kind, "__dataclass_fields__", ()))


def _unknown(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), n=1)
    hint = f'; did you mean "{close[0]}"?' if close else f"; known here: {', '.join(known)}"
    return f'"{name}" is not a name that belongs here{hint}'


def _shown(found: Any) -> str:
    if isinstance(found, bool):
        return str(found).lower()
    shown = json.dumps(found, ensure_ascii=False)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def _sentence(fault: Any, path: list[str], entry: str, known: tuple[str, ...]) -> str:
    """One pydantic fault as a sentence: what was found, and what to write instead."""
    names = [part for part in path if not part.isdigit()] or [entry]
    last, found, kind = names[-1], _shown(fault["input"]), str(fault["type"])
    if kind == "missing":
        inside = f" in this part of {names[-2]}" if len(names) > 1 else ""
        return f'"{last}" is missing{inside}; add a line {last} = ...'
    if kind == "unexpected_keyword_argument":
        return (
            _unknown(last, known)
            if len(path) == 1
            else f'"{last}" is not a name that belongs in {names[-2]}'
        )
    if kind == "string_type":
        # TOML drops the sign of a bare number
        number = f"+{found}" if re.fullmatch(r"1\d{10}", found) else found
        return f'"{last}" is {found} without quotation marks; write it with them: "{number}"'
    if kind == "literal_error":
        said = str(fault["ctx"]["expected"]).replace("'", '"')
        # the latter is set by holds alone
        allowed = said.replace(', "withdrawn" or "reviewing"', ' or "withdrawn"')
        return f'"{last}" is {found}; it must be {allowed}'
    wanted = {
        "bool": "true or false, without quotation marks",
        "int": "a whole number without quotation marks",
        "tuple": f'a list in square brackets: {last} = ["..."]',
        "mapping": f"a table in curly brackets: {last} = {{ ... }}",
        "dict": f"a table in curly brackets: {last} = {{ ... }}",
        "dataclass": f"a section of its own: [{last}]",
        "date": "a date such as 2026-12-01",
    }.get(kind.partition("_")[0])
    return (
        f'"{last}" is {found}; it must be {wanted}'
        if wanted
        else f'"{last}" is {found}; {fault["msg"]}'
    )

"""Validates values in authoring files against the pack's types; reports every fault's location."""

import json
import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import msgspec

from content.model.attestation import Corrections
from content.model.pack import Case, Words
from editor.authoring.documents import Document
from messages.message import Finding, Message, message

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFile:
    """The contents of pack.toml."""

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
    """The contents of sms/line.toml without its replies: allowed segments, and help words."""

    max_segments: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    words: Mapping[str, Words] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectFile:
    """The file sms/<topic>.<subject>.toml: a topic's cases on one subject, and their classes."""

    topic: str
    classes: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    case: Mapping[str, Case] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersFile:
    """The contents of sms/answers.toml without its texts: the allowed segments."""

    max_segments: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TextNames:
    """The texts in a file's ``[text]`` or ``[reply]``. ``lists`` are lists of texts."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


def value(
    kind: type[T], data: Mapping[str, Any], document: Document, *, at: str = "", name: str
) -> tuple[T | None, list[Finding]]:
    """Return ``data`` (at ``at`` in the document) as a ``kind``, or None and all problems."""
    plain = msgspec.to_builtins(data)  # dates become text, which fields of both types accept
    problems = []
    for path, fault in _faults(kind, plain, (), name):
        full = "/".join([*([at] if at else []), *path])
        problems.append(Finding.at(document.file, _nearest(document.lines, full), fault))
    return (None if problems else msgspec.convert(plain, kind)), problems


def texts(
    raw: Any, document: Document, *, at: str, names: TextNames
) -> tuple[dict[str, tuple[str, int]], list[Finding]]:
    """Return a ``[text]`` section as name → (text, line number); lists become ``happens.1``, …"""
    found: dict[str, tuple[str, int]] = {}
    problems: list[Finding] = []

    def wrong(path: str, said: Message | str) -> None:
        problems.append(Finding.at(document.file, _nearest(document.lines, path), said))

    if not isinstance(raw, dict):
        wrong(
            at,
            message(
                "author.no-section", section=at.rpartition("/")[2], names=", ".join(names.required)
            ),
        )
        return found, problems
    known = (*names.required, *names.optional, *names.lists)
    for name, given in raw.items():
        path = f"{at}/{name}"
        if name not in known:
            wrong(path, _unknown(name, known))
        elif name in names.lists:
            if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
                wrong(path, message("author.list-of-texts", name=name))
                continue
            for number, item in enumerate(given, 1):
                line = _nearest(document.lines, f"{path}/{number - 1}")
                found[f"{name}.{number}"] = (item, line)
        elif not isinstance(given, str):
            wrong(path, message("author.not-quoted", name=name))
        else:
            found[name] = (given, document.lines[path])
    for name in names.required:
        if name not in raw:
            wrong(at, message("author.text-missing", name=name))
    return found, problems


def _faults(
    kind: Any, found: Any, path: tuple[str, ...], entry: str
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield each place below ``path`` that is not a valid ``kind``, with a sentence about it.

    msgspec stops at the first fault, but an author wants to see all of them.
    """
    inner = [one for one in get_args(kind) if one is not NoneType]
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        yield from _faults(inner[0], found, path, entry)
    elif is_dataclass(kind) and isinstance(found, dict):
        yield from _of_fields(kind, found, path, entry)
    elif origin is tuple and isinstance(found, list):
        for number, one in enumerate(found):
            yield from _faults(inner[0], one, (*path, str(number)), entry)
    elif origin is Mapping and isinstance(found, dict):
        for key, one in found.items():
            yield from _faults(inner[-1], one, (*path, key), entry)
    else:
        try:
            msgspec.convert(found, kind)
        except msgspec.ValidationError:
            yield path, _misfit(kind, found, _words(path, entry)[-1])


def _of_fields(
    kind: Any, found: Mapping[str, Any], path: tuple[str, ...], entry: str
) -> Iterator[tuple[tuple[str, ...], str]]:
    known = _hints(cast(Hashable, kind))
    for name, one in found.items():
        if name in known:
            yield from _faults(known[name], one, (*path, name), entry)
        else:
            yield (*path, name), _stranger(name, path, known)
    for needed in fields(kind):
        if needed.name not in found and needed.default is needed.default_factory is MISSING:
            yield (*path, needed.name), _missing(needed.name, path)


@cache
def _hints(kind: Hashable) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _nearest(lines: Mapping[str, int], path: str) -> int:
    while path and path not in lines:
        path = path.rpartition("/")[0]
    return lines.get(path, 1)


def _unknown(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), n=1)
    hint = (
        f'; did you mean "{close[0]}"?' if close else f"; the known names are: {', '.join(known)}"
    )
    return f'"{name}" is not a name that this file can contain{hint}'


def _shown(found: Any) -> str:
    if isinstance(found, bool):
        return str(found).lower()
    shown = json.dumps(found, ensure_ascii=False)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def _words(path: tuple[str, ...], entry: str) -> list[str]:
    return [part for part in path if not part.isdigit()] or [entry]


def _stranger(name: str, path: tuple[str, ...], known: Iterable[str]) -> str:
    if not path:
        return _unknown(name, known)
    return f'"{name}" is not a name that can be in {_words(path, "")[-1]}'


def _missing(name: str, path: tuple[str, ...]) -> str:
    around = _words(path, "")[-1]
    inside = f" in this part of {around}" if around else ""
    return f'"{name}" is missing{inside}; add a line {name} = ...'


def _misfit(kind: Any, value: object, name: str) -> str:
    found = _shown(value)
    if kind is str:
        # TOML drops the plus sign of a bare number
        number = f"+{found}" if re.fullmatch(r"1\d{10}", found) else found
        return f'"{name}" is {found} without quotation marks; add them: "{number}"'
    origin = get_origin(kind)
    if origin is Literal:
        # "reviewing" is set only by a hold
        *most, last = (f'"{word}"' for word in get_args(kind) if word != "reviewing")
        wanted = f"{', '.join(most)} or {last}"
    else:
        wanted = {
            bool: "true or false, without quotation marks",
            int: "a whole number without quotation marks",
            tuple: f'a list in square brackets: {name} = ["..."]',
            Mapping: f"a table in curly brackets: {name} = {{ ... }}",
            date: "a date such as 2026-12-01",
        }.get(origin or kind, f"a separate section: [{name}]")
    return f'"{name}" is {found}; it must be {wanted}'

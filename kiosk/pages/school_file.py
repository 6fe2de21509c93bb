"""The school's own facts from school.toml: bells, lunch, one notice, places, people.

Refuses words that name harm, and bells or lunch without a last day. A fault costs only its fact.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from content.model import toml_text
from kiosk.pages import sensitive_words
from system import files

MOST_BYTES = 64_000
MOST_LETTERS = 120
WARN_DAYS = 7  # before bells and lunch are over
LISTS = {"bells": 16, "places": 8, "people": 6}  # as many as a screen can show
_NEEDED = {
    "bells": ("name", "from", "to"),
    "places": ("name", "where"),
    "people": ("role", "place"),
}
TEXTS, DAYS = ("lunch", "notice", "phone"), ("valid_until", "notice_until")
COLUMNS = {
    "bells": _NEEDED["bells"],
    "places": (*_NEEDED["places"], "when"),
    "people": (*_NEEDED["people"], "name", "when"),
}
_TOP = {*TEXTS, *DAYS, *LISTS}
SENTENCES = {  # by kind of fault; what the desk says of each stands in its school_fault.html
    "unknown": "This is not known here; known are %(known)s.",
    "missing": "This is missing; the entry is left out until it is written.",
    "no last day": "This is missing; bells and lunch are shown only up to their last day.",
    "no day": "This must be a day, such as 2027-06-11, without quotation marks.",
    "no list": "This must be written as [[%(name)s]], once for each entry.",
    "too many": "There are %(count)s; the screen shows the first %(most)s.",
    "no time": 'This must be a time, such as "8:30" or "13:05".',
    "too early": 'This is before six in the morning; write an afternoon as "13:05", not "1:05".',
    "ends early": 'This is not after the beginning; write an afternoon as "13:05".',
    "overlaps": "This begins before “%(name)s” ends.",
    "no text": 'This must be a text, such as "Room 12", or one a language: {en = "…", es = "…"}.',
    "too long": "This has %(letters)s letters; at most %(most)s fit.",
    "harm": "This says “%(word)s”; everyone sees School info, so it names no harm.",
    "unseen": "This holds a line break or a mark that no one sees; write it in one line.",
}
_EARLIEST = time(6)  # a bell before it is an afternoon, written as on a clock of twelve hours

Words = Mapping[str, str]  # tag to text; "" for one text in every language
Problems = list[str]


class SchoolFault(NamedTuple):
    """What is wrong at one place. ``where``: the keys that lead to it, rows counted from 0."""

    where: tuple[str | int, ...]
    kind: str
    parts: Mapping[str, object]

    def sentence(self, path: Path) -> str:
        """For who edits the file."""
        here = ""
        for step in self.where:
            name = f"[[{step}]]" if step in LISTS else step
            comma = ", " if here else ""
            here += f" number {step + 1}" if isinstance(step, int) else f"{comma}{name}"
        return f"{path}: {here}: {SENTENCES[self.kind] % self.parts}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bell:
    """One line of the day's times."""

    name: Words
    opens: time
    closes: time


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolPlace:
    """Where something is, and when it is open."""

    name: Words
    where: Words
    when: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone in this building to talk to; the name is optional, as roles outlast names."""

    role: Words
    name: Words
    place: Words
    when: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """The file's content. ``phone``: where one is that nobody overhears. ``wrong``: something in it
    could not be shown. ``notice_until``: None for one that stays until it is taken out.
    """

    bells: tuple[Bell, ...] = ()
    lunch: Words | None = None
    notice: Words | None = None
    notice_until: date | None = None
    phone: Words | None = None
    places: tuple[SchoolPlace, ...] = ()
    people: tuple[Person, ...] = ()
    valid_until: date | None = None
    wrong: bool = False

    def on(self, day: date) -> "School":
        """What holds on a day: no bells or lunch past their last day, no notice past its own."""
        shown = self
        if self.notice_until and day > self.notice_until:
            shown = replace(shown, notice=None)
        if self.valid_until and day <= self.valid_until:
            return shown
        wrong = self.wrong or bool(self.bells or self.lunch)
        return replace(shown, bells=(), lunch=None, wrong=wrong)


def read(path: Path) -> tuple[School, Problems]:
    """The facts, and every problem as a sentence; no file is no problem."""
    try:
        return parsed(path, raw(path))
    except OSError as error:
        problem = f"it cannot be read ({error.strerror or error}). Check who may read it."
    except ValueError:
        problem = f"it is larger than {MOST_BYTES} bytes. Keep only what the screen shows."
    return School(wrong=True), [f"{path}: {problem}"]


def outdated(path: Path, school: School, day: date) -> Problems:
    """What the office should write anew, as a sentence; nothing for a plan that still holds."""
    left = days_left(school, day)
    if left is None or left >= 0:
        return []
    said = "so bells and lunch are not shown any more. Write the new ones and their last day"
    return [f"{path}: valid_until was {school.valid_until}, {said}."]


def days_left(school: School, day: date) -> int | None:
    """How long bells and lunch are shown still: 0 on their last day, less after it; None if there
    are none, or no last day."""
    if school.valid_until is None or not (school.bells or school.lunch):
        return None
    return (school.valid_until - day).days


def raw(path: Path) -> bytes | None:
    """The file's bytes, None without a file. OSError for what is no plain file; ValueError."""
    try:
        return files.read_plain(place(path), most=MOST_BYTES)
    except FileNotFoundError:
        return None


def place(path: Path) -> Path:
    """Where links lead to; one of a loop stays, and reading it is an OSError. ``Path.resolve``
    raises RuntimeError there before Python 3.13."""
    return Path(os.path.realpath(path))


def parsed(path: Path, data: bytes | None) -> tuple[School, Problems]:
    """The facts in these bytes, and every problem as a sentence; ``path`` is only named."""
    try:
        school, faults = judged(table(data))
    except ValueError as error:
        problem = f"{error}. Nothing of the file is shown until that is mended."
        return School(wrong=True), [f"{path}: {problem}"]
    return school, [fault.sentence(path) for fault in faults]


def table(data: bytes | None) -> dict[str, Any]:
    """The file's values as they stand there, {} without a file. ValueError: why it is no TOML."""
    return toml_text.loads((data or b"").decode("utf-8-sig"))


def judged(values: dict[str, Any]) -> tuple[School, list[SchoolFault]]:
    """The facts in these values, and what is wrong in them."""
    reader = _Reader()
    return reader.school(values), reader.faults


def say(words: Words, tags: Sequence[str]) -> list[tuple[str, str]]:
    """Each different text once as (language, text); language "" if needless, or a fallback's."""
    if not words:
        return []
    shown = dict.fromkeys(
        (tag, words[tag]) if tag in words else ("", words.get("", "")) for tag in tags
    )
    found = [(tag, text) for tag, text in shown if text]
    return found or [next(iter(words.items()))]


def clock(text: str) -> time | None:
    """A time of the file: ``8:30`` or ``13:05``; None for anything else."""
    if not re.fullmatch(r"\d{1,2}:\d\d", text, re.ASCII):
        return None
    try:
        return time.fromisoformat(text.zfill(5))
    except ValueError:
        return None


class _Reader:
    """Parses the values; drops and reports what is wrong."""

    def __init__(self) -> None:
        self.faults: list[SchoolFault] = []

    def school(self, table: dict[str, Any]) -> School:
        for key in table.keys() - _TOP:
            self._wrong((key,), "unknown", known=", ".join(sorted(_TOP)))
        until, notice_until = (self._day(key, table) for key in DAYS)
        bells = self._bells(table)
        places = [
            SchoolPlace(name=e["name"], where=e["where"], when=e["when"])
            for _, e in self._entries(table, "places")
        ]
        people = [
            Person(role=e["role"], name=e["name"], place=e["place"], when=e["when"])
            for _, e in self._entries(table, "people")
        ]
        lunch, notice, phone = (
            (key in table and self._words((key,), table[key])) or None for key in TEXTS
        )
        if "valid_until" not in table and (bells or lunch):
            self._wrong(("valid_until",), "no last day")
        return School(
            bells=bells,
            lunch=lunch,
            notice=notice,
            notice_until=notice_until,
            phone=phone,
            places=tuple(places),
            people=tuple(people),
            valid_until=until,
            wrong=bool(self.faults),
        )

    def _bells(self, table: dict[str, Any]) -> tuple[Bell, ...]:
        """In the order of the day. Of two that overlap nobody knows which is wrong: both stay."""
        bells = [
            (Bell(name=e["name"], opens=opens, closes=closes), number)
            for number, e in self._entries(table, "bells")
            if (opens := clock(e["from"][""])) and (closes := clock(e["to"][""]))
        ]
        bells.sort(key=lambda pair: pair[0].opens)
        for (before, _), (bell, number) in pairwise(bells):
            if bell.opens < before.closes:
                name = next(iter(before.name.values()))
                self._wrong(("bells", number, "from"), "overlaps", name=name)
        return tuple(bell for bell, _ in bells)

    def _day(self, key: str, table: dict[str, Any]) -> date | None:
        day = table.get(key)
        if isinstance(day, date) and not isinstance(day, datetime):
            return day
        if day is not None:
            self._wrong((key,), "no day")
        return None

    def _entries(self, table: dict[str, Any], kind: str) -> Iterator[tuple[int, dict[str, Words]]]:
        """A list's valid entries, each with its place in the list."""
        given = table.get(kind, [])
        if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
            self._wrong((kind,), "no list", name=kind)
            return
        if len(given) > LISTS[kind]:
            self._wrong((kind,), "too many", count=len(given), most=LISTS[kind])
        known = COLUMNS[kind]
        for number, entry in enumerate(given[: LISTS[kind]]):
            for key in entry.keys() - set(known):
                self._wrong((kind, number, key), "unknown", known=", ".join(known))
            for key in (key for key in _NEEDED[kind] if key not in entry):
                self._wrong((kind, number, key), "missing")
            words = {
                key: self._words((kind, number, key), entry[key]) if key in entry else {}
                for key in known
            }
            whole = all(words[key] for key in _NEEDED[kind])
            if whole and (kind != "bells" or self._timed(words, number)):
                yield number, words

    def _timed(self, words: dict[str, Words], number: int) -> bool:
        """Whether a bell has two times that can be."""
        times = {
            key: clock(words[key][""]) if set(words[key]) == {""} else None
            for key in ("from", "to")
        }
        for key, moment in times.items():
            if moment is None:
                self._wrong(("bells", number, key), "no time")
        opens, closes = times.values()
        if opens is None or closes is None:
            return False
        if opens < _EARLIEST:
            self._wrong(("bells", number, "from"), "too early")
        elif closes <= opens:
            self._wrong(("bells", number, "to"), "ends early")
        else:
            return True
        return False

    def _words(self, where: tuple[str | int, ...], value: object) -> Words:
        """A text by language; {} if invalid."""
        given = {"": value} if not isinstance(value, dict) else value
        texts = {
            str(tag): text.strip()
            for tag, text in given.items()
            if isinstance(text, str) and text.strip()
        }
        if not texts or len(texts) < len(given):
            self._wrong(where, "no text")
            return {}
        for tag, text in texts.items():
            here = (*where, tag) if tag else where
            if len(text) > MOST_LETTERS:
                self._wrong(here, "too long", letters=len(text), most=MOST_LETTERS)
                return {}
            if word := sensitive_words.named(text):
                self._wrong(here, "harm", word=word)
                return {}
            if not text.isprintable():
                self._wrong(here, "unseen")
                return {}
        return texts

    def _wrong(self, where: tuple[str | int, ...], kind: str, **parts: object) -> None:
        self.faults.append(SchoolFault(where, kind, parts))

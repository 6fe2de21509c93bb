"""The school's own facts from school.toml: bells, lunch, one notice, places, people.

Refuses words that name harm, and bells or lunch without a last day. A fault costs only its fact.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from content.model import durable_files, toml_text
from kiosk.pages import sensitive_words

MOST_BYTES = 64_000
MOST_LETTERS = 120
LISTS = {"bells": 16, "places": 8, "people": 6}  # as many as a screen can show
_NEEDED = {
    "bells": ("name", "from", "to"),
    "places": ("name", "where"),
    "people": ("role", "place"),
}
_OPTIONAL = {"bells": (), "places": ("when",), "people": ("name", "when")}
_TOP = {"valid_until", "lunch", "notice", "notice_until", "phone", *LISTS}
_EARLIEST = time(6)  # a bell before it is an afternoon, written as on a clock of twelve hours

Words = Mapping[str, str]  # tag to text; "" for one text in every language
Problems = list[str]


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
    until = school.valid_until
    if until is None or day <= until or not (school.bells or school.lunch):
        return []
    said = "so bells and lunch are not shown any more. Write the new ones and their last day"
    return [f"{path}: valid_until was {until}, {said}."]


def raw(path: Path) -> bytes | None:
    """The file's bytes, None without a file. OSError for what is no plain file; ValueError."""
    try:
        return durable_files.read_plain(path.resolve(), most=MOST_BYTES)
    except FileNotFoundError:
        return None


def parsed(path: Path, data: bytes | None) -> tuple[School, Problems]:
    """The facts in these bytes, and every problem as a sentence; ``path`` is only named."""
    if data is None:
        return School(), []
    reader = _Reader(path)
    try:
        return reader.school(toml_text.loads(data.decode("utf-8"))), reader.problems
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problem = f"{error}. Nothing of the file is shown until that is mended."
    return School(wrong=True), [f"{path}: {problem}"]


def say(words: Words, tags: Sequence[str]) -> list[tuple[str, str]]:
    """Each different text once as (language, text); language "" if needless, or a fallback's."""
    if not words:
        return []
    shown = dict.fromkeys(
        (tag, words[tag]) if tag in words else ("", words.get("", "")) for tag in tags
    )
    found = [(tag, text) for tag, text in shown if text]
    return found or [next(iter(words.items()))]


def _clock(text: str) -> time | None:
    """``8:30`` or ``13:05``; None for anything else."""
    if not re.fullmatch(r"\d{1,2}:\d\d", text, re.ASCII):
        return None
    try:
        return time.fromisoformat(text.zfill(5))
    except ValueError:
        return None


class _Reader:
    """Parses the file; drops and reports what is wrong."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: Problems = []

    def school(self, table: dict[str, Any]) -> School:
        for key in table.keys() - _TOP:
            self._wrong(key, f"is not known here; the file may hold {', '.join(sorted(_TOP))}")
        until, notice_until = (self._day(key, table) for key in ("valid_until", "notice_until"))
        bells = [
            Bell(name=e["name"], opens=opens, closes=closes)
            for e in self._entries(table, "bells")
            if (opens := _clock(e["from"][""])) and (closes := _clock(e["to"][""]))
        ]
        places = [
            SchoolPlace(name=e["name"], where=e["where"], when=e["when"])
            for e in self._entries(table, "places")
        ]
        people = [
            Person(role=e["role"], name=e["name"], place=e["place"], when=e["when"])
            for e in self._entries(table, "people")
        ]
        lunch, notice, phone = (
            (key in table and self._words(key, table[key])) or None
            for key in ("lunch", "notice", "phone")
        )
        if until is None and (bells or lunch):
            self._wrong(
                "valid_until",
                "is missing; bells and lunch are shown only up to that day, such as 2027-06-11",
            )
        return School(
            bells=tuple(bells),
            lunch=lunch,
            notice=notice,
            notice_until=notice_until,
            phone=phone,
            places=tuple(places),
            people=tuple(people),
            valid_until=until,
            wrong=bool(self.problems),
        )

    def _day(self, key: str, table: dict[str, Any]) -> date | None:
        day = table.get(key)
        if isinstance(day, date) and not isinstance(day, datetime):
            return day
        if day is not None:
            self._wrong(key, "must be a day such as 2027-06-11, without quotation marks")
        return None

    def _entries(self, table: dict[str, Any], kind: str) -> Iterator[dict[str, Words]]:
        """A list's valid entries."""
        given = table.get(kind, [])
        if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
            self._wrong(kind, f"must be written as [[{kind}]], once for each entry")
            return
        if len(given) > LISTS[kind]:
            self._wrong(kind, f"has {len(given)} entries; the screen shows the first {LISTS[kind]}")
        known = (*_NEEDED[kind], *_OPTIONAL[kind])
        for number, entry in enumerate(given[: LISTS[kind]], start=1):
            here = f"[[{kind}]] number {number}"
            for key in entry.keys() - set(known):
                self._wrong(
                    f"{here}, {key}", f"is not known here; an entry may hold {', '.join(known)}"
                )
            for key in (key for key in _NEEDED[kind] if key not in entry):
                self._wrong(here, f'has no "{key}"; it is left out until that is written')
            words = {
                key: self._words(f"{here}, {key}", entry[key]) if key in entry else {}
                for key in known
            }
            if all(words[key] for key in _NEEDED[kind]) and self._timed(kind, words, here):
                yield words

    def _timed(self, kind: str, words: dict[str, Words], here: str) -> bool:
        """Whether an entry of ``bells`` has two times that can be; any other entry is right."""
        if kind != "bells":
            return True
        opens, closes = (
            _clock(words[key][""]) if set(words[key]) == {""} else None for key in ("from", "to")
        )
        if opens is None or closes is None:
            self._wrong(here, '"from" and "to" must be plain times, such as "8:30" or "13:05"')
        elif opens < _EARLIEST:
            self._wrong(here, '"from" is before six; write an afternoon as "13:05", not "1:05"')
        elif closes <= opens:
            self._wrong(here, '"to" is not after "from"; write an afternoon as "13:05"')
        else:
            return True
        return False

    def _words(self, key: str, value: object) -> Words:
        """A text by language; {} if invalid."""
        given = {"": value} if not isinstance(value, dict) else value
        texts = {
            str(tag): text.strip()
            for tag, text in given.items()
            if isinstance(text, str) and text.strip()
        }
        if not texts or len(texts) < len(given):
            self._wrong(
                key,
                'must be a text, such as "Room 12", or one text a language: {en = "…", es = "…"}',
            )
            return {}
        for text in texts.values():
            if len(text) > MOST_LETTERS:
                self._wrong(key, f"has {len(text)} letters; at most {MOST_LETTERS} fit")
                return {}
            if word := sensitive_words.named(text):
                self._wrong(key, f'says "{word}"; everyone sees School info, so it names no harm')
                return {}
            if not text.isprintable():
                self._wrong(
                    key, "holds a line break or a mark that no one sees; write it in one line"
                )
                return {}
        return texts

    def _wrong(self, key: str, what: str) -> None:
        self.problems.append(f"{self.path}: {key} {what}.")

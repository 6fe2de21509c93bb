"""Reads the school's own facts from school.toml: bells, lunch, one notice, places, people.

Rejects words that name harm, and bells or lunch without a last day. An error drops only one fact.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from kiosk.pages import sensitive_words
from messages.message import Message, message
from system import files, toml_text

MOST_BYTES = 64_000
MOST_LETTERS = 120
WARN_DAYS = 7  # start warning this many days before bells and lunch expire
LISTS = {"bells": 16, "places": 8, "people": 6}  # as many entries as fit on a screen
_NEEDED = {
    "bells": ("name", "from", "to"),
    "places": ("name", "where"),
    "people": ("role", "place"),
}
TEXTS, DAYS = ("lunch", "notice", "phone"), ("valid_until", "notice_until")
CONFIRMED = "phone_is_private"  # confirms that nobody can overhear calls and that nobody asks why
COLUMNS = {
    "bells": _NEEDED["bells"],
    "places": (*_NEEDED["places"], "when"),
    "people": (*_NEEDED["people"], "name", "when"),
}
_TOP = {*TEXTS, *DAYS, *LISTS, CONFIRMED}
_EARLIEST = time(6)  # a bell before this hour must be an afternoon time in 12-hour form

Words = Mapping[str, str]  # language tag → text; the tag is "" if one text is for every language
Entry = Mapping[str, Words]  # an entry in a list, by column; a place or person may have no name
Problems = list[Message]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bell:
    name: Words
    opens: time
    closes: time


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """The file's content. ``phone``: where to find a phone that nobody can overhear;
    ``phone_is_private``: the office confirmed that, and that nobody asks why. ``wrong``: part of
    the file cannot be shown. ``notice_until``: None if the notice stays until it is removed.
    """

    bells: tuple[Bell, ...] = ()
    lunch: Words | None = None
    notice: Words | None = None
    notice_until: date | None = None
    phone: Words | None = None
    phone_is_private: bool = False
    places: tuple[Entry, ...] = ()
    people: tuple[Entry, ...] = ()
    valid_until: date | None = None
    wrong: bool = False

    @property
    def private_phone(self) -> Words | None:
        """Return the phone if the office confirmed it and no mandated reporter is in its room."""
        return self.phone if self.phone_is_private and not self.phone_is_shared else None

    @property
    def phone_is_shared(self) -> bool:
        """Return whether any of the people is in the phone's room, judged by its name or number."""
        if not self.phone:
            return False
        rooms = _rooms(self.phone)
        return any(rooms & _rooms(person["place"]) for person in self.people)

    def on(self, day: date) -> "School":
        """Return the facts for a day without any expired notice, bell schedule or lunch menu."""
        shown = self
        if self.notice_until and day > self.notice_until:
            shown = replace(shown, notice=None)
        if self.valid_until and day <= self.valid_until:
            return shown
        wrong = self.wrong or bool(self.bells or self.lunch)
        return replace(shown, bells=(), lunch=None, wrong=wrong)


def _rooms(words: Words) -> set[str]:
    """Return a room's names: each whole text, and each word with its number, as in "room 12"."""
    texts = [" ".join(text.casefold().split()) for text in words.values()]
    numbered = (re.findall(r"\w+[ .#]*\d+\w*", text) for text in texts)
    return {*texts, *(re.sub(r"[ .#]+", " ", room) for rooms in numbered for room in rooms)}


def read(path: Path) -> tuple[School, Problems]:
    """Return the facts and every problem; a missing file is not a problem."""
    try:
        return parsed(path, raw(path))
    except OSError as error:
        problem = message("school-file.unreadable", file=path, cause=error.strerror or error)
    except ValueError:
        problem = message("school-file.too-large", file=path, count=MOST_BYTES)
    return School(wrong=True), [problem]


def outdated(path: Path, school: School, day: date) -> Problems:
    """Say what the office should update; nothing while the schedule is current."""
    left = days_left(school, day)
    if left is None or left >= 0:
        return []
    return [message("school-file.outdated", file=path, until=school.valid_until)]


def days_left(school: School, day: date) -> int | None:
    """Return how many more days bells and lunch are shown: 0 on the last day, negative after it.
    Return None without bells and lunch, or without a last day."""
    if school.valid_until is None or not (school.bells or school.lunch):
        return None
    return (school.valid_until - day).days


def raw(path: Path) -> bytes | None:
    """Return the bytes, or None. Raises OSError for a special file, ValueError for a large one."""
    try:
        return files.read_plain(place(path), most=MOST_BYTES)
    except FileNotFoundError:
        return None


def place(path: Path) -> Path:
    """Follow links. A link in a loop stays as it is, and reading it raises OSError; before Python
    3.13, ``Path.resolve`` raises RuntimeError for such a link."""
    return Path(os.path.realpath(path))


def parsed(path: Path, data: bytes | None) -> tuple[School, Problems]:
    """Return the facts in these bytes and every problem; ``path`` is used only in messages."""
    try:
        school, faults = judged(table(data))
    except ValueError as error:
        return School(wrong=True), [message("school-file.no-toml", file=path, why=str(error))]
    return school, [in_file(one, path) for one in faults]


def fault(where: str, code: str, **parts: object) -> Message:
    """Describe an error at a place given by its keys, such as "bells.2.from", counted from 0."""
    return msgspec.structs.replace(message(code, **parts), where=where)


def in_file(fault: Message, path: Path) -> Message:
    """Return the same error, worded for a person who edits the file."""
    here = ""
    for step in fault.where.split("."):
        name = f"[[{step}]]" if step in LISTS else step
        comma = ", " if here else ""
        here += f" number {int(step) + 1}" if step.isdigit() else f"{comma}{name}"
    return message("school-file.at", file=path, place=here, what=fault)


def table(data: bytes | None) -> dict[str, Any]:
    """Return the file's raw values, or {} without a file. Raises ValueError if it is not TOML."""
    return toml_text.loads((data or b"").decode("utf-8-sig"))


def judged(values: dict[str, Any]) -> tuple[School, list[Message]]:
    """Return the facts in these values and the errors in them."""
    reader = _Reader()
    return reader.school(values), reader.faults


def say(words: Words, tags: Sequence[str]) -> list[tuple[str, str]]:
    """List each text once as (language, text), or list a fallback; "" means any language."""
    if not words:
        return []
    shown = dict.fromkeys(
        (tag, words[tag]) if tag in words else ("", words.get("", "")) for tag in tags
    )
    found = [(tag, text) for tag, text in shown if text]
    return found or [next(iter(words.items()))]


def clock(text: str) -> time | None:
    """Read a time in the file, ``8:30`` or ``13:05``; return None for anything else."""
    if not re.fullmatch(r"\d{1,2}:\d\d", text, re.ASCII):
        return None
    try:
        return time.fromisoformat(text.zfill(5))
    except ValueError:
        return None


class _Reader:
    def __init__(self) -> None:
        self.faults: list[Message] = []

    def school(self, table: dict[str, Any]) -> School:
        for key in table.keys() - _TOP:
            self._wrong((key,), "school-file.unknown", known=", ".join(sorted(_TOP)))
        until, notice_until = (self._day(key, table) for key in DAYS)
        bells = self._bells(table)
        places, people = (
            tuple(entry for _, entry in self._entries(table, kind)) for kind in ("places", "people")
        )
        lunch, notice, phone = (
            (key in table and self._words((key,), table[key])) or None for key in TEXTS
        )
        private = table.get(CONFIRMED, False)
        if not isinstance(private, bool):
            self._wrong((CONFIRMED,), "school-file.no-yes-or-no")
        if "valid_until" not in table and (bells or lunch):
            self._wrong(("valid_until",), "school-file.no-last-day")
        return School(
            bells=bells,
            lunch=lunch,
            notice=notice,
            notice_until=notice_until,
            phone=phone,
            phone_is_private=private is True,
            places=places,
            people=people,
            valid_until=until,
            wrong=bool(self.faults),
        )

    def _bells(self, table: dict[str, Any]) -> tuple[Bell, ...]:
        """Return the bells in order of time. If two overlap, either may be wrong, so both stay."""
        bells = [
            (Bell(name=e["name"], opens=opens, closes=closes), number)
            for number, e in self._entries(table, "bells")
            if (opens := clock(e["from"][""])) and (closes := clock(e["to"][""]))
        ]
        bells.sort(key=lambda pair: pair[0].opens)
        for (before, _), (bell, number) in pairwise(bells):
            if bell.opens < before.closes:
                name = next(iter(before.name.values()))
                self._wrong(("bells", number, "from"), "school-file.overlaps", name=name)
        return tuple(bell for bell, _ in bells)

    def _day(self, key: str, table: dict[str, Any]) -> date | None:
        day = table.get(key)
        if isinstance(day, date) and not isinstance(day, datetime):
            return day
        if day is not None:
            self._wrong((key,), "school-file.no-day")
        return None

    def _entries(self, table: dict[str, Any], kind: str) -> Iterator[tuple[int, Entry]]:
        """Yield a list's valid entries with their positions in the list."""
        given = table.get(kind, [])
        if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
            self._wrong((kind,), "school-file.no-list", name=kind)
            return
        if len(given) > LISTS[kind]:
            self._wrong((kind,), "school-file.too-many", count=len(given), most=LISTS[kind])
        known = COLUMNS[kind]
        for number, entry in enumerate(given[: LISTS[kind]]):
            for key in entry.keys() - set(known):
                self._wrong((kind, number, key), "school-file.unknown", known=", ".join(known))
            for key in (key for key in _NEEDED[kind] if key not in entry):
                self._wrong((kind, number, key), "school-file.missing")
            words = {
                key: self._words((kind, number, key), entry[key]) if key in entry else {}
                for key in known
            }
            whole = all(words[key] for key in _NEEDED[kind])
            if whole and (kind != "bells" or self._timed(words, number)):
                yield number, words

    def _timed(self, words: Entry, number: int) -> bool:
        """Return whether a bell has two valid times, the second one later."""
        times = {
            key: clock(words[key][""]) if set(words[key]) == {""} else None
            for key in ("from", "to")
        }
        for key, moment in times.items():
            if moment is None:
                self._wrong(("bells", number, key), "school-file.no-time")
        opens, closes = times.values()
        if opens is None or closes is None:
            return False
        if opens < _EARLIEST:
            self._wrong(("bells", number, "from"), "school-file.too-early")
        elif closes <= opens:
            self._wrong(("bells", number, "to"), "school-file.ends-early")
        else:
            return True
        return False

    def _words(self, where: tuple[str | int, ...], value: object) -> Words:
        """Return a text by language; {} if the value is invalid."""
        given = {"": value} if not isinstance(value, dict) else value
        texts = {
            str(tag): text.strip()
            for tag, text in given.items()
            if isinstance(text, str) and text.strip()
        }
        if not texts or len(texts) < len(given):
            self._wrong(where, "school-file.no-text", example='{en = "…", es = "…"}')
            return {}
        for tag, text in texts.items():
            here = (*where, tag) if tag else where
            if len(text) > MOST_LETTERS:
                self._wrong(here, "school-file.too-long", letters=len(text), most=MOST_LETTERS)
                return {}
            if word := sensitive_words.named(text):
                self._wrong(here, "school-file.harm", word=word)
                return {}
            if not text.isprintable():
                self._wrong(here, "school-file.unseen")
                return {}
        return texts

    def _wrong(self, where: tuple[str | int, ...], code: str, **parts: object) -> None:
        self.faults.append(fault(".".join(map(str, where)), code, **parts))

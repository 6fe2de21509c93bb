"""Tracks the screens that the desk enrolled: when each one last reported, and what it shows.

Stores nothing about use. Only enrolled screens' reports count, so reports cannot add screens.
"""

import re
import secrets
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Literal, NamedTuple, get_args

import msgspec
from msgspec.structs import replace

from content.releases.record import SHOWN_ID
from kiosk.pages.school_file import School
from system import files
from system.files import Instant

FILE = "SCREENS"  # a file in data_dir
MOST = 2000
LONGEST_NAME = 30
MOST_REPORT = 100  # maximum bytes in a report
WORD_BYTES = 8
SILENT, GONE = timedelta(minutes=10), timedelta(hours=1)
KEPT_EVERY = timedelta(minutes=15)  # reports since the last save may be lost if the process ends
OPENS, CLOSES = time(8), time(15)  # school hours for a school that has not entered a bell schedule
LEAST_HOURS = 3  # bells that cover less are not the whole schedule yet
UNSAID = "?"
_SAID = re.compile(rb"(?:([0-9a-f]{64}) (part|whole)|none)")
Standing = Literal["silent", "older", "never", "newest"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)  # those that need somebody come first
Trouble = Literal["", "gone", "old", "resting"]


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """One screen. ``name``: a label, a hyphen, a random part (in its address). ``right``: when
    it last showed the server's pages. ``key``: the key of its stored pages, "" for none.
    ``release``: the release that it shows, "" while unknown."""

    school: str
    name: str
    since: Instant
    seen: Instant | None = None
    right: Instant | None = None
    key: str = UNSAID
    release: str = ""
    copied: bool = False

    @property
    def label(self) -> str:
        return self.name.rpartition("-")[0]

    def standing(self, now: datetime, key: str) -> Standing:
        """Return the screen's state for the desk. ``key``: the key for the server's pages."""
        if self.seen is None:
            return "never"
        if now - self.seen >= SILENT:
            return "silent"
        return "newest" if self.key in {"", key} else "older"

    def trouble(self, now: datetime, opened: datetime | None) -> Trouble:
        """Return any problem that somebody must know about. ``opened``: when the school opened;
        None while it is closed and screens may be off. For an hour after it opens, they rest."""
        seen, right = (at or self.since for at in (self.seen, self.right))
        if opened and now - max(seen, opened) >= GONE:
            return "gone"
        if opened and now - max(right, opened) >= GONE:
            return "old"
        return "resting" if now - min(seen, right) >= GONE else ""


class ServedPages(NamedTuple):
    """The pack, and the key of a school's pages on the server ("" before there is a pack)."""

    key: str
    version: str


class Receipt(NamedTuple):
    """The answer to a report: whether it counts, and the word that must begin the next report or
    the same report sent again."""

    counts: bool
    word: str


class _Kept(msgspec.Struct, frozen=True):
    screens: tuple[Screen, ...] = ()


_Known = dict[tuple[str, str], Screen]


class Enrolled:
    """The screens by school and name. ``hear`` does not block; other methods write a file."""

    def __init__(self, data_dir: Path, clock: Callable[[], datetime]) -> None:
        self._file, self._clock, self._writing = data_dir / FILE, clock, threading.Lock()
        kept = files.read_record(self._file, _Kept) or _Kept()
        self._known = {(one.school, one.name): one for one in kept.screens}
        self._kept = dict(self._known)
        self._words: dict[tuple[str, str], str] = {}

    def all(self) -> Sequence[Screen]:
        return sorted(self._known.values(), key=lambda one: (natural(one.school), one.name))

    def hear(self, school: str, query: bytes, body: bytes, shown: ServedPages) -> Receipt | None:
        """Record a page's report; for an unknown address, record nothing and return None.

        A report begins with the word from the previous answer, which counts only once, so nobody
        can make a dark screen look alive by sending a recorded report again.
        """
        name, known = query.removeprefix(b"screen=").decode("latin-1"), self._known
        screen = known.get((school, name))
        if screen is None:
            return None
        word, _, report = body.partition(b" ")
        counts = word.decode("latin-1") == self._words.get((school, name))
        if counts:
            known[school, name] = self._reported(screen, report, shown)
            del self._words[school, name]
        return Receipt(
            counts, self._words.setdefault((school, name), secrets.token_hex(WORD_BYTES))
        )

    def _reported(self, screen: Screen, report: bytes, shown: ServedPages) -> Screen:
        now, said = self._clock(), _SAID.fullmatch(report)
        screen = replace(screen, seen=now)
        if said:
            key = (said[1] or b"").decode()  # a screen without a copy shows the server's pages
            screen = replace(screen, copied=said[2] == b"whole", key=key)
            if shown.key and key in {"", shown.key}:
                screen = replace(screen, right=now, release=shown.version[:SHOWN_ID])
        return screen

    def enroll(self, school: str, label: str) -> Screen | None:
        """Store and return a new screen; None if the label has no letter or digit, or the list is
        full. Raises OSError."""
        made = self.enroll_all([school], label)
        return made[0] if made else None

    def enroll_all(
        self, schools: Iterable[str], label: str, *, missing: bool = False
    ) -> Sequence[Screen] | None:
        """Do the same for all of these schools at once, or for none of them.

        ``missing``: leave out the schools that already have a screen.
        """
        plain = "-".join(re.findall(r"[a-z0-9]+", label.casefold()))[:LONGEST_NAME].strip("-")
        with self._writing:
            known, now = self._known, self._clock()
            have = {school for school, _ in known} if missing else set[str]()
            made = [
                Screen(school=one, name=f"{plain}-{secrets.token_hex(10)}", since=now)
                for one in schools
                if one not in have
            ]
            if not plain or len(known) + len(made) > MOST:
                return None
            self._write(known | {(one.school, one.name): one for one in made})
        return made

    def remove(self, school: str, name: str) -> None:
        """Forget a screen, so that its reports no longer count. Raises OSError."""
        gone = (school, name)
        self._keep(lambda known: {key: one for key, one in known.items() if key != gone})

    def keep(self) -> None:
        """Write the reports if they are much newer than the stored ones. Raises OSError."""
        if any(_is_older(self._kept[key], one) for key, one in self._known.items()):
            self._keep(dict)

    def _keep(self, change: Callable[[_Known], _Known]) -> None:
        with self._writing:
            self._write(change(self._known))

    def _write(self, known: _Known) -> None:
        files.write_record(self._file, _Kept(tuple(known.values())))
        self._known, self._kept = known, dict(known)


def natural(text: str) -> list[str | int]:
    """Return a sort key that puts "school-2" before "school-10"."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", text)]


def _is_older(kept: Screen, now: Screen) -> bool:
    """Return whether the stored state is too old to be used after a restart."""
    if now.seen is None:
        return False
    return kept.seen is None or now.seen - kept.seen >= KEPT_EVERY


def opened(facts: School, now: datetime, *, is_holiday: bool = False) -> datetime | None:
    """Return when the school opened, in local time; None at night, on weekends and holidays."""
    bells = facts.on(now.date()).bells
    begins = min((bell.opens for bell in bells), default=OPENS)
    ends = max((bell.closes for bell in bells), default=CLOSES)
    if ends.hour - begins.hour < LEAST_HOURS:
        begins, ends = OPENS, CLOSES
    if is_holiday or now.weekday() > 4 or not begins <= now.time() < ends:
        return None
    return now.replace(hour=begins.hour, minute=begins.minute, second=0, microsecond=0)

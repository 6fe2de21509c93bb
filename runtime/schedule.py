"""Decides when this machine asks its publisher: its time slot, and waits after starts and failures.

Each machine makes a number once, never sends it, and uses it to choose a time of day.
Source of the figures: content guide, 5.3 and 5.4.
"""

import asyncio
import contextlib
import hashlib
import logging
import random
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

from apscheduler.triggers.cron import CronTrigger

from messages.message import Message, message
from system import files

log = logging.getLogger("porchlight")
LOOK_SECONDS = 30.0  # seconds between checks of the wall clock
SET_BACK = timedelta(minutes=1)  # a smaller step back is a normal clock correction
Sleep = Callable[[float], Awaitable[None]]
ID = "machine.id"  # in the data directory
DAY = timedelta(days=1)
# After a power outage in a whole region, all machines start at once.
FIRST_SECONDS = (6 * 60.0, 10 * 60.0)
TO_CATCH_UP = timedelta(minutes=20)  # after a start: the first wait, a refresh, a retry
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")  # numbered as in crontab(5)
RETRIES = 3
RETRY_SECONDS = (60.0, 15 * 60.0)  # the longest wait before the first retry, and before any retry


class Slot:
    """A cron line's times (UTC), all shifted by the same fraction of a day. Raises ValueError."""

    def __init__(self, line: str, later: timedelta = timedelta(0)) -> None:
        self._triggers, self._later = list(_triggers(line)), later
        if self.after(datetime(2000, 1, 1, tzinfo=UTC)) is None:
            raise ValueError("there is no such day")

    def after(self, now: datetime) -> datetime | None:
        """Return the first scheduled time after ``now``; None at the end of the calendar."""
        start = now - self._later + timedelta(microseconds=1)
        found = [trigger.get_next_fire_time(None, start) for trigger in self._triggers]
        return min((time + self._later for time in found if time), default=None)

    def is_due(self, before: datetime, now: datetime) -> bool:
        """Return whether a scheduled time has come since ``before``, or the clock was set back."""
        if now < before:
            return before - now > SET_BACK
        upcoming = self.after(before)
        return upcoming is not None and upcoming <= now

    def every(self, now: datetime) -> timedelta:
        first = self.after(now)
        second = self.after(first) if first else None
        return second - first if first and second else DAY


class Job(NamedTuple):
    """A row in the server's table of jobs. ``times``: clock times, or an interval in seconds."""

    name: str
    times: Slot | float
    run: Callable[[], Awaitable[object]]

    async def repeat(self, clock: Callable[[], datetime], sleep: Sleep = asyncio.sleep) -> None:
        """Run the job forever, never twice at the same time, and once for any missed times."""
        slot = self.times if isinstance(self.times, Slot) else None
        seen = clock()
        while True:
            await sleep(LOOK_SECONDS if isinstance(self.times, Slot) else self.times)
            before, seen = seen, clock()
            if slot and not slot.is_due(before, seen):
                continue
            try:
                await self.run()
            except Exception as problem:  # noqa: BLE001 - the next turn may succeed
                # Log only the class: an error's text may contain something that a person typed.
                log.error("%s failed: %s", self.name, type(problem).__name__)  # noqa: TRY400


def problem(line: str) -> Message | None:
    """Return why ``[content] schedule`` cannot be used, or None if it can be."""
    try:
        Slot(line)
    except ValueError as error:
        return message("schedule.wrong", line=f"{line!r}", error=error)
    return None


def later(data_dir: Path) -> timedelta:
    """Return this machine's fraction of a day, the same after restarts if its disk is writable."""
    number = token_hex(16)  # never sent; a copied data directory has the same
    with contextlib.suppress(OSError, ValueError):
        number = files.made_once(data_dir / ID, number)
    digest = hashlib.sha256(number.encode()).digest()
    return timedelta(seconds=int.from_bytes(digest[:8]) % int(DAY.total_seconds()))


def first_wait() -> float:
    """Return the seconds from the start to the first check for a pack."""
    return random.uniform(*FIRST_SECONDS)  # noqa: S311  this spreads load and keeps no secret


def retry_wait(turn: int) -> float:
    """Return random seconds before retry ``turn`` (from 0); the limit grows fourfold each time."""
    return random.uniform(0, min(RETRY_SECONDS[0] * 4**turn, RETRY_SECONDS[1]))  # noqa: S311


async def persistently(
    run: Callable[[], Awaitable[None]],
    again: Callable[[], Awaitable[bool]],
    sleep: Sleep = asyncio.sleep,
) -> None:
    """Run the call; after a failure that may be temporary (``again``), retry up to three times."""
    await run()
    for turn in range(RETRIES):
        if not await again():
            return
        await sleep(retry_wait(turn))
        await run()


def _triggers(line: str) -> Iterator[CronTrigger]:
    """Read a line as cron does: if both kinds of days are set, either is enough (crontab(5))."""
    fields = line.split()
    if len(fields) != 5:
        raise ValueError(f"{len(fields)} fields instead of five")
    minute, hour, day, month, weekday = fields
    days = [(day, _weekdays(weekday))]
    if not day.startswith("*") and not weekday.startswith("*"):
        days = [(day, "*"), ("*", _weekdays(weekday))]
    for one, other in days:
        yield CronTrigger(
            minute=minute, hour=hour, day=one, month=month, day_of_week=other, timezone=UTC
        )


def _weekdays(field: str) -> str:
    """Return cron's weekdays as names: cron's 0 and 7 are Sunday, but APScheduler's 0 is Monday."""
    found: set[str] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, dash, last = span.partition("-")
        start, end = (0, 6) if span == "*" else (_weekday(first), _weekday(last if dash else first))
        if (step and not dash) or (end == 0 and start > 0):  # "2/2", "fri-sun"
            end = 7 if dash else 6
        each = range(start, end + 1, int(step or 1))
        if not each:
            raise ValueError(f'the weekdays "{part}" end before they begin')
        found |= {WEEKDAYS[number % 7] for number in each}
    return ",".join(sorted(found))


def _weekday(word: str) -> int:
    if word.casefold() in WEEKDAYS:
        return WEEKDAYS.index(word.casefold())
    if word not in "01234567" or len(word) != 1:
        raise ValueError(f'"{word}" is not a weekday: write 0 to 7, or sun to sat')
    return int(word)

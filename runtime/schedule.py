"""When this machine asks its publisher: its own slot, the wait after a start, and between retries.

Ten thousand machines are spread over the day by a number that each makes once and never sends.
Source of the figures: content guide, 5.3 and 5.4.
"""

import asyncio
import contextlib
import hashlib
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

ID = "machine.id"  # in the data directory
DAY = timedelta(days=1)
# After a power cut in a whole region everybody starts at once.
FIRST_SECONDS = (6 * 60.0, 10 * 60.0)
RETRIES = 3
RETRY_SECONDS = (60.0, 15 * 60.0)  # the most that is waited before the first retry, and ever


class Slot(BaseTrigger):  # type: ignore[misc]
    """The times of a cron line (UTC), each later by the same part of a day. ValueError."""

    def __init__(self, schedule: str, later: timedelta) -> None:
        self._cron, self._later = CronTrigger.from_crontab(schedule, UTC), later

    def get_next_fire_time(
        self, previous_fire_time: datetime | None, now: datetime
    ) -> datetime | None:
        """APScheduler's question: the first time after ``now``."""
        previous = previous_fire_time - self._later if previous_fire_time else None
        found = self._cron.get_next_fire_time(previous, now - self._later)
        return found + self._later if found else None

    def every(self, now: datetime) -> timedelta:
        """The time from one slot to the next."""
        first = self.get_next_fire_time(None, now)
        second = self.get_next_fire_time(first, first) if first else None
        return second - first if first and second else DAY


class Job(NamedTuple):
    """A row of the server's table of jobs."""

    name: str
    trigger: CronTrigger | IntervalTrigger | Slot
    run: Callable[[], Awaitable[object]]


def later(data_dir: Path) -> timedelta:
    """This machine's part of a day, the same after every restart if its disk can be written."""
    digest = hashlib.sha256(_machine_id(data_dir).encode()).digest()
    return timedelta(seconds=int.from_bytes(digest[:8]) % int(DAY.total_seconds()))


def first_wait() -> float:
    """Seconds from the start to the first look for a pack."""
    return random.uniform(*FIRST_SECONDS)  # noqa: S311  spreads load, keeps no secret


def retry_wait(turn: int) -> float:
    """Seconds before that retry (0 the first): anything up to a bound that grows fourfold."""
    return random.uniform(0, min(RETRY_SECONDS[0] * 4**turn, RETRY_SECONDS[1]))  # noqa: S311


async def persistently(
    run: Callable[[], Awaitable[None]],
    again: Callable[[], bool],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Run, and after a failure that may pass (``again``) up to three times more."""
    await run()
    for turn in range(RETRIES):
        if not again():
            return
        await sleep(retry_wait(turn))
        await run()


def _machine_id(data_dir: Path) -> str:
    """Made at the first start and never sent. A copied data directory shares the slot."""
    file, fresh = data_dir / ID, token_hex(16)
    with contextlib.suppress(OSError, UnicodeDecodeError):
        with contextlib.suppress(FileExistsError), file.open("x", encoding="ascii") as new:
            new.write(fresh)
        return file.read_text(encoding="ascii").strip() or fresh
    return fresh

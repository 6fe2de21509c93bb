"""Runs a job again and again: every some seconds, or at the times of a schedule.

Both sleep on monotonic time only, for at most half a minute where the wall clock decides. So a
step of the clock, however far and in which direction, neither piles up missed runs nor is slept
through.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

log = logging.getLogger("porchlight")
LOOK_SECONDS = 30.0  # between two looks at the wall clock
SET_BACK = timedelta(minutes=1)  # less than that is a clock being kept right

Run = Callable[[], Awaitable[object]]
Sleep = Callable[[float], Awaitable[None]]


class Times(Protocol):
    """Times of the wall clock: a ``schedule.Slot``."""

    def after(self, now: datetime) -> datetime | None:
        """The first time later than ``now``; None where there is none."""


async def every(seconds: float, name: str, run: Run, sleep: Sleep = asyncio.sleep) -> None:
    """Wait and run, for ever; never two at a time. A failure is logged and does not end it."""
    while True:
        await sleep(seconds)
        await _attempt(name, run)


async def at(
    times: Times,
    name: str,
    run: Run,
    clock: Callable[[], datetime],
    sleep: Sleep = asyncio.sleep,
) -> None:
    """Run at each time, for ever; once for all the times that were missed.

    Also after a clock that was set back: what was made by it may bear a date still to come.
    """
    seen = clock()
    while True:
        await sleep(LOOK_SECONDS)
        before, seen = seen, clock()
        if due(times, before, seen):
            await _attempt(name, run)


def due(times: Times, before: datetime, now: datetime) -> bool:
    """Whether a time lies in (``before``, ``now``], or the clock was set back since."""
    if now < before:
        return before - now > SET_BACK
    upcoming = times.after(before)
    return upcoming is not None and upcoming <= now


async def _attempt(name: str, run: Run) -> None:
    try:
        await run()
    except Exception as problem:  # noqa: BLE001 - the next turn may succeed
        # The class only: an error's text may hold what a person typed.
        log.error("%s failed: %s", name, type(problem).__name__)  # noqa: TRY400

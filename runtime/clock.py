"""The clock, and the guard that wakes every job when the wall clock jumps."""

import asyncio
import ctypes
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

log = logging.getLogger("porchlight")
GUARD_SECONDS = 30
JUMP_SECONDS = 5  # that the wall clock may gain or lose on the monotonic one meanwhile

# adjtimex(2): asked with nothing to set, it returns TIME_ERROR while no program keeps the clock
# right.
_UNSYNCHRONISED, _TIMEX_BYTES = 5, 512


def now_utc() -> datetime:
    """The clock, where nobody hands in another."""
    return datetime.now(UTC)


def synchronised() -> bool:
    """Whether the clock was set from the network; True where the kernel cannot be asked."""
    try:
        return bool(
            ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES)) != _UNSYNCHRONISED
        )
    except (OSError, AttributeError):
        return True


async def guard_clock(scheduler: Any, clock: Callable[[], datetime]) -> None:
    """Wake every job when the clock jumped: APScheduler would sleep on (its issue 339)."""
    while True:
        wall, steady = clock(), time.monotonic()
        await asyncio.sleep(GUARD_SECONDS)
        if jumped((clock() - wall).total_seconds(), time.monotonic() - steady):
            log.warning("the clock jumped; every job is run now")
            for job in scheduler.get_jobs():
                job.modify(next_run_time=clock())


def jumped(wall_seconds: float, steady_seconds: float) -> bool:
    """Whether the wall clock moved otherwise than the monotonic one."""
    return abs(wall_seconds - steady_seconds) > JUMP_SECONDS

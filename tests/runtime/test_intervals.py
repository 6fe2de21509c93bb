"""Jobs by the interval and by the clock, while the clock does what it likes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from runtime.schedule import LOOK_SECONDS, Job, Slot

NOW = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
SLOT = Slot("17 */6 * * *", timedelta(minutes=30))  # 0:47, 6:47, 12:47, 18:47


class Ended(BaseException):
    """The turns of a test are used up."""


def slept(turns: int, waits: list[float]) -> Callable[[float], Awaitable[None]]:
    """A sleep that returns at once, so many times."""

    async def sleep(seconds: float) -> None:
        if len(waits) == turns:
            raise Ended
        waits.append(seconds)

    return sleep


def clock(times: Iterable[datetime]) -> Callable[[], datetime]:
    read: Iterator[datetime] = iter(times)
    return lambda: next(read)


async def nothing() -> None:
    pass


def test_a_job_runs_every_so_many_seconds_and_never_twice_at_a_time() -> None:
    running, done, waits = [0], list[int](), list[float]()

    async def run() -> None:
        running[0] += 1
        await asyncio.sleep(0)
        done.append(running[0])
        running[0] -= 1

    with pytest.raises(Ended):
        asyncio.run(Job("watch", 3, run).repeat(lambda: NOW, slept(5, waits)))
    assert done == [1] * 5
    assert waits == [3] * 5


@pytest.mark.parametrize("by", ["interval", "clock"])
def test_a_failure_is_told_by_its_class_and_does_not_end_the_job(
    by: str, caplog: pytest.LogCaptureFixture
) -> None:
    done = list[int]()

    async def run() -> None:
        done.append(1)
        raise OSError("+19165550123 texted im not safe")

    times = 3 if by == "interval" else SLOT
    sleep, days = slept(3, []), clock(NOW + DAY * number for number in range(9))
    with pytest.raises(Ended), caplog.at_level(logging.ERROR):
        asyncio.run(Job("purge", times, run).repeat(days, sleep))
    assert len(done) == 3
    assert [record.getMessage() for record in caplog.records] == ["purge failed: OSError"] * 3


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        pytest.param(NOW, NOW + timedelta(seconds=30), False, id="between two times"),
        pytest.param(
            NOW.replace(hour=12, minute=46), NOW.replace(hour=12, minute=47), True, id="its minute"
        ),
        pytest.param(
            NOW.replace(hour=12, minute=47), NOW.replace(hour=12, minute=48), False, id="once only"
        ),
        pytest.param(NOW, NOW + 7 * HOUR, True, id="a machine that slept through it"),
        pytest.param(NOW, NOW + 68 * YEAR, True, id="1970 to 2038"),
        pytest.param(NOW, NOW - timedelta(seconds=2), False, id="kept right by two seconds"),
        pytest.param(NOW, NOW - HOUR, True, id="set back by an hour"),
        pytest.param(NOW, NOW - 50 * YEAR, True, id="an empty battery"),
    ],
)
def test_a_time_is_due_once_and_after_a_clock_that_was_set_back(
    before: datetime, now: datetime, expected: bool
) -> None:
    assert SLOT.is_due(before, now) is expected


def test_the_clock_may_step_fifty_years_back_and_sixty_eight_forward_and_jobs_go_on() -> None:
    """Each step is one run, however many times were missed, and no step is slept through."""
    steps = [NOW, NOW - 50 * YEAR, NOW - 50 * YEAR + HOUR, NOW + 68 * YEAR, NOW, NOW + 6 * HOUR]
    done, waits = list[datetime](), list[float]()
    now = [NOW]

    def read() -> datetime:
        now[0] = steps[len(waits) % len(steps)]
        return now[0]

    async def run() -> None:
        done.append(now[0])

    with pytest.raises(Ended):
        asyncio.run(Job("refresh", SLOT, run).repeat(read, slept(5, waits)))
    assert done == [steps[1], steps[3], steps[4], steps[5]]
    assert set(waits) == {LOOK_SECONDS}


@pytest.mark.parametrize(("times", "wait"), [(3.0, 3.0), (SLOT, LOOK_SECONDS)])
def test_a_row_of_the_table_of_jobs_repeats_by_seconds_or_by_a_slot(
    times: Slot | float, wait: float
) -> None:
    waits = list[float]()
    with pytest.raises(Ended):
        asyncio.run(Job("job", times, nothing).repeat(lambda: NOW, slept(2, waits)))
    assert waits == [wait, wait]


def test_every_time_of_a_slot_is_run_once_in_a_day_that_is_watched_by_the_half_minute() -> None:
    looks = [NOW + timedelta(seconds=30 * number) for number in range(2 * 60 * 24 + 1)]
    assert sum(SLOT.is_due(before, now) for before, now in pairwise(looks)) == 4

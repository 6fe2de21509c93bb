"""When a machine asks its publisher. The cases of
docs/develop/cases-content.md."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from runtime import schedule
from runtime.application import Porchlight
from runtime.schedule import Slot
from settings.load import load

NOW = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CRON = "17 */6 * * *"


def times(later: timedelta, count: int) -> list[datetime]:
    return following(Slot(CRON, later), NOW, count)


def following(slot: Slot, now: datetime, count: int) -> list[datetime]:
    found = list[datetime]()
    for _ in range(count):
        upcoming = slot.after(now)
        assert upcoming is not None
        assert upcoming > now
        found.append(upcoming)
        now = upcoming
    return found


@pytest.mark.parametrize("later", [timedelta(0), timedelta(minutes=7), HOUR, 23 * HOUR])
def test_a_slot_is_the_schedule_moved_by_the_machines_own_part_of_a_day(later: timedelta) -> None:
    found = times(later, 8)
    assert {(time - later).minute for time in found} == {17}
    assert {after - before for before, after in pairwise(found)} == {6 * HOUR}
    assert Slot(CRON, later).every(NOW) == 6 * HOUR


@pytest.mark.parametrize(
    ("weekdays", "expected"),
    [
        ("0", "Sun"),
        ("7", "Sun"),
        ("1", "Mon"),
        ("6", "Sat"),
        ("1-5", "Mon Tue Wed Thu Fri"),
        ("5-7", "Fri Sat Sun"),
        ("0-2", "Mon Tue Sun"),
        ("*/3", "Wed Sat Sun"),
        ("1-5/2", "Mon Wed Fri"),
        ("3/2", "Wed Fri"),
        ("1,4", "Mon Thu"),
        ("mon", "Mon"),
        ("Mon-fri", "Mon Tue Wed Thu Fri"),
        ("sun-tue", "Mon Tue Sun"),
        ("fri-sun", "Fri Sat Sun"),
        ("*", "Mon Tue Wed Thu Fri Sat Sun"),
    ],
)
def test_weekdays_are_counted_as_cron_counts_them(weekdays: str, expected: str) -> None:
    """crontab(5): 0 and 7 are Sunday. APScheduler counts from Monday."""
    monday = datetime(2026, 11, 30, 6, 16, tzinfo=UTC)
    week = [
        time
        for time in following(Slot(f"17 6 * * {weekdays}"), monday, 7)
        if time < monday + 7 * DAY
    ]
    assert " ".join(f"{time:%a}" for time in week) == expected
    assert {(time.hour, time.minute) for time in week} == {(6, 17)}


def test_where_both_kinds_of_day_are_limited_either_is_enough() -> None:
    """crontab(5), the note on the two fields of days."""
    found = following(Slot("0 0 13 * fri"), datetime(2026, 12, 1, tzinfo=UTC), 5)
    assert [time.day for time in found] == [4, 11, 13, 18, 25]


@pytest.mark.parametrize(
    "line",
    [
        "daily",
        "17 6 * *",
        "17 6 * * 8",
        "17 6 * * 1-",
        "17 6 * * tag",
        "17 6 * * 5-2",
        "0 0 30 2 *",
        "17 6 * * 1/0",
        "61 6 * * *",
        "17 6 * * ",
    ],
)
def test_a_line_that_is_no_schedule_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Slot(line)


def test_a_machine_keeps_its_slot_over_restarts(tmp_path: Path) -> None:
    assert schedule.later(tmp_path) == schedule.later(tmp_path)
    assert len({schedule.later(folder) for folder in made(tmp_path, 20)}) == 20


def made(tmp_path: Path, count: int) -> list[Path]:
    folders = [tmp_path / str(number) for number in range(count)]
    for folder in folders:
        folder.mkdir()
    return folders


@pytest.mark.parametrize("content", [b"", b"\xff\xfe"])
def test_a_broken_or_unwritable_number_does_not_keep_the_server_from_starting(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / schedule.ID).write_bytes(content)
    assert timedelta(0) <= schedule.later(tmp_path) < DAY
    assert timedelta(0) <= schedule.later(tmp_path / "not there") < DAY


def test_case_43_ten_thousand_machines_that_restart_together_do_not_ask_together() -> None:
    starts = Counter(int(schedule.first_wait()) for _ in range(10_000))
    assert min(starts) >= 6 * 60
    assert max(starts) < 10 * 60
    # 42 a second on average; the limit for one publisher is 50, chance adds to single
    # seconds.
    assert sum(starts.values()) / (max(starts) - min(starts) + 1) <= 50
    assert max(starts.values()) < 80


def test_ten_thousand_machines_are_spread_over_the_day(tmp_path: Path) -> None:
    hours = Counter(schedule.later(folder) // HOUR for folder in made(tmp_path, 400))
    assert len(hours) == 24


@pytest.mark.parametrize(("failures", "runs"), [(0, 1), (1, 2), (3, 4), (99, 4)])
def test_a_failure_that_may_pass_is_tried_again_three_times(failures: int, runs: int) -> None:
    left, waits, done = [failures], list[float](), list[int]()

    async def run() -> None:
        done.append(1)

    async def again() -> bool:
        left[0] -= 1
        return left[0] >= 0

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    asyncio.run(schedule.persistently(run, again, sleep))
    assert len(done) == runs
    assert all(0 <= wait <= 15 * 60 for wait in waits)


def test_the_waits_grow_to_a_quarter_of_an_hour_and_are_never_the_same() -> None:
    for turn, most in ((0, 60), (1, 240), (2, 900), (9, 900)):
        waits = [schedule.retry_wait(turn) for _ in range(200)]
        assert max(waits) <= most
        assert max(waits) > most / 2
        assert len(set(waits)) == 200


@pytest.mark.parametrize(("minutes", "overdue"), [(0, False), (19, False), (21, True)])
def test_a_refresh_is_overdue_once_a_start_had_time_for_it(
    tmp_path: Path, minutes: int, overdue: bool
) -> None:
    """A fresh kiosk said so for its first ten minutes: a false alarm for any monitor."""
    environ = {"PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path), "PORCHLIGHT_SMS__ENABLED": "false"}
    now = [NOW]
    app = Porchlight(load(environ), clock=lambda: now[0])
    now[0] += timedelta(minutes=minutes)
    assert app.detail()["refresh_overdue"] is overdue

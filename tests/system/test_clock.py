"""Whether the clock can be trusted: unknown is no."""

import ctypes
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from system import clock

NOW = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def no_timesyncd(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(clock, "TIMESYNCD", tmp_path / "synchronized")
    return tmp_path / "synchronized"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(0, True, id="TIME_OK"),
        pytest.param(1, True, id="a leap second is near"),
        pytest.param(5, False, id="TIME_ERROR: nobody keeps it right"),
        pytest.param(-1, False, id="a filter forbids the question"),
    ],
)
def test_the_kernel_is_asked_and_no_answer_is_no(
    answer: int, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """adjtimex(2): the state of the clock, or -1 and an error."""
    kernel = SimpleNamespace(adjtimex=lambda _: answer)
    monkeypatch.setattr(ctypes, "CDLL", lambda _: kernel)
    assert clock.synchronised() is expected


def test_a_system_without_the_question_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: SimpleNamespace())
    assert not clock.synchronised()


def test_what_timesyncd_set_is_trusted_where_the_kernel_gives_no_answer(
    monkeypatch: pytest.MonkeyPatch, no_timesyncd: Path
) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: SimpleNamespace(adjtimex=lambda _: -1))
    no_timesyncd.touch()
    assert clock.synchronised()


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        pytest.param(timedelta(0), True, id="just now"),
        pytest.param(6 * DAY, True, id="six days without a network"),
        pytest.param(8 * DAY, False, id="so long that it may have drifted"),
        pytest.param(-DAY, False, id="the clock went back since"),
        pytest.param(68 * 365 * DAY, False, id="the clock leapt ahead since"),
    ],
)
def test_a_mark_of_timesyncd_holds_for_a_week_and_for_no_clock_that_was_set_since(
    since: timedelta, expected: bool, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    mark.touch()
    os.utime(mark, (0, (NOW - since).timestamp()))
    assert clock.set_lately(mark, NOW) is expected


def test_no_mark_is_no(tmp_path: Path) -> None:
    assert not clock.set_lately(tmp_path / "none", NOW)

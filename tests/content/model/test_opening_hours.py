"""Open, closed or not sure. The table is shared with the test of the kiosk's script."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from content.model import opening_hours
from content.model.pack import Channel

TABLE: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "hours_cases.json").read_text("utf-8")
)


def channel(name: str) -> Channel:
    return msgspec.convert({"kind": "voice", "number": "988", **TABLE["channels"][name]}, Channel)


def state(case: dict[str, Any]) -> str:
    now = datetime.fromisoformat(case["now"]) if case["now"] else None
    return opening_hours.state(channel(case["channel"]), now)


def test_a_line_is_open_closed_or_not_sure() -> None:
    assert [
        (case["name"], found) for case in TABLE["cases"] if (found := state(case)) != case["state"]
    ] == []


def test_every_channel_of_the_table_has_a_case() -> None:
    assert set(TABLE["channels"]) == {case["channel"] for case in TABLE["cases"]}


def test_the_zone_of_now_does_not_matter() -> None:
    now = datetime.fromisoformat("2026-07-16T03:00:00+02:00")
    assert now == datetime(2026, 7, 16, 1, tzinfo=UTC)
    assert opening_hours.state(channel("evenings"), now) == "open"


def test_a_time_without_a_zone_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="aware"):
        # the fault itself
        opening_hours.state(channel("evenings"), datetime(2026, 7, 16, 1))  # noqa: DTZ001


@pytest.mark.parametrize("year", range(2026, 2040))
def test_a_year_has_its_eleven_federal_holidays_and_the_weekdays_they_are_kept_on(
    year: int,
) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366 if year % 4 == 0 else 365)]
    kept = {day for day in days if opening_hours.holiday(day)}
    by_date = {
        date(year, month, day) for month, day in ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))
    }
    beside = {
        day for day in kept - by_date if not (day.weekday() == 0 or day.month == 11)
    }  # kept on Fridays

    assert by_date <= kept
    assert (
        len([day for day in kept if day.month == 11 and day.weekday() == 3 and 22 <= day.day <= 28])
        == 1
    )
    assert all(day.weekday() == 4 for day in beside)
    assert 11 <= len(kept) <= 15

"""Open, closed or not sure. The table is shared with the test of the kiosk's script."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from content import hours
from content.model import Channel

TABLE: dict[str, Any] = json.loads(Path(__file__).with_name("hours_cases.json").read_text("utf-8"))


def channel(name: str) -> Channel:
    return msgspec.convert({"kind": "voice", "number": "988", **TABLE["channels"][name]}, Channel)


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: str(case["name"]))
def test_a_line_is_open_closed_or_not_sure(case: dict[str, Any]) -> None:
    now = datetime.fromisoformat(case["now"]) if case["now"] else None
    assert hours.state(channel(case["channel"]), now) == case["state"]


def test_every_channel_of_the_table_has_a_case() -> None:
    assert set(TABLE["channels"]) == {case["channel"] for case in TABLE["cases"]}


def test_the_zone_of_now_does_not_matter() -> None:
    now = datetime.fromisoformat("2026-07-16T03:00:00+02:00")
    assert now == datetime(2026, 7, 16, 1, tzinfo=UTC)
    assert hours.state(channel("evenings"), now) == "open"


def test_a_time_without_a_zone_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="aware"):
        hours.state(channel("evenings"), datetime(2026, 7, 16, 1))  # noqa: DTZ001  the fault itself

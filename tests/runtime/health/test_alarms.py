"""What is seen becomes trouble by thresholds, a row each."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from content.releases.state import Entry
from content.review.county_confirmation import CountyLine
from messages.message import message
from runtime.health import report
from runtime.health.observation import ExportRecord, NightlyRecord, Observation
from settings.schema import Content, Server, Settings
from settings.schools import Schools
from tests.runtime.health import looked
from tests.runtime.health.looked import DAY, MB, NOW, SERVER, disk_full, refreshed, waiting

ROWS: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"server": {**SERVER, "refresh_overdue": True}}, {"job": ""}),
    ({"nightly": None}, {"job": ""}),
    ({"export": ExportRecord(at=NOW, result="exit-code")}, {"job": ""}),
    ({"export": ExportRecord(at=NOW - 36 * DAY / 24, result="success")}, {"job": ""}),
    ({"export": ExportRecord(at=NOW - 35 * DAY / 24, result="success")}, {}),
    ({"server": {**SERVER, "redaction": "Nothing could be erased since …"}}, {"job": ""}),
    ({"server": {**SERVER, "backfill": "missed texts cannot be read"}}, {"job": ""}),
    ({"server": {**SERVER, "outbox": "3 replies wait"}}, {"job": ""}),
    ({"server": {**SERVER, "store": "the database does not answer"}}, {"job": ""}),
    ({"nightly": NightlyRecord(at=NOW - 36 * DAY / 24, problems=())}, {"job": ""}),
    ({"nightly": NightlyRecord(at=NOW, problems=("a", "b"))}, {"nightly": "2"}),
    ({"refresh": refreshed(verified_at=NOW - 7 * DAY)}, {"stale": "7"}),
    ({"refresh": refreshed(verified_at=NOW - 6.9 * DAY)}, {}),
    ({"refresh": refreshed(verified_at=None)}, {"stale": "7"}),
    ({"refresh": refreshed(verified_at=None), "settings": Settings()}, {}),
    ({"held": waiting(1, days=8)}, {"held": "8"}),
    ({"held": waiting(1, days=6)}, {}),
    ({"taken_out": (Entry(id="trevor", since=NOW),)}, {"taken-out": "1"}),
    ({"withdrawn": (Entry(id="trevor", since=NOW),)}, {}),
    ({"server": {**SERVER, "replies": "replies have not been arriving since …"}}, {"replies": ""}),
    ({"server": {**SERVER, "modem": "it does not answer"}}, {"replies": ""}),
    ({"server": {**SERVER, "account": "The webhook refuses every text."}}, {"replies": ""}),
    ({"server": {**SERVER, "flood": True}}, {"flood": ""}),
    ({"server": {**SERVER, "flood": False}}, {}),
    ({"server": {**SERVER, "desk_settings": "It is damaged or gone."}}, {"settings": ""}),
    ({"county": CountyLine(state="pack", lost=True)}, {"county": ""}),
    ({"county": CountyLine(state="pack")}, {}),
    ({"server": {**SERVER, "screen_age": 660}}, {"screen": "11"}),
    ({"server": {**SERVER, "screen_age": 590}}, {}),
    ({"server": {**SERVER, "screen_age": None}}, {}),
    ({"server": {**SERVER, "screens": [looked.enrolled("gone")]}}, {"screens": "1"}),
    (
        {"server": {**SERVER, "screens": [looked.enrolled(), looked.enrolled("old")]}},
        {"screens": "1"},
    ),
    ({"server": {**SERVER, "screens": [looked.enrolled("resting")]}}, {}),
    (
        {"server": {**SERVER, "screens": [looked.enrolled("resting")]}, "ringing": ("screens",)},
        {"screens": ""},  # no number: screens that are off at night are not one more
    ),
    ({"server": {**SERVER, "unserved": ["row 2"]}}, {"schools": ""}),
    ({"server": {**SERVER, "unserved": []}}, {}),
    ({"table": Schools({}, (message("schools.formula"),))}, {"schools": ""}),
    (
        {
            "table": Schools({}, (message("schools.formula"),)),
            "server": {**SERVER, "unserved": []},
        },
        {"schools": ""},
    ),
    ({"table": Schools({}, (), (message("schools.formula"),))}, {"schools": ""}),
    # A server of other devices, with no screen here.
    (
        {
            "server": {
                **SERVER,
                "screen_age": 9000,
                "screen_seen": False,
                "screens": [looked.enrolled()],
            }
        },
        {},
    ),
    ({"server": {**SERVER, "screen_age": 9000, "screen_seen": False}}, {"screen": "150"}),
    (disk_full(), {"disk": "5000"}),
    ({"disk_free": 90 * MB}, {"disk": "90"}),
    ({"disk_free": 150 * MB}, {}),
    ({"disk_free": 150 * MB, "ringing": ("disk",)}, {"disk": "150"}),
    ({"disk_free": 201 * MB, "ringing": ("disk",)}, {}),
    ({"server": {**SERVER, "clock": "unsure"}}, {"clock": ""}),
    (
        {"server": {**SERVER, "wrong": "Release x is active on the disk and not shown."}},
        {"verification": ""},
    ),
    ({"refresh": refreshed(alarm=True)}, {"verification": ""}),
    ({"keys_end": NOW + 13.5 * DAY}, {"keys": "13"}),
    ({"keys_end": NOW - DAY}, {"keys": "0"}),
]


def wrong(**seen: Any) -> dict[str, str]:
    return report.alarms(looked.observation(**seen))


def test_a_machine_that_is_well_has_no_trouble() -> None:
    assert wrong() == {}


@pytest.mark.parametrize(("seen", "trouble"), ROWS)
def test_each_trouble_has_its_threshold(seen: dict[str, Any], trouble: dict[str, str]) -> None:
    assert wrong(**seen) == trouble


@pytest.mark.parametrize(
    ("kind", "server"),
    [
        ("screen", {**SERVER, "screen_age": 5, "screen_seen": False}),
        ("replies", {**SERVER, "replies_seen": False}),
    ],
)
def test_after_a_restart_what_nobody_saw_yet_stays_as_it_was_told(
    kind: str, server: dict[str, object]
) -> None:
    assert wrong(server=server) == {}
    assert list(wrong(ringing=(kind,), server=server)) == [kind]
    assert wrong(ringing=(kind,), server={**SERVER, "replies_seen": True}) == {}


def keys_end(data_dir: Path) -> datetime | None:
    content = Content(root=data_dir / "root.json")
    settings = Settings(server=Server(data_dir=data_dir), content=content)
    return Observation(settings, NOW, server={}).keys_end


def test_the_first_of_the_long_lived_signatures_counts(tmp_path: Path) -> None:
    folder = tmp_path / "trust" / "metadata"
    folder.mkdir(parents=True)
    for role, day in {"root": 20, "targets": 12, "timestamp": 1}.items():
        text = json.dumps({"signed": {"_type": role, "expires": f"2027-01-{day:02}T00:00:00Z"}})
        (folder / f"{role}.json").write_text(text)
    ends = {data: keys_end(data) for data in (tmp_path, tmp_path / "none")}
    assert [*ends.values()] == [datetime(2027, 1, 12, tzinfo=UTC), None]

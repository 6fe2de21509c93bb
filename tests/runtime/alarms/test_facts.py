"""What is seen becomes trouble by thresholds, a row each."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from runtime.alarms import facts
from runtime.alarms.facts import NightlyRecord, Observation

NOW = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)
DAY, MB = timedelta(days=1), 2**20
WELL: dict[str, Any] = {
    "detail": {"replies": "ok", "held": None, "wrong": None, "refresh_overdue": False},
    "clock_right": True,
    "disk_trouble": False,
    "disk_free": 5000 * MB,
    "screen_age": 20.0,
    "signed": True,
    "verified_at": NOW - DAY,
    "keys_end": NOW + 100 * DAY,
    "nightly": NightlyRecord(at=NOW - timedelta(hours=8), problems=()),
}
ROWS: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"detail": {"refresh_overdue": True}}, {"job": ""}),
    ({"nightly": None}, {"job": ""}),
    ({"detail": {"redaction": "Nothing could be erased since …"}}, {"job": ""}),
    ({"detail": {"backfill": "missed texts cannot be read"}}, {"job": ""}),
    ({"detail": {"outbox": "3 replies wait"}}, {"job": ""}),
    ({"detail": {"store": "the database does not answer"}}, {"job": ""}),
    ({"nightly": NightlyRecord(at=NOW - 36 * DAY / 24, problems=())}, {"job": ""}),
    ({"nightly": NightlyRecord(at=NOW, problems=("a", "b"))}, {"nightly": "2"}),
    ({"verified_at": NOW - 7 * DAY}, {"stale": "7"}),
    ({"verified_at": NOW - 6.9 * DAY}, {}),
    ({"verified_at": None}, {"stale": "7"}),
    ({"verified_at": None, "signed": False}, {}),
    ({"detail": {"held": {"days": 8, "late": True}}}, {"held": "8"}),
    ({"detail": {"held": {"days": 6, "late": False}}}, {}),
    ({"detail": {"replies": "replies are not arriving since …"}}, {"replies": ""}),
    ({"detail": {"modem": "it does not answer"}}, {"replies": ""}),
    ({"detail": {"account": "The webhook refuses every text."}}, {"replies": ""}),
    ({"detail": {"flood": True}}, {"flood": ""}),
    ({"detail": {"flood": False}}, {}),
    ({"detail": {"desk_settings": "It is damaged or gone."}}, {"settings": ""}),
    ({"detail": {"county_line_lost": True}}, {"county": ""}),
    ({"detail": {"county_line_lost": False}}, {}),
    ({"screen_age": 660.0}, {"screen": "11"}),
    ({"screen_age": 590.0}, {}),
    ({"screen_age": None}, {}),
    ({"disk_trouble": True}, {"disk": "5000"}),
    ({"disk_free": 90 * MB}, {"disk": "90"}),
    ({"disk_free": 150 * MB}, {}),
    ({"disk_free": 150 * MB, "ringing": ("disk",)}, {"disk": "150"}),
    ({"disk_free": 201 * MB, "ringing": ("disk",)}, {}),
    ({"clock_right": False}, {"clock": ""}),
    (
        {"detail": {"wrong": "Release x is active on the disk and not shown."}},
        {"verification": ""},
    ),
    ({"detail": {"line_pack": "It could not be verified."}}, {"verification": ""}),
    ({"detail": {"line_pack": "ok"}}, {}),
    ({"tampered": True}, {"verification": ""}),
    ({"keys_end": NOW + 13.5 * DAY}, {"keys": "13"}),
    ({"keys_end": NOW - DAY}, {"keys": "0"}),
]


def wrong(ringing: tuple[str, ...] = (), **seen: Any) -> dict[str, str]:
    return facts.wrong(Observation(**{**WELL, **seen}), NOW, ringing)


def test_a_machine_that_is_well_has_no_trouble() -> None:
    assert wrong() == {}


@pytest.mark.parametrize(("seen", "trouble"), ROWS)
def test_each_trouble_has_its_threshold(seen: dict[str, Any], trouble: dict[str, str]) -> None:
    assert wrong(**seen) == trouble


@pytest.mark.parametrize(
    ("kind", "seen"),
    [
        ("screen", {"screen_age": 5.0, "screen_known": False}),
        ("replies", {"detail": {"replies": "ok", "replies_seen": False}}),
    ],
)
def test_after_a_restart_what_nobody_saw_yet_stays_as_it_was_told(
    kind: str, seen: dict[str, Any]
) -> None:
    assert wrong(**seen) == {}
    assert list(wrong(ringing=(kind,), **seen)) == [kind]
    known = {"screen_age": 5.0, "detail": {"replies": "ok", "replies_seen": True}}
    assert wrong(ringing=(kind,), **known) == {}


def test_the_first_of_the_long_lived_signatures_counts(tmp_path: Path) -> None:
    folder = tmp_path / "trust" / "metadata"
    folder.mkdir(parents=True)
    for role, day in {"root": 20, "targets": 12, "timestamp": 1}.items():
        text = json.dumps({"signed": {"_type": role, "expires": f"2027-01-{day:02}T00:00:00Z"}})
        (folder / f"{role}.json").write_text(text)
    assert facts.keys_end(tmp_path) == datetime(2027, 1, 12, tzinfo=UTC)
    assert facts.keys_end(tmp_path / "none") is None

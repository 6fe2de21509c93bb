"""Observations for tests: a healthy installation, and what differs from it."""

import dataclasses
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from content.model.pinned import pinned_pack
from content.releases.state import Held, LastRefresh, State
from content.review.county_confirmation import CountyLine
from content.review.hold_policy import Difference, Review
from kiosk.pages.school_file import School
from messages.message import Finding, message
from runtime.health import pack, report
from runtime.health.observation import NightlyRecord, Observation
from runtime.health.table import Check, HealthRow
from settings.load import Secrets
from settings.schema import Content, Kiosk, Server, Settings

NOW = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)
DAY, MB = timedelta(days=1), 2**20
NOWHERE = Path("/nonexistent/data")
SCHOOL = School(lunch={"": "12:05"}, valid_until=date(2027, 6, 11))
KIOSK = Kiosk(school="Lincoln", counties=("Sacramento",), county_line="+19168755437")
SERVER: Mapping[str, object] = {
    "serving": "release", "activated_at": NOW.isoformat(), "store": "ok", "replies": "ok",
    "disk": "ok", "clock": "ok", "screen_age": 12, "screen_seen": True, "screen_named": True,
    "offline_copy": True, "paper": "ok", "line": True,
}  # fmt: skip


def enrolled(trouble: str = "", **other: object) -> dict[str, object]:
    """Return an enrolled screen as the server reports it."""
    well = {"school": "lincoln", "screen": "lobby", "seen": NOW, "right": NOW, "copied": True}
    return {**well, "trouble": trouble, **other}


def refreshed(at: datetime = NOW, outcome: str = "unchanged", **more: Any) -> LastRefresh:
    given = {"sentence": "Nothing changed.", "verified_at": NOW - DAY, **more}
    return LastRefresh(at=at, outcome=outcome, **given)


def waiting(count: int, days: int = 0) -> Held:
    """Return a pack on hold with so many changes, for so many days."""
    change = Difference(
        row="gone", subject="a", key="", name="A", what="", old="", new="", verdict="hold",
        reason="A is missing.",
    )  # fmt: skip
    return Held(
        version="ab" * 32, since=NOW - days * DAY, at=NOW, against="", origin="signed",
        signatures=1, keys=(), notes=(), local=(),
        review=Review(differences=(change,) * count, signatures=1),
    )  # fmt: skip


def observation(
    *, server: Mapping[str, object] = SERVER, kiosk: Kiosk = KIOSK, **known: Any
) -> Observation:
    """Return a healthy installation, except for the given values."""
    content = Content(source="https://packs.example.org", root=Path("root.json"))
    remembers = {name: known.pop(name) for name in State.__struct_fields__ if name in known}
    number = kiosk.county_line
    well: dict[str, Any] = {
        "settings": Settings(server=Server(data_dir=NOWHERE), kiosk=kiosk, content=content),
        "now": NOW,
        "pack": pinned_pack(),
        "release": None,
        "due": (),
        "keys_end": NOW + 100 * DAY,
        "clock_right": server.get("clock") == "ok",
        "nightly": NightlyRecord(at=NOW - timedelta(hours=8), problems=()),
        "school": (SCHOOL, ()),
        "county": CountyLine(state="confirmed" if number else "none", shown=number),
        "disk_trouble": None,
        "export": None,
        "disk_free": 5000 * MB,
        "is_server": True,
        "on_disk": State(**{"refresh": refreshed(), **remembers}),
    }
    return Observation(**{**well, **known}, server=server)


def finds(seen: Observation, *checks: Check) -> list[Finding]:
    """Return what these checks find, as `doctor` prints it."""
    rows = report.judged(seen, lambda row: row.group and row.check in checks)
    return [Finding(row.severity, one) for row, one in rows]


def examined(
    settings: Settings,
    *checks: Check,
    now: datetime = NOW,
    server: Mapping[str, object] | None = None,
    secrets: Secrets | None = None,
    **known: Any,
) -> list[Finding]:
    """Return what `doctor` finds on this installation."""
    return finds(Observation(settings, now, server=server or {}, secrets=secrets, **known), *checks)


def of_content(settings: Settings, now: datetime, server: Mapping[str, object]) -> list[Finding]:
    """Return what `doctor` finds about the releases and the pack."""
    seen = Observation(settings, now, server=server)
    return [Finding(row.severity, one) for row, one in report.judged(seen, _is_of_content)]


def _is_of_content(row: HealthRow) -> bool:
    return row.group == "content" and row.check not in {pack.trust, pack.timer, pack.refresh_times}


def disk_full(megabytes: int = 5000) -> dict[str, Any]:
    """Return the state of a disk that cannot be written to."""
    return {"disk_trouble": message("disk.unwritable", folder="/"), "disk_free": megabytes * MB}


def until(day: date) -> tuple[School, tuple[str, ...]]:
    return dataclasses.replace(SCHOOL, valid_until=day), ()

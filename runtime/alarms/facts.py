"""What is wrong with a running installation now, as kinds of alarms; each with a number at most."""

import shutil
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from content.releases import last_refresh
from content.releases.generations import Releases
from kiosk.screen_reports import UNSEEN_SECONDS
from runtime.disk_space import ENOUGH_BYTES
from settings.schema import Settings
from system import files
from system.files import Instant

DAY, MINUTE = timedelta(days=1), 60.0
STALE_DAYS = 7  # without a look at the publisher's newest signatures
KEYS_DAYS = 14  # before they run out
NIGHTLY_OVERDUE = timedelta(hours=36)
ENDS_AT = 2 * ENOUGH_BYTES  # a disk that is a little emptier again would swing
NIGHTLY = "LAST_NIGHTLY"  # in data_dir
LINE_WORK = ("store", "backfill", "outbox", "redaction")  # as the text line reports it
_SIGNED = ("root", "targets")  # timestamp and snapshot are signed anew every day


class NightlyRecord(msgspec.Struct, frozen=True, kw_only=True):
    """When the nightly check last ran, and what it found, in sentences."""

    at: Instant
    problems: tuple[str, ...]


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen. None: unknown, or nothing of this installation.

    ``detail``: what the server says of itself. ``screen_age``: seconds since the page reported,
    before it first did (not ``screen_known``) since the start. ``verified_at``: when a publisher's
    newest signatures were; ``keys_end``: when the first runs out.
    """

    detail: Mapping[str, object]
    clock_right: bool
    disk_trouble: bool
    disk_free: int
    screen_age: float | None = None
    screen_known: bool = True
    signed: bool = False
    tampered: bool = False
    verified_at: datetime | None = None
    keys_end: datetime | None = None
    nightly: NightlyRecord | None = None


def gather(settings: Settings, detail: Mapping[str, object]) -> Observation:
    """What the server just said of itself, and what is on the disk beside it. Blocks."""
    data_dir, age = settings.server.data_dir, detail.get("screen_age")
    record = last_refresh.last(Releases(data_dir))
    return Observation(
        detail=detail,
        clock_right=detail["clock"] == "ok",
        disk_trouble=detail["disk"] != "ok",
        disk_free=free_bytes(data_dir),
        screen_age=age if isinstance(age, int) else None,
        screen_known=detail.get("screen_seen", True) is True,
        signed=bool(settings.content.source and settings.content.root),
        tampered=record is not None and record.alarm,
        verified_at=record.verified_at if record else None,
        keys_end=keys_end(data_dir) if settings.content.root else None,
        nightly=last_nightly(data_dir),
    )


def last_nightly(data_dir: Path) -> NightlyRecord | None:
    """What the nightly check found, None before the first. Reads the disk."""
    return files.read_record(data_dir / NIGHTLY, NightlyRecord)


def is_overdue(record: NightlyRecord | None, now: datetime) -> bool:
    """Whether the nightly check should have run by now."""
    return record is None or not timedelta(0) <= now - record.at < NIGHTLY_OVERDUE


def free_bytes(folder: Path) -> int:
    """What a user without privileges may still write there; 0 where it cannot be asked."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0


def keys_end(data_dir: Path) -> datetime | None:
    """The day on which the first of the publisher's long-lived signatures runs out."""
    ends = []
    for role in _SIGNED:
        file = data_dir / "trust" / "metadata" / f"{role}.json"
        if found := files.read_record(file, _Metadata):
            ends.append(found.signed.expires)
    return min(ends, default=None)


class _Signed(msgspec.Struct):
    expires: Instant


class _Metadata(msgspec.Struct):
    signed: _Signed


def wrong(facts: Observation, now: datetime, ringing: Collection[str]) -> dict[str, str]:
    """Kind → value of every trouble there is.

    ``ringing``: of a value that swings, the other threshold counts; of what is not known yet after
    a restart, what was told stays true.
    """
    detail, found = facts.detail, dict[str, str]()
    found |= {kind: "" for kind in _unknown(facts) if kind in ringing}
    nightly = facts.nightly
    undone = any(detail.get(part, "ok") != "ok" for part in LINE_WORK)
    if detail.get("refresh_overdue") or is_overdue(nightly, now) or undone:
        found["job"] = ""
    if facts.signed:
        age = (now - facts.verified_at) // DAY if facts.verified_at else STALE_DAYS
        if age >= STALE_DAYS:
            found["stale"] = str(age)
    held = detail.get("held")
    if isinstance(held, Mapping) and held.get("late"):
        found["held"] = str(held.get("days", ""))
    found |= dict.fromkeys(_of_line(detail), "")
    if detail.get("desk_settings", "ok") != "ok":
        found["settings"] = ""
    if detail.get("county_line_lost"):
        found["county"] = ""
    if facts.screen_age is not None and facts.screen_age >= UNSEEN_SECONDS:
        found["screen"] = str(int(facts.screen_age // MINUTE))
    least = ENDS_AT if "disk" in ringing else ENOUGH_BYTES
    if facts.disk_trouble or facts.disk_free < least:
        found["disk"] = str(facts.disk_free // 2**20)
    if not facts.clock_right:
        found["clock"] = ""
    if detail.get("wrong") or detail.get("line_pack", "ok") != "ok" or facts.tampered:
        found["verification"] = ""
    if facts.keys_end is not None and facts.keys_end - now < KEYS_DAYS * DAY:
        found["keys"] = str(max(0, (facts.keys_end - now) // DAY))
    if nightly and nightly.problems:
        found["nightly"] = str(len(nightly.problems))
    return found


def _of_line(detail: Mapping[str, object]) -> Iterator[str]:
    if any(detail.get(part, "ok") != "ok" for part in ("account", "replies", "modem")):
        yield "replies"
    if detail.get("flood"):
        yield "flood"


def _unknown(facts: Observation) -> Iterator[str]:
    """The kinds of which nothing was seen since the start."""
    if not facts.screen_known:
        yield "screen"
    if facts.detail.get("replies_seen") is False and "modem" not in facts.detail:
        yield "replies"

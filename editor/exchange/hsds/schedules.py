"""Turns HSDS schedules into weekly opening hours, or a question.

A feed's ``timezone`` is a UTC offset, which is wrong half the year, so we treat hours as local.
"""

import re
from collections.abc import Iterable
from datetime import date

from content.model.pack import DAYS, Opening
from editor.exchange.hsds.schema import Schedule
from messages.message import Message, message

_TIME = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(?::00(?:\.0+)?)?")
_CLOCK = re.compile(r"(1[0-2]|0?\d)(?::([0-5]\d))?\s*([ap])\.?m\.?", re.IGNORECASE)
_RULES = ("count", "byweekno", "bymonthday", "byyearday")


def opening(schedule: Schedule, *, today: date) -> Opening | Message:
    """Return the opening hours, or the reason why the schedule is not simple."""
    if fault := _rule(schedule) or _not_now(schedule, today):
        return fault
    days = {day.strip().casefold() for day in re.split(r"[,\s]+", schedule.byday) if day.strip()}
    if not days or days - set(DAYS):
        return message("feed.schedule-days", days=schedule.byday)
    opens, closes = _time(schedule.opens_at), _time(schedule.closes_at)
    if not opens or not closes:
        return message("feed.schedule-times", opens=schedule.opens_at, closes=schedule.closes_at)
    if closes in ("00:00", "23:59"):
        closes = "24:00"
    if closes <= opens:
        return message("feed.schedule-order", opens=opens, closes=closes)
    in_order = tuple(day for day in DAYS if day in days)
    return Opening(days=in_order, opens_at=opens, closes_at=closes)


def _rule(schedule: Schedule) -> Message | None:
    """Return why the schedule does not apply every week."""
    if not schedule.freq:
        return message("feed.schedule-no-freq")
    if schedule.freq.upper() != "WEEKLY":
        return message("feed.schedule-freq", freq=schedule.freq)
    if schedule.interval not in ("", "1"):
        return message("feed.schedule-interval", interval=schedule.interval)
    held = tuple(name for name in _RULES if getattr(schedule, name))
    return message("feed.schedule-rules", names=held) if held else None


def week(
    schedules: Iterable[Schedule], *, today: date
) -> tuple[tuple[Opening, ...], list[tuple[Schedule, Message]]]:
    """Return all openings, or none if a schedule is unclear: missing hours would mean "closed"."""
    openings: list[Opening] = []
    doubts: list[tuple[Schedule, Message]] = []
    for schedule in schedules:
        found = opening(schedule, today=today)
        if isinstance(found, Message):
            doubts.append((schedule, found))
        elif found not in openings:
            openings.append(found)
    return (() if doubts else tuple(openings)), doubts


def _not_now(schedule: Schedule, today: date) -> Message | None:
    for name in ("valid_from", "valid_to", "until"):
        written = getattr(schedule, name)
        if not written:
            continue
        try:
            day = date.fromisoformat(written[:10])
        except ValueError:
            return message("feed.schedule-date", name=name, written=written)
        if (day > today) if name == "valid_from" else (day < today):
            return message("feed.schedule-not-now", name=name, written=written)
    return None


def _time(written: str) -> str:
    """Return 9:00, 09:00:00 or 9am as "09:00"; "" for a time with a UTC offset."""
    if match := _TIME.fullmatch(written):
        hour, minute = int(match[1]), match[2]
        return "" if hour == 24 and minute != "00" else f"{hour:02}:{minute}"
    if match := _CLOCK.fullmatch(written.strip()):
        hour = int(match[1]) % 12 + (12 if match[3].casefold() == "p" else 0)
        return f"{hour:02}:{match[2] or '00'}"
    return ""

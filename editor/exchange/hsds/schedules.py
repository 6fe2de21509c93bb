"""Turns HSDS schedules into weekly opening hours, or a question.

A feed's ``timezone`` is a UTC offset, which is wrong half the year, so we treat hours as local.
"""

import re
from collections.abc import Iterable
from datetime import date

from content.model.pack import DAYS, Opening
from editor.exchange.hsds.schema import Schedule

_TIME = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(?::00(?:\.0+)?)?")
_CLOCK = re.compile(r"(1[0-2]|0?\d)(?::([0-5]\d))?\s*([ap])\.?m\.?", re.IGNORECASE)
_RULES = ("count", "byweekno", "bymonthday", "byyearday")


def opening(schedule: Schedule, *, today: date) -> tuple[Opening | None, str]:
    """Return the opening hours and "", or None and the reason why the schedule is not simple."""
    if fault := _rule(schedule) or _not_now(schedule, today):
        return None, fault
    days = {day.strip().casefold() for day in re.split(r"[,\s]+", schedule.byday) if day.strip()}
    if not days or days - set(DAYS):
        return (
            None,
            f'its days "{schedule.byday}" are not a list such as MO,TU; write the hours by hand',
        )
    opens, closes = _time(schedule.opens_at), _time(schedule.closes_at)
    if not opens or not closes:
        return (
            None,
            f'its times "{schedule.opens_at}" to "{schedule.closes_at}" are not plain local times',
        )
    if closes in ("00:00", "23:59"):
        closes = "24:00"
    if closes <= opens:
        return None, (
            f"this closes ({closes}) before it opens ({opens}); find out whether that means"
            " after midnight"
        )
    return (
        Opening(days=tuple(day for day in DAYS if day in days), opens_at=opens, closes_at=closes),
        "",
    )


def _rule(schedule: Schedule) -> str:
    """Return a sentence on why the schedule does not apply every week."""
    if schedule.freq.upper() != "WEEKLY":
        said = f"freq is {schedule.freq}" if schedule.freq else "it has no freq"
        return f"{said}, so it is not a plain week; read the hours on the service's own page"
    if schedule.interval not in ("", "1"):
        return f"it is not every week (interval {schedule.interval}); write the hours by hand"
    held = [name for name in _RULES if getattr(schedule, name)]
    return (
        f"this has {', '.join(held)}, so it is not a plain week; write the hours by hand"
        if held
        else ""
    )


def week(
    schedules: Iterable[Schedule], *, today: date
) -> tuple[tuple[Opening, ...], list[tuple[Schedule, str]]]:
    """Return all openings, or none if a schedule is unclear: missing hours would mean "closed"."""
    openings: list[Opening] = []
    doubts: list[tuple[Schedule, str]] = []
    for schedule in schedules:
        found, ask = opening(schedule, today=today)
        if found is None:
            doubts.append((schedule, ask))
        elif found not in openings:
            openings.append(found)
    return (() if doubts else tuple(openings)), doubts


def _not_now(schedule: Schedule, today: date) -> str:
    for name, after in (("valid_from", True), ("valid_to", False), ("until", False)):
        written = getattr(schedule, name)
        if not written:
            continue
        try:
            day = date.fromisoformat(written[:10])
        except ValueError:
            return f'its {name} "{written}" is not a date such as 2026-12-01'
        if (day > today) if after else (day < today):
            return (
                f"this does not apply today ({name} {written}); read the hours on the"
                " service's own page"
            )
    return ""


def _time(written: str) -> str:
    """Return 9:00, 09:00:00 or 9am as "09:00"; "" for a time with a UTC offset."""
    if match := _TIME.fullmatch(written):
        hour, minute = int(match[1]), match[2]
        return "" if hour == 24 and minute != "00" else f"{hour:02}:{minute}"
    if match := _CLOCK.fullmatch(written.strip()):
        hour = int(match[1]) % 12 + (12 if match[3].casefold() == "p" else 0)
        return f"{hour:02}:{match[2] or '00'}"
    return ""

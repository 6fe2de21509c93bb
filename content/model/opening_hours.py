"""Whether a channel is open at an instant: "open", "closed" or "unknown".

Danger: whoever reads "closed" does not call: say it only from listed hours. The kiosk's script
has the same rules (tests/content/hours_cases.json).
"""

from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from content.model.pack import TIMEZONE, Channel, Opening, Weekday

State = Literal["open", "closed", "unknown"]
LOCAL = ZoneInfo(TIMEZONE)  # a day turns over where the school is

DAYS: tuple[Weekday, ...] = ("mo", "tu", "we", "th", "fr", "sa", "su")

# Federal holidays (5 U.S.C. 6103): (month, day); (month, weekday from 0, which one of the month)
_FIXED = frozenset({(1, 1), (6, 19), (7, 4), (11, 11), (12, 25)})
_FLOATING = frozenset({(1, 0, 3), (2, 0, 3), (9, 0, 1), (10, 0, 2), (11, 3, 4)})


def state(channel: Channel, now: datetime | None) -> State:
    """The state at ``now`` in the channel's time zone. ValueError if ``now`` is naive.

    Open in [``opens_at``, ``closes_at``); 24:00 ends the day. On a holiday "open" becomes
    "unknown".
    """
    if channel.hours == "24/7":
        return "open"
    if channel.hours == "unknown" or not channel.open or now is None:
        return "unknown"
    if now.tzinfo is None:
        raise ValueError(
            "opening_hours.state needs an aware time, or None for a clock that is not trusted"
        )
    try:
        local = now.astimezone(ZoneInfo(channel.timezone))
    except (ZoneInfoNotFoundError, ValueError, OverflowError):
        return "unknown"  # a zone this machine does not know must not read as "closed"
    if not any(_covers(opening, local) for opening in channel.open):
        return "closed"
    return "unknown" if holiday(local.date()) else "open"


def holiday(day: date) -> bool:
    """Whether a day is a US federal holiday or the weekday on which one is observed."""
    weekday = day.weekday()
    kept = {0: day - timedelta(days=1), 4: day + timedelta(days=1)}.get(weekday, day)
    fixed = (day.month, day.day) in _FIXED or (kept.month, kept.day) in _FIXED
    memorial = day.month == 5 and weekday == 0 and day.day > 24  # the last Monday of May
    return fixed or memorial or (day.month, weekday, (day.day + 6) // 7) in _FLOATING


def _covers(opening: Opening, local: datetime) -> bool:
    # "HH:MM" (a rule of the pack) sorts as text in the order of time, 24:00 included.
    return (
        DAYS[local.weekday()] in opening.days
        and opening.opens_at <= f"{local:%H:%M}" < opening.closes_at
    )

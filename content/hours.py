"""Open, closed, or not sure.

Owns the one answer to "does this line answer now?". Refuses to read a clock: ``now`` is an argument, and None means
that the clock cannot be trusted. Never says "closed" without a listed opening to say it from: a student who reads
"closed" does not call. The kiosk's script keeps to the same rule; tests/content/hours_cases.json holds both to it.
"""

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from content.model import Channel, Opening, Weekday

State = Literal["open", "closed", "unknown"]

_DAYS: tuple[Weekday, ...] = ("mo", "tu", "we", "th", "fr", "sa", "su")


def state(channel: Channel, now: datetime | None) -> State:
    """Whether the channel answers at ``now`` (aware), by the wall clock of the channel's own time zone.

    Opens on the minute of ``opens_at`` and is closed from the minute of ``closes_at`` on; 24:00 is the day's end.
    ValueError for a ``now`` without a time zone.
    """
    if channel.hours == "24/7":
        return "open"
    if channel.hours == "unknown" or not channel.open or now is None:
        return "unknown"
    if now.tzinfo is None:
        raise ValueError("hours.state needs an aware time, or None for a clock that is not trusted")
    try:
        local = now.astimezone(ZoneInfo(channel.timezone))
    except (ZoneInfoNotFoundError, ValueError, OverflowError):
        return "unknown"  # a zone this machine does not know must not read as "closed"
    return "open" if any(_covers(opening, local) for opening in channel.open) else "closed"


def _covers(opening: Opening, local: datetime) -> bool:
    # Times are "HH:MM" (a rule of the pack), so their order as text is their order in time, 24:00 included.
    return _DAYS[local.weekday()] in opening.days and opening.opens_at <= f"{local:%H:%M}" < opening.closes_at

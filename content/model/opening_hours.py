"""The days of a week, and the time zone where the school is.

The screen's script says whether a line is open (kiosk/static/hours.js).
"""

from zoneinfo import ZoneInfo

from content.model.pack import TIMEZONE, Weekday

LOCAL = ZoneInfo(TIMEZONE)  # a day turns over where the school is
DAYS: tuple[Weekday, ...] = ("mo", "tu", "we", "th", "fr", "sa", "su")

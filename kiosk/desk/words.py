"""The desk's words in one language: its own catalog, and times as staff say them."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.pages.ui_strings import Wording

LOCALE = Path(__file__).parent / "locale"


class DeskWords(Wording):
    """The desk's wording; call it with an English sentence. ``zone``: the school's time zone."""

    def __init__(self, language: str, zone: ZoneInfo, clock: Callable[[], datetime]) -> None:
        super().__init__(language, LOCALE)
        self._zone, self._now = zone, clock

    def __call__(self, english: str, /, **parts: object) -> str:
        """Translate as on the screen; a sentence that ends with "12:30 p.m." gets one period."""
        return super().__call__(english, **parts).replace(".m..", ".m.")

    @property
    def today(self) -> date:
        return self._now().astimezone(self._zone).date()

    def when(self, moment: datetime | str) -> str:
        """Write a time: "today at 2:05 PM", "on Tuesday, November 24, 2026 at 9:00 AM"."""
        # In a message's values, times are text.
        moment = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        _, local = self, moment
        with suppress(OverflowError):  # a state file may contain the first or last possible date
            local = moment.astimezone(self._zone)
        clock = self.clock(f"{time(local.hour, local.minute):%H:%M}")
        return _("%(day)s at %(time)s", day=self.day(local.date()), time=clock)

    def day(self, day: date) -> str:
        _, today = self, self.today
        if day == today:
            return _("today")
        if (today - day).days == 1:
            return _("yesterday")
        weekday = self.weekdays[day.weekday()]
        return _("on %(weekday)s, %(date)s", weekday=weekday, date=self.date(day))

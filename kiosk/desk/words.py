"""The desk's words in one language: its own catalogue, and moments as staff say them."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.pages.ui_strings import Wording

LOCALE = Path(__file__).parent / "locale"


class DeskWords(Wording):
    """Call with an English sentence, as on the screen. ``zone``: the school's."""

    def __init__(self, language: str, zone: ZoneInfo, clock: Callable[[], datetime]) -> None:
        super().__init__(language, LOCALE)
        self._zone, self._now = zone, clock

    def __call__(self, english: str, /, **parts: object) -> str:
        """As on the screen; a sentence that ends with "12:30 p.m." has one full stop."""
        return super().__call__(english, **parts).replace(".m..", ".m.")

    @property
    def today(self) -> date:
        return self._now().astimezone(self._zone).date()

    def when(self, moment: datetime | str) -> str:
        """A moment in words: "today at 2:05 PM", "on Tuesday, November 24, 2026 at 9:00 AM"."""
        # Values of a message have a moment as a text.
        moment = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        _, local = self, moment
        with suppress(OverflowError):  # a state file may hold the first or last day there is
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

"""UI strings from the gettext catalogs in ``locale/``; the msgids are in English."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

from content.model.language import own_name
from content.model.pack import Opening
from kiosk.pages.dates import calendar

LOCALE = Path(__file__).parents[1] / "locale"
_COMMA = {"ar": "، ", "zh-Hant": "、"}
_DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")


@lru_cache
def _catalogue(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        messages = read_po(file)
    # A fuzzy entry is a tool's guess, not a translation.
    return {str(m.id): str(m.string) for m in messages if m.id and m.string and not m.fuzzy}


@lru_cache
def keys(language: str) -> Mapping[str, Any]:
    """Return the letter keys for search, from keys.toml. ``own``: rows in the language's script,
    called ``name``; ``joins``: two letters and the letter they form; ``foreign``: these keys cannot
    write the language."""
    table = tomllib.loads((LOCALE / "keys.toml").read_text("utf-8"))
    latin, own = table["latin"], table["own"].get(language, {})
    return {
        "latin": latin.get(language, latin["default"]),
        "own": own.get("rows", ()),
        "name": own.get("name", ""),
        "joins": own.get("joins", ()),
        "foreign": language in table["foreign"],
    }


class Wording:
    """One language's words. Call it with an English sentence; keywords fill ``%(name)s``.

    ``month``: writes month and year ("May 2026"); ``weekdays``: the days' names, from Monday;
    ``twelve``: whether the language uses a 12-hour clock.
    """

    def __init__(self, language: str, locale: Path = LOCALE) -> None:
        self.language = language
        self._messages = _catalogue(locale / f"{language}.po")
        days = self._calendar = calendar(language)
        self.month, self.weekdays, self.twelve = days.month, days.days, days.twelve
        self._comma = _COMMA.get(language, ", ")
        self.gap = "" if language.startswith("zh") else " "  # goes between sentences

    def __call__(self, english: str, /, **parts: object) -> str:
        text = self._messages.get(english, english)
        return text % parts if parts else text

    def messages(self) -> Iterable[tuple[str, str]]:
        """Return the catalog's (English, translation) pairs; empty for English."""
        return self._messages.items()

    def date(self, value: date | str) -> str:
        """Write a date in words; return other text, such as "about 2020", unchanged."""
        day = value
        if isinstance(day, str):
            try:
                day = date.fromisoformat(day)
            except ValueError:
                return str(value)
        return self._calendar.date(day)

    def clock(self, value: str) -> str:
        """Write ``18:00`` in words; 24:00 is midnight."""
        hour, minute = (int(part) for part in value.split(":"))
        _ = self
        if hour == 24:
            return _("midnight")
        return self._calendar.clock(time(hour, minute))

    def bell(self, moment: time) -> str:
        """Write a time as on a bell schedule: "1:05", or "13:05" with a 24-hour clock."""
        hour = moment.hour % 12 or 12 if self.twelve else moment.hour
        return f"{hour}:{moment.minute:02}"

    def days(self, days: Sequence[str]) -> str:
        """Write ``mo tu we th fr`` as "Monday to Friday"."""
        _, names = self, self._calendar.days
        numbers = sorted(_DAYS.index(day) for day in days)
        if len(numbers) == 7:
            return _("every day")
        if len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1)):
            return _("%(first)s to %(last)s", first=names[numbers[0]], last=names[numbers[-1]])
        return self.listed(names[number] for number in numbers)

    def opening(self, opening: Opening) -> str:
        """Write one weekly opening: "Monday to Friday, 10:00 AM to 6:00 PM"."""
        _ = self
        return _(
            "%(days)s, %(opens)s to %(closes)s",
            days=self.days(opening.days),
            opens=self.clock(opening.opens_at),
            closes=self.clock(opening.closes_at),
        )

    def listed(self, items: Iterable[str]) -> str:
        """Write ``A, B and C`` in this language."""
        return self._calendar.listed(list(items))

    def named(self, tags: Iterable[str]) -> str:
        _ = self
        ours = {"en": _("English"), "es": _("Spanish")}
        names = {**calendar("en").tongues, **self._calendar.tongues, **ours}
        listed = self._comma.join(names.get(tag) or own_name(tag) for tag in tags)
        return listed[:1].upper() + listed[1:]

    def tongues(self, tags: Iterable[str]) -> str:
        return self._comma.join(own_name(tag) for tag in tags)

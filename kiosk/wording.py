"""The screen's own words: buttons, headings, fixed sentences.

Owns the gettext catalogues in ``locale/`` (English is the msgid) and the way dates, times and lists read in a
language. Refuses the pack's texts: those are the pack's, in the pack's own translations. Babel is imported only
while pages are rendered, never to serve one.
"""

from collections.abc import Iterable, Sequence
from datetime import date, time
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_day_names
from babel.lists import format_list
from babel.messages.pofile import read_po

from content import language as languages
from content.model import Opening

LOCALE = Path(__file__).parent / "locale"
_DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")


@lru_cache
def _catalogue(language: str) -> dict[str, str]:
    path = LOCALE / f"{language}.po"
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    # An entry marked fuzzy is a guess left by a tool, so it does not count as a translation.
    return {str(m.id): str(m.string) for m in messages if m.id and m.string and not m.fuzzy}


class Wording:
    """One language's words. Call it with an English sentence; ``%(name)s`` parts are filled from keywords."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._messages = _catalogue(language)
        self._locale = _locale(language)

    def __call__(self, english: str, /, **parts: object) -> str:
        text = self._messages.get(english, english)
        return text % parts if parts else text

    def date(self, value: date | str) -> str:
        """A date in words. Text that is not an ISO date ("about 2020") stays as it is."""
        day = value
        if isinstance(day, str):
            try:
                day = date.fromisoformat(day)
            except ValueError:
                return str(value)
        return format_date(day, "long", locale=self._locale)

    def clock(self, value: str) -> str:
        """``18:00`` as people say it; 24:00 is midnight."""
        hour, minute = (int(part) for part in value.split(":"))
        _ = self
        if hour == 24:
            return _("midnight")
        return format_time(time(hour, minute), "short", locale=self._locale).replace("\u202f", "\u00a0")

    def days(self, days: Sequence[str]) -> str:
        """``mo tu we th fr`` as "Monday to Friday"."""
        _, names = self, get_day_names("wide", locale=self._locale)
        numbers = sorted(_DAYS.index(day) for day in days)
        if len(numbers) == 7:
            return _("every day")
        if len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1)):
            return _("%(first)s to %(last)s", first=names[numbers[0]], last=names[numbers[-1]])
        return self.listed(names[number] for number in numbers)

    def opening(self, opening: Opening) -> str:
        """One weekly opening, such as "Monday to Friday, 10:00 AM to 6:00 PM"."""
        _ = self
        return _(
            "%(days)s, %(opens)s to %(closes)s",
            days=self.days(opening.days),
            opens=self.clock(opening.opens_at),
            closes=self.clock(opening.closes_at),
        )

    def listed(self, items: Iterable[str]) -> str:
        """``A, B and C`` in the way of the language."""
        return format_list(list(items), locale=self._locale)

    def tongues(self, tags: Iterable[str]) -> str:
        """Languages under their own names, which their speakers can read in any language of the screen."""
        return ", ".join(languages.own_name(tag) for tag in tags)


def _locale(language: str) -> Any:
    # Times in California read "6:00 p. m." in Spanish, as in the United States, not "18:00" as in Spain.
    for tag in (f"{language}-US", language):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en", "US")

"""Dates, times, lists and names of languages for California: Babel's CLDR, and a table for Hmong.

Digits are always 0-9. Opening hours always use a 12-hour clock, as phones here do. The clock and
bells in School info follow the language's own custom.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from threading import Lock

from babel import Locale, UnknownLocaleError, core, localedata
from babel.dates import format_date, format_skeleton, get_day_names
from babel.lists import format_list

from content.model.language import KNOWN

# CLDR has no words for AM and PM in these languages, or it says "six in the evening".
_PART_OF_DAY = frozenset({"ko", "pa", "ru", "vi", "zh-Hant"})
# The parts of a language's data that we read. The rest, such as currency names, is ten times as
# large and would stay in memory.
_READ = frozenset(
    """
    date_formats datetime_formats datetime_skeletons day_period_rules day_periods days eras
    languages list_patterns months number_symbols time_formats
    """.split()  # noqa: SIM905  easier to read than a list
)

_SPOKEN = frozenset(tag.partition("-")[0] for tag in KNOWN)
# The parts used to find a language's data by its tag. The rest of the table takes two megabytes.
_FOUND_BY = frozenset(
    """
    language_aliases script_aliases territory_aliases variant_aliases parent_exceptions
    likely_subtags
    """.split()  # noqa: SIM905
)
_READING = Lock()  # several threads make pages; one must not remove data that another is reading


class _Cldr:
    """Words from CLDR. ``days``: names of days, from Monday; ``twelve``: uses a 12-hour clock.

    ``tongues``: names of spoken languages, such as "Chinese" for both scripts.
    """

    def __init__(self, locale: Locale, skeleton: str) -> None:
        self._locale, self._skeleton = locale, skeleton
        names = get_day_names("wide", locale=locale)
        self.days = tuple(names[number] for number in range(7))
        self.twelve = "h" in locale.time_formats["short"].pattern
        spoken = ((tag, locale.languages.get(tag.partition("-")[0])) for tag in KNOWN)
        self.tongues = {tag: name for tag, name in spoken if name}
        _forget_the_rest()

    def month(self, day: date) -> str:
        return format_skeleton("yMMMM", day, locale=self._locale)

    def date(self, day: date) -> str:
        return format_date(day, "long", locale=self._locale)

    def clock(self, moment: time) -> str:
        return re.sub(r"\s", "\u00a0", format_skeleton(self._skeleton, moment, locale=self._locale))

    def listed(self, items: Sequence[str]) -> str:
        return format_list(list(items), locale=self._locale)


def _forget_the_rest() -> None:
    """Remove unused data from Babel's cache; do nothing if this Babel has no such cache."""
    for data in list(getattr(localedata, "_cache", {}).values()):
        for name in data.keys() - _READ:
            data.pop(name, None)
        for tag in data.get("languages", {}).keys() - _SPOKEN:
            del data["languages"][tag]
    if hasattr(core, "_global_data") and (found := core._global_data):
        # Replace the table in one step, because other threads may be reading it.
        subtags = found["likely_subtags"].items()
        likely = {tag: full for tag, full in subtags if tag.partition("_")[0] in _SPOKEN}
        kept = {name: table for name, table in found.items() if name in _FOUND_BY}
        core._global_data = {**kept, "likely_subtags": likely}


@dataclass(frozen=True)
class _Table:
    """A language that CLDR lacks: uses its own day names, and numbers for everything else."""

    days: tuple[str, ...]
    conjunction: str
    tongues: Mapping[str, str]
    twelve: bool = True

    def month(self, day: date) -> str:
        return f"{day.month}/{day.year}"

    def date(self, day: date) -> str:
        return f"{day.month}/{day.day}/{day.year}"

    def clock(self, moment: time) -> str:
        # Local signs in Hmong use AM and PM, too.
        return (
            f"{moment.hour % 12 or 12}:{moment.minute:02}\u00a0{'AM' if moment.hour < 12 else 'PM'}"
        )

    def listed(self, items: Sequence[str]) -> str:
        *first, last = items
        return f"{', '.join(first)} {self.conjunction} {last}" if first else last


_HMONG = _Table(
    days=tuple(
        f"hnub zwj {name}" for name in ("hli", "quag", "feeb", "teeb", "kuab", "cag", "hnub")
    ),
    conjunction="thiab",
    tongues={"ko": "lus Kauslim", "vi": "lus Nyab Laj", "zh-Hant": "lus Suav"},
)


Calendar = _Cldr | _Table


@lru_cache
def calendar(language: str) -> Calendar:
    """Return a language's words for dates, or the English ones for an unknown language."""
    if language == "hmn":
        return _HMONG
    # Spanish in the United States uses "6:00 p. m.", not "18:00".
    for tag in (f"{language}-US", language):
        with _READING, suppress(UnknownLocaleError, ValueError):
            locale = Locale.parse(tag, sep="-")
            return _Cldr(locale, "Bhm" if language in _PART_OF_DAY else "hm")
    return calendar("en")

"""Dates, times, lists and names of languages, for California: CLDR by Babel, a table for Hmong.

Digits are 0-9. Opening hours run to twelve everywhere, as on local phones; the clock and the bells
of School info as the language counts.
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

# CLDR has no own words for AM and PM, or the language says "six in the evening".
_PART_OF_DAY = frozenset({"ko", "pa", "ru", "vi", "zh-Hant"})
# All that is read of a language's data; the rest, such as names of currencies, is ten times as much
# and would stay in memory for good.
_READ = frozenset(
    """
    date_formats datetime_formats datetime_skeletons day_period_rules day_periods days eras
    languages list_patterns months number_symbols time_formats
    """.split()  # noqa: SIM905  a list is read more easily so
)

_SPOKEN = frozenset(tag.partition("-")[0] for tag in KNOWN)
# How a language's data is found by its tag; the rest of that table takes two megabytes.
_FOUND_BY = frozenset(
    """
    language_aliases script_aliases territory_aliases variant_aliases parent_exceptions
    likely_subtags
    """.split()  # noqa: SIM905
)
_READING = Lock()  # pages are made in several threads; what one reads the other must not take out


class _Cldr:
    """Words by CLDR. ``days``: names, Monday first; ``twelve``: clocks run to twelve.

    ``tongues``: names of languages as they are spoken: "Chinese" for either script.
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
    """Take out of Babel's own store what no page reads; a Babel without that store keeps all."""
    for data in list(getattr(localedata, "_cache", {}).values()):
        for name in data.keys() - _READ:
            data.pop(name, None)
        for tag in data.get("languages", {}).keys() - _SPOKEN:
            del data["languages"][tag]
    if hasattr(core, "_global_data") and (found := core._global_data):
        # Another table, at one stroke: who reads a catalog of words looks here at the same time.
        subtags = found["likely_subtags"].items()
        likely = {tag: full for tag, full in subtags if tag.partition("_")[0] in _SPOKEN}
        kept = {name: table for name, table in found.items() if name in _FOUND_BY}
        core._global_data = {**kept, "likely_subtags": likely}


@dataclass(frozen=True)
class _Table:
    """A language without CLDR: its own day names, figures for the rest."""

    days: tuple[str, ...]
    conjunction: str
    tongues: Mapping[str, str]
    twelve: bool = True

    def month(self, day: date) -> str:
        return f"{day.month}/{day.year}"

    def date(self, day: date) -> str:
        return f"{day.month}/{day.day}/{day.year}"

    def clock(self, moment: time) -> str:
        # Local signs write AM and PM, in Hmong too.
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
    """The language's words; English for an unknown one."""
    if language == "hmn":
        return _HMONG
    # Spanish of the United States has "6:00 p. m.", not "18:00".
    for tag in (f"{language}-US", language):
        with _READING, suppress(UnknownLocaleError, ValueError):
            locale = Locale.parse(tag, sep="-")
            return _Cldr(locale, "Bhm" if language in _PART_OF_DAY else "hm")
    return calendar("en")

"""ZIP codes, counties and place names in California, and how near a service's area is to them.

tools/make/zip_counties.py makes california_zips.tsv. A ZIP code counts for every county it touches.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from sys import intern
from typing import Literal

from content.model.pack import Area

STATE = "CA"
TABLE = Path(__file__).with_name("california_zips.tsv")
Tier = Literal["zip", "county", "region", "state", "nation"]
_BESIDE = frozenset({"county", "condado"})
_ZIP = re.compile(r"\d{5}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody needs help: FIPS codes of possible counties, and the ZIP code if given."""

    counties: tuple[str, ...] = ()
    zip_code: str = ""


def counties_of(zip_code: str) -> tuple[str, ...]:
    """Return the FIPS codes of counties that a ZIP code touches, most land first; () if unknown."""
    return _table().get(zip_code, ())


def known() -> tuple[str, ...]:
    return tuple(_table())


@cache
def fips() -> frozenset[str]:
    return frozenset(county for counties in _table().values() for county in counties)


def tier(area: Area, counties: Collection[str]) -> Tier | None:
    """Return how near ``area`` is to these counties (FIPS codes); None if they are outside it."""
    if any(county in counties for county in area.counties):
        return "county" if len(area.counties) == 1 else "region"
    if STATE in area.states:
        return "state"
    return "nation" if area.us else None


def named(
    words: Sequence[str], counties: Mapping[tuple[str, ...], str]
) -> tuple[Place | None, list[str]]:
    """Return the place that folded words name, and the other words. ``counties``: name → FIPS.

    A ZIP code counts anywhere, known or not; a county's name counts next to "county", at the end,
    or as the only word: "kings" may be a street.
    """
    left = list(words)
    for at, word in enumerate(left):
        if _ZIP.fullmatch(word):
            del left[at]
            return Place(counties_of(word), word), left
    for name in sorted(counties, key=len, reverse=True):
        for at in range(len(left) - len(name) + 1):
            end = at + len(name)
            if tuple(left[at:end]) != name:
                continue
            before, after = left[at - 1] if at else "", left[end] if end < len(left) else ""
            if after in _BESIDE or before in _BESIDE or not after or len(name) > 1:
                start = at - (before in _BESIDE)
                del left[start : end + (after in _BESIDE)]
                return Place((counties[name],)), left
    return None, left


@cache  # the table is fixed and small; no query is kept
def _table() -> Mapping[str, tuple[str, ...]]:
    lines = TABLE.read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    # 2,661 ZIP codes touch 177 sets of counties: each set is stored once.
    held: dict[str, tuple[str, ...]] = {}
    return {
        zip_code: held.setdefault(counties, tuple(map(intern, counties.split())))
        for zip_code, counties in rows
    }

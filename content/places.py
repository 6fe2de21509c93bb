"""Places: which counties a ZIP code touches, and whether a resource serves a place.

Owns california_zips.tsv, made by tools/make_places.py. A ZIP code may touch several counties and all of them count.
Refuses to guess: a ZIP code that is not in the table has no county, and then only what serves the state or the
nation is shown, never nothing. Keeps no ZIP code that it was asked about.
"""

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

from content.model import Resource

STATE = "CA"
TABLE = Path(__file__).with_name("california_zips.tsv")


def counties_of(zip_code: str) -> tuple[str, ...]:
    """FIPS codes of the California counties the five-digit ZIP code touches, most land first; () if unknown."""
    return _table().get(zip_code, ())


def serves(resource: Resource, *, counties: Collection[str]) -> bool:
    """Whether the resource serves a place in California that lies in any of these counties (FIPS codes)."""
    area = resource.area
    return area.us or STATE in area.states or any(county in counties for county in area.counties)


@cache  # the table is fixed and small; what is asked of it is not kept
def _table() -> Mapping[str, tuple[str, ...]]:
    lines = TABLE.read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {zip_code: tuple(counties.split()) for zip_code, counties in rows}

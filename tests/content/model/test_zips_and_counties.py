"""ZIP code to counties, and whether a resource serves a place."""

import re

import pytest

from content.model import zips_and_counties
from content.model.pack import Area
from tools.make import zip_counties

CSV_ROWS = [
    {"zip": "94608", "county_fips": "06013", "land_share": "0.1", "source": "census2020-zcta"},
    {"zip": "94608", "county_fips": "06001", "land_share": "0.9", "source": "census2020-zcta"},
    {"zip": "90009", "county_fips": "06037", "land_share": "", "source": "pypi-zipcodes-3.0.0"},
]


NAMES = {
    ("sacramento",): "06067",
    ("los", "angeles"): "06037",
    ("kings",): "06031",
    ("contra", "costa"): "06013",
}


@pytest.mark.parametrize("zip_code", ["89010", "89019", "89060", "89061", "89439", "97635"])
def test_a_zip_code_across_the_state_s_border_has_its_california_counties(zip_code: str) -> None:
    assert zips_and_counties.counties_of(zip_code)
    assert set(zips_and_counties.counties_of(zip_code)) <= zips_and_counties.fips()


def test_there_are_58_counties() -> None:
    assert len(zips_and_counties.fips()) == 58


@pytest.mark.parametrize(
    ("area", "counties", "tier"),
    [
        (Area(counties=("06001",)), {"06001"}, "county"),
        (Area(counties=("06001", "06013")), {"06013", "06067"}, "region"),
        (Area(counties=("06001",)), {"06067"}, None),
        (Area(states=("CA",), counties=("06001",)), {"06067"}, "state"),
        (Area(states=("CA",)), set(), "state"),
        (Area(states=("NV",)), {"06061"}, None),
        (Area(us=True), set(), "nation"),
        (Area(us=True, counties=("06001",)), {"06001"}, "county"),
    ],
)
def test_county_is_nearer_than_region_state_and_nation(
    area: Area, counties: set[str], tier: str | None
) -> None:
    assert zips_and_counties.tier(area, counties) == tier


@pytest.mark.parametrize(
    ("typed", "place", "left"),
    [
        ("94608", zips_and_counties.Place(("06001",), "94608"), ""),
        ("food 92672", zips_and_counties.Place(("06073", "06059"), "92672"), "food"),
        ("99999 food", zips_and_counties.Place((), "99999"), "food"),
        ("sacramento", zips_and_counties.Place(("06067",)), ""),
        ("food in sacramento", zips_and_counties.Place(("06067",)), "food in"),
        ("sacramento county food", zips_and_counties.Place(("06067",)), "food"),
        ("condado sacramento comida", zips_and_counties.Place(("06067",)), "comida"),
        ("los angeles shelter", zips_and_counties.Place(("06037",)), "shelter"),
        ("kings street", None, "kings street"),
        ("food kings county", zips_and_counties.Place(("06031",)), "food"),
        ("food 9460", None, "food 9460"),
        ("", None, ""),
    ],
)
def test_a_zip_code_or_a_county_among_the_words_is_the_place(
    typed: str, place: zips_and_counties.Place | None, left: str
) -> None:
    assert zips_and_counties.named(typed.split(), NAMES) == (place, left.split())


@pytest.mark.parametrize(
    ("zip_code", "counties"),
    [
        ("94608", ("06001",)),
        ("92672", ("06073", "06059")),  # San Clemente: people in Orange, land mostly in San Diego
        ("89019", ("06071", "06027")),  # crosses the state border
        ("90009", ("06037",)),  # a post office box, without a Census area
        ("10001", ()),
        ("00000", ()),
        ("9460", ()),
        ("", ()),
    ],
)
def test_a_zip_code_touches_its_counties_most_land_first(
    zip_code: str, counties: tuple[str, ...]
) -> None:
    assert zips_and_counties.counties_of(zip_code) == counties


def test_the_table_holds_every_zip_code_once_and_only_california() -> None:
    rows = [
        line
        for line in zips_and_counties.TABLE.read_text("utf-8").splitlines()
        if not line.startswith("#")
    ]
    assert all(re.fullmatch(r"\d{5}\t06\d{3}( 06\d{3})*", row) for row in rows)
    assert len({row[:5] for row in rows}) == len(rows) == 1808 + 853
    assert len({county for row in rows for county in row[6:].split()}) == 58


def test_the_table_says_where_it_comes_from() -> None:
    head = zips_and_counties.TABLE.read_text("utf-8")[: len(zip_counties.HEADER)]
    assert head == zip_counties.HEADER
    assert "public domain" in head
    assert "MIT" in head


def test_the_table_is_the_same_for_rows_in_any_order() -> None:
    made = zip_counties.table(CSV_ROWS)
    assert made == zip_counties.table(reversed(CSV_ROWS))
    assert made.removeprefix(zip_counties.HEADER) == "90009\t06037\n94608\t06001 06013\n"


@pytest.mark.parametrize(
    "wrong", [{"zip": "9460"}, {"county_fips": "32003"}, {"county_fips": "6001"}]
)
def test_a_row_that_is_not_of_california_stops_the_making(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="not a ZIP code and a California county"):
        zip_counties.table([{**CSV_ROWS[0], **wrong}])


@pytest.mark.parametrize(
    ("area", "counties", "served"),
    [
        (Area(us=True), (), True),
        (Area(states=("CA",)), (), True),
        (Area(states=("OR", "CA")), ("06001",), True),
        (Area(states=("OR",)), ("06001",), False),
        (Area(counties=("06001", "06013")), ("06013", "06095"), True),
        (Area(counties=("06001",)), ("06013",), False),
        (Area(counties=("06001",)), (), False),
        (Area(), ("06001",), False),
    ],
)
def test_a_resource_serves_its_nation_state_or_any_shared_county(
    area: Area, counties: tuple[str, ...], served: bool
) -> None:
    assert (zips_and_counties.tier(area, counties) is not None) is served

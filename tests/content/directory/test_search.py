"""What is found in the large directory, in which order, and that nothing typed can break it."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from content.directory import index as kept
from content.directory.model import AreaServed
from content.directory.search import MOST_FOUND, Results, search
from content.model.edit_distance import fold
from content.model.zips_and_counties import Place, counties_of
from editor.directory.build import build
from tests.content import invented_services
from tests.content.indexed import prepare

ALAMEDA, CONTRA_COSTA, LOS_ANGELES = "06001", "06013", "06037"


def service(name: str, area: dict[str, Any], **more: Any) -> dict[str, Any]:
    ident = "-".join(fold(name))
    return {
        "id": ident,
        "name": name,
        "area": area,
        "updated": "2026-10-01",
        "url": "https://a.example.org/",
        "confidential": False,
        **more,
    }


OWN = [
    service("Añoranza Youth Shelter", {"counties": [ALAMEDA]}, what="Beds for young people."),
    service(
        "Bay Shelter",
        {"counties": [ALAMEDA, CONTRA_COSTA]},
        address={"city": "Oakland", "zip": "94608"},
    ),
    service("California Shelter Desk", {"states": ["CA"]}),
    service("National Shelter Desk", {"us": True}),
    service("Los Angeles Shelter", {"counties": [LOS_ANGELES]}),
    service(
        "Emeryville Night Shelter",
        {"counties": [ALAMEDA]},
        address={"city": "Emeryville", "zip": "94608"},
    ),
    service("Nevada Shelter", {"states": ["NV"]}),
    service("Peña Counseling", {"counties": [LOS_ANGELES]}, what="Counseling for students"),
    service("Kiwi Zebra", {"counties": [LOS_ANGELES]}),
]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine services whose places are known, among 600 others that are no shelters."""
    folder = tmp_path_factory.mktemp("directory")
    others = [one for one in invented_services.services(800) if "shelter" not in json.dumps(one)][
        :600
    ]
    lines = [json.dumps(one) for one in (*others, *OWN)]
    (folder / "source").write_text("\n".join(lines), "utf-8")
    made = build(
        folder / "source",
        folder / "out",
        name="Invented 211",
        origin="made up",
        day=date(2026, 11, 1),
        area=AreaServed(states=("CA",)),
    )
    assert made.index is not None, made.problems
    prepare(folder / kept.FILE, folder / "out")
    return folder / kept.FILE


def ask(file: Path, typed: str, place: Place | None = None, start: int = 0) -> Results:
    results = search(file, fold(typed), place=place, start=start)
    assert results is not None
    return results


def names(results: Results) -> list[str]:
    return [found.service.name for found in results.found]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("anoranza", "Añoranza Youth Shelter"),
        ("AÑORANZA", "Añoranza Youth Shelter"),
        ("anornza", "Añoranza Youth Shelter"),
        ("anroanza", "Añoranza Youth Shelter"),
        ("anoranzza", "Añoranza Youth Shelter"),
        ("pena", "Peña Counseling"),
        ("Peña", "Peña Counseling"),
        ("counsling pena", "Peña Counseling"),
        ("conuseling peña", "Peña Counseling"),
        ("emeryvile night", "Emeryville Night Shelter"),
        ("night emeryv", "Emeryville Night Shelter"),
        ("shelter in the Emeryville", "Emeryville Night Shelter"),
    ],
)
def test_a_word_with_a_slip_or_without_its_accent_or_half_typed_finds_its_service(
    file: Path, typed: str, name: str
) -> None:
    assert names(ask(file, typed))[0] == name


@pytest.mark.parametrize(
    ("place", "expected", "tiers"),
    [
        (
            Place((ALAMEDA,)),
            ["Añoranza Youth Shelter", "Emeryville Night Shelter", "Bay Shelter", "California Shelter Desk",
             "National Shelter Desk"],
            ["county", "county", "region", "state", "nation"],
        ),
        (
            Place((ALAMEDA,), "94608"),
            ["Bay Shelter", "Emeryville Night Shelter", "Añoranza Youth Shelter", "California Shelter Desk",
             "National Shelter Desk"],
            ["zip", "zip", "county", "state", "nation"],
        ),
        (
            Place((ALAMEDA, LOS_ANGELES)),
            ["Añoranza Youth Shelter", "Emeryville Night Shelter", "Los Angeles Shelter", "Bay Shelter",
             "California Shelter Desk", "National Shelter Desk"],
            ["county", "county", "county", "region", "state", "nation"],
        ),
        (Place((), "99999"), ["California Shelter Desk", "National Shelter Desk"], ["state", "nation"]),
    ],
    ids=["a county", "a ZIP code", "the union of two counties", "a ZIP code that nobody knows"],
)  # fmt: skip
def test_near_comes_before_far_and_another_place_is_left_out(
    file: Path, place: Place, expected: list[str], tiers: list[str]
) -> None:
    results = ask(file, "shelter", place)
    got = [(found.tier, found.service.name) for found in results.found]
    assert [tier for tier, _name in got] == tiers
    assert sorted(got) == sorted(zip(tiers, expected, strict=True))
    assert not results.elsewhere


def test_without_a_place_everything_is_found(file: Path) -> None:
    assert {name for name in names(ask(file, "shelter")) if "Shelter" in name} == {
        one["name"] for one in OWN if "Shelter" in one["name"]
    }


def test_what_nobody_near_offers_is_shown_from_elsewhere_and_told_so(file: Path) -> None:
    results = ask(file, "kiwi", Place((ALAMEDA,)))
    assert (names(results), results.elsewhere) == (["Kiwi Zebra"], True)
    assert results.found[0].tier is None


def test_a_bare_zip_code_lists_what_is_at_it_then_what_serves_its_counties_then_the_state(
    file: Path,
) -> None:
    place = Place(counties_of("94608"), "94608")
    found = [one for start in range(0, MOST_FOUND, 8) for one in ask(file, "", place, start).found]
    tiers = [one.tier for one in found]
    assert {"Bay Shelter", "Emeryville Night Shelter"} <= {
        one.service.name for one in found if one.tier == "zip"
    }
    order = ["zip", "county", "region", "state", "nation"]
    assert [order.index(str(tier)) for tier in tiers] == sorted(
        order.index(str(tier)) for tier in tiers
    )
    assert len({one.service.id for one in found}) == len(found)


def test_a_zip_code_that_nobody_knows_still_lists_what_serves_the_state_and_the_nation(
    file: Path,
) -> None:
    found = {
        name for start in (0, 8, 16, 24) for name in names(ask(file, "", Place((), "99999"), start))
    }
    assert {"California Shelter Desk", "National Shelter Desk"} <= found
    assert "Nevada Shelter" not in found


def test_pages_follow_each_other_without_a_gap_or_a_repeat(file: Path) -> None:
    total = ask(file, "counseling").total
    assert total > 16
    pages = [names(ask(file, "counseling", start=start)) for start in range(0, total, 8)]
    seen = [
        found.service.id
        for start in range(0, total, 8)
        for found in ask(file, "counseling", start=start).found
    ]
    assert len(set(seen)) == len(seen) == total
    assert [len(page) for page in pages[:-1]] == [8] * (len(pages) - 1)
    assert (
        names(ask(file, "counseling", start=total))
        == names(ask(file, "counseling", start=10**9))
        == []
    )


def test_words_that_no_service_has_together_find_those_with_any(file: Path) -> None:
    assert {"Kiwi Zebra", "Añoranza Youth Shelter"} <= set(names(ask(file, "kiwi anoranza")))


@pytest.mark.parametrize(
    "typed",
    ["", " ", "???", "\x00", '"', "'; drop table service; --", "NEAR(a b)", "title : x", "a OR b", "* ^ -", "\ufffd",
     "x" * 5000, "a " * 900, "𝕗𝕠𝕠𝕕", "食物", "ﷺ", "@@name@@", "12345678901234567890", "\ud800"],
)  # fmt: skip
def test_nothing_typed_can_break_it(file: Path, typed: str) -> None:
    assert ask(file, typed, Place((ALAMEDA,))).total <= MOST_FOUND
    assert search(file, [typed], place=None) is not None


def test_a_number_means_itself(file: Path) -> None:
    assert ask(file, "94609999").total == 0


def test_without_a_directory_there_is_nothing_to_ask(tmp_path: Path) -> None:
    assert search(tmp_path / "none", ["food"]) is None
    (tmp_path / "folder").mkdir()
    assert search(tmp_path / "folder", ["food"]) is None


def test_searching_writes_nothing(file: Path) -> None:
    before = (file.read_bytes(), {path.name for path in file.parent.iterdir()})
    ask(file, "shelter", Place((ALAMEDA,)))
    assert (file.read_bytes(), {path.name for path in file.parent.iterdir()}) == before

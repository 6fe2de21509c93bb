"""A line of another county never comes before one of the state or the nation, on any page."""

import re

import pytest

from content.model.pack import Pack
from kiosk.pages.build import pages
from kiosk.search import indexes
from settings.schema import Kiosk
from tests.kiosk.conftest import TODAY
from tests.selection import Some

KINDS = {
    "topic",
    "group",
    "danger",
    "now",
    "sheet",
    "hearing",
    "search",
    "home",
    "lines",
    "partners",
}
_CARD = re.compile(r'href="/en/r/(\d+)"')


def elsewhere(pack: Pack, county: str) -> set[str]:
    """The codes of lines whose people are in other counties."""
    here = {one.fips for one in pack.counties if one.name == county}
    return {one.code for one in pack.resources if one.area.is_elsewhere(here) and not one.pinned}


def test_on_no_page_of_any_county_a_line_of_another_county_comes_before_one_of_the_state(
    pack: Pack, some: Some
) -> None:
    assert elsewhere(pack, "Sacramento") == {"141", "155"}
    assert elsewhere(pack, "Los Angeles") == {"155"}
    seen = 0
    for county in some([one.name for one in pack.counties], 12):
        far = elsewhere(pack, county)
        kiosk = Kiosk(languages=("en",), counties=(county,))
        for page in pages(pack, kiosk, today=TODAY, tags=["en"]):
            if page.kind not in KINDS or not page.path.startswith("/"):
                continue
            main = page.body.split("<main", 1)[-1].split("</main>", 1)[0]
            order = list(dict.fromkeys(_CARD.findall(main)))
            last = [code for code in order if code in far]
            assert order[len(order) - len(last) :] == last, (county, page.path, order)
            seen += bool(last)
    assert seen, "no page shows a line of another county, so that nothing was tried"


@pytest.mark.parametrize("county", ["Sacramento", "Los Angeles", "Riverside", "Alpine"])
def test_no_common_word_finds_a_line_of_another_county(pack: Pack, county: str) -> None:
    found = indexes(pack, ["en"], home=(county,))["en"]
    far = {f"/en/r/{code}" for code in elsewhere(pack, county)}
    words = {
        word
        for one in pack.resources
        for text in (*pack.texts["en"].values(), one.organization)
        for word in re.findall(r"[a-z]{3,}", text.casefold())
    }
    wrong = {
        word
        for word in sorted(words - {"cast", "reach"})  # their names
        for hit in found.find(word)
        if hit.href in far
    }
    assert wrong == set()


@pytest.mark.parametrize("typed", ["cast hotline", "cast la", "castla"])
def test_who_asks_for_it_by_name_gets_a_line_of_another_county(pack: Pack, typed: str) -> None:
    found = indexes(pack, ["en"], home=("Sacramento",))["en"]
    assert found.find(typed)[0].href == "/en/r/141"


def test_a_zip_code_that_it_serves_finds_a_line_of_another_county(pack: Pack) -> None:
    found = indexes(pack, ["en"], home=("Sacramento",))["en"]
    assert "/en/r/155" in [hit.href for hit in found.find("92501")]

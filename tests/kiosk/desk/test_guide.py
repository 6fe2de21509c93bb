"""The page that the office prints, and the list of the pages that it seldom needs."""

import re

import msgspec
import pytest

from content.review.county_confirmation import CountyLine
from tests.kiosk.desks import Office, Stage, opened

FACTS = ("36", "SS 8572", "911", "988", "11165.7, 11165.9")


def guide(stage: Stage, counties: tuple[str, ...], line: CountyLine | None = None) -> str:
    """The page at a school in these counties."""
    kiosk = msgspec.structs.replace(stage.installation.kiosk, counties=counties)
    if line:
        stage.county_line = lambda: line  # type: ignore[method-assign]
    stage.set_up(msgspec.structs.replace(stage.installation, kiosk=kiosk))
    with opened(stage.desk) as port, Office(port) as office:
        office.sign_in()
        return office.get("/staff/guide").text.partition("<main")[2]


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_office_reads_what_to_say_what_to_report_and_what_the_district_decides(
    desk: tuple[Stage, Office], language: str
) -> None:
    page = desk[1].get(f"/staff/guide?language={language}", follow_redirects=True).text

    assert page.count("<h2>") == 4
    assert [fact for fact in FACTS if fact not in page] == []


def test_the_guide_names_the_county_line_that_the_screen_shows(
    desk: tuple[Stage, Office],
) -> None:
    """A printed number that differs from the screen's would be called in an emergency."""
    stage, _office = desk
    (county,) = [one for one in stage.pack.counties if one.name == "Sacramento"]
    number = county.numbers[0].number[-4:]
    confirmed = CountyLine(state="confirmed", shown="+19165550142")

    assert number in guide(stage, ("Sacramento",))
    shown = guide(stage, ("Sacramento",), confirmed)
    assert ("916-555-0142" in shown, number in shown) == (True, False)
    none = guide(stage, (), CountyLine(state="none"))
    assert "Your county’s number:" in none


def test_each_page_of_the_desk_is_reached_from_the_seven_entries(
    desk: tuple[Stage, Office],
) -> None:
    stage, office = desk
    menu = set(re.findall(r'<a href="([^"]+)"', office.get("/staff/").text.partition("<main")[0]))
    led = set(menu)
    for page in menu:
        led |= set(re.findall(r'href="(/staff/[a-z/-]*)"', office.get(page).text))
    asked = {path for method, path in stage.desk.pages.rooms if method == "GET"}

    assert len(menu) == 7
    from_elsewhere = {"/staff/school/saved", "/staff/school/cover", "/staff/counts.csv"}
    # shown once a screen is enrolled
    from_elsewhere |= {"/staff/screens.csv", "/staff/screens/new.csv"}
    from_elsewhere |= {"/staff/work", "/staff/releases/back", "/staff/take-out/shown"}
    assert asked - led - from_elsewhere == set()

"""The cover, School info: whole on every size, with and without the school's own file."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from kiosk import render
from kiosk.edition.edition import Edition
from kiosk.pages import school_file
from settings.schema import Kiosk
from tests.browser import look
from tests.browser.conftest import Visit
from tests.browser.test_sizes import ROOM, crowded, small
from tests.kiosk.conftest import TODAY
from tests.shipped import pack

SIZES = {
    "tall": (1080, 1920),
    "wide": (1920, 1080),
    "small": (800, 480),
    "low": (1280, 800),
    "narrow": (800, 1280),
}
BELLS = (("8:30", "9:25"), ("9:30", "10:25"), ("10:30", "11:25"), ("11:25", "12:05"))
LATER = (("12:10", "13:05"), ("13:10", "14:05"), ("14:10", "15:05"))
FILE = """
valid_until = 2027-06-11
lunch = {en = "Bean burrito, salad bar, fruit", es = "Burrito de frijoles, ensalada y fruta"}
notice = {en = "Picture retakes are Thursday in the library, 8 AM to noon.", es = "Las fotos se repiten el jueves."}
[[places]]
name = {en = "Library", es = "Biblioteca"}
where = {en = "Building B, upstairs", es = "Edificio B, arriba"}
when = {en = "School days, 8 to 4", es = "Días de clase, de 8 a 4"}
[[places]]
name = {en = "Lost and found", es = "Objetos perdidos"}
where = {en = "Front office", es = "Oficina"}
[[people]]
role = {en = "School counselor", es = "Consejera escolar"}
name = "Ms. Rivera"
place = {en = "Room 12", es = "Salón 12"}
when = {en = "School days, 8 to 3", es = "Días de clase, de 8 a 3"}
""" + "".join(
    f'[[bells]]\nname = {{en = "Period {number}", es = "Hora {number}"}}\nfrom = "{opens}"\nto = "{closes}"\n'
    for number, (opens, closes) in enumerate((*BELLS, *LATER), start=1)
)
STYLE = "part => getComputedStyle(part).backgroundColor"
MOVED = """() => { globalThis.shifts = 0;
    new PerformanceObserver((list) => { for (const { value } of list.getEntries()) globalThis.shifts += value })
        .observe({ type: "layout-shift" }) }"""
TUESDAY = "2026-12-01T10:42:00-08:00"


@cache
def covers(first: str, *, filled: bool) -> Edition:
    """The pages of a kiosk whose first language this is, made as they are asked for."""
    others = tuple(tag for tag in Kiosk().languages if tag != first)
    kiosk = Kiosk(school="Lincoln Middle School", languages=(first, *others))
    facts, problems = school_file.parsed(Path("school.toml"), FILE.encode() if filled else None)
    assert problems == []
    return render.edition(pack(), kiosk, today=TODAY, beside=render.Beside(school=facts))


def shown(page: Page, *, first: str = "en", filled: bool = True, place: str = "/leave") -> Page:
    """The cover of that kiosk on a page of the shared server."""

    def answer(route: Route) -> None:
        found = covers(first, filled=filled).page(place)
        assert found
        headers = {name.decode(): value.decode() for name, value in found.headers}
        route.fulfill(body=found.body, headers=headers)

    page.route(f"**{place}", answer)
    return look.opened(page, place)


@pytest.fixture(params=SIZES)
def screen(request: pytest.FixtureRequest, browser: Browser, server: str) -> Iterator[Page]:
    """A page of each size, in California on a Tuesday morning."""
    width, height = SIZES[request.param]
    page = browser.new_page(
        viewport={"width": width, "height": height},
        base_url=server,
        service_workers="block",
        timezone_id="America/Los_Angeles",
    )
    page.clock.set_fixed_time(TUESDAY)
    yield page
    page.close()


@pytest.mark.parametrize("filled", [True, False])
@pytest.mark.few(1)
def test_the_cover_is_whole_and_start_is_the_only_strong_control(
    screen: Page, filled: bool
) -> None:
    page = screen
    for first in ("en", "es", "ar", "ru"):
        page.unroute_all()
        shown(page, first=first, filled=filled)
        assert page.evaluate(ROOM) <= 8, first
        expect(page.locator("#more")).to_be_hidden()
        assert look.lost(page) == [], first
        assert look.clipped(page) == [], first
        expect(page.locator(".start")).to_be_in_viewport(ratio=1)
        quiet = {page.locator(part).evaluate(STYLE) for part in (".clear", '[data-toggle="big"]')}
        assert quiet == {"rgba(0, 0, 0, 0)"}
        assert small(look.targets(page), 44) == []
        assert crowded(look.targets(page), 2.9 * look.millimetre(page)) == []
        faint = [name for name, a, b in look.colours(page)["text"] if look.contrast(a, b) < 7]
        assert faint == []


@pytest.mark.parametrize(
    ("now", "marked"),
    [
        (TUESDAY, ["Period 3"]),
        ("2026-12-01T09:27:00-08:00", []),
        ("2026-12-01T11:25:00-08:00", ["Period 4"]),
        ("2026-12-01T14:59:30-08:00", ["Period 7"]),
        ("2026-12-05T10:42:00-08:00", []),
        ("1999-12-07T10:42:00-08:00", []),
    ],
)
@pytest.mark.few(3)
def test_the_bell_that_is_now_is_marked_and_no_other(
    browser: Browser, server: str, now: str, marked: list[str]
) -> None:
    page = browser.new_page(
        base_url=server,
        service_workers="block",
        timezone_id="UTC",  # a machine as it came
    )
    page.clock.set_fixed_time(now)
    shown(page)
    current = page.locator('.bells [aria-current="time"] > span')
    assert [words.strip() for words in current.all_inner_texts()] == marked
    page.close()


@pytest.mark.parametrize(
    ("first", "time", "day"),
    [
        ("en", "1:05 PM", "Tuesday, December 1"),
        ("es", "1:05 p. m.", "martes, 1 de diciembre"),
        ("ru", "13:05", "вторник, 1 декабря"),
        ("vi", "13:05", "Thứ Ba, 1 tháng 12"),
        ("hmn", "1:05 PM", "hnub zwj quag, 12/1"),
    ],
)
@pytest.mark.few(2)
def test_time_and_day_are_told_as_the_language_tells_them(
    browser: Browser, server: str, first: str, time: str, day: str
) -> None:
    page = browser.new_page(
        base_url=server, service_workers="block", timezone_id="America/Los_Angeles"
    )
    page.clock.set_fixed_time("2026-12-01T13:05:00-08:00")
    shown(page, first=first, filled=False)
    said = page.locator("#clock-time").text_content() or ""
    assert " ".join(said.split()) == time
    expect(page.locator("#clock-day")).to_have_text(day)
    page.close()


def test_a_clock_that_nobody_set_shows_nothing_and_the_page_stays_whole(visit: Visit) -> None:
    page = visit()
    page.clock.set_fixed_time("1999-12-01T10:42:00-08:00")
    shown(page, filled=False)
    expect(page.locator("#clock")).to_be_hidden()
    expect(page.get_by_text("Ask at the front desk.")).to_be_in_viewport(ratio=1)
    assert look.lost(page) == []


@pytest.mark.parametrize("still", [False, True])
def test_what_stands_all_day_moves_by_some_pixels_and_shifts_nothing(
    visit: Visit, still: bool
) -> None:
    page = visit()
    page.emulate_media(reduced_motion="reduce" if still else "no-preference")
    page.clock.install(time=TUESDAY)
    shown(page)
    page.evaluate(MOVED)
    places = set()
    for _ in range(8):
        box = page.locator("#clear").bounding_box()
        assert box
        places.add((box["x"], box["y"]))
        page.clock.fast_forward("01:00")
    assert (len(places) > 4) is not still
    for side in range(2):
        along = [place[side] for place in places]
        assert max(along) - min(along) <= 12
    assert page.evaluate("globalThis.shifts") == 0


@pytest.mark.parametrize("filled", [True, False])
def test_without_script_the_cover_is_whole_and_has_no_clock(visit: Visit, filled: bool) -> None:
    page = visit("wide", script=False)
    shown(page, filled=filled)
    expect(page.locator("#clock")).to_be_hidden()
    for part in page.locator(".panel, .start, .clear, .tongues .pill").all():
        expect(part).to_be_in_viewport(ratio=1)


def test_a_mode_chosen_on_the_cover_begins_the_visit_in_it(visit: Visit) -> None:
    page = visit()
    shown(page)
    page.locator('[data-toggle="big"]').tap()
    page.wait_for_url("**/en/big/")
    expect(page.locator("html")).to_have_attribute("data-mode", "big")

"""Talk to someone now: text, call and a person are all seen before anything is moved."""

import pytest
from playwright.sync_api import Page, Route, expect

from kiosk.edition import display_modes
from tests.browser import look
from tests.browser.conftest import SIZES, Visit
from tests.browser.test_cover import covers
from tests.selection import Some

MODES = ("", "big/", "big+huge/", "down/", "contrast/", "big+down/", "big+huge+down/")
# What of the three ways is not whole above More: heading, number or place.
UNSEEN = """() => {
  const main = document.querySelector("main"), room = main.getBoundingClientRect();
  const foot = room.top + main.clientTop + main.clientHeight;
  const parts = [...document.querySelectorAll(".option h2, .option > .big"), document.querySelector(".here .big")];
  return [parts.length, parts.filter((part) => {
    const box = part.getBoundingClientRect();
    return !part.checkVisibility() || box.width < 9 || box.top < room.top - 1 || box.bottom > foot + 1
        || box.left < room.left || box.right > room.right;
  }).map((part) => part.textContent.trim())] }"""
HOURS = """() => { const size = (part) => parseFloat(getComputedStyle(document.querySelector(part)).fontSize);
    return [size(".here .big"), size(".here .when"), size(".option .note")] }"""


def with_people(page: Page, place: str) -> Page:
    """The page of a school that named a counselor, her room and her hours."""
    base, modes = display_modes.split(place)

    def answer(route: Route) -> None:
        found = covers("en", filled=True).page(base)
        assert found
        headers = {name.decode(): value.decode() for name, value in found.headers}
        route.fulfill(body=display_modes.apply(found.body, modes), headers=headers)

    page.route(f"**{place}", answer)
    return look.opened(page, place)


@pytest.mark.few(1)
@pytest.mark.parametrize("size", SIZES)
def test_all_three_ways_are_seen_before_anything_is_moved(
    visit: Visit, size: str, some: Some
) -> None:
    page = visit(size)
    for place in some([f"/{tag}/{mode}now" for mode in MODES for tag in ("en", "es")], 5):
        count, unseen = with_people(page, place).evaluate(UNSEEN)
        assert count == 6, place
        assert unseen == [], place


def test_the_person_s_place_and_hours_are_large(visit: Visit) -> None:
    for size in ("tall", "wide"):
        place, hours, words = with_people(visit(size), "/en/now").evaluate(HOURS)
        assert place > hours > words


# Parts that end below the free part of the page, above More.
BELOW = """(parts) => { const main = document.querySelector("main"), room = main.getBoundingClientRect();
  const end = room.top + main.clientTop + main.clientHeight;
  return [...main.querySelectorAll(parts)].filter((part) => part.getBoundingClientRect().bottom > end + 2)
    .map((part) => part.className) }"""
OTHER_SIZES = [(1366, 768), (1280, 800), (1180, 820), (820, 1180), (800, 480)]


@pytest.mark.parametrize(("width", "height"), OTHER_SIZES)
def test_three_ways_and_no_phone_are_whole_on_tablets_and_chromebooks(
    visit: Visit, width: int, height: int
) -> None:
    page = visit()
    page.set_viewport_size({"width": width, "height": height})
    for open_page, place in (
        (with_people, "/en/now"),
        (with_people, "/es/now"),
        (look.opened, "/es/now"),
    ):
        assert open_page(page, place).evaluate(BELOW, ".option, .no-phone") == [], place


@pytest.mark.parametrize(("width", "height"), OTHER_SIZES)
def test_danger_is_whole_with_what_to_do_without_a_phone(
    visit: Visit, width: int, height: int
) -> None:
    page = visit()
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/en/t/31")
    assert page.evaluate(BELOW, ".nine, .nine-way") == []
    expect(page.locator(".tell")).to_contain_text("No phone?")


@pytest.mark.parametrize(("width", "height"), OTHER_SIZES[:4])
def test_no_phone_is_above_more_on_the_page_about_suicide(
    visit: Visit, width: int, height: int
) -> None:
    page = visit()
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/en/t/32")
    assert page.evaluate(BELOW, ".without") == []

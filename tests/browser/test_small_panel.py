"""What a small panel, a printer and a lost server do to a page."""

import pytest
from playwright.sync_api import expect

from tests.browser import look
from tests.browser.conftest import Visit
from tests.browser.visits import vouch


@pytest.mark.slow
def test_digits_are_typed_by_touch_on_the_small_panel(visit: Visit) -> None:
    page = visit("small")
    page.goto("/en/search")
    expect(page.get_by_text("What you type is not saved.")).to_be_visible()
    for letter in "ab":
        page.get_by_role("button", name=letter, exact=True).tap()
    page.locator(".swap").tap()
    for digit in "1227":
        key = page.get_by_role("button", name=digit, exact=True)
        # Without the slight shrinking of a key that is pressed.
        assert key.evaluate("key => Math.min(key.offsetWidth, key.offsetHeight)") >= 44
        key.tap()
    expect(page.locator("#q")).to_have_value("ab1227")


def test_a_lost_server_leaves_the_crisis_lines(visit: Visit) -> None:
    page = visit()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.route("**/search/*.json", lambda route: route.abort())
    page.goto("/en/search")
    page.locator("#q").fill("help")
    expect(page.locator(".results .line").first).to_be_visible()
    assert faults == []


@pytest.mark.parametrize("place", ["/es/r/122/print", "/en/r/126/print"])
def test_a_slip_is_one_sheet(visit: Visit, place: str) -> None:
    page = visit()
    page.goto(place)
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1


def test_a_card_is_open_only_where_all_its_ways_are(visit: Visit) -> None:
    page = visit()
    page.clock.set_fixed_time("2026-11-24T21:30:00-08:00")
    vouch(page)
    page.goto("/en/r/134")
    expect(page.locator(".help-open")).to_contain_text("Open now")
    expect(page.locator(".help-text")).to_contain_text("Closed now")


@pytest.mark.parametrize("place", ["/en/t/8", "/es/t/6", "/es/t/7"])
@pytest.mark.few(1)
def test_no_description_is_cut_on_the_small_panel(visit: Visit, place: str) -> None:
    page = visit("small")
    page.goto(place)
    cut = "part => part.scrollHeight > part.clientHeight + 1"
    assert not any(part.evaluate(cut) for part in page.locator(".row .two > span").all())


def test_an_address_is_as_large_as_the_text(visit: Visit) -> None:
    page = visit("small")
    page.goto("/en/r/126")
    assert page.evaluate(
        "() => parseFloat(getComputedStyle(document.querySelector('.help-number .address')).fontSize)"
        " >= parseFloat(getComputedStyle(document.documentElement).fontSize)"
    )


SEEN = """(part) => { const main = document.querySelector("main");
    return part.getBoundingClientRect().bottom
        <= main.getBoundingClientRect().top + main.clientTop + main.clientHeight }"""


@pytest.mark.parametrize(
    ("place", "part"),
    [
        ("/en/big/t/35", ".help-number"),
        ("/es/big/t/31", ".nine"),
        ("/zh-Hant/big/now", ".option .big"),
    ],
)
def test_what_matters_most_is_seen_before_a_page_is_moved(
    visit: Visit, place: str, part: str
) -> None:
    page = visit("small")
    look.opened(page, place)
    assert page.locator(part).first.evaluate(SEEN)

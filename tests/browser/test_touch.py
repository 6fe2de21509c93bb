"""A touch means the page that it began on, once that page has been seen; and the language box."""

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser import touches
from tests.browser.conftest import Visit
from tests.browser.watch import stop_time, tap, touch

HELD = "() => document.querySelector('body').classList.contains('new')"
BEHIND = """() => [...document.querySelectorAll("main *, .act *, .tools *")].filter((part) => {
    const box = part.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return part.checkVisibility({ visibilityProperty: true }) || (top && part.contains(top));
}).length"""


def middle(page: Page, selector: str) -> touches.Point:
    box = page.locator(selector).first.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def finger(page: Page) -> CDPSession:
    return page.context.new_cdp_session(page)


def settled(page: Page) -> None:
    expect(page.locator("body.new")).to_have_count(0)


class TestTooEarly:
    """A click whose touch began before the page was 400 ms old does nothing, except on Clear."""

    @pytest.mark.parametrize(
        ("start", "selector", "ends"),
        [("/en/", '.tile[href="/en/t/4"]', "/en/t/4"), ("/leave", ".start", "/en/")],
        ids=["a tile", "Start"],
    )
    def test_a_double_tap_opens_one_page(
        self, visit: Visit, start: str, selector: str, ends: str
    ) -> None:
        page = visit()
        page.clock.install()
        page.goto(start)
        settled(page)
        stop_time(page)
        hand, at = finger(page), middle(page, selector)
        touches.tap(hand, at)
        page.wait_for_url(f"**{ends}")
        for _ in range(3):
            touches.tap(hand, at)
        page.wait_for_timeout(400)
        page.clock.resume()
        settled(page)
        assert page.url.endswith(ends)
        # What lies there would be opened by a touch that is meant: the test can fail.
        under = page.evaluate(
            "([x, y]) => document.elementFromPoint(x, y).closest('a, button') !== null", list(at)
        )
        assert under, "nothing lies under the finger"

    def test_a_touch_that_began_on_the_page_before_opens_nothing(self, visit: Visit) -> None:
        page = visit()
        page.goto("/en/t/7")
        settled(page)
        hand = finger(page)
        row = {"x": middle(page, ".row")[0], "y": middle(page, ".row")[1]}
        hand.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [row]})
        page.evaluate("() => document.querySelector('.talk').click()")
        page.wait_for_url("**/en/now**")
        settled(page)
        page.evaluate(
            "() => { globalThis.clicks = 0; addEventListener('click', () => { clicks += 1 }) }"
        )
        hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        page.locator("h1").tap()  # a later touch comes through, so the one before it has, too
        assert page.evaluate("clicks") == 1
        assert page.url.endswith("/en/now#t/7")

    def test_clear_works_from_the_first_moment(self, visit: Visit) -> None:
        page = visit()
        page.clock.install()
        page.goto("/en/")
        stop_time(page)
        page.evaluate("() => document.querySelector('.talk').click()")
        page.wait_for_url("**/en/now")
        assert page.evaluate(HELD)
        touch(page, "#clear")
        page.wait_for_url("**/leave")

    def test_a_key_is_never_too_early(self, visit: Visit) -> None:
        page = visit()
        page.clock.install()
        page.goto("/en/")
        stop_time(page)
        page.locator(".talk").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/en/now")
        page.locator(".option .button").focus()
        assert page.evaluate(HELD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/en/tell**")

    def test_a_touch_that_is_meant_works_after_that(self, visit: Visit) -> None:
        page = visit()
        page.goto("/en/")
        tap(page, ".talk", "**/en/now")
        settled(page)
        touches.tap(finger(page), middle(page, ".option .button"))
        page.wait_for_url("**/en/tell**")


class TestLanguageBox:
    """What lies behind it is not seen, a touch beside it only closes it, and Esc closes it first."""

    @pytest.mark.parametrize("size", ["tall", "wide", "small"])
    @pytest.mark.few(1)
    def test_a_touch_beside_it_closes_it_and_opens_nothing(self, visit: Visit, size: str) -> None:
        page = visit(size)
        page.goto("/en/t/7")
        settled(page)
        bar = middle(page, ".talk")
        page.locator("[popovertarget]").tap()
        expect(page.locator("#tongues")).to_be_visible()
        assert page.evaluate(BEHIND) == 0
        expect(page.locator("#clear")).to_be_in_viewport(ratio=1)
        touches.tap(finger(page), bar)
        expect(page.locator("#tongues")).to_be_hidden()
        page.locator("h1").tap()  # had the touch opened anything, it would be here by now
        assert page.url.endswith("/en/t/7")

    def test_escape_closes_it_and_only_then_clears(self, visit: Visit) -> None:
        page = visit()
        page.goto("/en/t/7")
        page.locator("[popovertarget]").tap()
        page.keyboard.press("Escape")
        expect(page.locator("#tongues")).to_be_hidden()
        assert page.url.endswith("/en/t/7")
        assert page.evaluate("document.body.innerText").strip()
        page.keyboard.press("Escape")
        page.wait_for_url("**/leave")

    def test_clear_works_while_it_is_open(self, visit: Visit) -> None:
        page = visit()
        page.goto("/en/t/7")
        page.locator("[popovertarget]").tap()
        touch(page, "#clear")
        page.wait_for_url("**/leave")

    def test_its_own_button_closes_it_and_a_language_leads_on(self, visit: Visit) -> None:
        page = visit()
        page.goto("/en/t/7")
        for shown in (True, False, True):
            page.locator("[popovertarget]").tap()
            expect(page.locator("#tongues")).to_be_visible(visible=shown)
        tap(page, '#tongues .pill[hreflang="es"]', "**/es/t/7")
        expect(page.locator("#tongues")).to_be_hidden()

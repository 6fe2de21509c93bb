"""A screen that nobody touches: it asks, and then it clears; more time can be had for the asking."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SIZES, Visit
from tests.browser.watch import stop_time, touch

CARD = "/en/r/122"
IN_VIEW = """() => [...document.querySelectorAll("main *, header *, .tools *")].filter((part) => {
    const box = part.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return top && part.contains(top) && !top.closest("dialog");
}).map((part) => part.outerHTML.slice(0, 60))"""
BACKDROP = "() => getComputedStyle(document.querySelector('dialog'), '::backdrop').backgroundColor"


def left_alone(visit: Visit, address: str, size: str = "tall") -> Page:
    """A page whose time stands."""
    page = visit(size)
    page.clock.install()
    page.goto(address)
    stop_time(page)
    page.evaluate("() => document.dispatchEvent(new Event('stir'))")
    return page


class TestCase15:
    """Idle 60 s → dialog, page behind unreadable; 30 s more → School info; extending works 20 times
    running."""

    @pytest.mark.parametrize("size", SIZES)
    @pytest.mark.parametrize(
        ("address", "seconds"), [("/en/", 60), ("/en/big/t/7", 60), (CARD, 90), ("/es/r/122", 90)]
    )
    @pytest.mark.few(2)
    def test_case_15_an_idle_screen_asks_and_then_shows_school_info(
        self, visit: Visit, size: str, address: str, seconds: int
    ) -> None:
        page = left_alone(visit, address, size)
        page.clock.run_for((seconds - 1) * 1_000)
        expect(page.locator("#idle")).to_be_hidden()
        page.clock.run_for(2_000)
        expect(page.locator("#idle")).to_be_visible()
        expect(page.locator("#idle-stay")).to_be_focused()
        page.clock.run_for(28_000)
        expect(page.locator("#idle-count")).to_have_text("1")
        page.clock.run_for(2_000)
        page.wait_for_url("**/leave")

    @pytest.mark.parametrize("mode", ["", "contrast/"])
    def test_case_15_the_page_behind_the_question_cannot_be_read(
        self, visit: Visit, mode: str
    ) -> None:
        page = left_alone(visit, f"/en/{mode}r/122")
        paper = page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor")
        page.clock.run_for(91_000)
        assert page.evaluate(BACKDROP).startswith("rgb("), "the backdrop lets something through"
        assert page.evaluate(IN_VIEW) == []
        assert paper

    def test_case_15_more_time_can_be_had_twenty_times_running(self, visit: Visit) -> None:
        page = left_alone(visit, "/en/")
        for _ in range(20):
            page.clock.run_for(61_000)
            page.locator("#idle-stay").tap()
            expect(page.locator("#idle")).to_be_hidden()
        assert page.url.endswith("/en/")

    def test_case_15_a_touch_or_a_key_puts_the_question_off(self, visit: Visit) -> None:
        page = left_alone(visit, "/en/now")
        page.clock.run_for(50_000)
        page.locator("h1").tap()
        page.clock.run_for(50_000)
        page.keyboard.press("Tab")
        page.clock.run_for(50_000)
        expect(page.locator("#idle")).to_be_hidden()

    def test_case_15_a_page_being_read_aloud_is_in_use(self, visit: Visit) -> None:
        page = left_alone(visit, "/en/now")
        for _ in range(3):
            page.clock.run_for(50_000)
            page.evaluate("() => document.dispatchEvent(new Event('stir'))")
        expect(page.locator("#idle")).to_be_hidden()

    @pytest.mark.parametrize("way", ["#idle-clear", "Escape"])
    def test_case_15_the_question_has_its_own_clear_and_escape_means_it(
        self, visit: Visit, way: str
    ) -> None:
        page = left_alone(visit, "/en/now")
        page.clock.run_for(61_000)
        if way == "Escape":
            page.keyboard.press(way)
        else:
            touch(page, way)
        page.wait_for_url("**/leave")

    def test_case_15_the_countdown_is_heard_now_and_then_and_not_each_second(
        self, visit: Visit
    ) -> None:
        page = left_alone(visit, "/en/now")
        page.clock.run_for(60_500)
        said, heard = page.locator("#idle-said"), []
        for _ in range(29):
            page.clock.run_for(1_000)
            words = said.text_content() or ""
            if words and words not in heard:
                heard.append(words)
        assert heard == [f"This screen will clear in {left} seconds." for left in (20, 10, 5)]
        described = page.locator("#idle").get_attribute("aria-describedby")
        assert page.locator(f"#{described}").inner_text() == "This screen will clear in 1 seconds."

    def test_case_15_school_info_never_asks(self, visit: Visit) -> None:
        page = left_alone(visit, "/leave")
        page.clock.run_for(600_000)
        assert page.locator("dialog").count() == 0
        assert page.url.endswith("/leave")

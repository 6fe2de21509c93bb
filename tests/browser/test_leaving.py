"""Leaving at once, by touch, key or time; and nothing to come back to."""

import contextlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.conftest import CHROMIUM, FLAGS, SIZES, Visit

CARD = "/en/r/122"
DOWN = "new PointerEvent('pointerdown', {isPrimary: true, bubbles: true})"
BLANK = (
    """(selector) => { document.querySelector(selector).dispatchEvent(%s); return document.body.innerText.trim() }"""
)


def test_touch_down_blanks_the_page_before_any_answer(visit: Visit) -> None:
    """Order, not time: the trigger and the reading are one evaluation, so no frame and no answer lies between."""
    page = visit()
    page.goto(CARD)
    assert page.evaluate("document.body.innerText.trim()") != ""
    assert page.evaluate(BLANK % DOWN, "#clear") == ""
    page.wait_for_url("**/leave")


def test_what_was_typed_is_gone_too(visit: Visit) -> None:
    page = visit()
    page.goto("/en/search")
    page.locator("#q").fill("help me")
    typed = (
        f"() => {{ document.querySelector('#clear').dispatchEvent({DOWN}); return document.querySelector('#q').value }}"
    )
    assert page.evaluate(typed) == ""


@pytest.mark.parametrize(
    ("keys", "leaves"),
    [
        (["Shift", "Shift", "Shift"], True),
        (["Escape"], True),
        (["Shift+A", "Shift+A", "Shift+A"], False),
        (["Shift", "Shift", "a", "Shift"], False),
    ],
)
def test_shift_three_times_or_escape_leaves(visit: Visit, keys: list[str], leaves: bool) -> None:
    page = visit()
    page.goto(CARD)
    for key in keys:
        page.keyboard.press(key)
    if leaves:
        page.wait_for_url("**/leave")
    else:
        page.wait_for_timeout(200)
        assert page.url.endswith(CARD)


def test_a_shift_long_after_the_last_does_not_count(visit: Visit) -> None:
    page = visit()
    page.clock.install()
    page.goto(CARD)
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.clock.run_for(6_000)
    page.keyboard.press("Shift")
    page.clock.run_for(500)
    assert page.url.endswith(CARD)


@pytest.mark.parametrize("size", SIZES)
def test_an_idle_screen_asks_and_then_clears(visit: Visit, size: str) -> None:
    page = visit(size)
    page.clock.install()
    page.goto(CARD)
    page.clock.run_for(59_000)
    expect(page.locator("#idle")).to_be_hidden()
    page.clock.run_for(2_000)
    expect(page.locator("#idle")).to_be_visible()
    expect(page.locator("#idle-stay")).to_be_focused()
    # Opaque: what lies behind the dialog cannot be read.
    behind = page.evaluate("getComputedStyle(document.querySelector('dialog'), '::backdrop').backgroundColor")
    assert behind == "rgb(250, 246, 239)"
    page.clock.run_for(28_000)
    expect(page.locator("#idle-count")).to_have_text("1")
    page.clock.run_for(2_000)
    page.wait_for_url("**/leave")


def test_more_time_can_be_had_again_and_again(visit: Visit) -> None:
    page = visit()
    page.clock.install()
    page.goto(CARD)
    for _ in range(20):
        page.clock.run_for(61_000)
        page.locator("#idle-stay").tap()
        expect(page.locator("#idle")).to_be_hidden()
    assert page.url.endswith(CARD)


def test_a_touch_puts_the_question_off(visit: Visit) -> None:
    page = visit()
    page.clock.install()
    page.goto(CARD)
    page.clock.run_for(50_000)
    page.locator("h1").tap()
    page.clock.run_for(50_000)
    expect(page.locator("#idle")).to_be_hidden()


def test_the_question_has_its_own_clear(visit: Visit) -> None:
    page = visit()
    page.clock.install()
    page.goto(CARD)
    page.clock.run_for(61_000)
    page.locator("#idle-clear").tap()
    page.wait_for_url("**/leave")


def test_school_info_never_asks(visit: Visit) -> None:
    page = visit()
    page.clock.install()
    page.goto("/leave")
    page.clock.run_for(600_000)
    assert page.locator("dialog").count() == 0


def test_there_is_no_way_back_after_leaving(visit: Visit) -> None:
    page = visit()
    page.goto("/en/")
    page.locator('.tile[href="/en/t/7"]').tap()
    page.wait_for_url("**/t/7")
    page.locator("#clear").tap()
    page.wait_for_url("**/leave")
    with contextlib.suppress(PlaywrightTimeout):
        page.go_back(timeout=1_000)
    assert page.url == "about:blank"


@pytest.fixture
def remembering(playwright: Playwright, server: str) -> Iterator[Page]:
    """A browser with its back/forward cache on, which Playwright switches off unless asked."""
    browser: Browser = playwright.chromium.launch(
        executable_path=CHROMIUM, args=FLAGS, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield browser.new_context(base_url=server).new_page()
    browser.close()


def test_a_card_that_the_browser_kept_is_cleared_when_it_comes_back(remembering: Page, server: str) -> None:
    """no-store does not keep a page out of the back/forward cache; the pageshow event tells that it came from there."""
    page = remembering
    page.goto(CARD)
    page.goto("/leave")  # by hand, so that there is an entry to go back to
    with contextlib.suppress(PlaywrightTimeout):
        page.go_back(timeout=2_500)  # a restored page never fires load
    page.wait_for_url("**/leave", wait_until="commit")
    assert "1-888" not in page.evaluate("document.body.innerText")

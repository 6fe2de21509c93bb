"""Leaving at once, by touch or key; and nothing to come back to."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SIZES, Slowness, Visit, go_back
from tests.browser.stage import until
from tests.browser.watch import tap

CARD = "/en/r/122"
NUMBER = "1-888-373-7888"  # stands on the card, and nowhere on School info
DOWN = "new PointerEvent('pointerdown', {isPrimary: true, bubbles: true, button: 0, pointerType: '%s'})"
# Order, not time: the trigger and the reading are one evaluation, so no frame and no answer lies
# between.
BLANK = """(selector) => { document.querySelector(selector).dispatchEvent(%s); return document.body.innerText.trim() }"""
TEXT = "() => document.body.innerText"


def test_case_4_history_does_not_grow_over_ten_taps(visit: Visit) -> None:
    page = visit()
    page.goto("/en/")
    entries = page.evaluate("history.length")
    taps = [
        ('.tile[href$="/en/t/7"]', "**/en/t/7"),
        (".rows li:nth-child(2) .row", "**/en/t/**"),
        (".help-acts a:not(.print)", "**/en/r/**"),
        ('[data-toggle="big"]', "**/en/big/r/**"),
        ('.pill[hreflang="es"]', "**/es/big/r/**"),
        ("#back", "**/es/big/t/**"),
        (".talk", "**/es/big/now**"),
        ('[data-toggle="contrast"]', "**/es/big+contrast/now**"),
        ("#clear", "**/leave"),
        (".start", "**/en/"),
    ]
    for selector, url in taps:
        if selector.startswith(".pill") and not page.locator(selector).first.is_visible():
            page.locator("[popovertarget]").tap()
        tap(page, selector, url)
    assert page.evaluate("history.length") == entries


def test_case_4_history_does_not_grow_with_a_form(visit: Visit) -> None:
    page = visit()
    page.goto("/en/search")
    entries = page.evaluate("history.length")
    page.locator("#q").fill("help")
    page.keyboard.press("Enter")
    page.locator("#search button.primary").tap()
    expect(page.locator("#results a").first).to_be_visible()
    assert page.evaluate("history.length") == entries


class TestCase5:
    """Back/forward cache on: Back after leaving, and after an idle clear, never shows a topic or
    card."""

    def test_case_5_back_after_leaving_has_nowhere_to_go(self, remembering: Page) -> None:
        remembering.goto("/en/t/7")
        tap(remembering, ".rows li:nth-child(2) .row", "**/en/t/**")
        tap(remembering, ".help-acts a:not(.print)", "**/en/r/**")
        tap(remembering, "#clear", "**/leave")
        go_back(remembering)
        expect(remembering).to_have_url("about:blank")

    @pytest.mark.slow
    def test_case_5_back_after_an_idle_clear_has_nowhere_to_go(self, remembering: Page) -> None:
        remembering.clock.install()
        remembering.goto(CARD)
        remembering.clock.run_for(91_000)
        remembering.clock.run_for(31_000)
        remembering.wait_for_url("**/leave")
        go_back(remembering)
        expect(remembering).to_have_url("about:blank")

    @pytest.mark.parametrize("clear", [False, True], ids=["left by hand", "cleared"])
    @pytest.mark.few(1)
    def test_case_5_a_card_that_the_browser_kept_is_cleared_when_it_comes_back(
        self, remembering: Page, clear: bool
    ) -> None:
        """no-store does not keep a page out of the cache; the pageshow event tells that it came
        from there."""
        remembering.goto(CARD)
        if clear:
            # An entry of its own, as a browser makes one that does not replace: something to go
            # back to.
            remembering.evaluate("() => history.pushState(null, '')")
            tap(remembering, "#clear", "**/leave")
        else:
            remembering.goto("/leave")
        go_back(remembering)
        remembering.wait_for_url("**/leave", wait_until="commit")
        assert NUMBER not in remembering.evaluate(TEXT)

    def test_case_5_a_card_is_hidden_in_what_the_browser_keeps(self, remembering: Page) -> None:
        remembering.goto(CARD)
        remembering.evaluate(
            "() => addEventListener('pageshow', (event) => event.stopImmediatePropagation(), true)"
        )
        hidden = remembering.evaluate(
            "() => { dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}));"
            " return document.body.innerText.trim() }"
        )
        assert hidden == ""

    def test_case_5_a_card_that_back_fetches_again_is_cleared(self, visit: Visit) -> None:
        """With the cache off, Back asks the server again; the page learns it from its own
        navigation entry."""
        page = visit()
        page.goto(CARD)
        page.goto("/leave")
        go_back(page)
        page.wait_for_url("**/leave", wait_until="commit")
        assert NUMBER not in page.evaluate(TEXT)


@pytest.mark.parametrize("way", ["#clear", "Escape"])
@pytest.mark.few(1)
def test_case_10_reload_after_leaving_starts_in_the_default_language_size_and_contrast(
    visit: Visit, way: str
) -> None:
    page = visit()
    page.goto("/es/big+contrast/r/122")
    assert page.evaluate("document.documentElement.dataset.mode") == "big contrast"
    if way == "#clear":
        tap(page, way, "**/leave")
    else:
        page.keyboard.press(way)
        page.wait_for_url("**/leave")
    page.reload()
    told = page.evaluate(
        "() => [document.documentElement.lang, document.documentElement.dataset.mode]"
    )
    assert page.url.endswith("/leave")
    assert told == ["en", ""]
    tap(page, ".start", "**/en/")


class TestCase11:
    """Touch-down on Clear hides everything before any answer."""

    @pytest.mark.parametrize("pointer", ["touch", "mouse", "pen"])
    @pytest.mark.few(1)
    def test_case_11_touch_down_on_clear_hides_everything_before_any_answer(
        self, visit: Visit, slowness: Slowness, pointer: str
    ) -> None:
        page = visit()
        page.goto(CARD)
        assert NUMBER in page.evaluate(TEXT)
        slowness.holds = True
        assert page.evaluate(BLANK % (DOWN % pointer), "#clear") == ""
        page.wait_for_timeout(1_000)
        assert page.evaluate(TEXT).strip() == "", (
            "the server has not answered, and the screen shows something"
        )
        slowness.holds = False
        page.wait_for_url("**/leave")

    @pytest.mark.parametrize("how", ["shown in the same document", "opened by its address"])
    def test_case_11_a_page_on_its_way_does_not_arrive_after_clear(
        self, visit: Visit, slowness: Slowness, how: str
    ) -> None:
        page = visit()
        if how == "opened by its address":
            page.add_init_script("delete Document.parseHTML")
        page.goto("/en/now")
        slowness.holds = True
        page.evaluate(
            "() => { document.addEventListener('page', () => sessionStorage.setItem('page', 'came'));"
            # One that is not in memory: it leads to another mode.
            " document.querySelector('[data-toggle=big]').click(); setTimeout(() => {"
            f" document.querySelector('#clear').dispatchEvent({DOWN % 'touch'}) }}, 200) }}"
        )
        until(page, "document.body.classList.contains('gone')", "Clear was touched", seconds=30)
        slowness.holds = False
        # Looked at again and again, not waited for: the page that was stopped would end the waiting
        # with an error.
        expect(page).to_have_url(re.compile("/leave$"))
        page.wait_for_timeout(1_000)
        assert page.url.endswith("/leave")
        assert page.evaluate("sessionStorage.getItem('page')") is None

    @pytest.mark.parametrize("key", ["Enter", " "])
    @pytest.mark.few(1)
    def test_case_11_enter_and_space_on_clear_leave(self, visit: Visit, key: str) -> None:
        page = visit()
        page.goto(CARD)
        page.locator("#clear").focus()
        page.keyboard.press(key)
        page.wait_for_url("**/leave")

    def test_case_11_a_second_finger_or_another_button_does_not_leave(self, visit: Visit) -> None:
        page = visit()
        page.goto(CARD)
        for wrong in ({"isPrimary": False, "button": 0}, {"isPrimary": True, "button": 2}):
            page.evaluate(
                "(how) => document.querySelector('#clear').dispatchEvent(new PointerEvent('pointerdown', how))",
                {**wrong, "bubbles": True},
            )
        page.wait_for_timeout(200)
        assert page.url.endswith(CARD)

    def test_case_11_what_was_typed_and_what_was_heard_end_too(self, visit: Visit) -> None:
        page = visit()
        page.goto("/en/search")
        page.locator("#q").fill("help me")
        ended = page.evaluate(
            "() => { let told = 0; document.addEventListener('leaving', () => { told += 1 });"
            f" document.querySelector('#clear').dispatchEvent({DOWN % 'touch'});"
            " return [document.querySelector('#q').value, told] }"
        )
        assert ended == ["", 1]

    def test_case_11_with_no_server_at_all_two_numbers_stand_on_an_else_empty_screen(
        self, visit: Visit
    ) -> None:
        """No worker yet and the server dead: a navigation would end on the browser's own error
        page."""
        page = visit()
        page.goto(CARD)
        page.context.set_offline(True)
        assert page.evaluate(BLANK % (DOWN % "touch"), "#clear") == ""
        expect(page.locator("body")).to_contain_text("911")
        assert page.evaluate(TEXT).splitlines()[0] == "Talk to someone now"
        assert NUMBER not in page.evaluate("() => document.body.textContent")
        page.context.set_offline(False)
        page.wait_for_url("**/leave")


class TestCase13:
    """Shift three times within five seconds clears; a capital letter does not; too slow does not."""

    @pytest.mark.parametrize(
        ("keys", "leaves"),
        [
            (["Shift", "Shift", "Shift"], True),
            (["Escape"], True),
            (["Shift+A", "Shift+A", "Shift+A"], False),
            (["Shift", "Shift", "a", "Shift"], False),
            (["Shift", "Shift", "Shift+Tab", "Shift"], False),
        ],
    )
    @pytest.mark.few(2)
    def test_case_13_shift_three_times_clears_and_a_capital_letter_does_not(
        self, visit: Visit, keys: list[str], leaves: bool
    ) -> None:
        page = visit()
        page.goto(CARD)
        for key in keys:
            page.keyboard.press(key)
        if leaves:
            page.wait_for_url("**/leave")
        else:
            page.wait_for_timeout(200)
            assert page.url.endswith(CARD)

    def test_case_13_two_shifts_and_six_seconds_and_one_shift_do_not(self, visit: Visit) -> None:
        page = visit()
        page.clock.install()
        page.goto(CARD)
        page.keyboard.press("Shift")
        page.keyboard.press("Shift")
        page.clock.run_for(6_000)
        expect(page.locator("#said")).to_have_text("The screen was not cleared.")
        page.keyboard.press("Shift")
        page.clock.run_for(500)
        assert page.url.endswith(CARD)

    def test_case_13_each_press_is_told_in_words_and_dots(self, visit: Visit) -> None:
        page = visit()
        page.goto(CARD)
        expect(page.locator("#said")).to_have_role("status")
        expect(page.locator("#dots")).to_be_hidden()
        for count, words in ((1, "Press Shift 2 more times."), (2, "Press Shift 1 more time.")):
            page.keyboard.press("Shift")
            expect(page.locator("#said")).to_have_text(f"Screen will clear. {words}")
            expect(page.locator("#dots i.on")).to_have_count(count)
            expect(page.locator("#dots")).to_be_in_viewport(ratio=1)
        page.keyboard.press("b")
        expect(page.locator("#said")).to_have_text("")
        expect(page.locator("#dots")).to_be_hidden()

    def test_case_13_it_also_works_while_the_idle_question_is_open(self, visit: Visit) -> None:
        page = visit()
        page.clock.install()
        page.goto("/en/")
        page.clock.run_for(61_000)
        for _ in range(3):
            page.keyboard.press("Shift")
        page.wait_for_url("**/leave")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.few(1)
def test_clear_works_on_each_size_of_screen(visit: Visit, size: str) -> None:
    page = visit(size)
    page.goto(CARD)
    tap(page, "#clear", "**/leave")

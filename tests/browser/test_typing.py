"""The one field of the screen: what is typed in it is told to nobody and kept nowhere."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Request, Route, expect

from tests.browser.conftest import Visit
from tests.browser.watch import tap
from tests.kiosk.outline import Outline
from tests.running import environment, serving

WORD = "zqxpurple"


def test_case_9_what_is_typed_stands_in_no_address_no_history_and_no_request(visit: Visit) -> None:
    page = visit()
    asked: list[Request] = []
    page.goto("/en/search")
    page.wait_for_load_state("networkidle")
    entries = page.evaluate("history.length")
    # Playwright marks the function it is given
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108
    for letter in WORD:
        page.locator(".key", has_text=letter).first.tap()
    expect(page.locator("#q")).to_have_value(WORD)
    page.locator("#search button.primary").tap()
    page.wait_for_timeout(400)
    told = [request for request in asked if not request.url.endswith("/beat")]
    assert [(request.url, request.post_data) for request in told] == []
    assert page.evaluate(
        "() => [location.pathname + location.search + location.hash, history.length]"
    ) == [
        "/en/search",
        entries,
    ]
    assert page.evaluate("() => JSON.stringify(history.state)") == "null"
    tap(page, "#clear", "**/leave")
    page.goto("/en/search")
    expect(page.locator("#q")).to_have_value("")


def test_a_language_with_letters_of_its_own_has_their_keys_and_the_latin_ones(visit: Visit) -> None:
    page = visit()
    page.goto("/ar/search")
    page.wait_for_load_state("networkidle")
    results = page.locator("#results")
    expect(results.locator("a.link").first).to_be_visible()  # topics to tap, before a word is typed
    for letter in "صديق":
        page.get_by_role("button", name=letter, exact=True).tap()
    rows = results.locator(".rows a")  # the crisis line for a friend, then the topic
    expect(rows.nth(0)).to_have_attribute("href", "/ar/r/121")
    expect(rows.nth(1)).to_have_attribute("href", "/ar/t/42")
    page.locator(".key.script").tap()
    page.locator(".key:visible", has_text="q").tap()
    expect(page.locator("#q")).to_have_value("صديقq")
    page.get_by_role("button", name="حذف الكل", exact=True).tap()
    expect(results.locator("a.link").first).to_be_visible()


@pytest.mark.slow
def test_case_9_without_script_it_is_in_a_body_and_in_no_log(tmp_path: Path) -> None:
    with serving(
        environment(tmp_path / "data", PORCHLIGHT_KIOSK__LANGUAGES='["en", "es"]')
    ) as server:
        answer = server.http.post("/en/big/search", data={"q": WORD})
        assert answer.status_code == 200
        assert str(answer.url).endswith("/en/big/search")
        assert ("value", WORD) in Outline.of(answer.text).attributes
        assert answer.headers["cache-control"] == "no-store"
        server.http.get("/en/r/122")
        time.sleep(0.2)
        for private in (WORD, "/search", "/r/122"):
            assert private not in server.log()


@pytest.mark.parametrize("field", ["autocomplete", "spellcheck"])
def test_case_9_the_browser_is_told_to_remember_nothing_of_the_field(
    visit: Visit, field: str
) -> None:
    page = visit(script=False)
    page.goto("/en/search")
    assert page.locator("#q").get_attribute(field) in {"off", "false"}


def test_a_topic_that_is_offered_keeps_the_focus_when_the_words_come(visit: Visit) -> None:
    page = visit()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/search/words.json", hold)
    with page.expect_request("**/search/words.json"):
        page.goto("/en/search")
    page.locator("#results a").first.focus()
    with page.expect_response("**/search/words.json"):
        held[0].continue_()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.activeElement.closest('#results') !== null")


# Part of each key of the last row that nothing covers, as a share of its height.
UNCOVERED = """() => [...document.querySelectorAll("#keys .key-row:last-child .key")].filter((key) =>
  key.checkVisibility()).map((key) => {
    const box = key.getBoundingClientRect();
    const seen = (y) => key.contains(document.elementFromPoint(box.x + box.width / 2, y));
    return [0.15, 0.5, 0.85].every((part) => seen(box.y + box.height * part));
})"""


@pytest.mark.parametrize("tag", ["es", "ru", "vi", "hmn"])
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080)])
def test_results_cover_no_key_of_the_last_row(
    visit: Visit, tag: str, width: int, height: int
) -> None:
    page = visit()
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"/{tag}/search")
    page.wait_for_load_state("networkidle")
    keys = page.locator(".key:visible")
    expect(keys.first).to_be_visible()
    assert all(page.evaluate(UNCOVERED)), "before a letter is typed"
    page.evaluate("word => { q.value = word; q.dispatchEvent(new Event('input')); }", "su")
    page.wait_for_timeout(600)
    assert all(page.evaluate(UNCOVERED)), "with results"

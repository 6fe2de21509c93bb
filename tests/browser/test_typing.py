"""The one field of the screen: what is typed in it is told to nobody and kept nowhere."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import Visit
from tests.browser.watch import tap
from tests.kiosk.outline import Outline
from tests.running import environment, serving

WORD = "zqxpurple"


ELSEWHERE = "http://screen.example"  # a server that is not on the machine of the screen


def carried(page: Page, server: str) -> None:
    """Have the pages of the server answer under another name, as one elsewhere."""

    def pass_on(route: Route) -> None:
        route.fulfill(response=route.fetch(url=route.request.url.replace(ELSEWHERE, server)))

    page.route(f"{ELSEWHERE}/**", pass_on)


@pytest.mark.parametrize("local", [True, False])
def test_case_9_what_is_typed_stands_in_no_address_no_history_and_goes_to_no_other_machine(
    visit: Visit, server: str, local: bool
) -> None:
    page = visit()
    asked: list[Request] = []
    carried(page, server)
    address = server if local else ELSEWHERE
    page.goto(f"{address}/en/search")
    page.wait_for_load_state("networkidle")
    entries = page.evaluate("history.length")
    # Playwright marks the function it is given
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108
    for letter in WORD:
        page.locator(".key", has_text=letter).first.tap()
    expect(page.locator("#q")).to_have_value(WORD)
    page.wait_for_timeout(400)
    told = [request for request in asked if not request.url.endswith("/beat")]
    assert told == [], "while typing"
    page.locator("#search button.primary").tap()
    page.wait_for_timeout(400)
    told = [request for request in asked if not request.url.endswith("/beat")]
    own = [(f"{server}/en/search", f"q={WORD}")] if local else []
    assert [(request.url, request.post_data) for request in told] == own
    assert page.evaluate(
        "() => [location.pathname + location.search + location.hash, history.length]"
    ) == [
        "/en/search",
        entries,
    ]
    assert page.evaluate("() => JSON.stringify(history.state)") == "null"
    tap(page, "#clear", "**/leave")
    page.goto(f"{address}/en/search")
    expect(page.locator("#q")).to_have_value("")
    page.unroute_all(behavior="wait")  # none is on its way while the page closes


@pytest.mark.parametrize("typed", ["cut", "die", "ICE"])
def test_fewer_than_four_letters_show_nothing_until_search_is_asked_for(
    visit: Visit, typed: str
) -> None:
    """Others look on while "cut" is on its way to "cute"."""
    page = visit()
    page.goto("/en/search")
    page.wait_for_load_state("networkidle")
    page.locator("#q").press_sequentially(typed)
    page.wait_for_timeout(400)
    expect(page.locator("#results .rows")).to_have_count(0)
    page.locator("#q").press("Enter")
    expect(page.locator("#results .rows a").first).to_be_visible()
    page.locator("#q").press("Backspace")
    expect(page.locator("#results .rows")).to_have_count(0)


@pytest.mark.parametrize(("tag", "typed"), [("zh-Hant", "死"), ("ko", "죽")])
def test_one_character_of_chinese_or_korean_is_enough(visit: Visit, tag: str, typed: str) -> None:
    page = visit()
    page.goto(f"/{tag}/search")
    page.wait_for_load_state("networkidle")
    page.locator("#q").fill(typed)
    expect(page.locator(f"#results .rows a[href='/{tag}/r/121']")).to_be_visible()


@pytest.mark.parametrize(
    ("tag", "keys", "word"),
    [
        ("ko", "ㅇㅣㄹㄱㅓㅆㅇㅓ ㄱㅗㅏ", "일겄어 과"),
        ("ko", "ㄷㅏㄹㄱ", "닭"),
        ("pa", "ਅਾਪ", "ਆਪ"),
        ("vi", "ăđư", "ăđư"),
    ],
)
def test_letters_of_several_keys_are_put_together(
    visit: Visit, tag: str, keys: str, word: str
) -> None:
    page = visit()
    page.goto(f"/{tag}/search")
    page.wait_for_load_state("networkidle")
    named = {" ": page.locator(".key.wide").first}
    for letter in keys:
        key = named.get(
            letter, page.locator("#keys").get_by_role("button", name=letter, exact=True)
        )
        key.tap()
    expect(page.locator("#q")).to_have_value(word)


def test_delete_takes_a_letter_off_a_korean_syllable(visit: Visit) -> None:
    page = visit()
    page.goto("/ko/search")
    page.wait_for_load_state("networkidle")
    page.locator("#q").evaluate("field => { field.value = '닭'; }")
    for left in ("달", "다", "ㄷ", ""):
        page.locator("#keys").get_by_role("button", name="지우기", exact=True).tap()
        expect(page.locator("#q")).to_have_value(left)


def test_chinese_offers_its_topics_before_any_key(visit: Visit) -> None:
    page = visit()
    page.goto("/zh-Hant/search")
    page.wait_for_load_state("networkidle")
    expect(page.locator(".key").first).to_be_hidden()
    assert page.locator("#results .link").count() > 16
    page.locator("#q").tap()
    expect(page.locator(".key:visible").first).to_be_visible()


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

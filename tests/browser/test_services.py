"""A search of the large directory on a real screen: by keys and taps, without script, offline, told
to nobody."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from tests.browser.conftest import close
from tests.browser.stage import Stage, install, staged
from tests.kiosk.test_directory_results import OWN, fill


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    data_dir = tmp_path_factory.mktemp("stage") / "data"
    fill(data_dir, *OWN)
    with staged(data_dir=data_dir) as made:
        yield made


@pytest.fixture
def page(browser: Browser, stage: Stage, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A screen; a test's parameter may take its script away."""
    script = getattr(request, "param", True)
    context = browser.new_context(
        viewport={"width": 1080, "height": 1920},
        base_url=stage.address,
        has_touch=True,
        java_script_enabled=script,
    )
    yield context.new_page()
    close(context)


def type_by_keys(page: Page, word: str) -> None:
    for letter in word:
        page.locator(".key", has_text=re.compile(f"^{letter}$")).first.tap()


def test_a_word_typed_on_the_keys_finds_services_when_search_is_tapped_and_leaves_no_trace(
    page: Page,
) -> None:
    asked: list[Request] = []
    install(page, "/en/search")  # a busy machine stores the pages later than "networkidle"
    page.wait_for_load_state("networkidle")
    entries = page.evaluate("history.length")
    # Playwright marks the function it is given
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108
    type_by_keys(page, "zebre")
    page.wait_for_timeout(400)
    told = [request for request in asked if not request.url.endswith("/beat")]
    assert told == []  # typing asks nobody
    page.locator("#search button.primary").tap()
    expect(page.locator(".service")).to_have_count(3)
    expect(page.locator(".service .number").first).to_contain_text("1-916-555-267")
    expect(page.locator(".strip")).to_contain_text("988")
    [post] = [request for request in asked if not request.url.endswith("/beat")]
    assert (post.method, post.url.rpartition("/en/")[2], post.post_data) == (
        "POST",
        "search",
        "q=zebre",
    )
    assert page.evaluate(
        "() => [location.pathname + location.search + location.hash, history.length]"
    ) == [
        "/en/search",
        entries,
    ]
    type_by_keys(page, "x")
    expect(page.locator(".service")).to_have_count(0)  # what was found for other words goes


@pytest.mark.parametrize("page", [True, False], indirect=True, ids=["script", "no script"])
@pytest.mark.slow
def test_more_results_come_page_by_page_without_a_word_in_an_address(page: Page) -> None:
    page.goto("/en/big/search")
    page.locator("#q").fill("walrus")
    page.locator("#search button.primary").tap()
    expect(page.locator(".service")).to_have_count(6)
    first = page.locator(".service-name").first.text_content()
    page.locator(".pager button").tap()
    expect(page.locator(".service-name").first).not_to_have_text(first or "")
    expect(page.locator(".pager button")).to_have_count(2)
    assert page.url.endswith("/en/big/search")
    page.locator(".strip a").first.tap()
    page.wait_for_url("**/en/big/r/120*")


def test_when_the_server_does_not_answer_what_the_page_itself_found_stays(
    page: Page, stage: Stage
) -> None:
    page.goto("/en/search")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.locator("#q").fill("food")
    page.locator("#search button.primary").tap()
    expect(page.locator(".results .row").first).to_be_visible()
    expect(page.locator(".service")).to_have_count(0)


@pytest.mark.parametrize("words", ["late", "never there"])
def test_the_pages_own_words_that_load_later_do_not_take_the_servers_results_away(
    page: Page, words: str
) -> None:
    held: list[Route] = []
    # Playwright marks the function it is given
    page.route("**/search/words.json", lambda route: held.append(route))  # noqa: PLW0108
    page.goto("/en/search")
    page.locator("#q").fill("zebra")
    page.locator("#search button.primary").tap()
    expect(page.locator(".service").first).to_be_visible()
    [route] = held
    with page.expect_event("requestfinished" if words == "late" else "requestfailed"):
        route.continue_() if words == "late" else route.abort()
    page.wait_for_timeout(300)  # what is there must stay; nothing else comes
    expect(page.locator(".service").first).to_be_visible()


@pytest.mark.slow
def test_the_worker_lets_the_search_through_and_keeps_nothing_of_it(
    page: Page, stage: Stage
) -> None:
    install(page)
    stage.asked.clear()
    page.goto("/en/search")
    page.locator("#q").fill("zebra")
    page.locator("#search button.primary").tap()
    expect(page.locator(".service").first).to_be_visible()
    assert "POST /en/search" in stage.asked
    kept = """async () => { const found = [];
        for (const name of await caches.keys()) for (const one of await (await caches.open(name)).matchAll())
            if ((await one.text()).includes("Zebra")) found.push(one.url);
        return found }"""
    assert page.evaluate(kept) == []


@pytest.mark.parametrize("size", [(1080, 1920), (800, 480)])
@pytest.mark.slow
def test_the_results_stand_within_the_screen_in_any_language_and_mode(
    page: Page, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for path in ("/en/search", "/es/big/search"):
        page.goto(path)
        page.locator("#q").fill("zebra")
        page.locator("#search button.primary").tap()
        expect(page.locator(".service").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        boxes = page.locator(".strip a, .pager button").evaluate_all(
            "parts => parts.map(part => [part.getBoundingClientRect().width, part.getBoundingClientRect().height])"
        )
        assert boxes
        assert all(min(box) >= 44 for box in boxes)

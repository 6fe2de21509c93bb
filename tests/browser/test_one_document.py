"""One document for a whole visit: a tap changes what it holds, and nothing else is different from
opening each address."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import Visit, close
from tests.browser.stage import OPEN, install, staged, until
from tests.browser.test_journey import PLACES
from tests.browser.visits import letters, vouch
from tests.browser.watch import Watch, stop_time, tap

MARK = "() => { globalThis.mark = true }"
MARKED = "() => globalThis.mark === true"
# Where the focus is, and what a script does to a page in its own time, belong to no address.
STATE = """() => {
    const copy = document.documentElement.cloneNode(true);
    for (const part of copy.querySelectorAll("[tabindex]")) part.removeAttribute("tabindex");
    const [html, body] = [copy, copy.querySelector("body")].map((part) =>
        [...part.attributes].map(({ name, value }) => [name, value.replace(/ ?new$/, "")])
            .filter(([name, value]) => name !== "class" || value).sort());
    const sheets = [...document.styleSheets].filter(({ media }) => media.mediaText !== "not all");
    return [html, body, document.title, copy.querySelector("body").innerHTML,
        sheets.map(({ href }) => href)];
}"""
# Which parts of a page are those that were marked on the page before.
KEEP = "() => document.querySelectorAll('body *').forEach((part) => { part.kept = true })"
KEPT = """() => ["#clear", ".tools", "main", "#idle", "#rest"]
    .filter((part) => document.querySelector(part).kept)"""
SET = """() => {
    globalThis.set = [];
    const note = (records) => set.push(...records.map(({ attributeName }) => attributeName));
    new MutationObserver(note).observe(document.documentElement, { attributes: true });
}"""
FOCUSED = "() => document.activeElement.localName"
NEAR = "performance.getEntries().some(({{ name }}) => name.endsWith('{}'))"
# What the browser's own loading of an address makes of a page, and what kiosk.js's parser does.
DROPPED = """async (place) => {
    const loaded = await new Promise((done) => {
        const asked = new XMLHttpRequest();
        asked.responseType = "document";
        asked.onload = () => done(asked.response);
        asked.open("GET", place);
        asked.send();
    });
    const text = await (await fetch(place)).text();
    const parsed = Document.parseHTML(text, { sanitizer: {} });
    for (const script of loaded.querySelectorAll("script")) script.remove();
    return loaded.documentElement.outerHTML === parsed.documentElement.outerHTML;
}"""


@pytest.fixture
def visit(visit: Visit) -> Visit:
    """Pages are fetched ahead: that is what a tap swaps."""
    return partial(visit, ahead=True)


def settled(page: Page) -> None:
    """The page has been there for long enough to be touched, and all that it does at first is done."""
    expect(page.locator("body.new")).to_have_count(0)


def state(page: Page) -> Any:
    settled(page)
    letters(page)
    return json.loads(json.dumps(page.evaluate(STATE)))


def test_a_visit_is_one_document_from_start_to_clear(visit: Visit) -> None:
    page = visit()
    watch = Watch(page)
    page.goto("/leave")
    page.evaluate(MARK)
    tap(page, '.start[lang="en"]', "**/en/")
    assert not page.evaluate(MARKED), "a visit begins with a document of its own"
    page.evaluate(MARK)
    for selector, url in (
        ('.tile[href$="/en/t/7"]', "**/en/t/7"),
        (".rows li:nth-child(2) .row", "**/en/t/**"),
        (".help-acts a:not(.print)", "**/en/r/**"),
        (".print", "**/print**"),
        ("#back", "**/en/r/**"),
        ('[data-toggle="contrast"]', "**/en/contrast/r/**"),
        ("#back", "**/en/contrast/t/**"),
        (".talk", "**/en/contrast/now#t/**"),
    ):
        tap(page, selector, url)
        assert page.evaluate(MARKED), url
        assert page.evaluate(FOCUSED) in {"h1", "main"}, url
    tap(page, "#clear", "**/leave")
    assert not page.evaluate(MARKED)
    watch.assert_clean()


@pytest.mark.parametrize(
    ("start", "taps"),
    [
        (
            "/en/",
            (
                (".find", "**/en/search"),
                ("#back", "**/en/"),
                ('.tile[href$="/en/t/7"]', "**/en/t/7"),
                (".rows li:nth-child(2) .row", "**/en/t/**"),
            ),
        ),
        (
            "/en/t/7",
            (
                (".rows li:nth-child(2) .row", "**/en/t/**"),
                (".help-acts a:not(.print)", "**/en/r/**"),
                (".print", "**/print**"),
                ("#back", "**/en/r/**"),
                ('[data-toggle="big"]', "**/en/big/r/**"),
                ('.pill[hreflang="ar"]', "**/ar/big/r/**"),
            ),
        ),
    ],
    ids=["to a topic", "to a card in Arabic"],
)
def test_what_a_tap_shows_is_what_its_address_shows(
    visit: Visit, start: str, taps: tuple[tuple[str, str], ...]
) -> None:
    page = visit("wide")
    page.goto(start)
    for selector, url in taps:
        if selector.startswith(".pill"):
            page.locator("[popovertarget]").tap()
        tap(page, selector, url)
        shown = state(page)
        page.reload()
        assert shown == state(page), url


def test_what_two_pages_of_a_language_have_is_not_made_anew(visit: Visit) -> None:
    """A screen draws again only what changed; a template or a dialog does not tell what it holds."""
    page = visit()
    page.goto("/en/t/7")
    page.evaluate(KEEP)
    page.evaluate(SET)
    tap(page, ".rows li:nth-child(2) .row", "**/en/t/**")
    assert "lang" not in page.evaluate("set"), "lang set again has the whole screen styled again"
    assert page.evaluate(KEPT) == ["#clear", ".tools"]
    page.locator("[popovertarget]").tap()
    tap(page, '.pill[hreflang="es"]', "**/es/t/**")
    assert page.evaluate(KEPT) == []


def test_the_parser_drops_nothing_but_scripts(visit: Visit) -> None:
    """The default of Document.parseHTML would drop every class and every data attribute."""
    page = visit()
    page.goto("/leave")  # where no idle question ends a long test
    for place in (*PLACES, "/{}/t/1", "/{}/r/122/sheet", "/{}/missing"):
        assert page.evaluate(DROPPED, place.format("en")), place


def test_pages_that_were_near_are_shown_when_nobody_answers(visit: Visit) -> None:
    page = visit()
    page.goto("/en/")
    until(page, NEAR.format("/en/t/8"), "it is near, with its scripts, and so is the next")
    page.context.set_offline(True)
    tap(page, '.tile[href$="/en/t/7"]', "**/en/t/7")
    expect(page.locator(".row").first).to_be_visible()


def test_at_rest_a_server_is_asked_only_for_what_is_one_tap_away(visit: Visit) -> None:
    page = visit()
    watch = Watch(page)
    page.goto("/en/")
    page.wait_for_load_state("networkidle")
    near = set(
        page.evaluate(
            '[...document.querySelectorAll("a[href^=\\"/\\"]")].map((link) => link.pathname)'
        )
    )
    asked = [path for path in watch.requests if "." not in path]
    asked = [path for path in asked if path not in {"/en/", "/beat"}]
    assert asked
    assert set(asked) <= near
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize("why", ["no parser that the policy allows", "another version"])
def test_where_a_page_cannot_be_swapped_its_address_is_opened(visit: Visit, why: str) -> None:
    page = visit()
    if why == "another version":
        for suffix, kind in (("css", "text/css"), ("js", "text/javascript")):
            page.route(
                f"**/static/other.*{suffix}", partial(Route.fulfill, body="", content_type=kind)
            )
        page.route(
            "**/en/now",
            lambda route: route.fulfill(
                body=route.fetch().text().replace("/static/kiosk.", "/static/other."),
                content_type="text/html",
            ),
        )
    else:
        page.add_init_script("delete Document.parseHTML")
    page.goto("/en/")
    page.evaluate(MARK)
    tap(page, ".talk", "**/en/now")
    expect(page.locator("h1")).to_have_text("Talk to someone now")
    assert not page.evaluate(MARKED)


class TestScripts:
    """A script that the first page does not have works on a later one that has it."""

    def test_the_keys_of_search(self, visit: Visit) -> None:
        page = visit()
        page.goto("/en/")
        for _ in range(2):
            tap(page, ".find", "**/en/search")
            for letter in "food":
                page.locator("#keys button", has_text=letter).first.tap()
            expect(page.locator("#q")).to_have_value("food")
            expect(page.locator("#results a.row").first).to_be_visible()
            tap(page, "#back", "**/en/")

    def test_the_hours_of_a_card(self, visit: Visit) -> None:
        page = visit()
        page.clock.install(time="2026-03-02T20:00:00Z")  # a Monday at noon in California
        vouch(page)
        page.goto("/en/t/7")
        page.evaluate("() => { location.hash = 't/7' }")
        address = page.evaluate(
            """async () => { for (const { url } of (await (await fetch("/pack.json")).json()).files)
            if (/^\\/en\\/r\\/\\d+$/.test(url) && (await (await fetch(url)).text()).includes("data-hours")) return url }"""
        )
        page.evaluate(
            "(address) => { document.querySelector('.rows li:nth-child(2) .row').href = address }",
            address,
        )
        tap(page, ".rows li:nth-child(2) .row", f"**{address}**")
        expect(page.locator(".status.open, .status.closed").first).to_be_visible()

    @pytest.mark.slow
    def test_the_printer_of_a_slip(self, visit: Visit) -> None:
        page = visit()
        page.goto("/en/r/122")
        page.evaluate("() => { globalThis.printed = 0; globalThis.print = () => { printed += 1 } }")
        for times in (1, 2):
            tap(page, ".print", "**/print**")
            page.locator("#print").tap()
            assert page.evaluate("printed") == times
            tap(page, "#back", "**/en/r/122**")


def test_a_card_reached_by_a_tap_gives_its_reader_the_time_of_a_card(visit: Visit) -> None:
    page = visit()
    page.clock.install()
    page.goto("/en/t/32")
    stop_time(page)
    page.clock.run_for(1_000)
    tap(page, ".help-acts a:not(.print)", "**/en/r/**")
    page.clock.run_for(80_000)
    expect(page.locator("#idle")).to_be_hidden()
    page.clock.run_for(11_000)
    expect(page.locator("#idle")).to_be_visible()
    page.clock.run_for(31_000)
    page.wait_for_url("**/leave")


def test_presses_of_shift_are_not_counted_from_one_page_to_the_next(visit: Visit) -> None:
    page = visit()
    page.goto("/en/")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    tap(page, ".talk", "**/en/now")
    page.keyboard.press("Shift")
    expect(page.locator("#said")).to_have_text("Screen will clear. Press Shift 2 more times.")


@pytest.fixture
def worker(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A screen whose worker holds the pack, and what its server is asked from then on."""
    with staged() as stage:
        context = browser.new_context(
            viewport={"width": 1080, "height": 1920},
            base_url=stage.address,
            has_touch=True,
            service_workers="allow",
        )
        page = context.new_page()
        install(page, "/leave")
        stage.asked.clear()
        yield page, stage.asked
        close(context)


def test_with_the_worker_pages_two_taps_away_are_near_and_the_server_hears_nothing(
    worker: tuple[Page, list[str]],
) -> None:
    page, asked = worker
    watch = Watch(page)
    tap(page, '.start[lang="en"]', "**/en/")
    card = "/en/r/121"
    until(page, NEAR.format(card), "near")
    page.wait_for_load_state("networkidle")
    tap(page, ".talk", "**/en/now")
    page.locator("main summary").tap()
    tap(page, f'.line[href="{card}"]', f"**{card}**")
    page.wait_for_load_state("networkidle")
    assert set(asked) <= OPEN
    near = [path for path in watch.requests if path.startswith("/en/") and path != "/en/"]
    assert sorted(near) == sorted(set(near)), "a page in memory is asked for again"

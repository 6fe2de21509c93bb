"""Read by everyone: axe-core finds nothing serious, keys reach everything, hours are marked right."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import SIZES, Visit
from tests.browser.visits import RULES, VOUCHED, axe_source, letters
from tests.browser.watch import Watch

CASES = json.loads((Path(__file__).parents[1] / "content" / "hours_cases.json").read_text("utf-8"))
PAGES = [
    "/",
    "/t/7",
    "/t/32",
    "/r/122",
    "/r/126",
    "/r/132",
    "/r/150",
    "/r/122/print",
    "/now",
    "/partners",
    "/r/173",
]
PAGES += ["/adults", "/search", "/languages", "/nothing-here"]
KEY_PAGES = ["/", "/t/7", "/r/122", "/now", "/search"]
UNVOUCHED = """async () => (await caches.open("kiosk-meta")).delete("/clock")"""
LOOKED = """async () => { for (let turn = 0; turn < 3; turn++) await caches.match("/clock"); }"""
OFFERED = "[...document.querySelectorAll('#results a')].map((link) => link.pathname)"


def violations(page: Page) -> list[str]:
    page.wait_for_load_state()  # a page is there before its style sheet is
    letters(page)
    page.evaluate(axe_source())  # through the debugger: the page's own policy would refuse a script
    found: dict[str, Any] = page.evaluate("rules => axe.run(document, rules)", RULES)
    return [
        f"{v['id']} ({v['impact']}): {v['nodes'][0]['html'][:120]}"
        for v in found["violations"]
        if v["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize(
    ("size", "language", "places"),
    [("tall", "en", PAGES), ("wide", "es", KEY_PAGES), ("small", "en", KEY_PAGES)],
)
@pytest.mark.slow
def test_axe_finds_nothing_serious_on_any_kind_of_page(
    visit: Visit, size: str, language: str, places: list[str]
) -> None:
    page = visit(size)
    for place in [f"/{language}{path}" for path in places] + ["/leave"]:
        page.goto(place)
        assert violations(page) == [], place


def test_axe_finds_nothing_serious_in_the_idle_question_and_the_results(visit: Visit) -> None:
    page = visit()
    page.goto("/en/search")
    page.locator("#q").fill("traficking")
    expect(page.locator(".results .row").first).to_be_visible()
    assert violations(page) == []
    page.evaluate("document.querySelector('#idle').showModal()")
    assert violations(page) == []


def test_axe_would_find_something_serious(visit: Visit) -> None:
    page = visit()
    page.goto("/en/")
    page.evaluate("document.querySelector('.talk').replaceChildren()")
    assert violations(page) != []


def test_the_journey_works_by_keyboard_alone(visit: Visit) -> None:
    page = visit()
    page.goto("/en/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#clear")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator(".tile").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/t/2")


def test_search_on_the_letter_keys_keeps_words_out_of_the_address(visit: Visit) -> None:
    page = visit()
    watch = Watch(page)
    page.goto("/es/search")
    entries = page.evaluate("history.length")
    offered = set(page.evaluate(OFFERED))  # before a word is typed
    for letter in "bulying":
        page.locator(".key", has_text=letter).first.tap()
    expect(page.locator('.results .row[href="/es/t/74"]')).to_be_visible()
    expect(page.locator("#q")).to_have_value("bulying")
    assert page.url.endswith("/es/search")
    assert page.evaluate("history.length") == entries
    assert set(watch.requests) == {
        path
        for path in watch.requests
        if path in {"/es/search", "/es/", "/es/now", "/beat"}
        or path.startswith(("/static/", "/search/"))
        or path in offered  # on their way before a finger can ask for one
    }
    page.locator(".key", has_text="Borrar todo").tap()
    expect(page.locator(".results .row")).to_have_count(len(offered))
    assert set(page.evaluate(OFFERED)) == offered
    page.locator(".key", has_text="ñ").tap()
    page.get_by_role("button", name="Borrar", exact=True).tap()
    expect(page.locator("#q")).to_have_value("")
    watch.assert_clean()


def test_a_search_for_nothing_known_shows_the_crisis_lines(visit: Visit) -> None:
    page = visit("wide")
    page.goto("/en/search")
    page.locator("#q").fill("qqqxxx")
    page.keyboard.press("Enter")
    expect(page.locator(".results .line").first).to_be_visible()


@pytest.mark.slow
def test_the_script_marks_a_line_as_open_closed_or_neither(visit: Visit) -> None:
    assert set(CASES["channels"]) == {case["channel"] for case in CASES["cases"]}
    page = visit()
    page.goto("/en/t/32")
    script = page.locator('script[src*="hours"]').get_attribute("src")
    names = [
        name
        for name, channel in CASES["channels"].items()
        if channel["hours"] == "listed" and channel["open"]
    ]

    def answer(route: Route) -> None:
        marks = ""
        for name in names:
            channel = CASES["channels"][name]
            openings = json.dumps(
                [[o["days"], o["opens_at"], o["closes_at"]] for o in channel["open"]]
            )
            marks += (
                f"<p id={name} data-hours='{openings}' data-zone={channel['timezone']}"
                " data-open=yes data-closed=no><span>said</span></p>"
            )
        route.fulfill(
            content_type="text/html", body=f'<!doctype html>{marks}<script src="{script}"></script>'
        )

    page.route("**/hours-cases", answer)
    words = {"open": "yes. said", "closed": "no. said", "unknown": "said"}
    wrong = []
    for case in CASES["cases"]:
        if case["channel"] in names:
            page.clock.set_fixed_time(case["now"] or "2026-12-07T18:00:00Z")
            page.evaluate(VOUCHED if case["now"] else UNVOUCHED)
            page.goto("/hours-cases")
            page.evaluate(LOOKED)
            shown = page.locator(f"[id={case['channel']}]").inner_text()
            if shown != words[case["state"]]:
                wrong.append((case["name"], shown))
    assert wrong == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.slow
def test_text_spaced_as_a_reader_needs_it_is_not_lost(visit: Visit, size: str) -> None:
    """WCAG 1.4.12."""
    page = visit(size)
    watch = Watch(page)
    for place in ("/es/", "/es/r/122", "/es/now"):
        page.goto(place)
        page.evaluate(
            """() => { const sheet = new CSSStyleSheet();
            const spacing = ["line-height: 1.5", "letter-spacing: .12em", "word-spacing: .16em"];
            sheet.replaceSync(`* { ${spacing.map((rule) => rule + " !important").join(";")} }`);
            document.adoptedStyleSheets = [sheet] }"""
        )
        assert watch.sideways() == [], place
        expect(page.locator("#clear")).to_be_in_viewport(ratio=1)

"""The whole visit with keys alone: as someone does it with a keypad, or who cannot touch the
screen."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SIZES, Visit
from tests.browser.visits import letters

# Where the focus is, whether it can be seen, and whether something lies over it.
FOCUS = """() => {
    const part = document.activeElement;
    if (part === document.body) return null;
    const box = part.getBoundingClientRect();
    // A card can be taller than what scrolls: some point of it has to be in view.
    const view = (part.closest("main") ?? document.documentElement).getBoundingClientRect();
    const x = box.x + box.width / 2;
    const [above, below] = [Math.max(box.top, view.top), Math.min(box.bottom, view.bottom)];
    const tops = [0.2, 0.5, 0.8].map((share) => document.elementFromPoint(x, above + share * (below - above)));
    const style = getComputedStyle(part);
    return {
        what: part.id || part.getAttribute("href") || part.className || part.tagName,
        inside: below - above >= Math.min(box.height, view.height) - 2 && box.left >= -1 && box.right <= innerWidth + 1,
        ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        covered: !tops.some((top) => top && (part.contains(top) || top === part)),
        dock: Boolean(part.closest(".exit, .act, .tools, .top, .skip, dialog")),
        x: Math.round(box.x), y: Math.round(box.y),
    };
}"""


def stops(page: Page, key: str = "Tab", limit: int = 120) -> list[dict[str, object]]:
    """Every stop of the key from the top of the page until the focus comes round again."""
    found: list[dict[str, object]] = []
    for _ in range(limit):
        page.keyboard.press(key)
        stop = page.evaluate(FOCUS)
        for _frame in range(20):  # the page scrolls to what has the focus
            if stop is None or (stop["inside"] and not stop["covered"]):
                break
            page.wait_for_timeout(20)
            stop = page.evaluate(FOCUS)
        if stop is None or (found and stop["what"] == found[0]["what"]):
            return found
        found.append(stop)
    raise AssertionError(f"the focus never comes round: {[stop['what'] for stop in found[-6:]]}")


def to(page: Page, selector: str) -> None:
    """Tab until the focus is on it, then Enter."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            break
    else:
        raise AssertionError(f"the keyboard never reaches {selector}")
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.slow
def test_case_25_the_whole_journey_by_keyboard_alone(visit: Visit, size: str) -> None:
    page = visit(size)
    page.goto("/leave")
    to(page, '.start[lang="en"]')
    to(page, '.tile[href="/en/t/7"]')
    to(page, ".rows li:nth-child(2) .row")
    to(page, ".help-acts a:not(.print)")
    assert "/en/r/" in page.url
    to(page, '[data-toggle="big"]')
    assert "/en/big/r/" in page.url
    to(page, "#back")
    assert "/en/big/t/" in page.url
    to(page, ".talk")
    assert "/en/big/now#t/" in page.url
    to(page, "#clear")
    assert page.url.endswith("/leave")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "address",
    [
        *("/leave", "/en/", "/en/t/7", "/en/r/122", "/en/big/now", "/en/search", "/ar/"),
        *("/en/t/35", "/en/t/31", "/en/big+huge/t/35", "/en/big+huge/tell", "/en/now/sheet"),
    ],
)
@pytest.mark.slow
def test_case_25_the_focus_is_always_visible_and_never_trapped(
    visit: Visit, size: str, address: str
) -> None:
    page = visit(size)
    page.goto(address)
    letters(page)
    forward = stops(page)
    assert [stop["what"] for stop in forward[:2]] == ["#main", "clear"]
    wrong = [stop for stop in forward if stop["covered"] or not stop["inside"] or not stop["ring"]]
    assert wrong == []
    page.goto(address)
    letters(page)
    assert len(stops(page, "Shift+Tab")) == len(forward)


def test_case_25_the_order_is_as_seen(visit: Visit) -> None:
    page = visit()
    page.goto("/en/")
    tiles = [
        stop for stop in stops(page) if "/en/t/" in str(stop["what"]) or stop["what"] == "/leave"
    ]
    places = [(stop["y"], stop["x"]) for stop in tiles if not stop["dock"]]
    assert len(places) >= 7
    assert places == sorted(places)


@pytest.mark.parametrize("address", ["/en/", "/ar/", "/en/big/"])
def test_the_first_tile_of_home_is_the_fifth_stop(visit: Visit, address: str) -> None:
    page = visit()
    page.goto(address)
    for _ in range(5):
        page.keyboard.press("Tab")
    expect(page.locator(".tile").first).to_be_focused()


def test_case_25_skip_leads_past_the_top(visit: Visit) -> None:
    page = visit()
    page.goto("/en/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.evaluate(
        "() => document.getElementById('main').append(document.createElement('p'))"
    )  # is looked at anew
    page.wait_for_timeout(100)
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.classList.contains('tile')")


def test_case_25_the_idle_question_is_answered_by_keyboard(visit: Visit) -> None:
    page = visit()
    page.clock.install()
    page.goto("/en/now")
    # Without scrolling: a scroll told of late, on a busy machine, would put the question off as a
    # reader's does.
    page.locator(".option a").first.evaluate("(line) => line.focus({ preventScroll: true })")
    page.clock.run_for(62_000)
    expect(page.locator("#idle-stay")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#idle-clear")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#idle")).to_be_hidden()
    expect(page.locator(".option a").first).to_be_focused()

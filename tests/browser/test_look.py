"""What is always in sight, and in which colours: Clear, "Talk to someone now", contrast, motion,
the switches."""

import re
import subprocess

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import look
from tests.browser.conftest import SIZES, Visit
from tests.browser.look import contrast
from tests.browser.test_reading import violations
from tests.browser.visits import letters
from tests.browser.watch import touch
from tests.running import pack_files
from tests.selection import Some

EVERY_SIZE = pytest.mark.parametrize("size", SIZES)
MODES = ("", "big+contrast+down/")
CLEAR = """(id) => { const clear = document.getElementById(id), box = clear.getBoundingClientRect();
    const inset = Math.min(box.width, box.height) / 4;
    const points = [[box.x + box.width / 2, box.y + box.height / 2]];
    for (const x of [box.left + inset, box.right - inset]) for (const y of [box.top + inset, box.bottom - inset])
        points.push([x, y]);
    return { covered: points.some(([x, y]) => !clear.contains(document.elementFromPoint(x, y))),
        box: [box.x, box.y, box.width, box.height].map(Math.round) } }"""
RINGS = """() => { const part = document.activeElement, style = getComputedStyle(part);
    return { name: part.outerHTML.slice(0, 80), ring: style.outlineColor, wide: parseFloat(style.outlineWidth),
        inner: style.boxShadow.match(/rgba?\\([^)]*\\)/)?.[0],
        paper: getComputedStyle(document.documentElement).backgroundColor } }"""
# The edges of what is chosen, and of all that stands beside it.
EDGES = """(parts) => { const { dataset } = document.documentElement, modes = dataset.mode.split(" ");
    const edges = [[], []];
    for (const part of document.querySelectorAll(parts)) {
        const chosen = modes.includes(part.dataset.toggle) || part.hasAttribute("aria-current");
        edges[Number(chosen)].push(getComputedStyle(part).borderTopStyle); }
    return edges.map((styles) => [...new Set(styles)]) }"""
EDGED = [["solid"], ["double"]]
MOVING = """() => [...document.querySelectorAll("*")].flatMap((part) => ["", "::before", "::after"].map((pseudo) => {
    const style = getComputedStyle(part, pseudo);
    return Math.max(...`${style.transitionDuration},${style.animationDuration}`.split(",").map(parseFloat)) }))"""


def clear_of(page: Page, name: str = "clear") -> tuple[int, ...]:
    """Return the box of Clear; fail if something covers it."""
    found = page.evaluate(CLEAR, name)
    assert not found["covered"], page.url
    return tuple(found["box"])


@EVERY_SIZE
@pytest.mark.few(1)
def test_case_12_clear_is_in_one_place_uncovered_and_20_mm_whatever_is_shown(
    visit: Visit, size: str, some: Some
) -> None:
    """On every kind of page, in modes, at every scroll position, with the languages open, in the
    idle question."""
    page = visit(size)
    width, height = SIZES[size]
    places = set()
    every = [f"/en/{mode}{kind}" for kind in look.KINDS for mode in MODES]
    for address in (*some(every, 3), "/leave", "/es/now", "/", "/en/big/", "/es/down/t/7"):
        look.opened(page, address)
        for part in (0, 0.5, 1):
            page.evaluate(
                "(part) => { const m = document.querySelector('main'); m.scrollTop = part * m.scrollHeight }",
                part,
            )
            places.add(clear_of(page))
        if page.locator(".language:visible").count():
            page.locator(".language").click()
            places.add(clear_of(page))
        if page.locator("#idle").count():
            page.evaluate("document.querySelector('#idle').showModal()")
            places.add(clear_of(page, "idle-clear"))
    # A 7-inch panel in Bigger text may need a second line for its words: the corner stays, the foot
    # may move.
    assert len({(x, y, wide) for x, y, wide, _high in places}) == 1, places
    assert size == "small" or len(places) == 1, places
    least = 44 if size == "small" else 20 * look.millimetre(page)
    for x, y, wide, high in places:
        assert min(wide, high) >= least
        assert x >= 0
        assert y >= 0
        assert x + wide <= width
        assert y + high <= height


@EVERY_SIZE
@pytest.mark.parametrize("mode", ["", "big/"])
@pytest.mark.slow
def test_case_17_talk_to_someone_now_is_in_view_on_every_page(
    visit: Visit, size: str, mode: str
) -> None:
    page = visit(size)
    for kind in look.KINDS:
        look.opened(page, f"/en/{mode}{kind}")
        if kind == "t/31":  # help itself, and nothing beside it
            expect(page.locator(".nine")).to_be_in_viewport()
            continue
        expect(page.locator(".talk")).to_be_in_viewport(ratio=1)
        assert page.locator(".talk").evaluate(
            "part => part.matches('.danger') || part.getAttribute('href')"
        ), kind
    look.opened(page, "/leave")
    expect(page.locator(".talk.start").first).to_be_in_viewport(ratio=1)


def test_case_17_one_tap_leads_to_call_text_in_person_and_emergency(visit: Visit) -> None:
    page = visit()
    look.opened(page, "/en/t/7")
    page.locator(".talk").tap()
    page.wait_for_url("**/en/now**")
    for heading in ("Call", "Text", "See someone here"):
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    expect(page.locator(".talk.danger .number").last).to_have_text("911")


@pytest.mark.parametrize("mode", ["", "contrast/"])
def test_case_24_text_has_7_to_1_and_icons_and_borders_3_to_1(
    visit: Visit, mode: str, some: Some
) -> None:
    page = visit()
    for kind in some(look.KINDS, 5):
        found = look.colours(look.opened(page, f"/en/{mode}{kind}"))
        assert found["text"]
        for part, least in (("text", 7), ("icon", 3), ("border", 3)):
            faint = [
                (n, round(contrast(a, b), 2)) for n, a, b in found[part] if contrast(a, b) < least
            ]
            assert faint == [], f"{kind} {part}"


@pytest.mark.parametrize("mode", ["", "contrast/"])
@pytest.mark.parametrize("kind", ["", "r/122", "search"])
@pytest.mark.few(2)
def test_case_24_both_focus_rings_have_3_to_1(visit: Visit, mode: str, kind: str) -> None:
    """Two rings: the outer one stands out from the page, the inner one from the outer one and so
    from any fill."""
    page = visit()
    look.opened(page, f"/en/{mode}{kind}")
    seen = 0
    for _ in range(40):
        page.keyboard.press("Tab")
        ring = page.evaluate(RINGS)
        if ring["name"].startswith(("<body", "<html")):
            break
        colours = {key: rgb(ring[key]) for key in ("ring", "paper", "inner") if ring[key]}
        assert ring["wide"] >= 3, ring
        assert contrast(colours["ring"], colours["paper"]) >= 3, ring
        if not ring["name"].startswith("<main"):
            assert contrast(colours["ring"], colours["inner"]) >= 3, ring
        seen += 1
    assert seen > 8


def rgb(text: str) -> list[int]:
    """The numbers of a computed colour."""
    return [int(part) for part in text[text.index("(") + 1 : -1].split(",")[:3]]


@pytest.mark.parametrize("mode", ["", "big/", "contrast/", "down/"])
@pytest.mark.slow
def test_axe_finds_nothing_in_any_mode(visit: Visit, mode: str) -> None:
    page = visit()
    for kind in ("", "t/7", "r/122", "now", "languages"):
        look.opened(page, f"/en/{mode}{kind}")
        assert violations(page) == [], kind


@EVERY_SIZE
@pytest.mark.few(1)
def test_in_forced_colours_nothing_is_lost_and_what_is_chosen_has_a_double_edge(
    visit: Visit, size: str, some: Some
) -> None:
    page = visit(size)
    page.emulate_media(forced_colors="active")
    for kind in some(look.KINDS, 3):
        look.opened(page, f"/es/big+contrast/{kind}")
        # The colours are the reader's own; axe takes the sheet's for them.
        assert [v for v in violations(page) if not v.startswith("color-contrast")] == [], kind
        assert look.lost(page) == [], kind
        if page.locator("[data-toggle]").count():
            assert page.evaluate(EDGES, "[data-toggle]") == EDGED, kind
            for mode in ("big", "contrast"):
                expect(page.locator(f'[data-toggle="{mode}"] .on')).to_be_visible()
        if page.locator("#tongues").count():
            page.evaluate("document.querySelector('#tongues').showPopover()")
            assert page.evaluate(EDGES, "#tongues .pill") == EDGED, kind


@pytest.mark.parametrize("kind", ["", "r/122", "search"])
@pytest.mark.few(1)
def test_case_28_nothing_moves_for_whoever_asked_for_stillness(visit: Visit, kind: str) -> None:
    page = visit()
    look.opened(page, f"/en/{kind}")
    assert 0 < max(page.evaluate(MOVING)) < 5
    page.emulate_media(reduced_motion="reduce")
    assert max(page.evaluate(MOVING)) == 0
    assert page.evaluate("document.getAnimations().length") == 0


def test_codes_stay_dark_on_white_in_high_contrast(visit: Visit) -> None:
    page = visit()
    look.opened(page, "/en/contrast/r/122")
    fills = page.locator(".qr path").evaluate_all(
        "parts => parts.map((part) => part.getAttribute('fill') ?? '')"
    )
    strokes = page.locator(".qr path").evaluate_all(
        "parts => parts.map((part) => part.getAttribute('stroke') ?? '')"
    )
    assert "#ffffff" in fills or "#fff" in fills
    assert "#14212a" in strokes
    assert (
        page.locator(".qr").first.evaluate("part => getComputedStyle(part).backgroundColor")
        == "rgb(255, 255, 255)"
    )


@pytest.mark.slow
def test_a_switch_says_on_or_off_in_words(visit: Visit) -> None:
    page = visit()
    look.opened(page, "/en/")
    for mode, label in (("big", "Bigger text"), ("contrast", "Contrast"), ("down", "Move down")):
        switch = page.locator(f'[data-toggle="{mode}"]')
        expect(switch).to_have_accessible_name(f"{label} Off")
        switch.tap()
        page.wait_for_url(f"**/en/{mode}/")
        expect(switch).to_have_accessible_name(f"{label} On")
        expect(switch.locator(".on")).to_be_visible()
        switch.tap()
        if mode == "big":
            page.wait_for_url("**/en/big+huge/")
            expect(switch).to_have_accessible_name(f"{label} 2×")
            switch.tap()
        page.wait_for_url("**/en/")


@EVERY_SIZE
@pytest.mark.few(1)
def test_more_lies_over_no_word(visit: Visit, size: str) -> None:
    page = visit(size)
    for mode in ("", "big+huge/"):
        look.opened(page, f"/en/{mode}r/122")
        expect(page.locator("#more")).to_be_visible()
        box = page.locator("#more").bounding_box()
        assert box
        shown_to = page.evaluate(
            "(m => m.getBoundingClientRect().top + m.clientTop + m.clientHeight)"
            "(document.querySelector('main'))"
        )
        assert box["y"] >= shown_to - 1


def test_a_page_fades_where_it_goes_on_and_is_whole_at_its_end(visit: Visit) -> None:
    page = visit()
    look.opened(page, "/en/r/122")
    turn = page.locator(".turn")
    expect(turn).to_have_css("background-image", re.compile("gradient"), pseudo="before")
    page.locator("main").evaluate("(main) => main.scrollTo(0, main.scrollHeight)")
    expect(turn).to_have_css("background-image", "none", pseudo="before")


# How far parts moved up or down, in pixels. A label may grow sideways by a few: no line moves.
SHIFTS = """globalThis.shifts = [];
    const moved = ({ previousRect, currentRect }) => Math.round(Math.abs(previousRect.y - currentRect.y));
    new PerformanceObserver((list) => shifts.push(...list.getEntries()
        .flatMap(({ sources }) => sources.map(moved)).filter((pixels) => pixels > 2)))
        .observe({ type: "layout-shift", buffered: true })"""


@pytest.mark.skipif(
    "DejaVu Sans" not in subprocess.run(["fc-list"], capture_output=True, text=True).stdout,  # noqa: PLW1510
    reason="the letters that stand in until the font is there are not installed",
)
@pytest.mark.parametrize("place", ["/en/r/122", "/en/t/35"])
def test_a_font_that_comes_late_moves_no_line(visit: Visit, place: str) -> None:
    """The number took two lines until its font came, and all below it jumped up."""
    page = visit()
    late = list[Route]()
    page.route("**/atkinson-latin.*.woff2", lambda route: late.append(route))  # noqa: PLW0108
    page.add_init_script(SHIFTS)
    page.goto(place, wait_until="commit")
    expect(page.locator(".help-number")).to_be_visible()
    page.wait_for_timeout(500)  # it is drawn with the substitute letters
    for route in late:
        route.continue_()
    letters(page)
    page.wait_for_timeout(300)
    assert late
    assert page.evaluate("shifts") == []


def test_leaving_puts_the_look_back(visit: Visit) -> None:
    page = visit()
    look.opened(page, "/en/big+contrast/now")
    touch(page, "#clear")
    page.wait_for_url("**/leave")
    assert page.locator("html").get_attribute("data-mode") == ""
    page.locator(".start").first.tap()
    page.wait_for_url("**/en/")


@EVERY_SIZE
@pytest.mark.slow
def test_the_languages_keep_the_page(visit: Visit, size: str) -> None:
    """Without script too: a row on a wide home page, one button with a list elsewhere, the same
    page behind each."""
    page = visit(size, script=False)
    listed = pack_files(lambda path: page.request.get(path).json())
    for kind in ("", "r/122", "now"):
        page.goto(f"/en/big/{kind}")
        if page.locator(".language:visible").count():
            page.locator(".language").click()
        spanish = page.locator('#tongues [hreflang="es"], .tongues [hreflang="es"]').first
        expect(spanish).to_be_visible()
        spanish.click()
        page.wait_for_url(f"**/es/big/{kind}")
    assert f"/es/{kind}" in {file["url"] for file in listed}


def test_a_mirrored_page_mirrors_its_frame(visit: Visit) -> None:
    page = visit("wide")
    look.opened(page, "/en/r/122")
    left = page.locator("#clear").bounding_box()
    page.evaluate("document.documentElement.dir = 'rtl'")
    right = page.locator("#clear").bounding_box()
    assert left
    assert right
    assert round(right["x"]) == round(1920 - left["x"] - left["width"])
    flipped = page.locator(".back .flip").evaluate("part => getComputedStyle(part).transform")
    assert flipped.startswith("matrix(-1")
    number = page.locator(".big .number").first
    assert number.evaluate("part => getComputedStyle(part).unicodeBidi") == "isolate"
    assert look.lost(page) == []


def test_a_touch_shows_at_once(visit: Visit) -> None:
    page = visit()
    look.opened(page, "/en/")
    tile = page.locator(".tile").nth(1)
    before = tile.evaluate("part => getComputedStyle(part).backgroundColor")
    tile.hover()
    page.mouse.down()
    page.wait_for_timeout(100)
    assert tile.evaluate("part => getComputedStyle(part).backgroundColor") != before
    assert tile.evaluate("part => getComputedStyle(part).transform") != "none"

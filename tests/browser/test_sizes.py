"""Millimetres on the configured panel: targets, letters, and the three shapes of screen that hold
them."""

import itertools
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.edition.assets import Assets
from tests.browser import look
from tests.browser.conftest import SIZES, Visit
from tests.running import pack_files
from tests.selection import Some

HIGH = ("tall", "wide")  # the panels that millimetres are promised on; 7 inches is a fallback
PANELS = (("wide", 15.6), ("tall", 15.6), ("wide", 32), ("tall", 32))
SPACED = ("", "t/7", "r/122", "now", "search", "t/35", "t/31", "tell", "now/sheet")
EVERY_SIZE = pytest.mark.parametrize("size", SIZES)
SPACING = """() => { const sheet = new CSSStyleSheet();
    const rules = ["line-height: 1.5", "letter-spacing: .12em", "word-spacing: .16em"];
    const each = rules.map((rule) => rule + " !important").join(";");
    sheet.replaceSync(`* { ${each} } p { margin-bottom: 2em !important }`);
    document.adoptedStyleSheets = [sheet] }"""
ROOM = "() => { const m = document.querySelector('main'); return m.scrollHeight - m.clientHeight }"
TO_THE_END = """() => new Promise((done) => {
  document.querySelector("main").scrollTop = 1e6;
  requestAnimationFrame(() => requestAnimationFrame(done));
})"""


def languages(page: Page) -> list[str]:
    """The languages of the running screen."""
    listed = pack_files(lambda path: page.request.get(path).json())
    return sorted({file["url"].split("/")[1] for file in listed if file["url"].endswith("/now")})


def small(parts: list[dict[str, Any]], least: float) -> list[str]:
    return [part["name"] for part in parts if min(part["width"], part["height"]) < least - 0.5]


def crowded(parts: list[dict[str, Any]], least: float) -> list[tuple[str, str]]:
    """Neighbours nearer than ``least`` of which one has no border."""
    found = []
    for one, other in itertools.combinations(parts, 2):
        across = max(one["x"], other["x"]) - min(
            one["x"] + one["width"], other["x"] + other["width"]
        )
        down = max(one["y"], other["y"]) - min(
            one["y"] + one["height"], other["y"] + other["height"]
        )
        near = max(across, down) < least and one["in_main"] == other["in_main"]
        if near and not (one["bordered"] and other["bordered"]):
            found.append((one["name"], other["name"]))
    return found


@EVERY_SIZE
@pytest.mark.parametrize("mode", ["", "big/"])
@pytest.mark.slow
def test_case_22_every_target_is_20_mm_and_44_pixels_and_stands_apart(
    visit: Visit, size: str, mode: str
) -> None:
    page = visit(size)
    mm = look.millimetre(page)
    for kind in look.KINDS:
        look.opened(page, f"/en/{mode}{kind}")
        parts = look.targets(page)
        assert len(parts) > 3
        assert small(parts, 44) == [], kind
        assert crowded(parts, 3 * mm) == [], kind
        if size in HIGH:
            assert small(parts, 20 * mm) == [], kind


@pytest.mark.parametrize(("size", "inches"), PANELS)
@pytest.mark.few(1)
def test_case_22_targets_follow_the_panel_and_not_the_pixels(
    visit: Visit, size: str, inches: float
) -> None:
    page = visit(size)
    look.on_a_panel(page, inches)
    for kind in ("", "t/7", "r/122", "now", "search"):
        look.opened(page, f"/en/{kind}")
        found = small(look.targets(page), 20 * look.millimetre(page, inches))
        # Ten letters side by side want 200 mm; a 15.6-inch panel on end is 194 mm wide.
        assert [
            name for name in found if (size, inches) != ("tall", 15.6) or 'class="key"' not in name
        ] == [], kind
        assert look.lost(page) == [], kind


def test_case_22_a_ten_inch_panel_keeps_its_millimetres(browser: Browser, server: str) -> None:
    page = browser.new_page(
        viewport={"width": 1280, "height": 800}, base_url=server, service_workers="block"
    )
    look.on_a_panel(page, 10.1)
    for kind in ("", "t/7", "r/122", "now", "search"):
        look.opened(page, f"/en/{kind}")
        mm = look.millimetre(page, 10.1)
        assert small(look.targets(page), 20 * mm) == [], kind
        assert min(look.capitals(page).values()) >= 4.8 * mm, kind
        assert look.lost(page) == [], kind
    page.close()


def test_the_setting_reaches_the_style_sheet() -> None:
    sheets = {inches: next(a for a in Assets(panel=inches) if "/kiosk." in a.path and a.path.endswith("css"))
              for inches in (21.5, 10.1)}  # fmt: skip
    assert b"--panel: 10.1;" in sheets[10.1].body
    assert sheets[10.1].path != sheets[21.5].path


@pytest.mark.parametrize("size", HIGH)
@pytest.mark.parametrize("inches", [21.5, 15.6, 32])
@pytest.mark.few(1)
def test_case_23_capitals_are_4_8_mm_and_in_bigger_text_0_7_degrees(
    visit: Visit, size: str, inches: float, some: Some
) -> None:
    page = visit(size)
    look.on_a_panel(page, inches)
    mm = look.millimetre(page, inches)
    degrees = 7.33  # millimetres of 0.7 degrees at 600 mm
    kinds = ("", "t/7", "r/122", "r/122/print", "now", "search", "adults", "partners")
    for mode, least in (("", 4.8), ("big/", degrees)):
        for kind in some(kinds, 3):
            letters = look.capitals(look.opened(page, f"/en/{mode}{kind}"))
            assert {part: h / mm for part, h in letters.items() if h < least * mm - 0.5} == {}, (
                f"{mode}{kind}"
            )


@EVERY_SIZE
@pytest.mark.slow
def test_case_39_home_fits_in_every_language_and_no_label_is_clipped(
    visit: Visit, size: str
) -> None:
    page = visit(size)
    for tag in languages(page):
        for mode in ("", "big/") if size in HIGH else ("",):
            look.opened(page, f"/{tag}/{mode}")
            assert page.evaluate(ROOM) <= 0, f"{tag} {mode}"
            expect(page.locator("#more")).to_be_hidden()
            for tile in page.locator(".tile, .doors a").all():
                expect(tile).to_be_in_viewport(ratio=1)
            assert look.clipped(page) == [], f"{tag} {mode}"
            assert look.lost(page) == [], f"{tag} {mode}"


@EVERY_SIZE
@pytest.mark.parametrize("mode", ["", "big+contrast/", "big+huge/", "down/"])
@pytest.mark.slow
def test_no_page_loses_a_label_in_any_mode(visit: Visit, size: str, mode: str) -> None:
    page = visit(size)
    for kind in look.KINDS:
        look.opened(page, f"/es/{mode}{kind}")
        assert look.clipped(page) == [], kind
        assert look.lost(page) == [], kind
        assert look.overlaps(page) == [], kind


@EVERY_SIZE
def test_nothing_lies_over_a_neighbour_in_letters_of_twice_the_size(
    visit: Visit, size: str, some: Some
) -> None:
    page = visit(size)
    for kind in some((*look.KINDS, "now"), 2):
        look.opened(page, f"/es/big+huge/{kind}")
        assert look.overlaps(page) == [], kind


def test_case_29_the_tiles_that_were_moved_down_are_of_one_height(visit: Visit) -> None:
    page = visit("tall")
    for mode in ("down", "big+down"):
        look.opened(page, f"/en/{mode}/")
        tiles = page.locator(".tile").evaluate_all(
            "tiles => tiles.map((tile) => tile.getBoundingClientRect().height)"
        )
        assert len(tiles) == 8
        assert max(tiles) - min(tiles) <= 1, mode


@EVERY_SIZE
@pytest.mark.few(1)
def test_case_26_text_spacing_loses_nothing(visit: Visit, size: str, some: Some) -> None:
    """WCAG 1.4.12."""
    page = visit(size)
    for kind in some((*SPACED, "r/122/print"), 3):
        look.opened(page, f"/es/{kind}")
        page.evaluate(SPACING)
        assert look.lost(page) == [], kind
        assert look.overlaps(page) == [], kind
        expect(page.locator(".talk, .cannot")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("size", HIGH)
@pytest.mark.few(1)
def test_case_26_zoomed_to_200_percent_nothing_is_lost(
    browser: Browser, server: str, visit: Visit, size: str, some: Some
) -> None:
    """The kiosk locks zoom; whoever opens its pages in another browser has it."""
    plain = visit(size)
    width, height = SIZES[size]
    page = browser.new_page(
        viewport={"width": width // 2, "height": height // 2},
        device_scale_factor=2,
        base_url=server,
        service_workers="block",
    )
    for kind in some(SPACED, 2):
        whole = {part["name"] for part in look.targets(look.opened(plain, f"/en/{kind}"))}
        zoomed = {part["name"] for part in look.targets(look.opened(page, f"/en/{kind}"))}
        page.evaluate(TO_THE_END)  # a row whose number does not fit whole is one More away
        zoomed |= {part["name"] for part in look.targets(page)}
        page.evaluate("() => (document.querySelector('main').scrollTop = 0)")
        gone = {
            name for name in whole - zoomed if 'class="pill' not in name and 'id="more"' not in name
        }
        assert {name for name in gone if 'class="key"' not in name} == set(), (
            kind
        )  # digits are one key away
        assert look.lost(page) == [], kind
        assert look.overlaps(page) == [], kind
    page.close()


@pytest.mark.parametrize("mode", ["down", "big+down", "contrast+down"])
@pytest.mark.slow
def test_case_29_move_down_brings_every_control_below_31_percent(visit: Visit, mode: str) -> None:
    page = visit("tall")
    line = 0.31 * SIZES["tall"][1]
    rest = mode.removesuffix("down").removesuffix("+")
    for kind in look.KINDS:
        before = steady(
            look.targets(look.opened(page, f"/en/{rest}/{kind}" if rest else f"/en/{kind}"))
        )
        parts = look.targets(look.opened(page, f"/en/{mode}/{kind}"))
        assert [part["name"] for part in parts if part["y"] < line] == [], kind
        assert steady(parts) == before, kind
        assert look.lost(page) == [], kind
        page.evaluate("document.querySelector('#idle')?.showModal()")
        for control in page.locator("#idle button").all():
            box = control.bounding_box()
            assert box
            assert box["y"] >= line


def steady(parts: list[dict[str, Any]]) -> int:
    """How many controls there are, but for the languages (a row, or one button) and the one that
    pages."""
    return sum(not re.search(r'class="pill|id="more"', part["name"]) for part in parts)


def test_case_29_a_wide_screen_has_nothing_to_move_down(visit: Visit) -> None:
    page = visit("wide")
    plain = [part | {"name": ""} for part in look.targets(look.opened(page, "/en/r/122"))]
    moved = [part | {"name": ""} for part in look.targets(look.opened(page, "/en/down/r/122"))]
    assert moved == plain
    expect(page.locator('[data-toggle="down"]')).to_be_hidden()

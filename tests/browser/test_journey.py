"""A student's visit by touch: home, topic, card, slip, leave; at three sizes, in both languages."""

import io

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import SIZES, Visit
from tests.browser.visits import letters
from tests.browser.watch import Watch, tap

EVERY_SIZE = pytest.mark.parametrize("size", SIZES)
PLACES = [
    "/{}/",
    "/{}/t/7",
    "/{}/t/32",
    "/{}/r/121",
    "/{}/r/122/print",
    "/{}/now",
    "/{}/partners",
    "/{}/r/173",
]
PLACES += ["/{}/adults", "/{}/search", "/{}/languages"]
CLEAR_BOX = "() => JSON.stringify(document.querySelector('#clear').getBoundingClientRect())"
UNCOVERED = """() => { const box = document.querySelector("#clear").getBoundingClientRect();
    return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2).closest("#clear") !== null }"""
SMALL_TARGETS = """(least) => [...document.querySelectorAll("a, button, input")]
    .filter((part) => part.checkVisibility() && !part.classList.contains("skip"))
    .filter((part) => { const box = part.getBoundingClientRect(); return box.height < least || box.width < 44 })
    .map((part) => part.outerHTML.slice(0, 80))"""
CLIPPED = """() => [...document.querySelectorAll("a, button")]
    .filter((part) => part.checkVisibility() && part.scrollWidth > part.clientWidth + 1)
    .map((part) => part.textContent.trim())"""


@EVERY_SIZE
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.slow
def test_the_whole_visit_leaves_nothing_behind(visit: Visit, size: str, language: str) -> None:
    page = visit(size)
    watch = Watch(page)
    page.goto(f"/{language}/")
    entries = page.evaluate("history.length")
    steps = [
        (f'.tile[href="/{language}/t/7"]', f"**/{language}/t/7"),
        (".rows li:nth-child(2) .row", f"**/{language}/t/**"),
        (".help-acts a:not(.print)", f"**/{language}/r/**"),
        (".print", f"**/{language}/r/*/print**"),
        ("#back", f"**/{language}/r/**"),
        ("#back", f"**/{language}/t/**"),
        (".talk", f"**/{language}/now#t/**"),
        ("#back", f"**/{language}/t/**"),
        (".talk", f"**/{language}/now#t/**"),
        ("#clear", "**/leave"),
        (".start" if language == "en" else '.pill[hreflang="es"]', f"**/{language}/"),
    ]
    for selector, url in steps:
        if page.url.endswith("/leave") and language == "es" and size == "small":
            page.locator(".language").tap()
        tap(page, selector, url)
        assert watch.sideways() == [], page.url
        assert page.title() == "Student Info Desk"
    assert page.evaluate("history.length") == entries
    watch.assert_clean()


@EVERY_SIZE
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.slow
def test_every_kind_of_page_fits_its_screen(visit: Visit, size: str, language: str) -> None:
    page = visit(size)
    watch = Watch(page)
    boxes = set()
    for place in (*PLACES, "/leave"):
        page.goto(place.format(language))
        letters(page)
        boxes.add(page.evaluate(CLEAR_BOX))
        assert watch.sideways() == [], place
        assert page.evaluate(UNCOVERED), place
        assert page.evaluate(CLIPPED) == [], place
        assert page.evaluate(SMALL_TARGETS, 44) == [], place
        expect(page.locator(".talk").first).to_be_in_viewport(ratio=1)
    assert len(boxes) <= 2, "Clear moves from page to page"  # /leave speaks the first language only
    assert watch.complaints == []


@EVERY_SIZE
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.slow
def test_home_needs_no_scrolling(visit: Visit, size: str, language: str) -> None:
    page = visit(size)
    page.goto(f"/{language}/")
    letters(page)
    assert (
        page.evaluate(
            "() => { const m = document.querySelector('main'); return m.scrollHeight - m.clientHeight }"
        )
        <= 0
    )
    expect(page.locator("#more")).to_be_hidden()
    for tile in page.locator(".tile").all():
        expect(tile).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("size", ["tall", "wide"])
@pytest.mark.few(1)
def test_a_finger_needs_twenty_millimetres_on_a_22_inch_screen(visit: Visit, size: str) -> None:
    page = visit(size)
    for place in ("/en/", "/es/t/7", "/en/r/122", "/es/now", "/es/search"):
        page.goto(place)
        letters(page)
        assert page.evaluate(SMALL_TARGETS, 82.5) == [], place


@pytest.mark.parametrize(
    ("place", "selector", "says"),
    [
        ("/en/r/122", ".help .qr", "tel:+18883737888"),
        ("/en/now", ".option:nth-of-type(1) .qr", "sms:741741?body=HOME"),
        ("/en/r/122", ".way:nth-of-type(1) .qr", "sms:233733"),
        ("/es/r/121", ".way:nth-of-type(1) .qr", "sms:988?body=AYUDA"),
        ("/en/r/126", ".qr", "https://takeitdown.ncmec.org"),
    ],
)
@pytest.mark.parametrize("size", ["tall", "small"])
@pytest.mark.slow
def test_a_code_reads_from_the_screen(
    visit: Visit, size: str, place: str, selector: str, says: str
) -> None:
    page = visit(size)
    page.goto(place)
    if selector.startswith(".way"):
        page.locator("main summary").tap()
    if selector.startswith(".option") and size == "small":
        expect(page.locator(selector).first).to_be_hidden()  # numbers in rows, without codes
        return
    shot = Image.open(io.BytesIO(page.locator(selector).first.screenshot()))
    assert [code.text.rstrip("/") for code in zxingcpp.read_barcodes(shot)] == [says]


def test_the_slip_prints_small_and_says_only_the_number(visit: Visit) -> None:
    page = visit()
    page.goto("/en/r/122/print")
    page.emulate_media(media="print")
    shown = page.evaluate("document.body.innerText")
    assert "1-888-373-7888" in shown
    assert "trafficking" not in shown.lower()
    assert "Clear screen" not in shown
    page.emulate_media(media="screen")
    page.evaluate(
        "() => { globalThis.printed = 0; globalThis.print = () => { globalThis.printed += 1 } }"
    )
    page.locator("#print").tap()
    assert page.evaluate("globalThis.printed") == 1


def test_more_pages_down_a_long_page_and_back_up(visit: Visit) -> None:
    page = visit("small")
    page.goto("/en/r/122")
    expect(page.locator("#more")).to_be_visible()
    for _ in range(30):
        if page.locator("#more span").inner_text() == "Top":
            break
        page.locator("#more").tap()
        page.wait_for_timeout(50)
    expect(page.locator("#more span")).to_have_text("Top")
    page.locator("#more").tap()
    page.wait_for_timeout(50)
    assert page.evaluate("document.querySelector('main').scrollTop") == 0


@pytest.mark.slow
def test_the_whole_way_works_without_script(visit: Visit) -> None:
    page = visit(script=False)
    page.goto("/es/")
    tap(page, '.tile[href="/es/t/7"]', "**/es/t/7")
    tap(page, ".rows li:nth-child(2) .row", "**/es/t/**")
    tap(page, ".help-acts a:not(.print)", "**/es/r/**")
    page.locator(".language").tap()
    tap(page, '.pill[lang="en"]', "**/en/r/**")
    tap(page, ".print", "**/print")
    expect(page.locator("#print")).to_be_hidden()
    tap(page, "#clear", "**/leave")
    tap(page, '.start[lang="en"]', "**/en/")
    tap(page, ".find", "**/en/search")
    page.locator("#q").fill("traficking")
    with page.expect_navigation():
        page.locator("form button").tap()
    expect(page.locator(".results .row").first).to_be_visible()
    assert "traficking" not in page.url


def test_back_on_a_card_leads_where_one_came_from(visit: Visit) -> None:
    page = visit()
    page.goto("/en/now")
    page.locator("summary").tap()
    page.locator(".lines .line").first.tap()
    page.wait_for_url("**/en/r/**")
    page.locator(".language").tap()
    tap(page, '.pill[lang="es"]', "**/es/r/**")
    tap(page, "#back", "**/es/now")


@pytest.mark.parametrize("place", ["", "t/2", "t/36", "r/122", "search"])
def test_back_from_911_leads_where_one_came_from(visit: Visit, place: str) -> None:
    page = visit()
    page.goto(f"/en/{place}")
    page.locator(".nine-now").tap()
    page.wait_for_url("**/en/t/31#**")
    tap(page, "#back", f"**/en/{place}")


def test_a_card_opened_by_address_goes_back_home(visit: Visit) -> None:
    page = visit()
    page.goto("/en/r/122#//evil.example/")
    tap(page, "#back", "**/en/")

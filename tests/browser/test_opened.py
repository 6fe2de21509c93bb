"""Everything that opens on a page, on every size of screen: nothing is cut and nothing covered."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from settings.schema import Kiosk as Settings
from tests.browser import counter, look
from tests.browser.conftest import SIZES, close
from tests.browser.visits import letters, pages
from tests.selection import Some

ROOMS = {**SIZES, "laptop": (1366, 768), "tablet": (1180, 820), "tablet on end": (820, 1180)}
MODES = ("", "big/", "big+huge/", "contrast+down/")
LANGUAGES = ("en", "es", "vi", "ar")  # four of them are behind one button, as ten do
FOLDED = ".read, .aside"  # what unfolds within the page
OVER = {
    "the languages": ("document.getElementById('tongues')?.togglePopover()", "#tongues"),
    "read aloud": ("document.getElementById('listen')?.click()", "#listen-panel"),
    "the idle question": ("document.getElementById('idle')?.showModal()", "#idle"),
}


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = Settings(
        school="Lincoln Middle School", counties=("Sacramento",), languages=LANGUAGES
    )
    with counter.kiosk(settings, data_dir=tmp_path_factory.mktemp("data")) as address:
        yield address


@pytest.fixture
def screen(browser: Browser, kiosk: str) -> Iterator[Page]:
    """A kiosk with a headset whose clips are all there."""
    context = browser.new_context(base_url=kiosk, has_touch=True, service_workers="block")
    page = context.new_page()
    page.route("**/audio/ready", lambda route: route.fulfill(status=200))
    yield page
    close(context)


def faults(page: Page, room: str) -> Iterator[str]:
    """List the parts that cannot be read or reached with nothing open, with each thing open, and with all."""
    width, height = ROOMS[room]
    page.set_viewport_size({"width": width, "height": height})
    letters(page)
    yield from _of_main(page, "nothing open")
    folded = page.locator(FOLDED)
    for number in range(folded.count()):
        folded.nth(number).locator("summary").evaluate("part => part.click()")
        yield from _of_main(page, f"{number + 1} unfolded")
    for part in folded.all():
        part.locator("summary").evaluate("part => part.click()")
    for name, (press, over) in OVER.items():
        page.evaluate(press)
        if page.locator(over).is_visible():
            yield from (f"{name}: {fault}" for fault in look.buried(page, over))
        page.evaluate("document.getElementById('idle')?.close()")
        page.evaluate("document.querySelector(':popover-open')?.hidePopover()")
        page.evaluate("document.getElementById('listen-stop')?.click()")


def _of_main(page: Page, state: str) -> Iterator[str]:
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))")
    wrong = [*look.unread(page), *look.lost(page), *look.clipped(page), *look.overlaps(page)]
    wrong += look.sliced(page)
    yield from (f"{state}: {fault}" for fault in wrong)


def test_on_a_few_pages_nothing_that_opens_is_cut_or_covered(screen: Page, some: Some) -> None:
    for kind in sorted({*some(look.KINDS, 2), "t/32", "t/35", "now", "r/153"}):
        for room in some(ROOMS, 2):
            look.opened(screen, f"/en/{kind}")
            assert list(faults(screen, room)) == [], f"{kind} on {room}"


@pytest.mark.parametrize("language", LANGUAGES[:2])
@pytest.mark.slow
def test_on_every_page_nothing_that_opens_is_cut_or_covered(
    screen: Page, kiosk: str, language: str
) -> None:
    listed = [page for page in pages(kiosk) if page.startswith(f"/{language}/")]
    wrong = {}
    for place in listed:
        look.opened(screen, place)
        for room in ROOMS:
            wrong[place, room] = list(faults(screen, room))
    assert len(listed) > 100
    assert {where: found for where, found in wrong.items() if found} == {}


@pytest.mark.parametrize("mode", MODES[1:])
@pytest.mark.slow
def test_in_every_mode_nothing_that_opens_is_cut_or_covered(screen: Page, mode: str) -> None:
    wrong = {}
    for kind in look.KINDS:
        look.opened(screen, f"/es/{mode}{kind}")
        for room in SIZES:
            wrong[kind, room] = list(faults(screen, room))
    assert {where: found for where, found in wrong.items() if found} == {}


# Folds or unfolds, and says whether More is there once the page has been told.
FOLD = """(part) => new Promise((done) => {
    part.addEventListener("toggle", () =>
        setTimeout(() => done(document.getElementById("more").checkVisibility())), { once: true });
    part.open = !part.open })"""


@pytest.mark.parametrize("room", ["tall", "wide"])
def test_read_more_brings_more(screen: Page, room: str) -> None:
    """Its text ended behind the bar below, and only a swipe showed the rest."""
    width, height = ROOMS[room]
    screen.set_viewport_size({"width": width, "height": height})
    look.opened(screen, "/en/t/32")
    expect(screen.locator("#more")).to_be_hidden()
    read = screen.locator(".read")
    assert [read.evaluate(FOLD), read.evaluate(FOLD)] == [True, False]


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.few(2)
def test_read_more_begins_above_more(screen: Page, room: str) -> None:
    """It unfolded where nobody saw it."""
    width, height = ROOMS[room]
    screen.set_viewport_size({"width": width, "height": height})
    for place in ("/en/t/51", "/es/t/78"):
        look.opened(screen, place)
        screen.locator(".read").evaluate(FOLD)
        assert screen.locator(".rest-of-it > p").first.evaluate(look.ABOVE_MORE), place


@pytest.mark.parametrize("place", ["t/62", "t/72", "t/77", "t/78"])
def test_read_more_leaves_no_phone_above_more(screen: Page, place: str) -> None:
    """It went to the end of the unfolded page, two screens below the number, or under More."""
    width, height = ROOMS["wide"]
    screen.set_viewport_size({"width": width, "height": height})
    look.opened(screen, f"/es/{place}")
    screen.locator(".read").evaluate(FOLD)
    assert screen.locator(".without").evaluate(look.ABOVE_MORE)


@pytest.mark.parametrize("place", ["t/32", "t/40", "r/122", "adults/now", "hearing"])
def test_more_brings_every_number_and_code_whole(screen: Page, place: str) -> None:
    """On a small panel half of a code was above More, and the other half below the top."""
    width, height = ROOMS["small"]
    screen.set_viewport_size({"width": width, "height": height})
    for mode in ("", "big/"):
        look.opened(screen, f"/en/{mode}{place}")
        assert look.sliced(screen) == [], mode


def test_the_number_to_text_is_above_more_on_a_small_panel(screen: Page) -> None:
    width, height = ROOMS["small"]
    screen.set_viewport_size({"width": width, "height": height})
    for place in ("t/32", "t/43", "t/44"):
        look.opened(screen, f"/en/{place}")
        expect(screen.locator(".help-text .number")).to_be_in_viewport(ratio=1)
        assert screen.locator(".help-text.cut").count() == 0, place


@pytest.mark.parametrize("room", ROOMS)
def test_someone_who_cannot_call_911_gets_a_page_that_says_what_to_text(
    screen: Page, room: str
) -> None:
    """It opened over the number before, and buried it."""
    width, height = ROOMS[room]
    screen.set_viewport_size({"width": width, "height": height})
    look.opened(screen, "/en/t/31")
    expect(screen.locator(".nine-number")).to_be_in_viewport(ratio=1)
    screen.locator(".cannot").tap()
    screen.wait_for_url("**/en/t/31/2")
    for part in (".write h2", ".write p", ".tell p"):
        expect(screen.locator(part)).to_be_in_viewport(ratio=1)
    expect(screen.locator(".write h2")).to_have_text("Text 911")
    lines = screen.locator(".line").evaluate_all("lines => lines.map((line) => line.pathname)")
    assert lines == ["/en/r/121", "/en/r/122"]
    screen.wait_for_selector("body:not(.new)", state="attached")
    screen.locator(".line").first.evaluate("part => part.click()")
    screen.wait_for_url("**/en/r/121#t/31/2")
    screen.wait_for_selector("body:not(.new)", state="attached")
    screen.locator("#back").tap()
    screen.wait_for_url("**/en/t/31/2")

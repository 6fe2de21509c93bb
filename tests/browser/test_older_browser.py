"""The oldest browser that shows the screen: Chromium 123, which npm keeps.

It lacks round() (125) and anchors (125). Each size that named round() was dropped there, and the switches
of the dock lay over the number.
"""

import platform
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser import look
from tests.browser.conftest import SIZES, close
from tests.browser.visits import FLAGS, NODE

pytestmark = pytest.mark.skipif(
    platform.machine() != "x86_64", reason="npm has Chromium 123 for x86-64 only"
)
PACKED = NODE / "@sparticuz" / "chromium" / "bin" / "chromium.br"
UNPACK = """const [from, to] = process.argv.slice(1), fs = require("fs"), zlib = require("zlib");
    fs.createReadStream(from).pipe(zlib.createBrotliDecompress()).pipe(fs.createWriteStream(to));"""
# The part of each page that must be seen before anything is moved.
SEEN = {
    "/leave": ".start",
    "/en/": ".tile",
    "/en/t/32": ".help-number",
    "/en/r/122": ".help-number",
    "/en/r/120": ".help-number",
    "/en/t/31": ".nine-number",
    "/en/t/31/2": ".write h2",
    "/en/now": ".option .big",
}
ON_TOP = """(part) => { const box = part.getBoundingClientRect();
    const on = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return part.contains(on) || on.contains(part) && on.closest("main, .talk") !== null }"""


@pytest.fixture(scope="module")
def old(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    program = tmp_path_factory.mktemp("older") / "chromium"
    subprocess.run(["node", "-e", UNPACK, str(PACKED), str(program)], check=True, timeout=120)
    program.chmod(0o755)
    browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
    yield browser
    browser.close()
    program.unlink()  # 174 MB


@pytest.fixture
def screen(old: Browser, server: str) -> Iterator[Page]:
    context = old.new_context(base_url=server, has_touch=True, service_workers="block")
    yield context.new_page()
    close(context)


@pytest.mark.parametrize("room", SIZES)
def test_chromium_123_shows_the_number_and_nothing_lies_over_it(
    old: Browser, screen: Page, room: str
) -> None:
    assert old.version.startswith("123.")
    width, height = SIZES[room]
    screen.set_viewport_size({"width": width, "height": height})
    for place, part in SEEN.items():
        look.opened(screen, place)
        first = screen.locator(part).first
        expect(first).to_be_in_viewport(ratio=0.9)
        assert first.evaluate(ON_TOP), place
        assert look.lost(screen) == [], place
        assert look.overlaps(screen) == [], place
        assert look.unread(screen) == [], place
        if place != "/leave" and room != "small":
            least = 20 * look.millimetre(screen) * 0.97
            targets = [min(one["width"], one["height"]) for one in look.targets(screen)]
            assert min(targets) >= least, place


def test_chromium_123_pages_down_a_text_that_was_unfolded(screen: Page) -> None:
    screen.set_viewport_size({"width": 1080, "height": 1920})
    look.opened(screen, "/en/t/32")
    screen.locator(".read > summary").tap()
    expect(screen.locator("#more")).to_be_visible()
    assert look.unread(screen) == []
    assert look.lost(screen) == []


def test_chromium_123_goes_by_taps_from_the_cover_to_a_number_and_clears(screen: Page) -> None:
    screen.set_viewport_size({"width": 1080, "height": 1920})
    look.opened(screen, "/leave")
    for part, url in (
        (".start", "**/en/"),
        ('.tile[href="/en/t/7"]', "**/en/t/7"),
        (".rows li:nth-child(2) .row", "**/en/t/*"),
        ("#clear", "**/leave"),
    ):
        screen.wait_for_selector("body:not(.new)", state="attached")
        screen.locator(part).first.tap()
        screen.wait_for_url(url)

"""Read aloud: in the page's language, after a tap, until the next touch; nowhere half, never by
itself."""

import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.audio import clips as voices
from kiosk.audio.spoken_text import spoken
from kiosk.pages.build import pages
from settings.schema import Kiosk as Settings
from tests.browser import counter, look
from tests.browser.conftest import SIZES, close
from tests.browser.stage import install
from tests.browser.stage import until as wait
from tests.browser.test_speech_mode import CARDS, PULLED
from tests.browser.watch import touch
from tests.kiosk.conftest import TODAY
from tests.shipped import pack

pytestmark = pytest.mark.skipif(
    not (shutil.which("espeak-ng") and shutil.which("opusenc")),
    reason="espeak-ng and opus-tools are not installed",
)
SPEAKING = ("/en/", "/es/", "/en/search", "/es/search")
LANGUAGES = ("en", "es")
SETTINGS = Settings(school="Lincoln Middle School", languages=LANGUAGES)
# A media player asks for its files in parts.
PART = """async () => {
    const [clip] = document.getElementById("listen").dataset.clips.split(" ");
    const answer = await fetch(clip, { headers: { range: "bytes=4-11" } });
    const size = (await answer.arrayBuffer()).byteLength;
    return { status: answer.status, size, range: answer.headers.get("content-range") };
}"""
# Files of the pack that the browser keeps under another hash than their own. As a page asks for them
# they differ: the worker shows the Listen button or takes it out.
KEPT = """async () => {
    const cache = await caches.open("pages");
    const wrong = [];
    for (const key of await cache.keys()) {
        const { pathname, search } = new URL(key.url);
        if (pathname === "/pack.json") continue;
        const body = await (await cache.match(key)).arrayBuffer();
        const bytes = [...new Uint8Array(await crypto.subtle.digest("SHA-256", body))];
        const digest = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
        if (!search.startsWith(`?${digest}.`)) wrong.push(pathname);
    }
    return wrong;
}"""
STATE = """() => { const voice = document.getElementById("listen-voice");
    const { currentTime, paused, volume } = voice ?? {};
    return voice && { time: currentTime, paused, volume, src: voice.getAttribute("src") }
}"""


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clips for a few pages: home and search, in English and Spanish."""
    folder = tmp_path_factory.mktemp("data")
    book = {page.path: page for page in pages(pack(), SETTINGS, today=TODAY)}
    texts = [piece for place in SPEAKING for piece in spoken(book[place].body)]
    assert {piece.language for piece in texts} == {"en", "es"}
    assert voices.make(texts, folder, now=datetime.now(UTC)).failed == 0
    return folder


@pytest.fixture(scope="module")
def headset(data_dir: Path) -> Iterator[str]:
    """The address of a kiosk with a headset, as the settings have it by default."""
    with counter.kiosk(SETTINGS, data_dir=data_dir) as address:
        yield address


@pytest.fixture
def screen(browser: Browser, headset: str) -> Iterator[Page]:
    """That kiosk's screen."""
    yield from opened(browser, headset)


def opened(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 1080, "height": 1920},
        base_url=address,
        has_touch=True,
        service_workers="block",
    )
    yield context.new_page()
    close(context)


def until(page: Page, condition: str, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not page.evaluate(
        f"() => {{ const voice = document.getElementById('listen-voice'); return {condition} }}"
    ):
        assert time.monotonic() < end, (condition, page.evaluate(STATE))
        time.sleep(0.05)


def listen(page: Page, *, opened: bool = False) -> None:
    if not opened:
        page.locator("#listen").tap()
    page.locator("#listen-play").tap()
    until(page, "voice.currentTime > 0.1 && !voice.paused")


def silent(page: Page) -> bool:
    state = page.evaluate(STATE)
    return state is None or (state["paused"] and not state["src"])


@pytest.mark.parametrize("mode", ["", "big/", "big+huge/"])
@pytest.mark.few(1)
def test_the_button_has_a_whole_cell_beside_clear(screen: Page, mode: str) -> None:
    look.opened(screen, f"/en/{mode}")
    expect(screen.locator("#listen")).to_be_visible()
    button, clear = (screen.locator(part).bounding_box() for part in ("#listen", "#clear"))
    assert button
    assert clear
    assert button["x"] + button["width"] <= clear["x"]
    assert look.clipped(screen) == []
    assert look.lost(screen) == []


@pytest.mark.slow
def test_case_27_listen_reads_the_page_in_its_language_after_a_tap_and_never_by_itself(
    screen: Page,
) -> None:
    page = screen
    for language in ("en", "es"):
        page.goto(f"/{language}/search")
        expect(page.locator("#listen")).to_be_visible()
        page.wait_for_timeout(500)
        assert silent(page)
        clips = page.locator("#listen").get_attribute("data-clips") or ""
        said = spoken(page.request.get(f"/{language}/search").text())
        assert clips.split() == [f"/audio/{piece.key}.opus" for piece in said]
        assert {piece.language for piece in said} == {language}
        page.locator("#listen").tap()
        expect(page.locator("#listen-panel")).to_be_visible()
        page.wait_for_timeout(300)
        assert silent(page)  # the first tap only explains
        page.evaluate(
            "() => { globalThis.heard = []; const voice = document.getElementById('listen-voice');"
            " voice.addEventListener('ended', () => heard.push(new URL(voice.src).pathname), true);"
            " voice.defaultPlaybackRate = 8 }"
        )
        page.locator("#listen-play").tap()
        until(page, "voice.currentTime > 0.1")
        until(page, f"heard.length === {len(said)}", 60)
        assert page.evaluate("heard") == clips.split()
        until(page, "voice.paused && !voice.hasAttribute('src')")


@pytest.mark.parametrize("way", ["touch", "keys"])
def test_case_27_listen_stops_on_clear(screen: Page, way: str) -> None:
    page = screen
    page.goto("/en/")
    listen(page)
    page.evaluate(
        """() => { const voice = document.getElementById("listen-voice");
        document.addEventListener("leaving", () => sessionStorage.setItem("still", voice.paused)) }"""
    )
    if way == "touch":
        touch(page, "#clear")
    else:
        for _ in range(3):
            page.keyboard.press("Shift")
    page.wait_for_url("**/leave")
    assert (
        page.evaluate("sessionStorage.getItem('still')") == "true"
    )  # in the same moment, before any answer
    assert silent(page)


def test_case_31_with_the_server_gone_every_clip_is_whole_and_listen_still_reads(
    browser: Browser, data_dir: Path
) -> None:
    context = browser.new_context(
        viewport={"width": 1080, "height": 1920}, has_touch=True, service_workers="allow"
    )
    page = context.new_page()
    with counter.kiosk(SETTINGS, data_dir=data_dir) as address:
        install(page, f"{address}/en/")
        page.goto(f"{address}/leave")  # clips come while the screen rests
        count = len(voices.listed(data_dir))
        heard = "caches.open('speech').then((cache) => cache.keys())"
        wait(page, f"() => {heard}.then((all) => all.length === {count})", "every clip is there")
    page.goto(f"{address}/en/search")  # the server has gone
    assert page.evaluate(KEPT) == []
    listen(page)
    part = page.evaluate(PART)
    assert (part["status"], part["size"]) == (206, 8)
    assert part["range"].startswith("bytes 4-11/")
    close(context)


def test_case_27_listen_stops_on_the_next_tap(screen: Page) -> None:
    page = screen
    page.goto("/en/")
    listen(page)
    page.locator("h1").tap()
    assert silent(page)
    expect(page.locator("#listen-panel")).to_be_hidden()
    listen(page)
    page.locator("#listen-stop").tap()
    assert silent(page)


def test_case_27_listen_stops_on_navigation_and_the_volume_resets(screen: Page) -> None:
    page = screen
    page.goto("/en/")
    listen(page)
    began = page.evaluate(STATE)["volume"]
    for _ in range(4):
        page.locator("#listen-louder").tap()
    assert page.evaluate(STATE)["volume"] == 1
    assert not page.evaluate(STATE)["paused"]  # its own buttons do not stop it
    for _ in range(9):
        page.locator("#listen-quieter").tap()
    assert 0 < page.evaluate(STATE)["volume"] < began
    voice = page.locator("#listen-voice").element_handle()
    page.locator('.pill[hreflang="es"]').first.press("Enter")  # a touch would stop it by itself
    page.wait_for_url("**/es/")
    assert voice.evaluate("voice => voice.paused && !voice.hasAttribute('src')")
    assert silent(page)
    assert page.evaluate(STATE)["volume"] == began


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.few(1)
def test_by_keys_alone_listen_is_one_back_from_the_top(screen: Page, size: str) -> None:
    """In version 0.1 it was 28 keys away."""
    page, (width, height) = screen, SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/en/")
    expect(page.locator("#listen")).to_be_visible()
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#listen")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#listen-play")).to_be_focused()
    page.keyboard.press("Enter")
    until(page, "voice.currentTime > 0.1 && !voice.paused")


def test_case_27_listen_is_absent_where_audio_is_missing(screen: Page) -> None:
    page = screen
    for place in ("/en/now", "/es/r/121"):
        with page.expect_response("**/audio/ready") as told:
            page.goto(place)
        assert told.value.status == 204
        expect(page.locator("#listen")).to_be_hidden()
    page.goto("/leave")
    expect(page.locator("#listen, #listen-panel, script[src*=listen]")).to_have_count(0)


def test_a_headset_that_is_pulled_silences_at_once(screen: Page) -> None:
    page = screen
    page.add_init_script(f"({CARDS})(1)")  # later, it would be a headset that is plugged in
    page.goto("/en/")
    listen(page)
    page.evaluate(PULLED)
    assert silent(page)  # in the same moment
    listen(page)
    page.evaluate(CARDS, 0)
    until(page, "voice.paused && !voice.hasAttribute('src')", 10)
    expect(page.locator("#listen-panel")).to_be_hidden()


def test_a_headset_that_is_plugged_in_ends_the_clip(screen: Page) -> None:
    page = screen
    page.add_init_script(f"({CARDS})(0)")
    page.goto("/en/")
    listen(page)
    page.evaluate(CARDS, 1)  # speech mode asks whether headphones are in
    expect(page.locator("section button[name=yes]")).to_be_visible(timeout=10_000)
    assert silent(page)  # a key on the headset must not resume it


def test_a_page_does_not_move_when_its_button_comes(screen: Page) -> None:
    page = screen
    page.goto("/en/")
    expect(page.locator("#listen")).to_be_visible()
    places = (
        "() => [...document.querySelectorAll('.tools > *')].map((e) => e.getBoundingClientRect().x)"
    )
    there = page.evaluate(places)
    page.route("**/audio/ready", lambda route: route.abort())
    page.goto("/en/")
    expect(page.locator("#listen")).to_be_hidden()
    assert page.evaluate(places) == there


def test_a_clip_that_is_lost_later_takes_the_button_away_and_leaves_the_page(screen: Page) -> None:
    page = screen
    page.route("**/audio/*.opus", lambda route: route.abort())
    page.goto("/en/search")
    page.locator("#listen").tap()
    page.locator("#listen-play").tap()
    expect(page.locator("#listen")).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()


def test_the_panel_covers_neither_clear_nor_the_way_to_help(screen: Page) -> None:
    page = screen
    for width, height in ((1080, 1920), (1920, 1080), (800, 480)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto("/en/big/")
        page.locator("#listen").tap()
        expect(page.locator("#listen-panel")).to_be_visible()
        for name in (
            "#clear",
            ".talk",
            "#listen",
            "#listen-play",
            "#listen-stop",
            "#listen-louder",
        ):
            covered = page.locator(name).evaluate(
                """part => { const box = part.getBoundingClientRect();
                return !part.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)) }"""
            )
            assert not covered, (name, width)


@pytest.mark.slow
def test_a_loudspeaker_asks_first_and_a_mute_screen_has_no_button(
    browser: Browser, data_dir: Path
) -> None:
    speaker, mute = (
        Settings(audio="speaker", languages=LANGUAGES, idle_seconds=15),
        Settings(audio="off", languages=LANGUAGES),
    )
    with (
        counter.kiosk(speaker, data_dir=data_dir) as loud,
        counter.kiosk(mute, data_dir=data_dir) as still,
    ):
        for page in opened(browser, loud):
            page.goto("/en/search")
            page.locator("#listen").tap()
            expect(page.locator("#listen-panel p")).to_have_text("Others will hear this. Play?")
            page.wait_for_timeout(300)
            assert silent(page)
            listen(page, opened=True)
            page.goto("/en/")
            listen(page)
            page.wait_for_timeout(17_000)
            expect(page.locator("#idle")).to_be_hidden()  # who listens is still here
            assert not silent(page)
            page.goto(f"{still}/en/search")
            expect(page.locator("#listen")).to_have_count(0)


def test_without_script_there_is_no_button(browser: Browser, headset: str) -> None:
    context = browser.new_context(base_url=headset, java_script_enabled=False)
    page = context.new_page()
    page.goto("/en/search")
    expect(page.locator("#listen")).to_be_hidden()
    close(context)

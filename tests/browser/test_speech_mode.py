"""Speech mode: begun by one key, said in the page's language, over pages, and gone with the visit."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.audio.spoken_text import Utterance, address, controls, spoken
from settings.schema import Kiosk as Settings
from tests.browser import counter
from tests.browser.conftest import Visit, close
from tests.browser.stage import OPEN, install, staged, until
from tests.selection import Some

KEY = "NumpadMultiply"
# Playwright knows no such key.
PULLED = "dispatchEvent(new KeyboardEvent('keydown', { code: 'F16' }))"
# What Chromium says of a machine's sound cards to a page that asks for no microphone.
CARDS = """(count) => { navigator.mediaDevices.enumerateDevices = async () =>
    Array(count).fill({ kind: "audiooutput", label: "", deviceId: "" }); }"""
SETTINGS = Settings(
    school="Lincoln Middle School", counties=("Sacramento",), languages=("en", "es", "ar")
)
INTRO = "Speech is on. Arrow down: next. Arrow up: back. Enter: open."
PLACES = ["/en/t/32", "/es/now", "/ar/", "/en/r/122", "/en/search", "/leave", "/es/t/62"]
PLACES += ["/ar/t/62", "/en/partners", "/en/r/122/print", "/en/adults", "/es/languages", "/en/t/7"]
TONES = """() => { globalThis.tones = 0; const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function () { tones += 1; start.call(this); } }"""
# The names of all clips that the arrows can ask for on a page with everything on it unfolded.
NAMES = """async () => {
    for (const part of document.querySelectorAll("details")) part.open = true;
    const { address, pieces, stops } = await import(document.getElementById("speech").dataset.src);
    const said = stops().flatMap((stop) => stop.matches("input") ? [] : pieces(stop));
    return Promise.all(said.map(async (piece) => [await address(piece), piece.language, piece.text]));
}"""


class Screen:
    """A kiosk's screen, and what it asked to hear: without a worker its server is asked."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.heard: list[str] = []
        page.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        if url.endswith(".opus"):
            self.heard.append("/audio/" + url.rpartition("/")[2])

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.page.wait_for_timeout(50)

    def says(self, *texts: str, language: str = "en") -> None:
        """Wait until these were asked for, one after another, since the last look."""
        expected = [address(Utterance(language, text).key) for text in texts]
        for _ in range(1_500):
            if self.heard[-len(expected) :] == expected:
                break
            self.page.wait_for_timeout(20)
        assert self.heard[-len(expected) :] == expected, texts
        self.heard.clear()

    def silent(self) -> bool:
        self.page.wait_for_timeout(300)
        return not self.heard


Opened = Callable[[str], Screen]


@pytest.fixture(scope="module")
def headset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A kiosk with a headset whose clips are still to be made."""
    with counter.kiosk(SETTINGS, data_dir=tmp_path_factory.mktemp("silent")) as running:
        yield running


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    contexts = []

    def screen(address: str) -> Screen:
        contexts.append(
            browser.new_context(
                viewport={"width": 1080, "height": 1920},
                base_url=address,
                has_touch=True,
                service_workers="block",
            )
        )
        return Screen(contexts[-1].new_page())

    yield screen
    for context in contexts:
        close(context)


@pytest.fixture
def screen(opened: Opened, headset: str) -> Screen:
    return opened(headset)


def test_one_key_begins_it_on_school_info_and_it_stays_on_to_the_end_of_the_visit(
    screen: Screen,
) -> None:
    page = screen.page
    page.goto("/leave")
    screen.press("Tab", "Shift+Tab")
    assert screen.silent()  # never by itself
    screen.press(KEY)
    screen.says(INTRO, "School info")
    screen.press("Tab", "Tab", "Tab")
    expect(page.locator(".start")).to_be_focused()
    screen.says("Start", "Tap here to begin")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/#aloud")
    screen.says("What do you need today?")
    screen.press("ArrowDown")
    screen.says("No name. No sign-in. Nothing you tap is saved.")
    screen.press("Home")
    screen.says("Clear screen")
    screen.press("Tab")
    expect(page.locator(".talk")).to_be_focused()
    screen.says("Talk to someone now", "Call, text, or see someone here.")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/now")
    screen.says("Talk to someone now")
    screen.press("ArrowDown", "ArrowDown")
    screen.says("HOME to 7 4 1 7 4 1")  # a number has no link, and is heard all the same
    screen.press("ArrowUp")
    screen.says("Text")
    page.keyboard.press("Escape")
    page.wait_for_url("**/leave")
    page.wait_for_timeout(300)
    screen.heard.clear()
    screen.press("Tab", "Tab", "Tab", "ArrowDown")
    assert screen.silent()


def test_it_says_what_changed_under_the_focus(screen: Screen) -> None:
    page = screen.page
    page.goto("/es/t/32")
    page.locator("summary").focus()
    screen.press(KEY)
    screen.says("Leer más", "Cerrado", language="es")
    screen.press("Enter")
    screen.says("Abierto", language="es")
    page.locator('[data-toggle="contrast"]').focus()
    screen.says("Contraste", "No", language="es")
    screen.press(KEY)
    screen.says("La voz está desactivada.", language="es")
    screen.press("Tab")
    assert screen.silent()


@pytest.mark.parametrize("place", ["/leave", "/en/", "/en/t/7", "/ar/r/122", "/es/search"])
def test_talk_to_someone_now_is_the_third_stop(visit: Visit, place: str) -> None:
    page = visit()
    page.goto(place)
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.locator(".talk")).to_be_focused()


def test_the_idle_question_is_heard_and_its_end_ends_the_mode(screen: Screen) -> None:
    page = screen.page
    page.clock.install()
    page.goto("/en/t/32")
    screen.press(KEY)
    screen.says(INTRO, "I don’t want to be here anymore")
    page.clock.run_for(61_000)
    screen.says("Are you still here?", "I need more time")
    page.clock.run_for(31_000)
    page.wait_for_url("**/leave")
    screen.heard.clear()
    screen.press("Tab", "Tab")
    assert screen.silent()


def test_on_school_info_it_ends_after_a_minute_without_a_key(screen: Screen) -> None:
    page = screen.page
    page.clock.install()
    page.goto("/leave")
    screen.press(KEY)
    screen.says(INTRO, "School info")
    page.clock.run_for(61_000)
    screen.press("Tab", "Tab", "Tab")
    expect(page.locator(".start")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/")
    assert screen.silent()


def test_a_missing_clip_is_one_short_tone_and_the_page_goes_on(screen: Screen) -> None:
    page = screen.page
    page.goto("/en/")
    page.evaluate(TONES)
    screen.press(KEY)
    screen.says(INTRO, "What do you need today?")
    until(page, "() => tones === 1", "the tone")
    screen.press("ArrowDown", "ArrowDown")
    expect(page.locator(".tile").first).to_be_focused()
    screen.press("ArrowDown", "Enter")
    page.wait_for_url("**/en/t/2")


def test_the_letters_of_search_are_not_said(screen: Screen) -> None:
    page = screen.page
    page.goto("/en/search")
    page.locator("#q").focus()
    screen.press(KEY)
    screen.says(INTRO, "Search")
    page.locator(".key").first.focus()
    assert screen.silent()
    screen.press("Numpad4")  # from a key the arrows begin at the other end
    assert not page.evaluate("document.activeElement.matches('.key')")


def test_a_loudspeaker_asks_first(opened: Opened, tmp_path: Path) -> None:
    settings = Settings(audio="speaker", languages=("en",))
    with counter.kiosk(settings, data_dir=tmp_path) as loud:
        screen = opened(loud)
        screen.page.clock.install()
        screen.page.goto("/leave")
        for _ in range(2):
            screen.press(KEY)
            screen.says("Others will hear this. Play?", "For yes, press the same key again.")
            screen.press("Tab")
            assert screen.silent()
            screen.page.clock.run_for(16_000)  # whoever comes later is asked anew
        screen.press(KEY)
        screen.says("Others will hear this. Play?", "For yes, press the same key again.")
        screen.press(KEY)
        screen.says(INTRO, "Clear screen")


@pytest.mark.parametrize("how", ["a key of the keypad", "a sound card is gone"])
def test_a_headset_that_is_pulled_silences_and_ends_it(screen: Screen, how: str) -> None:
    page = screen.page
    page.goto("/en/")
    page.evaluate(CARDS, 1)
    page.evaluate(
        "() => { globalThis.told = 0; document.addEventListener('pulled', () => { told += 1 }) }"
    )
    screen.press(KEY)
    screen.says(INTRO, "What do you need today?")
    if how == "a key of the keypad":
        page.evaluate(PULLED)
    else:
        page.evaluate(CARDS, 0)
    until(page, "() => globalThis.told > 0", "it is noticed")
    screen.press("Tab", "ArrowDown")
    assert screen.silent()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.few(4)
def test_all_that_can_be_heard_on_a_page_is_on_the_list_of_clips(
    screen: Screen, place: str
) -> None:
    """The script and kiosk/audio/spoken_text.py find the same pieces, and digits, and names."""
    page = screen.page
    page.goto(place)
    html = page.request.get(place).text()
    listed = {address(piece.key) for piece in (*spoken(html), *controls(html))}
    asked = page.evaluate(NAMES)
    assert len(asked) > 10
    assert [piece for piece in asked if piece[0] not in listed] == []


def test_hours_are_heard_with_what_the_clock_makes_of_them(screen: Screen) -> None:
    page = screen.page
    page.goto("/en/t/32")
    page.evaluate(
        """() => { const words = document.querySelector(".status span");
        Object.assign(words.parentElement.dataset, { hours: "[]", open: "Open now" });
        words.textContent = "Open now. Open day and night"; }"""
    )
    names = [name for name, _, _ in page.evaluate(NAMES)]
    for text in ("Open now", "Open day and night"):
        assert address(Utterance("en", text).key) in names


@pytest.mark.slow
def test_with_the_worker_no_server_hears_what_is_listened_to(browser: Browser, some: Some) -> None:
    with staged(data_dir=Path(__file__).parent / "nothing") as stage:
        context = browser.new_context(base_url=stage.address, service_workers="allow")
        page = context.new_page()
        install(page)
        page.goto("/en/")
        stage.asked.clear()
        page.keyboard.press(KEY)
        for _ in some(range(30), 5):
            page.keyboard.press("ArrowDown")
            page.wait_for_timeout(50)
        assert set(stage.asked) <= OPEN
        assert json.loads(
            page.evaluate("JSON.stringify([localStorage.length, sessionStorage.length])")
        ) == [0, 0]
        close(context)

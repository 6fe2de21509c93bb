"""Speech mode: begun by one key, said in the page's language, over pages, and gone with the visit."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.audio.spoken_text import Utterance, address, controls, spoken
from settings.schema import Kiosk as Settings
from tests.browser import counter
from tests.browser.conftest import Visit, close
from tests.browser.stage import OPEN, install, staged, until
from tests.browser.watch import touch
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
ASKS = ("Are headphones in?", "For yes, press Enter or do the same again.")
INTRO = "Speech is on. Arrow down: next. Arrow up: back. Enter: open."
SWIPES = "Speech is on. Swipe right: next. Swipe left: back. Tap twice: open."
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

    def begin(self) -> None:
        """The key, and the same again for yes."""
        self.press(KEY)
        self.page.locator("section[role=dialog]").wait_for()
        self.press(KEY)

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
    screen.begin()
    screen.says(INTRO, "School info")
    screen.press("Tab", "Tab", "Tab")
    expect(page.locator(".start")).to_be_focused()
    screen.says("Start", "Tap here to begin")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/#aloud")
    screen.says("What do you need today?")
    screen.press("ArrowDown")
    screen.says("No name. Nothing you tap is saved.")
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
    screen.begin()
    page.locator("summary").focus()
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
    screen.begin()
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
    screen.begin()
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
    screen.says(*ASKS)
    until(page, "() => tones === 1", "the tone")
    screen.press(KEY)
    screen.says(INTRO, "What do you need today?")
    until(page, "() => tones === 2", "the tone")
    screen.press("ArrowDown", "ArrowDown")
    expect(page.locator(".tile").first).to_be_focused()
    screen.press("ArrowDown", "Enter")
    page.wait_for_url("**/en/t/2")


SCANNED = """() => document.activeElement.matches("a, button, summary")
    && document.activeElement.matches(":focus-visible")
    ? document.activeElement.id || document.activeElement.className || "link" : "" """
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


def still(page: Page) -> None:
    """From now on time passes only where a test lets it."""
    page.clock.install(time=NOW)
    page.clock.pause_at(NOW + timedelta(seconds=1))


def scanning(screen: Screen, address: str, key: str) -> Page:
    """A page that one switch leads over: its key was held for three seconds."""
    page = screen.page
    still(page)
    page.goto(address)
    page.keyboard.down(key)
    page.clock.run_for(3_000)
    page.keyboard.up(key)
    until(page, f"({SCANNED})() === 'clear'", "Clear comes first")
    return page


@pytest.mark.parametrize("key", ["Space", "Enter"])
def test_one_switch_goes_over_what_can_be_pressed_and_presses_it(screen: Screen, key: str) -> None:
    page = scanning(screen, "/en/", key)
    seen = []
    for _ in range(4):
        seen.append(page.evaluate(SCANNED).split(" ")[0])
        page.clock.run_for(2_000)
    assert seen == ["clear", "talk", "nine-now", "tile"]
    for _ in range(60):  # round and round, never on what only scrolls or types
        assert page.evaluate(SCANNED) not in ("", "skip", "more", "q")
        if page.evaluate(SCANNED) == "talk":
            break
        page.clock.run_for(2_000)
    page.keyboard.press(key)
    page.wait_for_url("**/en/now")
    page.clock.run_for(2_000)
    until(page, f"({SCANNED})() === 'clear'", "a page begins with Clear")
    page.keyboard.press(key)
    page.wait_for_url("**/leave")
    page.clock.run_for(5_000)
    assert page.evaluate(SCANNED) == ""  # it went with the visit
    assert screen.silent()


def test_a_scan_that_nobody_answers_ends_at_the_idle_question(screen: Screen) -> None:
    page = scanning(screen, "/en/t/7", "Space")
    for _ in range(240):
        page.clock.run_for(1_000)
        if page.locator("#idle").is_visible():
            break
    for _ in range(2):
        page.clock.run_for(2_000)
        assert page.evaluate(SCANNED).startswith("idle-")
    page.clock.run_for(31_000)
    page.wait_for_url("**/leave")


def test_scanning_goes_along_from_school_info(screen: Screen) -> None:
    page = scanning(screen, "/leave", "Space")
    page.clock.run_for(2_000)
    expect(page.locator(".start")).to_be_focused()
    page.keyboard.press("Space")
    page.wait_for_url("**/en/#scan")
    until(page, f"({SCANNED})() === 'clear'", "it goes on")


def test_a_switch_that_is_pressed_shortly_begins_nothing(screen: Screen) -> None:
    page = screen.page
    still(page)
    page.goto("/en/")
    page.keyboard.press("Space")
    page.clock.run_for(10_000)
    assert page.evaluate(SCANNED) == ""


def test_the_question_offers_one_switch(screen: Screen) -> None:
    page = screen.page
    still(page)
    page.goto("/en/")
    page.clock.run_for(1_000)  # the page takes touches
    screen.press(KEY)
    screen.says(*ASKS)
    page.get_by_role("button", name="Use one switch").click()
    until(page, f"({SCANNED})() === 'clear'", "it goes over the page")


def test_the_letters_of_search_are_not_said(screen: Screen) -> None:
    page = screen.page
    page.goto("/en/search")
    page.locator("#q").focus()
    screen.begin()
    screen.says(INTRO, "Search")
    page.locator(".key").first.focus()
    assert screen.silent()
    screen.press("Numpad4")  # from a key the arrows begin at the other end
    assert not page.evaluate("document.activeElement.matches('.key')")


@pytest.mark.parametrize(
    ("audio", "asks"), [("headset", ASKS), ("speaker", ("Others will hear this. Play?", ASKS[1]))]
)
def test_nothing_but_one_question_is_heard_before_the_answer_is_yes(
    opened: Opened, tmp_path: Path, audio: str, asks: tuple[str, str]
) -> None:
    with counter.kiosk(Settings(audio=audio, languages=("en",)), data_dir=tmp_path) as kiosk:
        screen = opened(kiosk)
        page, question = screen.page, screen.page.locator("section[role=dialog]")
        page.clock.install()
        page.goto("/en/t/32")
        for _ in range(2):
            screen.press(KEY)
            screen.says(*asks)
            expect(question.locator("h2")).to_have_text(asks[0])
            screen.press("Tab", "ArrowDown", "Home")
            assert screen.silent()
            page.clock.run_for(21_000)  # the next person is asked again
            expect(question).to_have_count(0)
        screen.press(KEY)
        screen.says(*asks)
        question.get_by_role("button", name="No").click()
        expect(question).to_have_count(0)
        screen.press("Tab", "ArrowDown")
        assert screen.silent()
        page.goto("/en/t/32")
        screen.press(KEY)
        screen.says(*asks)
        screen.press("Enter")  # "Yes" has the focus
        screen.says(INTRO, "I don’t want to be here anymore")


def test_a_silent_screen_asks_nothing(opened: Opened, tmp_path: Path) -> None:
    with counter.kiosk(Settings(audio="off", languages=("en",)), data_dir=tmp_path) as kiosk:
        screen = opened(kiosk)
        screen.page.goto("/en/")
        screen.press(KEY)
        assert screen.silent()
        expect(screen.page.locator("section[role=dialog]")).to_have_count(0)


class Finger:
    """One finger on the glass, as the browser is told of it."""

    def __init__(self, page: Page) -> None:
        self._page, self._devtools = page, page.context.new_cdp_session(page)

    def _tell(self, kind: str, *points: tuple[float, float]) -> None:
        self._devtools.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]},
        )

    def stroke(self, *points: tuple[float, float], hold: float = 0) -> None:
        """Down on the first, over the others, up. ``hold``: milliseconds on the first."""
        self._tell("touchStart", points[0])
        self._page.wait_for_timeout(hold)
        for point in points[1:]:
            self._tell("touchMove", point)
        self._tell("touchEnd")

    def tap_twice(self) -> None:
        # In one message each: two that a busy machine delays are two single taps.
        self._page.evaluate(
            """() => { for (const kind of ["pointerdown", "pointerup", "pointerdown", "pointerup"])
            document.querySelector("main").dispatchEvent(new PointerEvent(kind,
                { bubbles: true, isPrimary: true, clientX: 500, clientY: 900 })); }"""
        )


def test_a_corner_held_for_three_seconds_begins_it_and_fingers_lead_over_the_page(
    screen: Screen,
) -> None:
    page = screen.page
    page.goto("/en/t/7")
    finger = Finger(page)
    corner = (30.0, 30.0)
    until(page, "!document.body.classList.contains('new')", "the page takes touches")
    finger.stroke(corner, hold=3_100)  # Back is there and is not pressed
    screen.says(*ASKS)
    finger.stroke(corner, hold=3_100)
    screen.says(SWIPES, page.locator("h1").inner_text())
    assert page.url.endswith("/en/t/7")
    finger.stroke((300, 900), (500, 900))
    screen.says(page.locator("main .lead").first.inner_text())
    finger.stroke((500, 900), (300, 900))
    screen.says(page.locator("h1").inner_text())
    row = page.locator("main a.row").first
    box = row.bounding_box()
    assert box
    finger.stroke((box["x"] + 50, box["y"] + 20))  # heard, not opened
    expect(row).to_be_focused()
    assert page.url.endswith("/en/t/7")
    place = str(row.get_attribute("href"))
    finger.tap_twice()
    page.wait_for_url(f"**{place}#t/7")
    finger.stroke(corner, hold=3_100)
    screen.says("Speech is off.")


def test_a_panel_that_sends_a_mouse_asks_too_and_does_not_go_back(screen: Screen) -> None:
    page = screen.page
    page.goto("/en/t/7")
    until(page, "!document.body.classList.contains('new')", "the page takes touches")
    page.mouse.move(30, 60)
    assert page.evaluate("document.elementFromPoint(30, 60).closest('#back') !== null")
    page.mouse.down()
    page.wait_for_timeout(3_100)
    page.mouse.up()
    screen.says(*ASKS)
    assert screen.silent()  # and Back had the time to go
    assert page.evaluate("location.pathname") == "/en/t/7"
    expect(page.locator("section[role=dialog]")).to_be_visible()


def test_what_began_by_touch_on_school_info_goes_along_and_ends_with_clear(screen: Screen) -> None:
    page = screen.page
    page.goto("/leave")
    finger = Finger(page)
    until(page, "!document.body.classList.contains('new')", "the page takes touches")
    finger.stroke((30, 30), hold=3_100)
    screen.says(*ASKS)
    page.get_by_role("button", name="Yes").tap()
    screen.says(SWIPES, "School info")
    page.locator(".start").focus()
    screen.says("Start", "Tap here to begin")
    finger.tap_twice()
    page.wait_for_url("**/en/#touch")
    finger.stroke((300, 900), (500, 900))  # first what could not be heard before a touch
    screen.says("What do you need today?")
    touch(page, "#clear")
    page.wait_for_url("**/leave")
    page.wait_for_timeout(300)
    screen.heard.clear()
    finger.stroke((300, 900), (500, 900))
    assert screen.silent()


def test_a_shorter_touch_or_one_elsewhere_begins_nothing(screen: Screen) -> None:
    page = screen.page
    page.goto("/en/")
    finger = Finger(page)
    finger.stroke((30, 30))
    finger.stroke((540, 350), hold=3_100)
    finger.stroke((30, 30), (540, 350), hold=3_100)
    assert screen.silent()
    expect(page.locator("section[role=dialog]")).to_have_count(0)


def test_a_sound_card_that_is_plugged_in_asks_and_nothing_more(screen: Screen) -> None:
    page = screen.page
    page.add_init_script(f"({CARDS})(0)")
    page.goto("/en/")
    screen.press("Tab")  # the browser is allowed to play from here on
    page.wait_for_timeout(1_200)  # it looked
    page.evaluate(CARDS, 1)
    screen.says(*ASKS)
    assert screen.silent()


@pytest.mark.parametrize("how", ["a key of the keypad", "a sound card is gone"])
def test_a_headset_that_is_pulled_silences_and_ends_it(screen: Screen, how: str) -> None:
    page = screen.page
    page.add_init_script(f"({CARDS})(1)")
    page.goto("/en/")
    page.evaluate(
        "() => { globalThis.told = 0; document.addEventListener('pulled', () => { told += 1 }) }"
    )
    screen.begin()
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
        for _ in range(2):
            page.keyboard.press(KEY)
            page.wait_for_timeout(300)
        for _ in some(range(30), 5):
            page.keyboard.press("ArrowDown")
            page.wait_for_timeout(50)
        assert set(stage.asked) <= OPEN
        assert json.loads(
            page.evaluate("JSON.stringify([localStorage.length, sessionStorage.length])")
        ) == [0, 0]
        close(context)

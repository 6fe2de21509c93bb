"""Speech mode under the shipped policies and flags, which let no page sound by itself."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Playwright

from kiosk.audio import clips
from kiosk.audio.spoken_text import Utterance, address
from settings.schema import Kiosk
from tests.browser import counter
from tests.browser.policed import kiosk_browser, launcher, loosened, policies
from tests.browser.stage import until

ASKS, AGAIN, INTRO, COVER, HOME, LEAD = (
    "Are headphones in?",
    "For yes, press Enter or do the same again.",
    "Speech is on. Arrow down: next. Arrow up: back. Enter: open.",
    "School info",
    "What do you need today?",
    "No name. Nothing you tap is saved.",
)
HELD = "caches.open('speech').then((cache) => cache.keys()).then((all) => all.length === {})"
# What a page began to play, and what came of it.
PLAYS = """globalThis.plays = [];
    const { play } = HTMLMediaElement.prototype;
    HTMLMediaElement.prototype.play = function () {
        const [began, path] = [play.call(this), new URL(this.src).pathname];
        began.then(() => plays.push([path, "played"]), ({ name }) => plays.push([path, name]));
        return began;
    };"""


def hears(page: Page, text: str, came: str = "played") -> None:
    """Wait until it was tried to play this, with this outcome."""
    path = address(Utterance("en", text).key)
    until(page, f"() => plays.some((one) => String(one) === '{path},{came}')", f"{came}: {text}")


@pytest.mark.slow
@pytest.mark.skipif(not clips.able(), reason="espeak-ng and opus-tools are not installed")
def test_speech_mode_is_heard_and_never_before_a_key_was_pressed(
    playwright: Playwright, tmp_path: Path
) -> None:
    said = [Utterance("en", text) for text in (ASKS, AGAIN, INTRO, COVER, HOME, LEAD)]
    assert clips.make(said, tmp_path, now=datetime.now(UTC)).made == len(said)
    settings = Kiosk(school="Lincoln Middle School", languages=("en", "es"))
    with counter.kiosk(settings, data_dir=tmp_path) as server:
        policy = loosened(policies(urlsplit(server).port or 0))
        program = launcher(tmp_path, policy)
        with kiosk_browser(playwright, program, tmp_path / "profile", f"{server}/leave") as context:
            page = context.pages[0] if context.pages else context.wait_for_event("page")
            context.add_init_script(PLAYS)
            page.goto(f"{server}/leave")
            # From here on the worker answers for clips: it must not take over between two of them.
            until(page, HELD.format(len(said)), "the worker holds the clips")
            page.keyboard.press("NumpadMultiply")
            hears(page, ASKS)
            hears(page, AGAIN)
            page.keyboard.press("NumpadMultiply")
            hears(page, INTRO)
            hears(page, COVER)
            for key in ("Tab", "Tab", "Tab", "Enter"):
                page.keyboard.press(key)
            page.wait_for_url("**/en/#aloud")
            hears(page, HOME, "NotAllowedError")  # another document: its first key says it
            page.keyboard.press("ArrowDown")
            hears(page, HOME)
            page.keyboard.press("ArrowDown")
            hears(page, LEAD)

"""Nobody can touch the screen into a state that it should not be in."""

import random
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, CDPSession, Page, Playwright
from playwright.sync_api import Error as PlaywrightError

from tests.browser import touches
from tests.browser.conftest import CHROMIUM, SIZES, close
from tests.browser.policed import WITHOUT_A_SCREEN, flags
from tests.running import pack_files
from tests.selection import Some

TOUCHES, FEW = 500, 60
MODES = {"big", "huge", "contrast", "down"}
MENUS = """addEventListener("contextmenu", (event) => setTimeout(() =>
    event.defaultPrevented || console.error("a menu would have opened")))"""
ZOOM = "() => visualViewport.scale"
Gesture = Callable[[CDPSession, random.Random, int, int], None]


def _point(dice: random.Random, width: int, height: int) -> touches.Point:
    return dice.uniform(0, width - 1), dice.uniform(0, height - 1)


def _tap(screen: CDPSession, dice: random.Random, width: int, height: int) -> None:
    touches.tap(screen, _point(dice, width, height))


def _swipe(screen: CDPSession, dice: random.Random, width: int, height: int) -> None:
    touches.swipe(screen, _point(dice, width, height), _point(dice, width, height))


def _swipe_from_the_edge(screen: CDPSession, dice: random.Random, width: int, height: int) -> None:
    y = dice.uniform(0, height - 1)
    start, end = dice.choice([(1, width * 0.8), (width - 2, width * 0.2)])
    touches.swipe(screen, (start, y), (end, y))


def _pinch(screen: CDPSession, dice: random.Random, width: int, height: int) -> None:
    near, far = dice.uniform(10, 60), dice.uniform(120, min(width, height) / 2)
    start, end = dice.choice([(near, far), (far, near)])
    touches.pinch(screen, _point(dice, width, height), start=start, end=end)


def _long_press(screen: CDPSession, dice: random.Random, width: int, height: int) -> None:
    touches.long_press(screen, _point(dice, width, height))


# A child's finger mostly taps; the rarer gestures are the ones that get out of ordinary programs.
GESTURES: dict[Gesture, int] = {
    _tap: 60,
    _swipe: 16,
    _swipe_from_the_edge: 8,
    _pinch: 12,
    _long_press: 4,
}


def plain(path: str) -> str:
    """The page without its modes: /en/big+contrast/t/7 is /en/t/7 in two of them."""
    parts = path.split("/")
    if len(parts) > 3 and parts[2] and set(parts[2].split("+")) <= MODES:
        del parts[2]
    return "/".join(parts)


@pytest.fixture(scope="module")
def kiosk(playwright: Playwright) -> Iterator[Browser]:
    """A browser with the flags of the kiosk: without them a swipe leads back in history, whatever a
    page does."""
    launched = playwright.chromium.launch(
        executable_path=CHROMIUM, args=[*flags(), *WITHOUT_A_SCREEN]
    )
    yield launched
    launched.close()


def settled(page: Page, expression: str) -> object:
    """What a page says of itself, asked again while it gives way to the next one."""
    for _ in range(20):
        try:
            return page.evaluate(expression)
        except PlaywrightError:
            page.wait_for_timeout(100)
    return page.evaluate(expression)


def test_case_37_500_random_taps_swipes_pinches_and_long_presses_always_a_known_page(
    kiosk: Browser, server: str, some: Some
) -> None:
    """Always a known page, no context menu, zoom 1, no new window. A run can be repeated."""
    touches_ = TOUCHES if some.whole else FEW
    sizes = some(SIZES, 1)
    for size in sizes:
        _play(kiosk, server, size, touches_, some.dice)
    some.covered(f"{touches_} random touches on each of {', '.join(sizes)}")


def _play(kiosk: Browser, server: str, size: str, many: int, dice: random.Random) -> None:
    width, height = SIZES[size]
    page = kiosk.new_page(
        viewport={"width": width, "height": height},
        base_url=server,
        has_touch=True,
        service_workers="block",
    )
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("download", lambda _: wrong.append("a download"))
    page.on(
        "response",
        lambda answer: (
            wrong.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None
        ),
    )
    page.context.on("page", lambda _: wrong.append("a new window"))
    page.add_init_script(MENUS)
    known = {file["url"] for file in pack_files(lambda path: page.request.get(path).json())}
    page.goto("/")
    screen = page.context.new_cdp_session(page)
    seen, lost = set(), 0
    for number in range(1, many + 1):
        gesture = dice.choices(list(GESTURES), list(GESTURES.values()))[0]
        try:
            gesture(screen, dice, width, height)
        except touches.LostTouchError:
            lost, screen = lost + 1, page.context.new_cdp_session(page)
        here = f"{size}, touch {number}, {gesture.__name__}, {page.url}"
        seen.add(plain(urlsplit(page.url).path))
        assert seen <= known, here
        assert page.url.startswith(server), here
        if gesture in {_pinch, _swipe, _swipe_from_the_edge}:
            assert settled(page, ZOOM) == 1, here
        assert wrong == [], here
    close(page.context)
    print(f"{size}: {many} touches, {lost} of them lost, {len(seen)} pages")
    assert lost < many / 20
    assert len(seen) > 2, "the monkey hardly went anywhere: this run proves nothing"

"""Real Chromium against a real server that shows the shipped pack."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    expect,
    sync_playwright,
)
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from kiosk.app import KioskApp
from settings.schema import Kiosk
from tests.browser.visits import FLAGS, NAMES, NOT_AHEAD, flags
from tests.kiosk.desks import opened
from tests.kiosk.screens import edition, show, starting
from tests.selection import Run
from tests.shipped import pack

CHROMIUM = Path("/usr/bin/chromium")
SHELL = Path("/usr/bin/chromium-headless-shell")
SIZES = {"tall": (1080, 1920), "wide": (1920, 1080), "small": (800, 480)}
Visit = Callable[..., Page]
expect.set_options(timeout=30_000)  # milliseconds: a guard like all others, never a measurement


class Slowness:
    """Whether the server waits before each answer. The test is about the page; the server is the
    other party."""

    holds = False

    def before(self, app: KioskApp) -> Callable[[Any, Any, Any], Any]:
        async def slowed(scope: Any, receive: Any, send: Any) -> None:
            with contextlib.suppress(TimeoutError):  # a guard: Playwright may be waiting for a page
                async with asyncio.timeout(20):
                    while self.holds:
                        await asyncio.sleep(0.05)
            await app(scope, receive, send)

        return slowed


SLOWNESS = Slowness()


@pytest.fixture
def slowness() -> Iterator[Slowness]:
    """Make the server slow for one test."""
    yield SLOWNESS
    SLOWNESS.holds = False


def engine() -> Path:
    """Return Chromium in a full run; in a quick one its shell, the same engine without the browser,
    which shows a page in a third of the processor time."""
    return SHELL if SHELL.is_file() and not Run.whole else CHROMIUM


def go_back(page: Page) -> None:
    """Press Back. A page from the back/forward cache never fires load, so this does not wait for
    it."""
    with contextlib.suppress(PlaywrightTimeout):
        page.go_back(timeout=1_500)
    page.wait_for_timeout(300)


def close(context: BrowserContext) -> None:
    """Close a context once its pages are idle.

    A close during a navigation may never end (once in a few dozen times: Chromium 156, Playwright
    1.65), and Playwright has no limit for it: a test that navigated with its last touch once held
    up a whole run.
    """
    for page in context.pages:
        for _ in range(5):
            with contextlib.suppress(PlaywrightError):
                page.goto("about:blank", timeout=5_000)
                break
    context.close()


@pytest.fixture(
    scope="package"
)  # gone before other tests: its event loop would stay in their thread
def server() -> Iterator[str]:
    """Yield the address of a kiosk on a free port."""
    settings = Kiosk(school="Lincoln Middle School", counties=("Sacramento",))
    app, made = starting(settings), edition(pack(), settings)
    show(app, made, pack())
    with opened(SLOWNESS.before(app)) as port:
        address = f"http://127.0.0.1:{port}"
        NAMES[address] = made.names
        yield address


@pytest.fixture(
    scope="package"
)  # gone before other tests: its event loop would stay in their thread
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(
    scope="package"
)  # gone before other tests: its event loop would stay in their thread
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium; Playwright's own is never downloaded."""
    launched = playwright.chromium.launch(executable_path=engine(), args=flags(engine()))
    yield launched
    launched.close()


@pytest.fixture
def visit(browser: Browser, server: str) -> Iterator[Visit]:
    """Open a new touch screen of a given size; ``script=False`` for a browser without JavaScript.

    ``ahead``: idle pages fetch those that could be tapped next; that is a quarter of the work of
    showing a page, and useless to a test that looks at only one.
    """
    contexts: list[BrowserContext] = []

    def opened(size: str = "tall", *, script: bool = True, ahead: bool = False) -> Page:
        contexts.append(touch_screen(browser, size, server, script=script))
        if not ahead:
            contexts[-1].add_init_script(NOT_AHEAD)
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        close(context)


@pytest.fixture(
    scope="package"
)  # gone before other tests: its event loop would stay in their thread
def keeping(playwright: Playwright) -> Iterator[Browser]:
    """Yield a browser with its back/forward cache on, which Playwright turns off by default and the
    shell lacks."""
    launched = playwright.chromium.launch(
        executable_path=CHROMIUM, args=FLAGS, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield launched
    launched.close()


@pytest.fixture
def remembering(keeping: Browser, server: str) -> Iterator[Page]:
    """Yield a screen whose browser keeps the page that was left."""
    context = touch_screen(keeping, "tall", server)
    yield context.new_page()
    close(context)


def touch_screen(
    browser: Browser, size: str, server: str | None, *, script: bool = True
) -> BrowserContext:
    """Open a profile of such a screen. Without a ``server``, tests give whole addresses, and service
    workers may run."""
    width, height = SIZES[size]
    return browser.new_context(
        viewport={"width": width, "height": height},
        base_url=server,
        has_touch=True,
        java_script_enabled=script,
        service_workers="block" if server else "allow",
        locale="en-US",
        timezone_id="America/Los_Angeles",
    )

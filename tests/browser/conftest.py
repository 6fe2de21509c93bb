"""Real Chromium against a real server that shows the shipped pack."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from content import source
from content.model import Pack
from kiosk import lastresort, rendering
from kiosk.app import Kiosk
from kiosk.edition import Edition
from settings import Kiosk as Settings
from tests.kiosk.conftest import PACK, TODAY

FLAGS = ["--no-sandbox", "--headless=new", "--disable-gpu", "--disable-background-networking"]
CHROMIUM = Path("/usr/bin/chromium")
SIZES = {"tall": (1080, 1920), "wide": (1920, 1080), "small": (800, 480)}
Visit = Callable[..., Page]


@pytest.fixture(scope="package")  # gone before other tests: its event loop would stay in their thread
def server() -> Iterator[str]:
    """The address of a kiosk on a free port."""
    pack, _problems = source.read(PACK)
    assert isinstance(pack, Pack)
    settings = Settings(school="Lincoln Middle School", counties=("Sacramento",))
    app = Kiosk(settings, fallback=lastresort.edition(settings))
    app.show(Edition.memory(rendering.items(pack, settings, today=TODAY)), pack)
    listening = socket.create_server(("127.0.0.1", 0))
    running = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="critical", access_log=False))
    thread = threading.Thread(target=lambda: asyncio.run(running.serve(sockets=[listening])))
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    running.should_exit = True
    thread.join(10)


@pytest.fixture(scope="package")  # gone before other tests: its event loop would stay in their thread
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")  # gone before other tests: its event loop would stay in their thread
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium; Playwright's own is never downloaded."""
    launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield launched
    launched.close()


@pytest.fixture
def visit(browser: Browser, server: str) -> Iterator[Visit]:
    """Opens a fresh touch screen of a size; ``script=False`` for a browser without JavaScript."""
    contexts: list[BrowserContext] = []

    def opened(size: str = "tall", *, script: bool = True) -> Page:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            base_url=server,
            has_touch=True,
            java_script_enabled=script,
            service_workers="block",
            locale="en-US",
            timezone_id="America/Los_Angeles",
        )
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()

"""A browser under the shipped policies and flags, in front of a real server."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright

from content.model.pinned import pinned_pack
from tests.browser.policed import kiosk_browser, launcher, loosened, policies
from tests.kiosk.desks import staged

WORDS = "These lines answer now"


@pytest.fixture(scope="package")
def port(server: str) -> int:
    found = urlsplit(server).port
    assert found is not None
    return found


@pytest.fixture(scope="package")
def local_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the one local page that the policies allow, next to one that they do not."""
    folder = tmp_path_factory.mktemp("run")
    (folder / "other.html").write_text("<p>some other file</p>", encoding="utf-8")
    page = folder / "lines.html"
    page.write_text(f"<!doctype html><title>Info</title><p>{WORDS}</p>", encoding="utf-8")
    return page


@pytest.fixture(scope="package")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a staff desk on this machine, which answers anyone."""
    with staged(tmp_path_factory.mktemp("desk"), pinned_pack()) as (_stage, office):
        assert office.get("/staff/in").status_code == 200
        yield f"http://127.0.0.1:{office.port}"


@pytest.fixture(scope="package")
def screen(
    playwright: Playwright,
    server: str,
    port: int,
    local_page: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[BrowserContext]:
    """Yield the kiosk's browser, with a page for each test; chrome://policy is open, where Chromium
    lists the policies it accepted."""
    folder = tmp_path_factory.mktemp("kiosk")
    program = launcher(
        folder, loosened(policies(port, local_page=local_page), "chrome://policy", tabs=True)
    )
    with kiosk_browser(playwright, program, folder / "profile", f"{server}/") as context:
        yield context


@pytest.fixture
def page(screen: BrowserContext) -> Iterator[Page]:
    opened = screen.new_page()
    opened.set_default_timeout(10_000)
    yield opened
    opened.close()


@pytest.fixture(scope="package")
def one_page(screen: BrowserContext) -> Page:
    """Return a page for tests that only look at what an address shows."""
    opened = screen.new_page()
    opened.set_default_timeout(10_000)
    return opened

"""Finds what a page should not do: console errors, other hosts, cookies, stored data, sideways
scrolling."""

import contextlib
from datetime import UTC, datetime
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

# The worker's notes may hold when the server last vouched for the clock, which says nothing of a
# visit; no other note, and no other cache, may be there, but those of a school's own worker.
_KEPT = """async () => {
    const [, base] = /^(.*)\\/leave$/.exec(document.getElementById("clear")?.pathname ?? "") ?? [];
    const own = base && navigator.serviceWorker.controller ? [`kiosk-meta${base}`, `pages${base}`] : [];
    const others = (await caches.keys()).filter((name) => !["kiosk-meta", ...own].includes(name));
    const kept = (await caches.has("kiosk-meta")) ? await (await caches.open("kiosk-meta")).keys() : [];
    const told = kept.filter(({ url }) => new URL(url).pathname !== "/clock");
    return [document.cookie, localStorage.length, sessionStorage.length,
        (await indexedDB.databases()).length, others.length + told.length, JSON.stringify(history.state)];
}"""
_SIDEWAYS = """() => [...document.querySelectorAll("html, body, main")]
    .filter((part) => part.scrollWidth > part.clientWidth).map((part) => part.tagName)"""


def complains(said: ConsoleMessage) -> bool:
    """Whether a console line is a complaint. Playwright's own message about a worker that it blocks
    is not."""
    return (
        said.type in {"error", "warning"}
        and said.text != "Service Worker registration blocked by Playwright"
    )


class Watch:
    """Watches a page from its first request."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        self.requests: list[str] = []
        page.on("console", lambda m: self.complaints.append(m.text) if complains(m) else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._asked(request.url))

    def _asked(self, url: str) -> None:
        self.hosts.add(urlsplit(url).netloc)
        self.requests.append(urlsplit(url).path)

    def sideways(self) -> list[str]:
        """Return the parts of the page that scroll sideways."""
        found: list[str] = self._page.evaluate(_SIDEWAYS)
        return found

    def assert_clean(self) -> None:
        """Assert that there are no complaints, one host and nothing stored."""
        assert self.complaints == []
        assert self.hosts == {urlsplit(self._page.url).netloc}
        assert self._page.context.cookies() == []
        assert self._page.evaluate(_KEPT) == ["", 0, 0, 0, 0, "null"]


def stop_time(page: Page) -> None:
    """Let only the test move the clock that it installed in a page: on a busy machine, time must
    not pass by itself."""
    now = page.evaluate("Date.now()") / 1_000
    page.clock.pause_at(datetime.fromtimestamp(now + 10, UTC))


def touch(page: Page, selector: str) -> None:
    """Touch exactly once.

    Without ``force``, Playwright takes a Clear that hides under the finger for a miss, and touches
    again on the next page. A touch during a navigation may never be answered.
    """
    part = page.locator(selector).first
    part.scroll_into_view_if_needed()
    assert part.bounding_box(), f"{selector} is not to be seen"
    with contextlib.suppress(PlaywrightTimeout):
        part.tap(force=True, timeout=10_000)


def tap(page: Page, selector: str, url: str) -> None:
    """Touch a link, and wait for its page."""
    with page.expect_navigation(url=url):
        if selector == "#clear":
            touch(page, selector)
        else:
            page.locator(selector).first.tap()

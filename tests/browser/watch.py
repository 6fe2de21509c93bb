"""What a page did that it should not have: console errors, other hosts, cookies, things kept, sideways scrolling."""

from urllib.parse import urlsplit

from playwright.sync_api import Page

_KEPT = """async () => [document.cookie, localStorage.length, sessionStorage.length,
    (await indexedDB.databases()).length, (await caches.keys()).length, JSON.stringify(history.state)]"""
_SIDEWAYS = """() => [...document.querySelectorAll("html, body, main")]
    .filter((part) => part.scrollWidth > part.clientWidth).map((part) => part.tagName)"""


class Watch:
    """Watches a page from its first request on."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        self.requests: list[str] = []
        page.on("console", lambda m: self.complaints.append(m.text) if m.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._asked(request.url))

    def _asked(self, url: str) -> None:
        self.hosts.add(urlsplit(url).netloc)
        self.requests.append(urlsplit(url).path)

    def sideways(self) -> list[str]:
        """The parts of the page that scroll sideways."""
        found: list[str] = self._page.evaluate(_SIDEWAYS)
        return found

    def assert_clean(self) -> None:
        """No complaint, one host, nothing kept."""
        assert self.complaints == []
        assert self.hosts == {urlsplit(self._page.url).netloc}
        assert self._page.context.cookies() == []
        assert self._page.evaluate(_KEPT) == ["", 0, 0, 0, 0, "null"]

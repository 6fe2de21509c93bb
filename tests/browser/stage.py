"""The worker's other party: a server that counts its requests and can be changed, corrupted and
switched off."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path

import uvicorn
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page
from starlette.types import Receive, Scope, Send

from kiosk.edition.edition import Edition
from runtime import http_front
from settings.schema import Kiosk
from tests.kiosk import screens
from tests.shipped import pack

FIRST, SECOND = (
    "Lincoln Middle School",
    "Mariposa High School",
)  # two packs that differ on every page
OPEN = {"GET /pack.json", "GET /audio.json", "GET /sw.js", "POST /beat"}
CURRENT = """async () => (await caches.has("kiosk-meta"))
    ? (await (await (await caches.open("kiosk-meta")).match("/current"))?.text()) ?? "" : "" """
NEXT = CURRENT.replace("/current", "/next")
# The record of the pack that is shown, and whether all its languages are stored.
RECORD = f"""async () => (await caches.match("/pack.json?" + await ({CURRENT})(),
    {{ cacheName: "pages" }}))?.json()"""
COMPLETE = f"() => ({RECORD})().then((record) => record?.more.length === 0)"
CACHES = "async () => (await caches.keys()).sort()"
# Checks every file of a stored pack, requested like a page does, against its hash; returns files
# from any other pack.
WHOLE = """async () => {
    const digests = new Map();
    const digest = async (url) => {
        const body = await (await fetch(url)).arrayBuffer();
        const bytes = [...new Uint8Array(await crypto.subtle.digest("SHA-256", body))];
        return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
    };
    const answers = [];
    const pages = await caches.open("pages");
    for (const key of await pages.keys("/pack.json", { ignoreSearch: true })) {
        const { files } = await (await pages.match(key)).json();
        const wrong = [];
        for (const [url, sha256] of files) {
            if (!digests.has(url)) digests.set(url, await digest(url));
            if (digests.get(url) !== sha256) wrong.push(url);
        }
        answers.push(wrong);
    }
    return answers.sort((a, b) => a.length - b.length)[0] ?? ["no pack"];
}"""


@cache
def edition(school: str, data_dir: Path | None = None) -> Edition:
    """Return pages for one school in two languages: enough to tell them apart, quick to install."""
    return screens.edition(pack(), settings(school), data_dir)


def settings(school: str) -> Kiosk:
    return Kiosk(school=school, counties=("Sacramento",), languages=("en", "es"))


class Stage:
    """A kiosk's server in a thread. ``asked``: all requests; ``spoilt``: addresses that it answers
    wrongly.

    ``data_dir`` may contain a large directory.
    """

    def __init__(
        self,
        school: str = FIRST,
        data_dir: Path | None = None,
        trusted_clock: Callable[[], datetime | None] = lambda: None,
    ) -> None:
        self.asked: list[str] = []
        self.bodies: dict[str, int] = {}
        self.told: list[bytes] = []
        self.spoilt: dict[str, str] = {}
        self.most_clips = self._clips = 0  # requested at the same time
        self._data_dir = data_dir
        self._kiosk = screens.starting(settings(school), trusted_clock)
        self._listening = http_front.listen("127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.show(school)
        self._run(self._listening)

    def show(self, school: str) -> None:
        """Show a new pack."""
        screens.show(self._kiosk, edition(school, self._data_dir), pack(), self._data_dir)

    def stop(self) -> None:
        """Stop answering at this address."""
        self._server.should_exit = True
        self._thread.join(10)
        self._listening.close()

    def _run(self, listening: socket.socket) -> None:
        config = uvicorn.Config(
            self._answer,
            interface="asgi3",
            lifespan="off",
            log_level="critical",
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._server.serve(sockets=[listening]))
        )
        self._thread.start()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        what = f"{scope['method']} {scope['path']}"
        self.asked.append(what)
        if scope["path"] == "/beat":
            self.told += [
                value for name, value in scope["headers"] if name in {b"referer", b"content-length"}
            ]
        how = self.spoilt.get(scope["path"])
        if how is None:
            is_clip = scope["path"].endswith(".opus")
            self._clips += is_clip
            self.most_clips = max(self.most_clips, self._clips)
            await asyncio.sleep(0.02 * is_clip)
            await self._kiosk(scope, receive, send)
            self._clips -= is_clip
            return
        if how == "hangs":
            await asyncio.sleep(60)
        status, headers, body = _wrong(how)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        with contextlib.suppress(OSError):
            await send({"type": "http.response.body", "body": body})


def _wrong(how: str) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    kind = (b"content-type", b"text/html; charset=utf-8")
    return {
        "corrupt": (200, [kind], b"<p>not what the list says</p>"),
        "missing": (404, [kind], b"gone"),
        "hangs": (404, [kind], b"gone"),
        "later": (200, [kind], b"<p>a page that came later</p>"),
        "starting": (503, [kind], b"<p>in a moment</p>"),
        "redirected": (302, [(b"location", b"/en/")], b""),
        "oversize": (200, [kind], b" " * (9 * 1024 * 1024)),
    }[how]


@contextlib.contextmanager
def staged(
    school: str = FIRST,
    data_dir: Path | None = None,
    trusted_clock: Callable[[], datetime | None] = lambda: None,
) -> Iterator[Stage]:
    """Yield a server on its own port; stop it afterward."""
    stage = Stage(school, data_dir, trusted_clock)
    try:
        yield stage
    finally:
        stage.stop()


def until(page: Page, expression: str, what: str, *, seconds: float = 120) -> None:
    """Wait for something to happen by itself. Can't use wait_for_function: the page's policy
    forbids its eval."""
    end = time.monotonic() + seconds
    while not _holds(page, expression):
        assert time.monotonic() < end, f"waited {seconds:.0f} s until {what}"
        time.sleep(0.1)


def _holds(page: Page, expression: str) -> bool:
    try:
        return bool(page.evaluate(expression))
    except PlaywrightError as problem:
        if "Execution context was destroyed" in str(
            problem
        ):  # School info reloads itself with the new pack
            return False
        raise


def install(page: Page, place: str = "/en/") -> str:
    """Open the screen, wait until the worker has a pack in every language, return its name."""
    page.goto(place)
    until(page, "navigator.serviceWorker.controller !== null", "the worker is in charge")
    until(page, COMPLETE, "every language is there")
    name = page.evaluate(CURRENT)
    assert isinstance(name, str)
    assert name
    return name

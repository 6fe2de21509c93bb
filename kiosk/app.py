"""The kiosk's ASGI application. After any failure, it still answers with the hotlines.

Sets no cookies and logs no addresses or typed words.
"""

import asyncio
import contextlib
import logging
import re
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Collection
from contextvars import ContextVar
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar
from urllib.parse import parse_qsl

from msgspec.structs import replace
from starlette.types import Message, Receive, Scope, Send

from content.model.pack import Pack
from kiosk import search
from kiosk.audio import spoken_text
from kiosk.directory_results import Directory
from kiosk.edition import display_modes, last_resort
from kiosk.edition.display_modes import Modes
from kiosk.edition.edition import HTML, INDEX, Edition, Ready, ready_alone
from kiosk.edition.headers import KEEP_NOTHING, Headers, always, header_list
from kiosk.edition.links import Links, below
from kiosk.edition.markers import Values, fill
from kiosk.enrolled import MOST_REPORT, Enrolled, ServedPages
from kiosk.printing import slip
from kiosk.printing.receipt_printer import Printer
from kiosk.screen_reports import ScreenReports
from kiosk.search import SearchIndex
from settings.schema import Kiosk
from system import files

MAX_BODY_BYTES = 2048
BEAT, NEXT_WORD = "/beat", b"next-word"
READY = "/audio/ready"  # browsers ask here whether a page's clips exist: 200 if all do, else 204
MAX_CLIPS_BYTES = 64 * 1024  # bytes; the longest request lists the addresses of four hundred clips
# How soon a browser retries, in the first minute, while the pack has not been read yet.
STARTING_SECONDS, SOON_SECONDS = 60.0, 2
VARIANTS_KEPT = 200  # how many pages in display modes to keep, about 10 KB each: one day's
# How many requests run in threads at once, and how many more may wait. 1000 is a port's number of
# connections, so that limit is reached only if clients have left.
PAGES, LISTS = (3, 1000), (1, 100)  # making a list takes seconds, and pages must not wait for it
_NO_GZIP = re.compile(rb"gzip\s*;\s*q=0(\.0*)?\s*(,|$)", re.IGNORECASE)
log = logging.getLogger("porchlight.kiosk")
T = TypeVar("T")
P = ParamSpec("P")


class _Asked:
    """One request, and the content that it is answered from."""

    def __init__(self, visible: "_Visible", scope: Scope, receive: Receive, send: Send) -> None:
        self.visible, self.send = visible, send
        self.path, self.method, self.headers = scope["path"], scope["method"], scope["headers"]
        self.query = scope.get("query_string", b"")
        self._receive, self._ahead = receive, deque[Message]()

    async def _next(self) -> Message:
        """Return the next message, first those that were read early."""
        return self._ahead.popleft() if self._ahead else await self._receive()

    async def body(self, *, most: int = MAX_BODY_BYTES) -> bytes | None:
        """Return the request's body; None if it is larger than ``most``."""
        body = bytearray()
        while True:
            message = await self._next()
            body += message.get("body", b"")
            if len(body) > most:
                return None
            if message["type"] != "http.request" or not message.get("more_body"):
                return bytes(body)

    async def answer(self, status: int, body: bytes, extra: Headers = ()) -> None:
        headers = header_list(HTML, KEEP_NOTHING, length=len(body), extra=extra)
        if status == 204:
            out = {b"content-type", b"content-length"}
            headers = [pair for pair in headers if pair[0] not in out]
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        body = b"" if self.method == "HEAD" else body
        await self.send({"type": "http.response.body", "body": body})

    async def has_left(self) -> bool:
        """Return whether the client has disconnected."""
        try:
            async with asyncio.timeout(0):
                self._ahead.append(await self._receive())
        except TimeoutError:
            return False
        return bool(self._ahead[-1]["type"] == "http.disconnect")


_asking = ContextVar[_Asked]("the request that is worked on")


class _FullError(Exception):
    """Raised if too many requests are already waiting or the client has disconnected."""


class _Turns:
    """Runs up to ``at_once`` calls in threads; raises _FullError if ``most`` are already waiting.

    Skips requests from clients that left while waiting; otherwise, these could pile up endlessly.
    """

    def __init__(self, at_once: int, most: int) -> None:
        self._slots, self._room = asyncio.Semaphore(at_once), at_once + most

    async def __call__(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if not self._room:
            raise _FullError
        self._room -= 1
        waits = self._slots.locked()
        try:
            async with self._slots:
                if waits and await _asking.get().has_left():
                    raise _FullError
                return await asyncio.to_thread(call, *args, **kwargs)
        finally:
            self._room += 1


class _Visible:
    """The content on the screen, replaced as a whole so that no request sees parts of two packs."""

    def __init__(
        self,
        edition: Edition,
        pack: Pack | None,
        kiosk: Kiosk,
        directory: Directory,
        turns: tuple[_Turns, _Turns],
    ) -> None:
        self.edition, self.directory = edition, directory
        self._pack, self._kiosk = pack, kiosk
        self.shown = ServedPages(edition.key, pack.version if pack else "")
        self.in_turn, self._lists = turns
        self._variants = OrderedDict[str, Ready]()
        self.dressed = partial(display_modes.apply, base=kiosk.base)
        self._one_index = asyncio.Lock()
        self._indexes: dict[str, SearchIndex] | None = None

    async def find(self, path: str) -> Ready | None:
        """Return the page at an address, which may include modes; make it when first requested."""
        if path in self._variants:
            self._variants.move_to_end(path)
            return self._variants[path]
        return await self._page(path) or await self._variant(path)

    async def text(self, part: str) -> str:
        return await self.in_turn(self.edition.text, part)

    async def search(
        self, language: str, words: str, meant: Collection[str]
    ) -> list[search.SearchHit]:
        """Find entries in the pack; only the first search must wait until the index is built.

        ``meant``: ids of the topics that the text line's rules found in the words.
        """
        if self._pack is None or not words:
            return []
        async with self._one_index:
            if self._indexes is None:
                home, line = self._kiosk.counties, self._kiosk.confirmed_line
                make = partial(search.shared_indexes, self._pack, home=home, county_line=line)
                self._indexes = await asyncio.to_thread(make, self.edition.languages)
        links = Links(language)
        topics = [links.topic(one) for one in self._pack.topics if one.id in meant]
        return self._indexes[language].find(words, topics)

    async def _page(self, path: str) -> Ready | None:
        turns = self._lists if path.rstrip("/").endswith(".json") else self.in_turn
        return self.edition.kept.get(path) or await turns(self.edition.page, path)

    async def _variant(self, path: str) -> Ready | None:
        base, chosen = display_modes.split(path)
        page = await self._page(base) if chosen else None
        if page is None or not page.is_page:
            return None
        made = self._variants[path] = ready_alone(self.dressed(page.body, chosen))
        if len(self._variants) > VARIANTS_KEPT:
            self._variants.popitem(last=False)
        return made


class KioskApp:
    """Serves ``fallback`` until ``show`` is called.

    ``trusted_clock``: returns the time, or None while the clock may be wrong. ``public_url``: see
    ScreenReports. ``meant``: the topics that the text line's rules find in typed words.
    """

    def __init__(
        self,
        kiosk: Kiosk,
        *,
        fallback: Edition,
        trusted_clock: Callable[[], datetime | None] = lambda: None,
        public_url: str = "",
        meant: Callable[[str], Collection[str]] = lambda _words: (),
        enrolled: Enrolled | None = None,
    ) -> None:
        self._meant, self._enrolled = meant, enrolled
        self._trusted_clock = trusted_clock
        self.reports = ScreenReports(public_url)
        self._began = time.monotonic()
        self._trouble = last_resort.trouble(kiosk)
        self._printer = Printer(kiosk.printer) if kiosk.printer.startswith("/") else None
        self._kiosk = kiosk
        self._copied = ""  # the key of the edition that a browser reports it has stored
        self._turns = _Turns(*PAGES), _Turns(*LISTS)
        nowhere = Directory(None, kiosk.counties, None)
        self._visible = self._fallback = _Visible(fallback, None, kiosk, nowhere, self._turns)

    @property
    def key(self) -> str:
        return self._visible.edition.key

    @property
    def is_copied(self) -> bool:
        """Return whether a browser has reported that it has the edition being served."""
        return self._copied == self.key != ""

    def show(
        self,
        edition: Edition | None,
        pack: Pack,
        *,
        data_dir: Path | None = None,
        directory: files.Stamp = (),
        confirmed_line: str = "",
    ) -> None:
        """Serve this edition, starting with the next request; None means ``fallback``.

        ``confirmed_line``: the school's own county line, which searches also find.
        Each search looks for a directory in ``data_dir`` and uses it only if ``directory`` is
        that file's stamp.
        """
        kiosk = replace(self._kiosk, confirmed_line=confirmed_line)
        searched = Directory(data_dir, kiosk.counties, pack, verified=directory)
        self._visible = (
            _Visible(edition, pack, kiosk, searched, self._turns) if edition else self._fallback
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError("The kiosk answers only HTTP requests.")
        visible, path = self._visible, scope["path"]
        asked = _Asked(visible, scope, receive, send)
        _asking.set(asked)
        try:
            if path == INDEX and visible.edition.key and _known(scope, visible.edition.key):
                self._copied = visible.edition.key
                await _unchanged(self._copied, send)
                return
            if path == BEAT:  # this is answered even if many requests are waiting for pages
                await self._beat(asked)
                return
            ready = visible.edition.kept.get(path) or await visible.find(path)
            if ready is None or asked.method not in {"GET", "HEAD"}:
                await self._post_or_missing(asked, known=ready is not None)
            elif ready.item.file is None:
                await _answer(ready, ready.packed, asked)
            elif body := await visible.in_turn(_read, ready):
                await _answer(ready, body, asked)
            else:
                await self._not_here(asked)
        except _FullError:
            await asked.answer(503, self._trouble)
        except (Exception, asyncio.CancelledError) as problem:  # noqa: BLE001
            # A student must get a number even if the server stops while a file hangs.
            # Log only the class: an error's text may contain an address or typed words.
            log.error("a page failed: %s", type(problem).__name__)  # noqa: TRY400
            with contextlib.suppress(RuntimeError):  # the client may have left
                await asked.answer(500, self._trouble)

    async def _post_or_missing(self, asked: _Asked, *, known: bool) -> None:
        base, chosen = display_modes.split(asked.path)
        method, searching = asked.method, base.rstrip("/").endswith("/search")
        if base == READY and method == "POST":
            await _tell_ready(asked)
        elif not known:
            await self._not_here(asked)
        elif searching and method == "POST":
            await self._search(asked, _language(asked.visible, base), chosen)
        elif self._printer and method == "POST" and slip.asked(base):
            await self._slip(asked, self._printer)
        else:
            methods = b"GET, HEAD, POST" if searching else b"GET, HEAD"
            await _missing(asked, 405, ((b"allow", methods),))

    async def _not_here(self, asked: _Asked) -> None:
        """Answer 404, or 503 while no pack is shown, so that the browser retries the address."""
        if asked.visible is not self._fallback:
            await _missing(asked, 404)
            return
        is_starting = time.monotonic() - self._began < STARTING_SECONDS
        seconds = b"%d" % (SOON_SECONDS if is_starting else last_resort.AGAIN_SECONDS)
        # Retry-After is not enough: no browser acts on it.
        again = ((b"retry-after", seconds), (b"refresh", seconds))
        await _missing(asked, 503, again)

    async def _search(self, asked: _Asked, language: str, chosen: Modes) -> None:
        body, visible = await asked.body(), asked.visible
        words, number = _typed(body or b"")
        meant = await visible.in_turn(self._meant, words) if words else ()
        found = await visible.search(language, words, meant)
        values: Values = {"words": words, "rows": [hit.values(chosen) for hit in found]}
        state, services = "found" if found else "none", None
        if await visible.in_turn(visible.edition.has, f"near/{language}"):
            services = await visible.directory.find(words, number, visible.in_turn)
        if services:
            state = "far" if services.elsewhere else "near"
            values = visible.directory.values(services, values, page=number)
        shell = visible.dressed(await visible.text(f"{state}/{language}"), chosen)
        page = below(fill(shell, values), self._kiosk.base)
        await asked.answer(413 if body is None else 200, page.encode())

    async def _beat(self, asked: _Asked) -> None:
        """Record the page's heartbeat, or tell a watchdog how many seconds ago the last one came.

        The page gets the time (seconds since 1970), or nothing while the clock may be wrong: a
        card may say "Open now" only if the clock is correct.
        """
        method, query, headers = asked.method, asked.query, asked.headers
        if method == "POST" and not self.reports.is_ours(headers):
            await asked.answer(403, b"")
        elif method == "POST":
            report, school = await asked.body(most=MOST_REPORT), self._kiosk.base.strip("/")
            enrolled, shown = self._enrolled, asked.visible.shown
            heard = enrolled and enrolled.hear(school, query, report or b"", shown)
            if not heard:  # another device, not an enrolled screen
                self.reports.hear(query, headers)
            word = ((NEXT_WORD, heard.word.encode()),) if heard else ()
            now = self._trusted_clock()
            told = b"%d" % now.timestamp() if now else b""
            status = 202 if heard and not heard.counts else 200 if now else 204
            await asked.answer(status, told, word)
        elif method == "GET":
            age = self.reports.age(query, headers)
            await asked.answer(200, b"" if age is None else b"%.0f" % age)
        else:
            await _missing(asked, 405, ((b"allow", b"GET, POST"),))

    def paper(self) -> str:
        """Return the printer's state: ok, empty, away, or "" if there is none. Blocks briefly."""
        return self._printer.state() if self._printer else ""

    async def _slip(self, asked: _Asked, printer: Printer) -> None:
        visible, path = asked.visible, asked.path
        page = await visible.find(path)
        made = slip.read(await visible.text(slip.asked(display_modes.split(path)[0])))
        printed = await printer.take(made, number_only=b"only=" in (await asked.body() or b""))
        body = slip.with_outcome(page.body if page else b"", printed=printed)
        await asked.answer(200 if printed else 503, body)


async def _tell_ready(asked: _Asked) -> None:
    """Say whether a whole page can be read aloud. In a browser, the worker answers this itself."""
    visible = asked.visible
    paths = (await asked.body(most=MAX_CLIPS_BYTES) or b"").decode("utf-8", "replace").split()
    # Check each clip once. Never check pages: making thousands of them would delay other requests
    # for minutes. Never check lists either: making one opens every clip.
    known = paths and all(map(spoken_text.key_of, paths))
    there = known and await visible.in_turn(lambda: all(map(visible.edition.is_beside, set(paths))))
    await asked.answer(200 if there else 204, b"")


def _language(visible: _Visible, path: str) -> str:
    """Return the language in an address (even an invalid one), or else the screen's first."""
    known = visible.edition.languages
    asked = path.removeprefix("/").partition("/")[0].casefold()
    near = (tag for tag in known if tag.casefold().partition("-")[0] == asked.partition("-")[0])
    return next((tag for tag in known if tag.casefold() == asked), None) or next(near, known[0])


async def _missing(asked: _Asked, status: int, extra: Headers = ()) -> None:
    """Send the page with the hotlines, in the address's language and modes."""
    visible, named = asked.visible, asked.path.split("/", 3)[2:3]
    chosen = display_modes.in_order(named[0].split("+") if named else ())
    part = await visible.text(f"missing/{_language(visible, asked.path)}")
    await asked.answer(status, visible.dressed(part, chosen).encode(), extra)


def _typed(body: bytes) -> tuple[str, int]:
    """Return the typed words and the number of the requested page of services, counted from 1."""
    text = body.decode("utf-8", "replace")
    try:
        fields = dict(reversed(parse_qsl(text, keep_blank_values=True, max_num_fields=8)))
    except ValueError:
        return "", 1
    page = fields.get("p", "")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 3 else 1
    return fields.get("q", "")[:80], number


def _known(scope: Scope, key: str) -> bool:
    """Return whether a browser already has this edition's list, so it needs no pages from here."""
    return (b"if-none-match", f'"{key}"'.encode()) in scope["headers"]


async def _unchanged(key: str, send: Send) -> None:
    own = [(b"cache-control", KEEP_NOTHING.encode()), (b"etag", f'"{key}"'.encode())]
    headers = [*own, *always()]
    await send({"type": "http.response.start", "status": 304, "headers": headers})
    await send({"type": "http.response.body"})


def _read(ready: Ready) -> bytes:
    """Read a body from disk; return b"" if the file is missing or has changed."""
    try:
        body = files.read_plain(ready.item.file, most=ready.size) if ready.item.file else b""
    except (OSError, ValueError):
        return b""
    return body if (b"content-length", str(len(body)).encode()) in ready.headers else b""


async def _answer(ready: Ready, packed: bytes, asked: _Asked) -> None:
    unpacks, known, send = False, False, asked.send
    for name, value in asked.headers:
        if name == b"accept-encoding":
            unpacks = b"gzip" in value and not _NO_GZIP.search(value)
        elif name == b"if-none-match":
            known = value == b"*" or ready.etag in value
    if known:
        await send(
            {"type": "http.response.start", "status": 304, "headers": ready.unchanged_headers}
        )
        await send({"type": "http.response.body"})
        return
    squeezed = unpacks and ready.squeezed
    headers = ready.packed_headers if squeezed else ready.headers
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    body = packed if squeezed or not ready.squeezed else ready.body
    await send({"type": "http.response.body", "body": b"" if asked.method == "HEAD" else body})

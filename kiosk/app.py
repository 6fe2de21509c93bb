"""The door: from a request to ready bytes.

Owns the order of answering: a ready page first, then search, then the localized "not found". Refuses to fail in
public (any exception becomes a prebuilt page with the hotlines), to set a cookie, and to log an address or a word
that someone typed. A plain ASGI function in front of any routing: a page costs one look-up in a dictionary.
"""

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import date
from html import escape
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from content.model import Pack, Problem
from kiosk import lastresort, privacy, search
from kiosk.edition import HTML, Edition, Ready
from kiosk.privacy import KEEP_NOTHING
from kiosk.search import Index, Mark
from settings import Kiosk as Settings

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MAX_BODY_BYTES = 2048
log = logging.getLogger("porchlight.kiosk")


class _Shown(NamedTuple):
    """What is on the screen now; replaced whole, so that a request never sees half of each."""

    pages: dict[str, Ready]
    edition: Edition
    searches: dict[str, Index]


class Kiosk:
    """The kiosk as an ASGI application. ``fallback`` is shown until ``show`` is given an edition."""

    def __init__(self, kiosk: Settings, *, fallback: Edition) -> None:
        self._trouble = lastresort.trouble(kiosk)
        self._shown = _Shown(dict(fallback.ready), fallback, {})

    def show(self, edition: Edition, pack: Pack) -> None:
        """Serve this edition from the next request on. Search covers the pack in the edition's languages."""
        searches = search.indexes(pack, edition.languages())
        self._shown = _Shown(dict(edition.ready), edition, searches)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError("The kiosk answers HTTP only.")
        try:
            ready = self._shown.pages.get(scope["path"])
            if ready is not None and scope["method"] in {"GET", "HEAD"}:
                await _answer(ready, scope, send)
            else:
                await self._other(scope, receive, send)
        except Exception as problem:  # noqa: BLE001 - nothing that goes wrong may leave a student without a number
            # The kind of error only: its text could hold an address or what someone typed.
            log.error("a page failed: %s", type(problem).__name__)  # noqa: TRY400
            await _send(send, 500, self._trouble, head=scope["method"] == "HEAD")

    async def _other(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, method, shown = scope["path"], scope["method"], self._shown
        language = path.removeprefix("/").partition("/")[0]
        if path == "/beat":
            await (_send(send, 204, b"") if method == "POST" else self._refuse(send, scope, b"POST"))
        elif path in shown.pages and method == "POST" and path.rstrip("/").endswith("/search"):
            await self._search(shown, language, receive, send)
        elif path in shown.pages:
            searching = path.rstrip("/").endswith("/search")
            await self._refuse(send, scope, b"GET, HEAD, POST" if searching else b"GET, HEAD")
        else:
            known = shown.edition.languages()
            body = shown.edition.part(f"missing/{language if language in known else known[0]}")
            await _send(send, 404, body.encode(), head=method == "HEAD")

    async def _refuse(self, send: Send, scope: Scope, allowed: bytes) -> None:
        await _send(send, 405, self._trouble, head=scope["method"] == "HEAD", extra=((b"allow", allowed),))

    async def _search(self, shown: _Shown, language: str, receive: Receive, send: Send) -> None:
        index, body = shown.searches.get(language), await _body(receive)
        if body is None:
            page, status = _results(shown.edition, language, "", []), 413
        else:
            words = _typed(body)
            page, status = _results(shown.edition, language, words, index.find(words) if index else []), 200
        await _send(send, status, page.encode())


def _results(edition: Edition, language: str, words: str, found: list[search.Found]) -> str:
    row = edition.part(f"row/{language}")
    rows = (
        row.replace(Mark.href, escape(hit.href))
        .replace(Mark.title, escape(hit.title))
        .replace(Mark.lead, escape(hit.lead))
        for hit in found
    )
    shell = edition.part(f"{'found' if found else 'none'}/{language}")
    # Rows first: what was typed may itself spell a mark, and must then stay what was typed.
    return escape(words).join(shell.replace(Mark.rows, "".join(rows), 1).split(Mark.words, 1))


def _typed(body: bytes) -> str:
    try:
        fields = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=8)
    except ValueError:
        return ""
    return next((value for name, value in fields if name == "q"), "")[:80]


async def _body(receive: Receive) -> bytes | None:
    """The request's body, or None when it is larger than a search can be. Reads no more than that."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            return None
        if message["type"] != "http.request" or not message.get("more_body"):
            return bytes(body)


async def _answer(ready: Ready, scope: Scope, send: Send) -> None:
    packed = known = False
    for name, value in scope["headers"]:
        if name == b"accept-encoding":
            packed = b"gzip" in value
        elif name == b"if-none-match":
            known = value == b"*" or ready.etag in value
    if known:
        await send({"type": "http.response.start", "status": 304, "headers": ready.unchanged_headers})
        await send({"type": "http.response.body"})
        return
    headers, body = (ready.packed_headers, ready.packed) if packed else (ready.headers, ready.body)
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else bytes(body)})


async def _send(send: Send, status: int, body: bytes, *, head: bool = False, extra: privacy.Headers = ()) -> None:
    headers = privacy.headers(HTML, KEEP_NOTHING, length=len(body), extra=extra)
    if status == 204:
        headers = [pair for pair in headers if pair[0] not in {b"content-type", b"content-length"}]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else body})


def render(pack: Pack, kiosk: Settings, today: date, out: Path) -> None:
    """Write the pack's edition to ``out``. Raises rendering.RenderError, a sentence, if a page cannot be made."""
    from kiosk import rendering  # noqa: PLC0415 - Jinja and Babel stay out of the serving process

    rendering.render(pack, kiosk, today, out)


def check(pack: Pack) -> list[Problem]:
    """What keeps the pack's pages from being rendered."""
    from kiosk import rendering  # noqa: PLC0415 - as above

    return rendering.check(pack)

"""The staff desk's ASGI application: request checks, sign-in, then a page.

One passphrase, sessions in memory, no names, no log of who did what.
"""

import asyncio
import logging
import socket
import time
from collections.abc import Callable, Mapping
from http.cookies import CookieError, SimpleCookie
from math import ceil
from pathlib import Path
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from kiosk.desk import passphrase, request_checks
from kiosk.desk.pages import DeskInputs, DeskPage, Pages, Visit
from kiosk.desk.sessions import GuessPace, Sessions
from kiosk.desk.templates_env import Look
from settings.schema import Desk

log = logging.getLogger("porchlight.desk")
MAX_BODY_BYTES = 16 * 1024
COOKIE = "desk"
WRONG = "That is not the passphrase."
OVER = "You were signed out. Nothing was changed. Sign in and do it once more."
STALE = (
    "This page was open too long, or you signed in anew meanwhile. Go back to the desk and try once"
    " more."
)


class DeskApp:
    """The desk. ``steady``: a monotonic clock in seconds."""

    def __init__(
        self,
        settings: Desk,
        handed: DeskInputs,
        *,
        data_dir: Path,
        school: str = "",
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings, self._data_dir = settings, data_dir
        self._machine = socket.gethostname()
        self._sessions, self._pace = Sessions(steady), GuessPace(steady)
        self._guessing = asyncio.Lock()
        self.look = Look(handed.zone, handed.clock, school=school)
        self.pages = Pages(handed, self.look)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError("The desk answers HTTP only.")
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except ClientDisconnect:
            return
        except Exception as problem:  # noqa: BLE001 - staff always get a sentence
            # The class only: an error's text may hold what somebody typed.
            log.error("a page of the desk failed: %s", type(problem).__name__)  # noqa: TRY400
            response = PlainTextResponse(
                "Something went wrong at the desk. The kiosk goes on.\n", 500
            )
        response.headers.update(request_checks.HEADERS)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        refused = self._refused(request)
        if refused is not None:
            return refused
        plain = self._plain(request.url.path)
        if plain is not None:
            return plain
        record = await asyncio.to_thread(passphrase.kept, self._data_dir)
        if record is None:
            return HTMLResponse(self.look.page("unset"), 503)
        form = await _form(request)
        if form is None:
            return PlainTextResponse("That is more than a form of the desk can hold.\n", 413)
        return await self._sign_in_or_enter(request, form, record)

    def _refused(self, request: Request) -> Response | None:
        """The refusal of a request that did not come from this desk's pages; else None."""
        if not request_checks.ours(request.headers.get("host", ""), self._settings, self._machine):
            said = "This name is not the desk's: set [desk] address, or use the machine's own.\n"
            return PlainTextResponse(said, 421)
        if request.method not in {"GET", "HEAD", "POST"}:
            return PlainTextResponse(
                "Only GET and POST.\n", 405, headers={"allow": "GET, HEAD, POST"}
            )
        if request.method == "POST" and not request_checks.same_origin(
            request.headers, self._settings
        ):
            return PlainTextResponse("This form was not sent by a page of the desk.\n", 403)
        return None

    def _plain(self, path: str) -> Response | None:
        """The answer at an address without a page; None where there may be one."""
        if path in self.look.files:
            kind, body = self.look.files[path]
            return Response(body, media_type=kind)
        if path in {"/", "/staff"}:
            return RedirectResponse("/staff/", 303)
        return (
            None
            if path.startswith("/staff/")
            else PlainTextResponse("There is nothing here.\n", 404)
        )

    async def _sign_in_or_enter(
        self, request: Request, form: Mapping[str, str], record: passphrase.Kept
    ) -> Response:
        path, method = request.url.path, "GET" if request.method == "HEAD" else request.method
        if (method, path) == ("POST", "/staff/in"):
            return await self._sign_in(form.get("passphrase", ""), record)
        token = _cookie(request)
        session = self._sessions.find(token, record.hash)
        if session is None:
            return self._outside(method, path)
        if method == "POST" and not session.owns(form.get("token", "")):
            return PlainTextResponse(f"{STALE}\n", 403)
        if (method, path) == ("POST", "/staff/out"):
            self._sessions.end(token)
            return self._with_cookie(RedirectResponse("/staff/in", 303), "")
        return await self._enter(method, Visit(path, form, session.form_token))

    async def _enter(self, method: str, visit: Visit) -> Response:
        if visit.path == "/staff/in":
            return RedirectResponse("/staff/", 303)
        room = self.pages.room(method, visit.path)
        if room is None:
            return HTMLResponse(self.look.page("nowhere", path=visit.path, token=visit.token), 404)
        return _response(await room(visit))

    def _outside(self, method: str, path: str) -> Response:
        """The answer without a session: it reveals no page's existence."""
        if method == "POST":
            return self._sign_in_page(OVER, 403)
        return self._sign_in_page() if path == "/staff/in" else RedirectResponse("/staff/in", 303)

    async def _sign_in(self, typed: str, record: passphrase.Kept) -> Response:
        async with self._guessing:  # one at a time: 32 MiB and a third of a second each
            if wait := self._pace.wait():
                seconds = ceil(wait)
                said = f"Too many wrong passphrases. Wait {seconds} seconds, then try again."
                return self._sign_in_page(said, 429, {"retry-after": str(seconds)})
            if not await asyncio.to_thread(passphrase.right, record, typed):
                self._pace.wrong()
                return self._sign_in_page(WRONG, 403)
            self._pace.right()
        return self._with_cookie(
            RedirectResponse("/staff/", 303), self._sessions.begin(record.hash)
        )

    def _sign_in_page(
        self, wrong: str = "", status: int = 200, headers: Mapping[str, str] | None = None
    ) -> Response:
        return HTMLResponse(self.look.page("in", wrong=wrong), status, headers=headers)

    def _with_cookie(self, response: Response, token: str) -> Response:
        """Sets the session cookie; its path keeps it from other ports of this host."""
        response.set_cookie(
            COOKIE,
            token,
            max_age=None if token else 0,
            path="/staff/",
            secure=self._settings.address.startswith("https://"),
            httponly=True,
            samesite="strict",
        )
        return response


def _response(shown: DeskPage) -> Response:
    return RedirectResponse(shown.go, 303) if shown.go else HTMLResponse(shown.html, shown.status)


def _cookie(request: Request) -> str:
    """The browser's token. A proxy may join several cookies into one line."""
    try:
        found = SimpleCookie(request.headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


async def _form(request: Request) -> dict[str, str] | None:
    """The form's fields, {} for a GET; None if larger than any form of the desk."""
    body = bytearray()
    if request.method == "POST":
        async for part in request.stream():
            body += part
            if len(body) > MAX_BODY_BYTES:
                return None
    try:
        return dict(
            parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=16)
        )
    except ValueError:
        return {}

"""The staff desk's ASGI application: it checks the request and the sign-in, then sends a page.

It has one passphrase, keeps sessions in memory, stores no names, and never logs who did what.
"""

import asyncio
import logging
import re
import socket
import time
from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import parse_qsl, urlencode

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from content.review import crisis_comparison
from kiosk.desk import passphrase, request_checks, school_pages
from kiosk.desk.pages import DeskInputs, DeskPage, Pages, Visit, rendered
from kiosk.desk.screen_pages import ScreenPages
from kiosk.desk.sessions import DeskRefusedError, Sessions
from kiosk.desk.setup import first_start
from kiosk.desk.setup.county import COUNTY
from kiosk.desk.setup.pages import AT, NUMBERS, OPEN, SetupPages
from kiosk.desk.take_out_pages import TakeOutPages
from kiosk.desk.templates_env import LANGUAGES, Look, language_of
from system.hosts import same_origin

log = logging.getLogger("porchlight.desk")
MAX_BODY_BYTES, MAX_FIELDS = 120 * 1024, 1200  # fits a full School info form in all languages
COOKIE, LANGUAGE_COOKIE = "desk", "desk-language"
A_YEAR = 366 * 24 * 60 * 60  # seconds that a browser remembers the chosen language
# Forms that take minutes to fill in: a session lasts longer on their pages.
FORMS = {school_pages.ADDRESS, school_pages.COVER, AT, NUMBERS, COUNTY}
CHOOSE = "/staff/choose"
# A school's own passphrase opens only these addresses.
OF_SCHOOL = {"/staff/", "/staff/posters", "/staff/guide"} | {
    *(school_pages.ADDRESS, school_pages.SAVED, school_pages.COVER)
}
_PAGE = re.compile(r"/staff/(?!in$|out$|first)[a-z0-9/-]{1,150}")
_NOT_TYPED = {"passphrase", "again", "current", "code", "token", "stamp", "back", "do", "step"}


class DeskApp:
    """The desk. ``sessions``: all signed-in browsers; ``steady``: a monotonic clock in seconds."""

    def __init__(
        self,
        handed: DeskInputs,
        *,
        sessions: Sessions | None = None,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._installation, self._settings = handed.settings, handed.settings.desk
        self._data_dir, self._pack = handed.settings.server.data_dir, handed.pack
        self._in_thread = handed.threads.run
        self._machine = socket.gethostname()
        self._sessions = sessions or Sessions(steady)
        self._schools = handed.schools
        self.look = Look(handed.zone, handed.clock, school=handed.settings.kiosk.school)
        self.look.schools = {one: own.kiosk.school or one for one, own in handed.schools.items()}
        self.setup = SetupPages(handed, self.look, self._sessions)
        self.pages = Pages(handed, self.look, self._sessions.pace)
        self.pages.rooms |= self.setup.rooms | ScreenPages(handed, self.look).rooms
        self.pages.rooms |= TakeOutPages(handed, self.look, self._sessions.pace).rooms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError("The desk answers only HTTP requests.")
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except ClientDisconnect:
            return
        except asyncio.CancelledError:  # the server is stopping, perhaps to apply new settings
            _ = self.look.words(_language(request))
            said = _("The desk has just restarted. Go back and try again.")
            response = PlainTextResponse(f"{said}\n", 503, headers={"retry-after": "5"})
        except TimeoutError:
            sent = request.method == "POST"
            response = HTMLResponse(self.look.page(_language(request), "hangs", sent=sent), 503)
        except Exception as problem:  # noqa: BLE001 - staff always get a message
            # Log only the class: an error's text may contain what somebody typed.
            log.error("a page of the desk failed: %s", type(problem).__name__)  # noqa: TRY400
            response = PlainTextResponse(
                "Something went wrong at the desk. The screen keeps working.\n", 500
            )
        for name, value in request_checks.HEADERS.items():
            response.headers.setdefault(name, value)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        refused = self._refused(request)
        if refused is not None:
            return refused
        plain = self._plain(request.url.path) or self._other_language(request)
        if plain is not None:
            return plain
        record = await self._in_thread(self._look_at_disk)
        form = await _form(request)
        if form is None:
            _ = self.look.words(_language(request))
            said = _("The form is too long. Go back and make it shorter.")
            return PlainTextResponse(f"{said}\n", 413)
        if record is None:
            return await self._without_passphrase(request, form)
        return await self._sign_in_or_enter(request, form, record)

    def _look_at_disk(self) -> passphrase.Kept | None:
        """Read the passphrase's hash; note whether crisis numbers must still be compared."""
        resources = self._pack().resources
        self.look.numbers_open = crisis_comparison.is_open(self._data_dir, resources)
        return passphrase.kept(self._data_dir)

    async def _without_passphrase(self, request: Request, form: Mapping[str, str]) -> Response:
        """Show the first-start page, which asks for the code, or say how to set a passphrase."""
        words = self.look.words(_language(request))
        peer = request.client.host if request.client else ""
        fresh = await self._in_thread(partial(first_start.is_fresh, self._installation))
        if not (fresh and first_start.may_open(self._settings, request.headers, peer)):
            return HTMLResponse(self.look.page(words.language, "unset", fresh=fresh), 503)
        if request.url.path != first_start.ADDRESS:
            return RedirectResponse(first_start.ADDRESS, 303)
        if request.method != "POST":
            return _response(await self.setup.first(_code(request), words))
        page = await self.setup.save_first(form, words)
        record = await self._in_thread(partial(passphrase.kept, self._data_dir))
        if page.go != OPEN or record is None:
            return _response(page)
        return self._with_session(_response(page), self._sessions.begin(record.hash))

    def _refused(self, request: Request) -> Response | None:
        """Refuse a request that did not come from this desk's pages; otherwise return None."""
        if len(request.headers.getlist("host")) > 1:  # a proxy may have checked the other one
            return PlainTextResponse("The request has two Host headers; it must have one.\n", 400)
        if not request_checks.ours(request.headers.get("host", ""), self._settings, self._machine):
            said = (
                "The desk does not answer at this name. Set [desk] address to it, or use the"
                " machine's own address.\n"
            )
            return PlainTextResponse(said, 421)
        if request.method not in {"GET", "HEAD", "POST"}:
            return PlainTextResponse(
                "The desk accepts only GET and POST.\n", 405, headers={"allow": "GET, HEAD, POST"}
            )
        if request.method == "POST" and not same_origin(request.headers, self._settings.address):
            return PlainTextResponse("This form was not sent from a page of the desk.\n", 403)
        return None

    def _plain(self, path: str) -> Response | None:
        """Return the response for an address that cannot be a page; None if it may be one."""
        if file := self.look.file(path):
            return Response(file[1], media_type=file[0])
        if path in {"/", "/staff"}:
            return RedirectResponse("/staff/", 303)
        return (
            None
            if path.startswith("/staff/")
            else PlainTextResponse("There is nothing here.\n", 404)
        )

    def _other_language(self, request: Request) -> Response | None:
        """Answer a click on the link to the other language: send the same page in that language."""
        asked = request.query_params.get("language", "")
        if asked not in LANGUAGES or request.method == "POST":
            return None
        carried = {"back": _back(request), "code": _code(request)}
        answer = RedirectResponse(_then(request.url.path, **carried), 303)
        self._setter(answer)(LANGUAGE_COOKIE, asked, max_age=A_YEAR)
        return answer

    async def _sign_in_or_enter(
        self, request: Request, form: Mapping[str, str], record: passphrase.Kept
    ) -> Response:
        path, method = request.url.path, "GET" if request.method == "HEAD" else request.method
        language = _language(request)
        words = self.look.words(language)
        if (method, path) == ("POST", "/staff/in"):
            return await self._sign_in(form, record, language)
        token = _cookie(request, COOKIE)
        of = await self._record(self._sessions.bound_to(token), record)
        session = self._sessions.find(token, of.hash, in_form=path in FORMS) if of else None
        if session is None:
            return self._outside(request, form, language)
        if method == "POST" and not session.owns(form.get("token", "")):
            page = self.look.page(language, "stale", path=path, kept=_typed(form))
            return HTMLResponse(page, 403)
        if (method, path) == ("POST", "/staff/out"):
            self._sessions.end(token)
            return self._with_session(RedirectResponse("/staff/in", 303), "")
        if (method, path) == ("POST", CHOOSE) and not session.is_bound:
            asked = form.get("school", "")
            session.school = asked if asked in self.look.schools else ""
            return RedirectResponse(_page(form.get("back", "")) or "/staff/", 303)
        visit = Visit(path, form, session.form_token, words, session.school, session.is_bound)
        return await self._enter(method, visit)

    async def _record(self, school: str, of_district: passphrase.Kept) -> passphrase.Kept | None:
        """Read the passphrase's hash for a school's pages; None if there is none."""
        if not school:
            return of_district
        own = self._schools.get(school)
        if own is None:
            return None
        return await self._in_thread(partial(passphrase.kept, own.kiosk.school_file.parent))

    async def _enter(self, method: str, visit: Visit) -> Response:
        if visit.path in {"/staff/in", first_start.ADDRESS}:
            return RedirectResponse("/staff/", 303)
        is_open = not visit.is_bound or visit.path in OF_SCHOOL
        room = self.pages.room(method, visit.path) if is_open else None
        if room is None:
            return _response(rendered(self.look, "nowhere", visit, 404))
        return _response(await room(visit))

    def _outside(self, request: Request, form: Mapping[str, str], language: str) -> Response:
        """Answer a request without a session, without revealing which pages exist."""
        path = request.url.path
        if request.method == "POST":
            _ = self.look.words(language)
            over = _("You were signed out. Nothing was changed. Sign in and try again.")
            kept = _typed(form) if path in FORMS else {}
            return self._sign_in_page(language, _page(path), 403, wrong=over, kept=kept)
        if path == "/staff/in":
            return self._sign_in_page(language, _back(request))
        return RedirectResponse(_then("/staff/in", back=_page(path)), 303)

    async def _sign_in(
        self, form: Mapping[str, str], record: passphrase.Kept, language: str
    ) -> Response:
        school, typed = form.get("school", ""), form.get("passphrase", "")
        of = await self._record(school, record)
        right = partial(passphrase.right, of, typed) if of else lambda: False
        back = _page(form.get("back", ""))
        try:
            await self._sessions.pace.guess(right)
        except DeskRefusedError as refusal:
            page = self._sign_in_page(language, back, refusal.status, wrong=refusal.said)
            if refusal.wait:
                page.headers["retry-after"] = str(refusal.wait)
            return page
        go = back if self.pages.room("GET", back) else "/staff/"
        token = self._sessions.begin(of.hash, school) if of else ""
        return self._with_session(RedirectResponse(go, 303), token)

    def _sign_in_page(
        self, language: str, back: str, status: int = 200, **view: object
    ) -> Response:
        view = {"path": "/staff/in", "wrong": "", "back_to": back, "kept": {}, **view}
        return HTMLResponse(self.look.page(language, "in", **view), status)

    def _with_session(self, response: Response, token: str) -> Response:
        self._setter(response)(COOKIE, token, max_age=None if token else 0)
        return response

    def _setter(self, response: Response) -> Callable[..., None]:
        """Return a function that sets a cookie; its path hides it from this host's other ports."""
        secure = self._settings.address.startswith("https://")
        kept = partial(response.set_cookie, path="/staff/", httponly=True, samesite="strict")
        return partial(kept, secure=secure)


def _back(request: Request) -> str:
    """Return the desk page to open after sign-in; "" if the request does not name one."""
    return _page(request.query_params.get("back", ""))


def _page(address: str) -> str:
    """Return the address if it can be a desk page to open after sign-in; otherwise ""."""
    return address if _PAGE.fullmatch(address) and "//" not in address else ""


def _typed(form: Mapping[str, str]) -> dict[str, str]:
    """Return the typed text, except secrets, so that people can copy it from the refusing page."""
    typed = {name: text for name, text in form.items() if text and name not in _NOT_TYPED}
    return {name: text for name, text in typed.items() if not name.endswith(".was")}


def _code(request: Request) -> str:
    """Return the one-time code in the address; "" if there is none or it cannot be a code."""
    return first_start.typed(request.query_params.get("code", ""))


def _then(address: str, **carried: str) -> str:
    query = urlencode({name: text for name, text in carried.items() if text})
    return f"{address}?{query}" if query else address


def _response(shown: DeskPage) -> Response:
    if shown.file:
        name, kind, body = shown.file
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(body, media_type=kind, headers=headers)
    if shown.go:
        return RedirectResponse(shown.go, 303)
    own = {"content-security-policy": shown.policy, "x-frame-options": "SAMEORIGIN"}
    return HTMLResponse(shown.html, shown.status, headers=own if shown.policy else None)


def _language(request: Request) -> str:
    return language_of(
        _cookie(request, LANGUAGE_COOKIE), request.headers.get("accept-language", "")
    )


def _cookie(request: Request, name: str) -> str:
    """Return one of the browser's cookies, ignoring other programs' cookies in any format.

    Ours are never quoted. Before versions 3.11.10 and 3.12.6, Python takes time that grows with
    the square of a cookie's length to unquote it (CVE-2024-7592).
    """
    parts = request.headers.get("cookie", "").split(";")
    pairs = (part.strip().partition("=") for part in parts)
    return next((value for key, _, value in pairs if key == name), "")


async def _form(request: Request) -> dict[str, str] | None:
    """Return the form's fields, {} for a GET; None if the body is larger than any desk form."""
    body = bytearray()
    if request.method == "POST":
        async for part in request.stream():
            body += part
            if len(body) > MAX_BODY_BYTES:
                return None
    try:
        return dict(
            parse_qsl(
                body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MAX_FIELDS
            )
        )
    except ValueError:
        return {}

"""The staff desk's own port in the kiosk's process. If the desk fails, the kiosk keeps running."""

import asyncio
import contextlib
import logging
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from types import NoneType
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import uvicorn
from starlette.types import ASGIApp

from content.model.pack import LOCAL
from kiosk.desk.app import DeskApp
from kiosk.desk.pages import DeskInputs, PhoneReply
from kiosk.desk.school_pages import SchoolDesk
from kiosk.desk.sessions import Sessions
from kiosk.desk.usb_sticks import plugged_in
from kiosk.pages.school_file import School
from messages.message import Message, in_order, message
from runtime import child_process, http_front, installation
from settings.schema import Desk, Kiosk
from store.published_counts import TermCounts
from system.bounded import Pool

if TYPE_CHECKING:
    from runtime.application import Porchlight
    from sms.script import Script

log = logging.getLogger("porchlight.desk")
T = TypeVar("T")
FILE_THREADS, FILE_SECONDS = 8, 20.0  # threads for the desk's pages, and a page's longest wait
CONNECTIONS = 40  # a flood of requests to the desk must not take the kiosk's memory


def compose(app: "Porchlight", sessions: Sessions) -> DeskApp:
    """Return an installation's desk. ``sessions``: people who are already signed in."""
    settings, served, clock, key = app.settings, app.served, app.clock, app.hash_key
    county = installation.county_line

    def info(kiosk: Kiosk) -> SchoolDesk:
        def cover(school: School, language: str) -> str:
            from kiosk import render

            day = installation.local_day(clock(), kiosk.zone)
            return render.cover(served.pack, kiosk, today=day, school=school, language=language)

        return SchoolDesk(kiosk.school_file, kiosk.languages, cover)

    schools = app.schools.settings

    handed = DeskInputs(
        detail=app.detail,
        today=app.today,
        today_of=app.today_of,
        pack=lambda: served.pack,
        releases=served.releases,
        text=lambda message: answer(app.script(), message),
        school=info(settings.kiosk),
        school_desks={address: info(own.kiosk) for address, own in schools.items()},
        poster=_poster,
        counts=partial(_result, "command.database-silent", list[TermCounts], "counts"),
        verb=partial(child_process.report, gives=NoneType),
        sticks=plugged_in,
        clock=clock,
        zone=LOCAL,
        settings=settings,
        changed=app.desk_settings.take_up,
        alarm_test=partial(app.alarms.test, settings.alarms.heartbeat),
        county_line=lambda: county(settings, served.pack, key=key, now=clock()),
        hash_key=key,
        enrolled=app.enrolled,
        schools=schools,
        keys=lambda: {name: door.app.key for name, door in app.doors().items()},
        threads=Pool("desk", FILE_THREADS, patience=FILE_SECONDS),
    )
    return DeskApp(handed, sessions=sessions)


async def _result(silent: str, gives: type[T], verb: str, *arguments: str) -> T | Message:
    """Run a command; return its result or why it has none. ``silent``: the code for a timeout."""
    try:
        done = await child_process.report(verb, *arguments, gives=gives)
    except (TimeoutError, OSError):
        return message(silent)
    return in_order(*done.said) if done.result is None else done.result


async def _poster(size: str, tags: Sequence[str], school: str) -> bytes | Message:
    asked = ("--size", size, "--languages", ",".join(tags), "--school", school)
    return await _result("command.no-memory", bytes, "poster", *asked)


def answer(script: "Script", message: str) -> PhoneReply:
    """Return the text line's reply to a message, without a ledger, count or sender."""
    from sms.decide import decide
    from sms.decision_words import cost_of, how_found

    decision = decide(script, message)
    return PhoneReply(
        decision.reply.text, decision.language, cost_of(decision.reply), how_found(decision)
    )


class _Beside(http_front.GracefulServer):
    """A server that ignores signals. ``closing`` is called when it stops accepting requests."""

    def __init__(self, config: uvicorn.Config, closing: Callable[[], None]) -> None:
        super().__init__(config)
        self._closing = closing

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        ending = asyncio.create_task(super().shutdown(sockets))
        await asyncio.sleep(0)  # this lets the port and idle connections start to close
        # Browsers reuse idle connections: after a save, one of them could deliver an old page.
        await self.none_waits()
        self._closing()
        await ending

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class WithDesk(http_front.GracefulServer):
    """The kiosk's server, with the desk's server on its own port."""

    def __init__(
        self,
        config: uvicorn.Config,
        desk: ASGIApp,
        listening: socket.socket,
        closing: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(config)
        self._listening = listening
        bounded = http_front.bounded(desk, most=CONNECTIONS, lifespan=False)
        self._beside = _Beside(bounded, closing)
        self._running: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._running = asyncio.create_task(self._run_desk())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop both servers at the same time."""
        self._beside.should_exit = True
        await super().shutdown(sockets)
        if self._running is not None:
            await self._running

    async def _run_desk(self) -> None:
        try:
            await self._beside.serve(sockets=[self._listening])
        except Exception:
            log.exception("the staff desk ended; the kiosk keeps running")


class DeskPort(NamedTuple):
    """The desk's open port and the people who are signed in: both survive a settings change."""

    listening: socket.socket
    sessions: Sessions


def listen(desk: Desk) -> DeskPort | None:
    """Open the desk's port. If it is in use, log that and return None; the kiosk keeps running."""
    try:
        return DeskPort(http_front.listen(desk.host, desk.port), Sessions(time.monotonic))
    except OSError as problem:
        log.error(  # noqa: TRY400  the sentence states the cause
            "the staff desk cannot listen on %s port %s (%s); the kiosk keeps running",
            desk.host,
            desk.port,
            problem.strerror,
        )
        return None

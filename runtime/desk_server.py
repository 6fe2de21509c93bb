"""The staff desk beside the kiosk: what it is handed, and its own port in the same process.

A port that is taken, or an error of the desk's own, is logged, and the kiosk goes on.
"""

import asyncio
import contextlib
import logging
import socket
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from types import NoneType
from typing import TYPE_CHECKING, NamedTuple

import uvicorn
from starlette.types import ASGIApp

from content.model.opening_hours import LOCAL
from content.model.pack import Pack
from kiosk.desk.app import DeskApp
from kiosk.desk.pages import DeskInputs, PhoneReply
from kiosk.desk.school_pages import SchoolDesk
from kiosk.desk.sessions import Sessions
from kiosk.desk.task import Verb
from kiosk.desk.usb_sticks import Sticks, plugged_in
from kiosk.pages.school_file import School
from messages.message import Finding, Message, in_order, message
from messages.report import Report
from runtime import child_process, http_front, installation
from runtime.child_process import PosterFile
from runtime.served import Served
from settings.schema import Desk, Kiosk, Settings
from store.published_counts import TermCounts
from system.bounded import Pool
from system.clock import now_utc

if TYPE_CHECKING:
    from sms.script import Script

log = logging.getLogger("porchlight.desk")
FILE_THREADS, FILE_SECONDS = 8, 20.0  # of the desk's pages, and how long each waits for a file
CONNECTIONS = 40  # whoever floods the desk must not take the kiosk's memory


def compose(
    settings: Settings,
    served: Served,
    detail: Callable[[], Mapping[str, object]],
    today: Callable[[], Sequence[Finding]],
    script: Callable[[], "Script"],
    *,
    hash_key: bytes = b"",
    changed: Callable[[], Awaitable[str]] | None = None,
    sessions: Sessions | None = None,
    clock: Callable[[], datetime] = now_utc,
    verb: Verb | None = None,
    sticks: Sticks = plugged_in,
) -> DeskApp:
    """The desk of an installation: what the server says of itself, and what it would reply.

    ``changed``: called after the settings were written; why they are not taken up. ``sessions``:
    who is signed in already. ``hash_key``: of this machine.
    """

    kiosk, county = settings.kiosk, installation.county_line
    cover = partial(_cover, lambda: served.pack, kiosk, clock)

    handed = DeskInputs(
        detail=detail,
        today=today,
        pack=lambda: served.pack,
        releases=served.releases,
        text=lambda message: answer(script(), message),
        school=SchoolDesk(kiosk.school_file, kiosk.languages, cover),
        poster=_poster,
        counts=_counts,
        verb=verb or _run,
        sticks=sticks,
        clock=clock,
        zone=LOCAL,
        settings=settings,
        changed=changed or _nothing,
        county_line=lambda: county(settings, served.pack, key=hash_key, now=clock()),
        hash_key=hash_key,
        in_thread=Pool("desk", FILE_THREADS, patience=FILE_SECONDS).run,
    )
    return DeskApp(handed, sessions=sessions)


def _cover(
    pack: Callable[[], Pack],
    kiosk: Kiosk,
    clock: Callable[[], datetime],
    school: School,
    language: str,
) -> str:
    from kiosk import render

    day = installation.local_day(clock())
    return render.cover(pack(), kiosk, today=day, school=school, language=language)


async def _nothing() -> str:
    """Nobody serves with the settings that were written."""
    return ""


async def _poster(size: str, tags: Sequence[str]) -> bytes | Message:
    asked = ("--size", size, "--languages", ",".join(tags))
    try:
        done = await child_process.report("poster", *asked, gives=PosterFile)
    except (TimeoutError, OSError):
        return message("command.no-memory")
    return done.result.pdf if done.result else in_order(*done.said)


async def _counts() -> list[TermCounts] | Message:
    try:
        done = await child_process.report("counts", gives=list[TermCounts])
    except (TimeoutError, OSError):
        return message("command.database-silent")
    return in_order(*done.said) if done.result is None else done.result


async def _run(verb: str, *arguments: str) -> Report[None]:
    return await child_process.report(verb, *arguments, gives=NoneType)


def answer(script: "Script", message: str) -> PhoneReply:
    """What the text line would reply: no ledger, no count, no sender."""
    from sms.decide import decide
    from sms.decision_words import cost_of, how_found

    decision = decide(script, message)
    return PhoneReply(
        decision.reply.text, decision.language, cost_of(decision.reply), how_found(decision)
    )


class _Beside(http_front.GracefulServer):
    """A server that leaves the signals to the one it stands beside.

    ``closing``: called when it takes no more visitors, while the last ones are answered.
    """

    def __init__(self, config: uvicorn.Config, closing: Callable[[], None]) -> None:
        super().__init__(config)
        self._closing = closing

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell it, and shut down: the port is shut before anything else is waited for."""
        self._closing()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class WithDesk(http_front.GracefulServer):
    """The kiosk's server, with the desk's on a port of its own."""

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
        """Start the kiosk, then the desk."""
        await super().startup(sockets)
        self._running = asyncio.create_task(self._run_desk())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End both at the same time."""
        self._beside.should_exit = True
        await super().shutdown(sockets)
        if self._running is not None:
            await self._running

    async def _run_desk(self) -> None:
        try:
            await self._beside.serve(sockets=[self._listening])
        except Exception:
            log.exception("the staff desk ended; the kiosk goes on")


class DeskPort(NamedTuple):
    """The desk's open port, and who is signed in: both outlast new settings."""

    listening: socket.socket
    sessions: Sessions


def listen(desk: Desk) -> DeskPort | None:
    """Take the desk's port; None where it is taken: that is logged, and the kiosk goes on."""
    try:
        return DeskPort(http_front.listen(desk.host, desk.port), Sessions(time.monotonic))
    except OSError as problem:
        log.error(  # noqa: TRY400  the cause is in the sentence
            "the staff desk cannot listen on %s port %s (%s); the kiosk goes on",
            desk.host,
            desk.port,
            problem.strerror,
        )
        return None

"""Everything that one process serves: kiosk, text line, releases, database and scheduled jobs."""

import asyncio
import contextlib
import logging
import math
import os
import time
from collections.abc import (
    AsyncIterator,
    Callable,
    Collection,
    Coroutine,
    Iterable,
    Mapping,
    Sequence,
)
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from content.model.pack import Pack
from content.model.pinned import pinned_pack
from kiosk import enrolled
from kiosk.audio import clips
from kiosk.enrolled import Enrolled
from messages.message import Finding, Message, message
from runtime import (
    child_process,
    disk_space,
    memory,
    private_status,
    schedule,
    school_watch,
    service,
)
from runtime.alarms import log_format
from runtime.alarms import watch as alarm_watch
from runtime.district.screens import SchoolScreens
from runtime.health import observation as health
from runtime.health.observation import Observation
from runtime.host_names import OwnNames
from runtime.installation import hash_key
from runtime.kiosk_door import KioskDoor
from runtime.schedule import Job, Slot
from runtime.school_watch import SchoolWatch
from runtime.served import Served
from runtime.upkeep import archive, settings_watch
from runtime.upkeep.settings_watch import SettingsWatch
from settings.load import Secrets, SettingsError
from settings.schema import Settings
from settings.schools import Schools
from system.bounded import Pool, SharedCall
from system.clock import now_utc, synchronised

if TYPE_CHECKING:
    from runtime.health.table import HealthRow
    from runtime.text_door import TextDoor
    from sms.carrier import Transport
    from sms.script import Script

log = logging.getLogger("porchlight")
FIRST_SCHOOL_SECONDS = 1.0  # the longest time that the first pages wait for the school's own file
GO_ON_SECONDS = 10.0  # the longest wait for the previous pages after a settings change
HEARTBEAT_SECONDS = 900.0
# A step of a check takes at most as long as a verification; a busy machine gets another minute.
LOOK_SECONDS = child_process.BOUNDS["packs"].seconds + 60.0
LOOK_HANGS = message("served.look-hangs")
WARN_SECONDS = 30.0  # the longest wait for the files that may cause a warning
UNSPOKEN_SECONDS = 3600.0  # the wait before another try at clips that failed
Clock = Callable[[], datetime]
T = TypeVar("T")
RunCommand = Callable[..., Coroutine[None, None, None]]


class Porchlight:
    """Everything that one process serves, as one ASGI application.

    Until ``watch`` has run, it serves the built-in crisis lines or the pack shown before.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        secrets: Secrets | None = None,
        clock: Clock = now_utc,
        verb: RunCommand = child_process.run,
        carrier: "Transport | None" = None,
        served: Served | None = None,
    ) -> None:
        """Tests pass fakes. ``served``: the content to start with. Raises SettingsError."""
        if wrong := schedule.problem(settings.content.schedule):
            raise SettingsError(wrong)
        secrets = secrets or Secrets()
        self.settings, self.clock, self.verb = settings, clock, verb
        self.served = served or Served(settings, clock=clock)
        self.desk_settings = SettingsWatch(settings)
        self.slot = Slot(settings.content.schedule, schedule.later(settings.server.data_dir))
        self._looking, self._began = asyncio.Lock(), clock()
        self._script: tuple[Pack, Script] | None = None  # used if the text line is off
        self._shown: Pack | None = None  # None: the built-in crisis lines are still shown
        self._look_began: float | None = None
        self._unspoken, self._unwarned = asyncio.Event(), asyncio.Event()
        # Anyone may request the health report, and a file may hang: these threads do only this.
        self._is_ready, self._detail = _shared(self.is_ready), _shared(self.detail)
        self._warning = Pool("warning", 1, patience=WARN_SECONDS)
        self.hash_key = hash_key(settings, secrets)
        self.screen: KioskDoor | None = None
        self.text: TextDoor | None = None
        self.school = SchoolWatch(settings.kiosk.school_file)
        self.enrolled = Enrolled(settings.server.data_dir, clock)
        self.alarms = alarm_watch.of_server(settings, secrets, clock)
        self.schools = self._schools()
        if settings.kiosk.enabled:
            self.screen = self._kiosk_door(settings, self.school)
        if settings.sms.enabled:
            self.text = self._text_door(secrets, carrier)
        routes = self._routes()
        self.app = Starlette(routes=routes, lifespan=self._lifespan)
        self.front, self.endpoints = self._addresses(routes)

    def _addresses(self, routes: list[Route]) -> tuple[ASGIApp, dict[str, ASGIApp]]:
        """Return the visitors' application, and the addresses that have a different application."""
        server = self.settings.server
        states = OwnNames(self.app, server)
        own = self.schools.before(self.screen.app) if self.screen else self.app
        return OwnNames(own, server), {
            **{route.path: states for route in routes},
            # The carrier may use any host name: its signature covers the configured address.
            **(self.text.endpoints if self.text else {}),
        }

    def _schools(self) -> SchoolScreens:
        if not self.settings.kiosk.enabled:
            return SchoolScreens(Schools({}), self._kiosk_door)
        table = settings_watch.read_table(self.settings)
        for problem in table.problems:
            log.warning("%s", problem)
        return SchoolScreens(table, self._kiosk_door)

    def _kiosk_door(self, settings: Settings, school: SchoolWatch) -> KioskDoor:
        return KioskDoor(
            settings,
            school,
            clock=self.clock,
            trusted_clock=self._trusted_clock,
            line_works=self._line_works,
            hash_key=self.hash_key,
            meant=self._meant,
            enrolled=self.enrolled,
        )

    def _meant(self, words: str) -> Collection[str]:
        """Return the topic that the text line would answer, or first suggest, for these words."""
        from sms.decide import decide  # without a text line, only a search needs this

        found = decide(self.script(), words)
        return (found.topic or found.perhaps,)

    def _routes(self) -> list[Route]:
        return [
            Route("/healthz", self.healthz),
            Route(private_status.ADDRESS, self.readyz),
            Route(private_status.ALARM_TEST, self.alarm_test, methods=["POST"]),
        ]

    def _text_door(self, secrets: Secrets, carrier: "Transport | None") -> "TextDoor":
        from runtime import text_door  # this module needs the database and word lists

        return text_door.TextDoor(
            pinned_pack(),
            self.settings,
            secrets,
            hash_key=self.hash_key,
            clock=self.clock,
            carrier=carrier,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self.endpoints.get(scope["path"], self.front)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def jobs(self) -> list[Job]:
        """Return the table of jobs. Each job is safe to run at any time and any number of times."""
        work = self.text.tasks() if self.text else []
        return [
            Job("refresh", self.slot, self.refresh),
            Job("watch", 3, self.watch),
            Job("settings", 3, self.desk_settings.look),
            *([Job("school", school_watch.EVERY_SECONDS, self._turn)] if self.screen else []),
            *([Job("directory", 3, self.watch_directory)] if self.screen else []),
            # At night in California, outside the hour that daylight saving time skips or repeats.
            Job("nightly", Slot("30 11 * * *"), self.nightly),
            Job("alarms", alarm_watch.LOOK_SECONDS, self.ring),
            Job("heartbeat", HEARTBEAT_SECONDS, self.beat),
            *(Job(*task) for task in work),
        ]

    async def watch(self) -> None:
        """Show the pack that another process activated, once it's verified, or the shipped pack."""
        if self._looking.locked():
            return
        async with self._looking:
            # In this thread, reading and indexing a pack would delay all pages and texts.
            changed = await self._step(self.served.look)
            if self.served.wants_shipped():
                await self._ship()
                changed = True
            if changed:
                await self._show_all()
            elif self.screen is not None and await self._step(self._renew):
                self._unspoken.set()

    def _renew(self) -> bool:
        own = self.screen is not None and self.screen.renew()
        return self.schools.renew() or own

    async def _turn(self) -> None:
        await asyncio.gather(self.school.turn(), self.schools.turn())

    async def _step(self, call: Callable[[], T]) -> T:
        """Run part of a check in a thread; ``_stuck`` notices if the part hangs."""
        self._look_began = time.monotonic()
        try:
            return await asyncio.to_thread(call)
        finally:
            self._look_began = None

    async def _show_all(self) -> None:
        await self._step(self._show)
        self._unspoken.set()
        self._unwarned.set()

    async def watch_directory(self) -> None:
        """Make the large directory searchable once it is verified, in parallel with `watch`."""
        if self._shown is None:
            return  # the pack comes first: verifying it or the directory takes the releases' lock
        if await asyncio.to_thread(self.served.look_at_directory):
            async with self._looking:
                await self._step(self._show_screen)

    async def _ship(self) -> None:
        """Make a release of the shipped pack; show the pack even if the release can't be stored."""
        with contextlib.suppress(TimeoutError, OSError):
            await self.verb("refresh", "--again")
        await self._step(self.served.look)
        if self.served.wants_shipped():
            await self._step(self.served.take_shipped)

    async def refresh(self) -> None:
        """Check for a new pack, with retries if a failure may be temporary."""

        def fails() -> bool:
            last = self.served.releases.state().refresh
            return last is not None and last.again

        await schedule.persistently(lambda: self.verb("refresh"), lambda: asyncio.to_thread(fails))

    async def speak(self) -> None:
        """Make missing audio clips whenever a pack or its pages have changed.

        This job runs only while the machine is idle. After a run without new clips, wait an hour.
        """
        kiosk, data_dir = self.settings.kiosk, self.settings.server.data_dir
        lacking: float = math.inf
        patience: float | None = None
        while kiosk.enabled and kiosk.audio != "off" and clips.able():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._unspoken.wait(), patience)
            self._unspoken.clear()
            with contextlib.suppress(TimeoutError):
                await self.verb("say", "--at-rest")
            before, lacking = lacking, await asyncio.to_thread(clips.unmade, data_dir)
            patience = UNSPOKEN_SECONDS if lacking else None
            if 0 < lacking < before:
                patience = 0

    async def warn(self) -> None:
        """Log problems with each pack shown, in parallel with `watch`: its files may hang."""
        while True:
            await self._unwarned.wait()
            self._unwarned.clear()
            try:
                await self._warning.run(self._warn)
            except TimeoutError:
                log.warning("%s", private_status.HANGS)
            except Exception as error:  # noqa: BLE001  this job must also check the next pack
                log.error("%s failed: %s", "warning", type(error).__name__)  # noqa: TRY400

    async def ring(self) -> None:
        """Check whether alarms must be sent, and send each alarm once."""
        with contextlib.suppress(OSError):  # a full disk has its own alarm
            await asyncio.to_thread(self.enrolled.keep)
        await self.alarms.turn(await asyncio.to_thread(self._wrong))

    async def beat(self) -> None:
        """Tell the heartbeat's address that this machine works; silence raises an alarm there."""
        address = self.settings.alarms.heartbeat
        if not address:
            return
        if await asyncio.to_thread(self.is_ready):
            await self.alarms.beat(address, await asyncio.to_thread(self._about))

    def _about(self) -> dict[str, object]:
        """Return this machine's state for the heartbeat, without anything about use. Reads files.

        ``alarms``: current problems, even if their alarms have not been sent yet.
        """
        from runtime.upkeep.versions import program_version  # loaded only for a heartbeat

        release = self.served.release
        days = max(0, (self.clock() - release.activated_at).days) if release else None
        about = {"version": program_version(), "release": release.id if release else ""}
        return {**about, "days": days, "alarms": sorted(self._wrong())}

    def observe(self, server: Mapping[str, object] | None = None) -> Observation:
        """Observe this installation, using ``server`` or this process's own state. Reads files."""
        return Observation(
            self.settings,
            self.clock(),
            server=self.detail() if server is None else server,
            ringing=self.alarms.memory.ringing,
            is_server=True,
            pack=self.served.pack,
            release=self.served.release,
        )

    def today(self) -> Sequence[Finding]:
        """Return the cards on the desk's Today page. Reads files."""
        from runtime.health import report  # not needed at startup

        return report.today(self.observe())

    def today_of(self, school: str) -> Sequence[Finding]:
        """Return the cards for one school's office, which are about its facts and screens."""
        from runtime.health import report  # not needed at startup

        seen = self.observe({**self.detail(), "screens": self._screens(school)})
        seen.settings = self.schools.settings[school]
        return [one for one in report.today(seen) if one.message.code in report.OF_SCHOOL]

    def _wrong(self) -> dict[str, str]:
        from runtime.health import report  # this module is not needed at startup

        return report.alarms(self.observe())

    async def nightly(self) -> None:
        """Ask the known question here; test the pack's promises in a child process."""
        if not self.healthy():
            log.error(
                "nightly: the line now gives a wrong answer to a known question; see `doctor`"
            )
        with contextlib.suppress(TimeoutError):
            await self.verb("nightly")

    async def healthz(self, request: Request) -> PlainTextResponse:  # noqa: ARG002  a route
        return PlainTextResponse("ok\n")

    async def readyz(self, request: Request) -> JSONResponse:
        """Return 200 if the known answer and the pack shown are correct; details need our key."""
        proof = request.headers.get("authorization", "")
        is_private = private_status.is_proven(proof, self.hash_key)
        try:
            ready = await self._is_ready()
            detail = await self._detail() if is_private else {}
        except TimeoutError:
            ready, detail = False, {"wrong": private_status.HANGS} if is_private else {}
        return JSONResponse(
            msgspec.to_builtins({"ready": ready, **detail}), status_code=200 if ready else 503
        )

    async def alarm_test(self, request: Request) -> Response:
        """Send a test alarm to each channel from this process, for a caller with our key."""
        proof = request.headers.get("authorization", "")
        if not private_status.is_proven(proof, self.hash_key):
            return PlainTextResponse("There is nothing here.\n", 404)
        alarms = self.settings.alarms
        said = await self.alarms.test(alarms.heartbeat)
        said_in_words = {name: str(why) if why else "" for name, why in said.items()}
        return JSONResponse({"alarms": said_in_words, "mail": private_status.mail_settings(alarms)})

    def is_ready(self) -> bool:
        """Return whether no row of the health table blocks this server. Reads files."""
        from runtime.health import report  # not needed at startup

        return report.is_ready(self.observe(self._readiness()))

    def _readiness(self) -> dict[str, object]:
        """Return the reasons why the server may not be ready. Reads the state on disk."""
        return {
            "wrong": self._stuck() or self.served.problem() or None,
            "shown": self._shown is self.served.pack,
            "pages": (self.screen.unmade if self.screen else None) or self.schools.unmade or "ok",
            "unserved": self.schools.unserved,
            "webhook": (self.text.unverified if self.text else None) or "ok",
            "line": self.healthy(),
        }

    def _stuck(self) -> Message | None:
        """Return a message if a check has been running for too long, otherwise None."""
        began = self._look_began
        hangs = began is not None and time.monotonic() - began >= LOOK_SECONDS
        return LOOK_HANGS if hangs else None

    def measure(self) -> bytes:
        """Return the response to /metrics. Reads files, so call this in a thread."""
        from runtime.health import metrics  # loads a library that only metrics need

        ringing = self.alarms.memory.ringing
        return metrics.text(self.observe(), ready=self.is_ready(), ringing=ringing)

    def healthy(self) -> bool:
        """Return whether the text line, if any, gives the right answer to a known question."""
        return self.text is None or self.text.healthy()

    def detail(self) -> dict[str, object]:
        """Return our state for the desk and `doctor --json`. Reads files: use a thread."""
        unsigned = self.settings.content.unsigned
        found = self.served.detail() | {"unsigned": unsigned, "refresh_overdue": self._missed()}
        if stuck := self._stuck():
            found |= {"wrong": stuck, "verifying": False}
        found["disk"] = disk_space.trouble(self.settings.server.data_dir) or "ok"
        found["desk_settings"] = self.desk_settings.problem or "ok"
        found["backup"] = archive.last(self.settings.server.data_dir)
        found["clock"] = "ok" if self._trusted_clock() else "unsure"
        found["events"] = log_format.counted()
        if self.screen:
            found |= self.screen.report() | {"screens": self._screens()}
        found["unserved"] = self.schools.unserved
        return found | (self.text.report() if self.text else {})

    def doors(self) -> Mapping[str, KioskDoor]:
        """Return each school's screen by its address; "" is this machine's own screen."""
        return ({"": self.screen} if self.screen else {}) | self.schools.screens

    def _screens(self, school: str | None = None) -> list[dict[str, object]]:
        """Return each enrolled screen, or those of one school. Omit screens whose school is
        no longer in the table."""
        doors = self.doors()
        now, found = self.clock(), list[dict[str, object]]()
        for one in self.enrolled.all():
            if (door := doors.get(one.school)) and school in {None, one.school}:
                at = door.local(now)
                is_holiday = self.settings.alarms.is_holiday(at.date())
                since = enrolled.opened(door.school.facts, at, is_holiday=is_holiday)
                name = {"school": one.school, "screen": one.label}
                seen = {"seen": one.seen, "right": one.right, "copied": one.copied}
                found.append({**name, **seen, "trouble": one.trouble(now, since)})
        return found

    def _line_works(self) -> bool:
        # We cannot query a line on another machine; the person who set the number has tried it.
        return self.text is None or self.text.report()["works"] is True

    def _trusted_clock(self) -> datetime | None:
        """Return the time if it is known to be correct; only then may a page say "Open now"."""
        return self.clock() if synchronised() else None

    def _show(self) -> None:
        # Update the line first: if its replies can't be made, the screen must not show the pack.
        if self.text:
            self.text.show(self.served.pack, self.served.learnt)
        self._show_screen()
        self._shown = self.served.pack

    def _show_screen(self) -> None:
        if self.screen:
            self.screen.show(self.served.pack, directory=self.served.directory_file)
            self.schools.show(self.served.pack, directory=self.served.directory_file)

    def _warn(self) -> None:
        content = self.settings.content
        found: Iterable[tuple[HealthRow, Message]] = ()
        if self.text or content.unsigned or content.source:
            from runtime.health import pack, report  # these modules are often not needed

            # ``trust`` is last because its files may hang.
            checks = (pack.checked, pack.counties, pack.trust)
            found = report.judged(self.observe({}), lambda row: row.check in checks)
        memory.settle()  # a pack's words are a million objects
        for row, one in found:
            if row.severity == "wrong":
                log.warning("%s", one)

    def script(self) -> "Script":
        """Return the text line's replies. The desk can try them even if the line is off."""
        from sms.script import Script

        if self.text:
            return self.text.line.script
        pack, learnt = self.served.pack, self.served.learnt
        if self._script is None or self._script[0] is not pack:
            self._script = pack, Script(pack, self.settings.sms, learnt)
        return self._script[1]

    def _overdue(self) -> bool:
        """Return whether more than one scheduled refresh has been missed since the last refresh."""
        now = self.clock()
        return self.served.releases.state().overdue(now=now, every=self.slot.every(now))

    def _missed(self) -> bool:
        """Return whether a refresh is overdue although this process has had time to catch up."""
        return self._overdue() and self.clock() - self._began > schedule.TO_CATCH_UP

    async def _catch_up(self) -> None:
        """Some minutes after the start, run jobs that were due while this machine was off."""
        await asyncio.sleep(schedule.first_wait())
        if await asyncio.to_thread(self._overdue):
            await self.refresh()
        data_dir = self.settings.server.data_dir
        if health.is_overdue(await asyncio.to_thread(health.last_nightly, data_dir), self.clock()):
            await self.nightly()

    @contextlib.asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:  # noqa: ARG002  Starlette's
        # Set before the first call, so that ending the loop does not wait for a call that hangs.
        asyncio.get_running_loop().set_default_executor(Pool("work"))
        if self.text:
            self.text.store.open()
        going_on = asyncio.create_task(self._go_on())
        await asyncio.wait({going_on}, timeout=GO_ON_SECONDS)
        server = self.settings.server
        ask = partial(service.asked_over_http, server.host, server.port)
        runs = [*(job.repeat(self.clock) for job in self.jobs()), self._begin(), self.speak()]
        runs.append(self.warn())
        runs += [service.keep_told(os.environ, ask), self._catch_up()]
        runs += self.text.runs() if self.text else ()
        background = [going_on, *map(asyncio.create_task, runs)]
        try:
            yield
        finally:
            for task in background:
                task.cancel()
            child_process.end_verifying()  # a thread is waiting for the verification
            await asyncio.gather(*background, return_exceptions=True)
            self.school.end()
            self.schools.end()
            self.desk_settings.shutdown()
            self._is_ready.shutdown()
            self._detail.shutdown()
            self._warning.shutdown()
            if self.text:
                closing = Pool("closing", 1)  # a separate pool: all threads of the other may hang
                await closing.run(self.text.store.close)
                closing.shutdown()

    async def _go_on(self) -> None:
        """Show the previous server's content, so that nobody sees the built-in lines first."""
        if self.served.goes_on:
            async with self._looking:
                await self._read_school()
                await self._show_all()

    async def _read_school(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._turn(), FIRST_SCHOOL_SECONDS)

    async def _begin(self) -> None:
        """Do the work that can wait until after the first response."""
        if self.screen:
            await asyncio.to_thread(self.screen.leave_a_local_file)
            await self._read_school()
        await self.watch()


def _shared(look: Callable[[], T]) -> SharedCall[T]:
    return SharedCall("status", look, patience=private_status.PATIENCE_SECONDS)

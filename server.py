"""The composition root: the kiosk, the text line, the releases, the store and the table of jobs."""

import asyncio
import contextlib
import gc
import logging
import os
import sys
from argparse import Namespace
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from cli import main as command_line
from cli.command import Context
from content.model.built_pack import BuiltPackError
from content.releases.last_refresh import fails_for_now, overdue
from kiosk.app import KioskApp
from kiosk.audio import clips
from kiosk.edition import last_resort
from kiosk.pages import school_file
from runtime import child_process, schedule
from runtime.clock import guard_clock, now_utc
from runtime.installation import hash_key
from runtime.schedule import Job, Slot
from runtime.served import Served
from settings.load import Secrets, SettingsError, load, load_secrets
from settings.schema import ROOT, Settings
from sms.carrier import Transport
from sms.ledger import WORKS, Ledger
from sms.line import TextLine
from sms.modem.loop import behind_modem
from sms.twilio.account import Account
from sms.twilio.background import with_account
from sms.twilio.delivery_status import Deliveries
from sms.twilio.endpoints import InboundCalls, InboundTexts, StatusCallbacks
from sms.twilio.gate import Gate
from sms.voice.twiml import ADDRESS as VOICE
from store.group_commit import Store, StoreError
from store.sealing import Seal
from store.spool import Spool

log = logging.getLogger("porchlight")
HANDLED_FOR = timedelta(hours=24)
WAITING = "waiting.jsonl"  # in data_dir: what the database could not take yet
Clock = Callable[[], datetime]
RunCommand = Callable[..., Coroutine[None, None, None]]


class Porchlight:
    """Everything that one process serves, as one ASGI application. Made by ``build``."""

    def __init__(
        self,
        settings: Settings,
        secrets: Secrets,
        clock: Clock,
        verb: RunCommand,
        carrier: Transport | None,
    ) -> None:
        self.settings, self.clock, self.verb = settings, clock, verb
        self.served = Served(settings, clock=clock)
        self.served.start()
        data_dir = settings.server.data_dir
        self.slot = Slot(settings.content.schedule, schedule.later(data_dir))
        self._school = school_file.digest(settings.kiosk.school_file)
        self._unspoken = asyncio.Event()
        self._unspoken.set()
        self.store = Store(settings.store_url, spool=Spool(data_dir / WAITING, WORKS))
        self.ledger = Ledger(self.store, Seal(hash_key(settings, secrets)))
        self.line = self._text_line()
        gate = Gate(self.line.alarms, Account.configured(settings, secrets))
        self.deliveries = Deliveries(self.line.alarms, clock=clock)
        self.carrier_work = with_account(
            self.line, self.store, self.deliveries, settings, secrets, clock=clock, carrier=carrier
        )
        self.calls = InboundCalls(self.served.voice, gate, clock)
        self.kiosk = KioskApp(
            settings.kiosk,
            fallback=last_resort.edition(settings.kiosk),
            data_dir=data_dir if self.served.directory else None,
        )
        self.modem = behind_modem(self.line, self.ledger, settings.sms, clock=clock)
        self._show()
        self.app = Starlette(
            routes=[Route("/healthz", self.healthz), Route("/readyz", self.readyz)],
            lifespan=self._lifespan,
        )
        self.front: ASGIApp = self.kiosk if settings.kiosk.enabled else self.app
        self.endpoints = self._endpoints(gate)

    def _text_line(self) -> TextLine:
        modem = self.settings.sms.carrier == "modem"
        return TextLine(
            script=self.served.script,
            ledger=self.ledger,
            clock=self.clock,
            own_number=self.settings.sms.number,
            carrier_keeps_list=not modem,
            confirms_stop=modem,
        )

    def _endpoints(self, gate: Gate) -> dict[str, ASGIApp]:
        """What answers at a path of its own; ``front`` answers at every other."""
        own: dict[str, ASGIApp] = {"/healthz": self.app, "/readyz": self.app}
        if self.settings.sms.enabled and self.modem is None:
            record = self.carrier_work.record_status if self.carrier_work else None
            own["/sms/inbound"] = InboundTexts(self.line, gate)
            own["/sms/status"] = StatusCallbacks(self.deliveries, gate, record)
            own[VOICE] = self.calls
        return own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self.endpoints.get(scope["path"], self.front)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def jobs(self) -> list[Job]:
        """The table of jobs. Each is safe to run at any time and as often as one likes."""
        work = self.carrier_work.table() if self.carrier_work else []
        return [
            Job("refresh", self.slot, self.refresh),
            Job("watch", IntervalTrigger(seconds=3), self.watch),
            Job("purge", IntervalTrigger(hours=1), self.purge),
            # Night in California, clear of the hour that daylight saving skips or repeats.
            Job("nightly", CronTrigger(hour=11, minute=30, timezone=UTC), self.nightly),
            *(Job(name, IntervalTrigger(seconds=seconds), run) for name, seconds, run in work),
        ]

    async def watch(self) -> None:
        """Show a release that another process activated; render again a changed school file."""
        written = school_file.digest(self.settings.kiosk.school_file)
        if written != self._school:
            self._school = written
            await self.verb("refresh", "--again")
        if self.served.changed():
            # Reading a pack and indexing its words would hold up every page and text meanwhile.
            await asyncio.to_thread(self._show_active)
            self._unspoken.set()

    async def refresh(self) -> None:
        """Look for a new pack, again and again where a failure may pass."""
        releases = self.served.releases
        await schedule.persistently(lambda: self.verb("refresh"), lambda: fails_for_now(releases))

    async def speak(self) -> None:
        """Make what is read aloud and not there yet, at the start and whenever pages changed.

        Beside `watch`, which must not wait twenty minutes to show a mended number.
        """
        kiosk = self.settings.kiosk
        while kiosk.enabled and kiosk.audio != "off" and clips.able():
            await self._unspoken.wait()
            self._unspoken.clear()
            with contextlib.suppress(TimeoutError):
                await self.verb("say")

    async def purge(self) -> None:
        """Forget what was handled a day ago: the carrier repeats within seconds. Write counts."""
        self.line.forget()
        with contextlib.suppress(StoreError):
            await self.ledger.purge(self.clock() - HANDLED_FOR)
            await self.ledger.write_counts(self.clock())

    async def nightly(self) -> None:
        """Render again, as what is said about age changes by the day; ask the known question."""
        await self.verb("refresh", "--again")
        if not self.served.healthy():
            log.error(
                "nightly: the line no longer gives the right answer to a known question; see"
                " `doctor`"
            )

    async def healthz(self, request: Request) -> PlainTextResponse:  # noqa: ARG002  a route
        """The process lives."""
        return PlainTextResponse("ok\n")

    async def readyz(self, request: Request) -> JSONResponse:  # noqa: ARG002  a route
        """200 when the text line gives the known answer; the rest of the JSON only warns."""
        ready = self.served.healthy()
        detail = await asyncio.to_thread(self.detail)
        return JSONResponse({"ready": ready, **detail}, status_code=200 if ready else 503)

    def detail(self) -> dict[str, object]:
        """What `/readyz` and the staff desk say. Reads files: call it in a thread."""
        doubts = {
            "store": self.store.problem() or "ok",
            "replies": self.deliveries.problem() or "ok",
        }
        carrier = self.modem or self.carrier_work
        own = carrier.report() if carrier else {}
        return {**self.served.detail(), "refresh_overdue": self._overdue(), **doubts, **own}

    def _show_active(self) -> None:
        self.served.renew()
        self._show()

    def _show(self) -> None:
        self.line.show(self.served.script)
        self.calls.show(self.served.voice)
        self.kiosk.show(self.served.edition, self.served.pack)

    def _overdue(self) -> bool:
        """Whether more than one turn of the schedule passed since the last refresh."""
        now = self.clock()
        return overdue(self.served.releases, now=now, every=self.slot.every(now))

    async def _catch_up(self) -> None:
        """Look for a pack some minutes after the start, if a slot passed while we were off."""
        await asyncio.sleep(schedule.first_wait())
        if self._overdue():
            await self.refresh()

    @contextlib.asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:  # noqa: ARG002  Starlette's
        self.store.open()
        scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        for job in self.jobs():
            scheduler.add_job(job.run, job.trigger, id=job.name)
        scheduler.start()
        runs = [guard_clock(scheduler, self.clock), self.speak(), self._catch_up()]
        if carrier := self.modem or self.carrier_work:
            runs.append(carrier.run())
        background = [asyncio.create_task(run) for run in runs]
        try:
            yield
        finally:
            scheduler.shutdown(wait=False)
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
            await asyncio.to_thread(self.store.close)


def build(
    settings: Settings,
    *,
    secrets: Secrets | None = None,
    clock: Clock = now_utc,
    verb: RunCommand = child_process.run,
    carrier: Transport | None = None,
) -> Porchlight:
    """Compose everything; tests hand in fakes. SettingsError."""
    try:
        CronTrigger.from_crontab(settings.content.schedule, UTC)
    except ValueError as error:
        raise SettingsError(
            f"[content] schedule: {settings.content.schedule!r} is not five cron fields ({error}); "
            'write for example "17 */6 * * *".'
        ) from error
    return Porchlight(settings, secrets or Secrets(), clock, verb, carrier)


def serve(settings: Settings, secrets: Secrets) -> int:
    """The kiosk, the line and the schedule on one port, until Ctrl-C or SIGTERM."""
    import uvicorn

    from runtime import desk_server, doctor

    app = build(settings, secrets=secrets)
    for finding in doctor.of_pack(settings, app.served.pack):
        if finding.kind == "wrong":
            log.warning("%s", finding.sentence)
    host, port = settings.server.host, settings.server.port
    with contextlib.suppress(OSError):  # a full disk below the output must not keep us from serving
        print(f"Kiosk: http://{host}:{port}/    (Ctrl-C ends it)")
        print(
            'Text the line from another terminal: .venv/bin/porchlight text "im not safe"',
            flush=True,
        )
    # The pack's words are a million objects that stay: a collection of them holds up every answer.
    gc.collect()
    gc.freeze()
    # No access log: an address and a path are what we promised not to keep.
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,  # nothing here asks who called
        lifespan="on",
        ws="none",
        timeout_graceful_shutdown=2,
    )
    with contextlib.suppress(KeyboardInterrupt):
        desk_server.server(
            config,
            settings,
            lambda: desk_server.compose(settings, app.served, app.detail, clock=app.clock),
        ).run()
    return 0


def main(arguments: list[str], environ: dict[str, str]) -> int:
    """Run one verb; the exit code: 0 done, 1 a problem was found, 2 the settings are wrong."""
    given = command_line.parser().parse_args(arguments)
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s"
    )
    for chatty in ("apscheduler", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    if given.report:
        return command_line.reported(lambda: _run(given, environ))
    return _run(given, environ)


def _run(given: Namespace, environ: dict[str, str]) -> int:
    try:
        settings, secrets = load(environ), load_secrets(environ)
        with contextlib.suppress(OSError):
            settings.server.data_dir.mkdir(parents=True, exist_ok=True)
        if given.verb in {None, "serve"}:
            return serve(settings, secrets)
        return command_line.run(Context(settings, secrets, given, now_utc))
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except BuiltPackError as error:
        folder = ROOT / "content" / "packs" / "pinned"
        print(f"{folder}: this installation is damaged; install it again. {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], dict(os.environ)))

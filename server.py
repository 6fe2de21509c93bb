"""The composition root and the command line.

Owns who is handed what: the kiosk, the line, the releases, the store and the table of jobs meet here and nowhere
else. Refuses to hold a rule: what is right is decided in content, kiosk and sms; the other verbs are in commands.py.
"""

import asyncio
import contextlib
import logging
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

import commands
from content.build import BuiltPackError
from content.refresh import overdue
from kiosk import lastresort
from kiosk.app import Kiosk
from serving import Served
from settings import ROOT, Secrets, Settings, SettingsError, load, load_secrets
from sms.carrier import Secrets as CarrierSecrets
from sms.ledger import Ledger
from sms.line import Line
from sms.webhook import Webhook
from store import Store, StoreError

log = logging.getLogger("porchlight")
HANDLED_FOR = timedelta(hours=24)
REFRESH_DEADLINE_SECONDS = 120
GUARD_SECONDS = 30
# What the wall clock may gain or lose on the monotonic one, in one turn of the guard, before the jobs are woken.
JUMP_SECONDS = 5
Refresh = Callable[..., Coroutine[None, None, None]]


class Job(NamedTuple):
    """A row of the job table."""

    name: str
    trigger: CronTrigger | IntervalTrigger
    run: Callable[[], Awaitable[None]]


def now_utc() -> datetime:
    """The clock, where nobody hands in another."""
    return datetime.now(UTC)


async def refresh_process(*arguments: str) -> None:
    """Run `refresh` in a process of its own and log its sentence if it failed; a hang is killed at the deadline."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "server.py"),
        "refresh",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(REFRESH_DEADLINE_SECONDS):
            output, _ = await process.communicate()
    except (TimeoutError, asyncio.CancelledError):
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        log.warning("refresh: %s", output.decode("utf-8", "replace").strip())


class Porchlight:
    """Everything that one process serves, as one ASGI application. Made by ``build``."""

    def __init__(self, settings: Settings, secrets: Secrets, clock: Callable[[], datetime], refresh: Refresh) -> None:
        self.settings, self.clock, self.refresh = settings, clock, refresh
        self.served = Served(settings, clock=clock)
        self.served.start()
        self.store = Store(settings.store_url)
        self.ledger = Ledger(self.store)
        self.line = Line(
            script=self.served.script,
            ledger=self.ledger,
            hash_key=commands.hash_key(settings, secrets),
            clock=clock,
            own_number=settings.sms.number,
        )
        self.kiosk = Kiosk(settings.kiosk, fallback=lastresort.edition(settings.kiosk))
        self._show()
        self.app = Starlette(
            routes=[Route("/healthz", self.healthz), Route("/readyz", self.readyz)], lifespan=self._lifespan
        )
        self.doors: dict[str, ASGIApp] = {"/healthz": self.app, "/readyz": self.app}
        if settings.sms.enabled:
            self.doors["/sms/inbound"] = Webhook(
                self.line,
                public_url=settings.server.public_url,
                secrets=CarrierSecrets(secrets.auth_token, secrets.auth_token_old, secrets.webhook_key),
                account_sid=secrets.account_sid,
                number=settings.sms.number,
            )
        self.front: ASGIApp = self.kiosk if settings.kiosk.enabled else self.app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self.doors.get(scope["path"], self.front)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def jobs(self) -> list[Job]:
        """The table of jobs. Each is safe to run at any time and as often as one likes."""
        return [
            Job("refresh", CronTrigger.from_crontab(self.settings.content.schedule, UTC), self.refresh),
            Job("watch", IntervalTrigger(seconds=3), self.watch),
            Job("purge", IntervalTrigger(hours=1), self.purge),
            # 11:30 UTC is night in California, and clear of the hour that daylight saving skips or repeats.
            Job("nightly", CronTrigger(hour=11, minute=30, timezone=UTC), self.nightly),
        ]

    async def watch(self) -> None:
        """Show a release that another process activated."""
        if self.served.changed():
            # In a thread: reading a pack and indexing its words would hold up every page and text meanwhile.
            await asyncio.to_thread(self._show_active)

    async def purge(self) -> None:
        """Forget which messages were handled, a day later: the carrier repeats within seconds."""
        with contextlib.suppress(StoreError):
            await self.ledger.purge(self.clock() - HANDLED_FOR)

    async def nightly(self) -> None:
        """Render again, so that what is said about age is true today, and ask the known question."""
        await self.refresh("--again")
        if not self.served.healthy():
            log.error("nightly: the line no longer gives the right answer to a known question; see `doctor`")

    async def healthz(self, request: Request) -> PlainTextResponse:  # noqa: ARG002  a route's signature
        """The process lives."""
        return PlainTextResponse("ok\n")

    async def readyz(self, request: Request) -> JSONResponse:  # noqa: ARG002  a route's signature
        """200 when the line gives the known answer; the rest of the JSON warns and does not make it 503."""
        ready = self.served.healthy()
        detail = await asyncio.to_thread(self._detail)
        return JSONResponse({"ready": ready, **detail}, status_code=200 if ready else 503)

    def _detail(self) -> dict[str, object]:
        release, refusal = self.served.release, self.served.releases.refused()
        return {
            "serving": self.served.origin,
            "release": release.id if release else None,
            "activated_at": release.activated_at.isoformat() if release else None,
            "refused": {"at": refusal.at.isoformat(), "problems": list(refusal.problems)} if refusal else None,
            "refresh_overdue": self._overdue(),
            "store": self.store.problem() or "ok",
        }

    def _show_active(self) -> None:
        self.served.show()
        self._show()

    def _show(self) -> None:
        self.line.show(self.served.script)
        if self.served.edition:
            self.kiosk.show(self.served.edition, self.served.pack)

    def _overdue(self) -> bool:
        """Whether more than one turn of the schedule passed since the last refresh."""
        trigger = self.jobs()[0].trigger
        first = trigger.get_next_fire_time(None, self.clock())
        second = trigger.get_next_fire_time(first, first) if first else None
        every = second - first if first and second else timedelta(days=1)
        return overdue(self.served.releases, now=self.clock(), every=every)

    @contextlib.asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:  # noqa: ARG002  Starlette's signature
        self.store.open()
        scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        for job in self.jobs():
            scheduler.add_job(job.run, job.trigger, id=job.name)
        scheduler.start()
        background = [asyncio.create_task(guard_clock(scheduler, self.clock))]
        if self._overdue():
            background.append(asyncio.create_task(self.refresh()))
        try:
            yield
        finally:
            scheduler.shutdown(wait=False)
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
            await asyncio.to_thread(self.store.close)


async def guard_clock(scheduler: AsyncIOScheduler, clock: Callable[[], datetime]) -> None:
    """Wake every job when the wall clock jumped: APScheduler would sleep through an hour set back (its issue 339)."""
    while True:
        wall, steady = clock(), time.monotonic()
        await asyncio.sleep(GUARD_SECONDS)
        if jumped((clock() - wall).total_seconds(), time.monotonic() - steady):
            log.warning("the clock jumped; every job is run now")
            for job in scheduler.get_jobs():
                job.modify(next_run_time=clock())


def jumped(wall_seconds: float, steady_seconds: float) -> bool:
    """Whether the wall clock moved otherwise than the monotonic one."""
    return abs(wall_seconds - steady_seconds) > JUMP_SECONDS


def build(
    settings: Settings,
    *,
    secrets: Secrets | None = None,
    clock: Callable[[], datetime] = now_utc,
    refresh: Refresh = refresh_process,
) -> Porchlight:
    """Compose everything. Tests call this with fakes of the other party: a clock, a refresh. Raises SettingsError."""
    try:
        CronTrigger.from_crontab(settings.content.schedule, UTC)
    except ValueError as error:
        raise SettingsError(
            f"[content] schedule: {settings.content.schedule!r} is not five cron fields ({error}); "
            'write for example "17 */6 * * *".'
        ) from error
    return Porchlight(settings, secrets or Secrets(), clock, refresh)


def serve(settings: Settings, secrets: Secrets) -> int:
    """The kiosk, the line and the schedule on one port, until Ctrl-C or SIGTERM."""
    import uvicorn

    import doctor

    app = build(settings, secrets=secrets)
    for finding in doctor.of_pack(settings, app.served.pack):
        if finding.kind == "wrong":
            log.warning("%s", finding.sentence)
    host, port = settings.server.host, settings.server.port
    print(f"Kiosk: http://{host}:{port}/    (Ctrl-C ends it)")
    print('Text the line from another terminal: .venv/bin/python server.py text "im not safe"', flush=True)
    # No access log: an address and a path are what we promised not to keep. Two seconds suffice for a page or a text.
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        server_header=False,
        lifespan="on",
        ws="none",
        timeout_graceful_shutdown=2,
    )
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run()
    return 0


def main(arguments: list[str], environ: dict[str, str]) -> int:
    """Run one verb. Returns the exit code: 0 done, 1 a problem was found, 2 the settings are wrong."""
    given = commands.parser().parse_args(arguments)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for chatty in ("apscheduler", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        settings, secrets = load(environ), load_secrets(environ)
        with contextlib.suppress(OSError):
            settings.server.data_dir.mkdir(parents=True, exist_ok=True)
        if given.verb in {None, "serve"}:
            return serve(settings, secrets)
        return commands.run(given, settings, secrets, now_utc)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except BuiltPackError as error:
        print(
            f"{ROOT / 'content' / 'pinned'}: this installation is damaged; install it again. {error}", file=sys.stderr
        )
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], dict(os.environ)))

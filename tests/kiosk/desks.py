"""A desk on its own real port, and a browser without a screen that can sign in."""

import asyncio
import contextlib
import re
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import uvicorn
from starlette.types import ASGIApp

from content.model.pack import LOCAL, Pack
from content.releases.generations import Releases
from content.review.county_confirmation import CountyLine
from kiosk import render
from kiosk.desk.app import DeskApp
from kiosk.desk.pages import DeskInputs, PhoneReply
from kiosk.desk.passphrase import keep
from kiosk.desk.school_pages import SchoolDesk
from kiosk.desk.usb_sticks import Stick
from kiosk.enrolled import Enrolled
from kiosk.pages.school_file import School
from messages.message import Finding, Message, message, verbatim
from messages.report import Report
from runtime import http_front, installation
from runtime.health import report
from runtime.health.observation import Observation
from settings.schema import Desk, Kiosk, Server, Settings
from store.published_counts import TermCounts
from system.bounded import Pool

PASSPHRASE = "four plain words here"
QUICK = {
    "n": 2**4,
    "r": 8,
    "p": 1,
}  # a cheap hash: test_passphrase tests the real cost once
HASH_KEY = b"of this machine"
NOON = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
_TOKEN = re.compile(r'name="token" value="([^"]+)"')
_STAMP = re.compile(r'name="stamp" value="([^"]+)"')


FOUND = message(
    "reply.found",
    topic=message("reply.topic", topic="basics"),
    how=message("reply.exact"),
    language="English",
)
COST = message("reply.segments", count=1, number=message("reply.count-1"), encoding="GSM-7")


def ended(code: int, *lines: str) -> Report[None]:
    """Return the report of a command that ended this way, with words that have no translation."""
    return Report(code, tuple(map(verbatim, lines)))


class Steady:
    """A clock in seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Processes:
    """The commands that the desk started, and what each should report."""

    def __init__(self) -> None:
        self.started: list[tuple[str, ...]] = []
        self.says = Report[None](0, (message("outcome.unchanged"),))
        self.runs: Callable[..., Report[None]] | None = (
            None  # what the command does, if that matters
        )
        self.problem: Exception | None = None

    async def __call__(self, verb: str, *arguments: str) -> Report[None]:
        self.started.append((verb, *arguments))
        if self.problem:
            raise self.problem
        return self.runs(verb, *arguments) if self.runs else self.says


class Stage:
    """The desk's environment; a test changes it while the desk runs."""

    def __init__(self, root: Path, pack: Pack, settings: Desk, patience: float = 30.0) -> None:
        self.root, self.pack, self.settings = root, pack, settings
        self.steady, self.processes = Steady(), Processes()
        self.detail: Mapping[str, object] = {
            "serving": "release",
            "activated_at": NOON.isoformat(),
            "refused": None,
        }
        self.findings: Sequence[Finding] = ()
        self.findings_of: Sequence[Finding] = ()
        self.sticks: list[Stick] = []
        self.texted: list[str] = []
        self.printed: list[tuple[str, Sequence[str]]] = []
        self.printed_for: list[str] = []
        self.counted: Sequence[TermCounts] | Message = ()
        self.poster: bytes | Message = b"%PDF-1.7"
        self.releases = Releases(root)
        self.installation = Settings(
            server=Server(data_dir=root),
            kiosk=Kiosk(school="Lincoln <Middle> School", school_file=root / "school.toml"),
            desk=settings,
        )
        self.changes, self.not_taken_up = 0, ""
        self.alarms_sent = 0
        self.not_sent: Message | None = None
        self.enrolled = Enrolled(root, lambda: NOON)
        self.schools: Mapping[str, Settings] = {}
        self.keys: Mapping[str, str] = {}
        self.threads = Pool("desk", 2, patience=patience)
        self.disk_answers = threading.Event()
        self.disk_answers.set()
        self.set_up(self.installation)

    def set_up(self, installation: Settings) -> None:
        """Set up the desk of an installation with these settings."""
        self.installation = installation
        self.desk = DeskApp(self._handed(), steady=self.steady)

    def _told(self) -> Mapping[str, object]:
        self.disk_answers.wait(30)
        return self.detail

    def _today(self) -> Sequence[Finding]:
        self.disk_answers.wait(30)
        if self.findings:
            return self.findings
        seen = Observation(
            self.installation,
            NOON,
            server=self.detail,
            is_server=True,
            pack=self.pack,
            county=self.county_line(),
        )
        return report.today(seen)

    def _today_of(self, school: str) -> Sequence[Finding]:
        gone = Finding("wrong", message("screens.gone", count=1, more=(school,)))
        return self.findings_of or [gone]

    async def _changed(self) -> str:
        self.changes += 1
        return self.not_taken_up

    async def _alarm_test(self) -> Mapping[str, Message | None]:
        self.alarms_sent += 1
        return {"mail": self.not_sent}

    def _handed(self) -> DeskInputs:
        return DeskInputs(
            detail=self._told,
            today=self._today,
            today_of=self._today_of,
            pack=lambda: self.pack,
            releases=self.releases,
            text=self._text,
            school=SchoolDesk(self.root / "school.toml", ("en", "es", "vi"), self._cover),
            school_desks={
                name: SchoolDesk(own.kiosk.school_file, ("en", "es"), self._cover)
                for name, own in self.schools.items()
            },
            counts=self._counts,
            poster=self._print,
            verb=self.processes,
            sticks=lambda: self.sticks,
            clock=lambda: NOON,
            zone=LOCAL,
            settings=self.installation,
            changed=self._changed,
            alarm_test=self._alarm_test,
            county_line=self.county_line,
            hash_key=HASH_KEY,
            enrolled=self.enrolled,
            schools=self.schools,
            keys=lambda: self.keys,
            threads=self.threads,
        )

    def county_line(self) -> CountyLine:
        """Return the county line as the running program judges it."""
        return installation.county_line(self.installation, self.pack, key=HASH_KEY, now=NOON)

    def _cover(self, school: School, language: str) -> str:
        today = NOON.date()
        return render.cover(self.pack, Kiosk(), today=today, school=school, language=language)

    async def _counts(self) -> Sequence[TermCounts] | Message:
        return self.counted

    async def _print(self, size: str, tags: Sequence[str], school: str) -> bytes | Message:
        self.printed.append((size, tags))
        self.printed_for.append(school)
        return self.poster

    def _text(self, message: str) -> PhoneReply:
        self.texted.append(message)
        return PhoneReply("Call 211 for food. <b>", "en", COST, FOUND)


UNUSED = ssl.create_default_context()  # one per browser would take a tenth of its test's time


class Office(httpx2.Client):
    """A browser in the office: it names its page with every form, as browsers do."""

    def __init__(self, port: int) -> None:
        super().__init__(
            base_url=f"http://127.0.0.1:{port}", timeout=20, trust_env=False, verify=UNUSED
        )
        self.port = port

    def form(self, path: str, fields: Mapping[str, str], **headers: str) -> httpx2.Response:
        """Send a form as a desk page does."""
        sent = {
            "origin": f"http://127.0.0.1:{self.port}",
            "sec-fetch-site": "same-origin",
            **headers,
        }
        return self.post(
            path, data=dict(fields), headers={name: value for name, value in sent.items() if value}
        )

    def sign_in(self, passphrase: str = PASSPHRASE) -> httpx2.Response:
        """Sign in and keep the cookie; return the answer."""
        return self.form("/staff/in", {"passphrase": passphrase})

    def token(self, path: str = "/staff/") -> str:
        """Return the token that a page's forms send back."""
        found = _TOKEN.search(self.get(path).text)
        assert found
        return found[1]

    def press(self, path: str, **fields: str) -> httpx2.Response:
        """Send a form with the session's token, changing the values that its page shows."""
        stamp = _STAMP.search(self.get(path).text)
        shown = {"stamp": stamp[1]} if stamp else {}
        return self.form(path, {"token": self.token(), **shown, **fields})


@contextlib.contextmanager
def opened(desk: ASGIApp) -> Iterator[int]:
    """Yield the port of a desk, or other app, served as runtime/desk_server.py serves it."""
    with http_front.listen("127.0.0.1", 0) as listening:
        server = uvicorn.Server(
            uvicorn.Config(
                desk, lifespan="off", log_level="critical", access_log=False, server_header=False
            )
        )
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(10)


@contextlib.contextmanager
def staged(
    root: Path,
    pack: Pack,
    *,
    settings: Desk | None = None,
    passphrase: str = PASSPHRASE,
    patience: float = 30.0,
) -> Iterator[tuple[Stage, Office]]:
    """Yield a running desk, and a browser that is not signed in. ``passphrase``: "" if none is
    set."""
    if passphrase:
        keep(root, passphrase, cost=QUICK)
    stage = Stage(root, pack, settings or Desk(enabled=True), patience)
    with opened(stage.desk) as port, Office(port) as office:
        yield stage, office

"""What one process serves goes on whatever hangs, and what hangs is told."""

import asyncio
import re
import threading
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from inspect import getsource
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

import pytest

from content.model import built_pack
from content.releases import sources
from content.releases.admit import admit
from content.releases.candidate import Candidate
from content.releases.generations import Releases
from content.releases.machine import Machine
from content.review.provenance import Provenance
from kiosk.enrolled import ServedPages
from runtime import application, private_status, schedule
from runtime.application import LOOK_HANGS, Porchlight
from runtime.child_process import Verdict
from runtime.health import live, machine
from runtime.health import report as health_report
from runtime.served import Served
from settings.load import load, load_secrets
from sms import pack_wait
from sms.modem.health import Health
from tests.content.candidates import NOW, ONE, TWO, built, render
from tests.kiosk.screens import ask, report
from tests.running import CARRIER, PATIENCE, message, signature
from tests.shipped import pack as shipped
from tests.sms.twilio.test_endpoints import Answer, post

ALL = {pack.version[:12]: pack.version for pack in (ONE, TWO)}


@dataclass
class Share:
    """A disk that does not answer until the test is over. ``asked``: somebody waits for it;
    ``left``: and no more."""

    asked: threading.Event = field(default_factory=threading.Event)
    answers: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)

    def hang(self, *_: object, **__: object) -> None:
        self.asked.set()
        self.answers.wait(PATIENCE)
        self.left.set()


@pytest.fixture
def share() -> Iterator[Share]:
    made = Share()
    yield made
    made.answers.set()


async def no_verb(*_: str) -> None:
    """A command that does nothing."""


@dataclass
class Installation:
    """A server that shows pack ONE, and its clock."""

    data: Path
    now: datetime = NOW

    def __post_init__(self) -> None:
        environ = {
            "PORCHLIGHT_SERVER__DATA_DIR": str(self.data),
            "PORCHLIGHT_CONTENT__SOURCE": str(self.data.parent / "share"),
            "PORCHLIGHT_KIOSK__LANGUAGES": '["en"]',
            "PORCHLIGHT_KIOSK__AUDIO": "off",
        }
        self.activate("one")
        settings = load(environ)
        served = Served(settings, clock=lambda: self.now, verify=lambda: Verdict(ALL, {}))
        self.app = Porchlight(settings, clock=lambda: self.now, verb=no_verb, served=served)

    def activate(self, name: str) -> None:
        pack = {"one": ONE, "two": TWO}[name]
        machine = Machine(releases=Releases(self.data), checks=(), prepare=render, now=NOW)
        folder = built(pack, self.data.parent / name)
        assert admit(Candidate(folder, Provenance(origin="shipped")), machine).state == "active"

    def hide(self) -> None:
        Releases(self.data).change(lambda state: state.hide(["trevor"], now=NOW))

    def another_day(self) -> None:
        self.now += timedelta(days=1)


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path / "data")


def pages(app: Porchlight) -> str:
    assert app.screen
    return app.screen.app.key


@pytest.mark.parametrize("line", [True, False])
def test_a_search_on_this_machine_is_read_by_the_text_line_s_rules(
    tmp_path: Path, line: bool
) -> None:
    """By its words alone it is about a friend or relative; the rules know what is meant."""
    environ = CARRIER if line else {"PORCHLIGHT_SMS__ENABLED": "false"}
    settings = load({**environ, "PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path / "data")})
    app = Porchlight(settings, secrets=load_secrets(environ), clock=lambda: NOW, verb=no_verb)
    app.served.take_shipped()
    app._show()
    assert app.screen
    found = ask(app.screen.app, "/en/search", method="POST", body=b"q=my cousin touched me")
    danger = "/en/t/31"  # a link of every page
    topics = [one for one in found.page.links if one.startswith("/en/t/") and one != danger]
    assert topics[0] == "/en/t/34"
    assert app.script() is app.script()  # not made again for each search


@pytest.mark.parametrize(
    "news",
    [lambda at: at.activate("two"), Installation.hide, Installation.another_day],
    ids=["a new release", "a withdrawn number", "another day"],
)
def test_while_the_source_of_packs_lies_on_a_dead_share_what_is_new_is_shown(
    installation: Installation,
    share: Share,
    news: Callable[[Installation], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It was looked at in the middle of the look, which then never ended, and all was "ready"."""
    monkeypatch.setattr(sources, "locate", share.hang)
    app = installation.app

    async def play() -> None:
        async with asyncio.timeout(PATIENCE), app.app.router.lifespan_context(app.app):
            await asyncio.to_thread(share.asked.wait, PATIENCE)
            before, pack = pages(app), app._shown
            news(installation)
            while pages(app) == before and app._shown is pack:
                await app.watch()
                await asyncio.sleep(0)
            assert app.text
            assert app.text.line.script._pack is app._shown is app.served.pack

    asyncio.run(play())
    assert app.is_ready()


def test_a_source_that_does_not_answer_is_told_in_the_log(
    tmp_path: Path,
    share: Share,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(sources, "locate", share.hang)
    monkeypatch.setattr(application, "WARN_SECONDS", 0.2)
    app = Installation(tmp_path / "data").app

    async def play() -> None:
        async with asyncio.timeout(PATIENCE), app.app.router.lifespan_context(app.app):
            while str(private_status.HANGS) not in caplog.text:
                await asyncio.sleep(0.05)

    asyncio.run(play())


def test_a_look_that_does_not_end_is_told_and_the_server_is_not_ready_until_it_does(
    installation: Installation, share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = installation.app

    def said() -> tuple[bool, object]:
        return app.is_ready(), app.detail()["wrong"]

    async def play() -> None:
        await app.watch()
        assert said() == (True, None)
        monkeypatch.setattr(app.served, "look", share.hang)
        looking = asyncio.create_task(app.watch())
        await asyncio.to_thread(share.asked.wait, PATIENCE)
        assert said() == (True, None)  # a verification may take that long
        try:
            with monkeypatch.context() as soon:
                soon.setattr(application, "LOOK_SECONDS", 0.0)
                assert said() == (False, LOOK_HANGS)
        finally:
            share.answers.set()
        await looking
        monkeypatch.setattr(application, "LOOK_SECONDS", 0.0)
        assert said() == (True, None)

    asyncio.run(play())


def test_a_text_while_the_server_starts_is_answered_from_the_pack(
    tmp_path: Path, share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The built-in lines gave it their general reply while the pack was verified."""
    monkeypatch.setattr(pack_wait, "SECONDS", PATIENCE)  # a busy machine may need more than five
    settings = load({**CARRIER, "PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path / "data")})
    machine = Machine(releases=Releases(tmp_path / "data"), checks=(), prepare=render, now=NOW)
    whole = built_pack.load(built_pack.build(shipped()))
    candidate = Candidate(built(whole, tmp_path / "pack"), Provenance(origin="shipped"))
    assert admit(candidate, machine).state == "active"

    def verify() -> Verdict:
        share.hang()
        return Verdict({whole.version[:12]: whole.version}, {})

    served = Served(settings, clock=lambda: NOW, verify=verify)
    app = Porchlight(
        settings, secrets=load_secrets(CARRIER), clock=lambda: NOW, verb=no_verb, served=served
    )
    fields = message("i want to die", sid="one", sender="+19165550123")
    headers = {b"x-twilio-signature": signature(fields).encode()}

    async def play() -> Answer:
        assert app.text
        app.text.store.open()
        looking = asyncio.create_task(app.watch())
        asked = asyncio.create_task(post(app, urlencode(fields).encode(), headers=headers))
        await asyncio.to_thread(share.asked.wait, PATIENCE)
        assert not asked.done()
        share.answers.set()
        await looking
        answer = await asked
        await asyncio.to_thread(app.text.store.close)
        return answer

    assert b"You can talk to someone now" in asyncio.run(play()).body


@pytest.mark.parametrize("look", [Porchlight.refresh, Porchlight._catch_up])
def test_nothing_waits_for_the_record_of_the_last_refresh(
    installation: Installation,
    share: Share,
    look: Callable[[Porchlight], Coroutine[None, None, None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It was read on the event loop: no page and no text while its disk does not answer."""
    monkeypatch.setattr(Releases, "state", share.hang)
    monkeypatch.setattr(schedule, "first_wait", lambda: 0.0)

    async def play() -> None:
        looking = asyncio.create_task(look(installation.app))
        try:
            await asyncio.to_thread(share.asked.wait, PATIENCE)
            assert not share.left.is_set()
        finally:
            share.answers.set()
            looking.cancel()

    asyncio.run(play())


@pytest.mark.parametrize("number", ["", "+19164454000"])
def test_the_desk_hears_of_a_number_without_an_account_and_the_screen_is_ready_all_the_same(
    tmp_path: Path, number: str
) -> None:
    told = {"PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path), "PORCHLIGHT_SMS__NUMBER": number}
    text = Porchlight(load(told), secrets=load_secrets(told), verb=no_verb).text
    assert text
    assert (text.report()["account"] == "ok", text.unverified) == (not number, None)


def test_what_alarms_and_today_ask_a_server_it_says(tmp_path: Path) -> None:
    """A name that one of them has alone would silence an alarm: what is not said counts as well."""
    told = {"PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path), **CARRIER}
    app = Porchlight(load(told), secrets=load_secrets(told), verb=no_verb)
    said = app.detail().keys() | Health().report().keys()
    asked = set(
        re.findall(
            r'(?:server\.get\(|server\[|state\()"(\w+)"', getsource(live) + getsource(machine)
        )
    )
    assert len(asked) > 15
    assert asked | {*live.PARTS.values()} <= said | app._readiness().keys()


def test_the_office_of_a_school_hears_of_that_school_s_facts_and_screens_alone(
    tmp_path: Path,
) -> None:
    (tmp_path / "schools.csv").write_text("address\nelm\nlincoln\n", "utf-8")
    told = {
        "PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path),
        "PORCHLIGHT_KIOSK__SCHOOLS": str(tmp_path / "schools.csv"),
    }
    file = tmp_path / "schools" / "elm" / "school.toml"
    file.parent.mkdir(parents=True)
    file.write_text('lunch = "12:05"\nvalid_until = 2020-06-01\n', "utf-8")
    # A Tuesday, ten in the morning in California.
    times = [datetime(2026, 12, 1, 18, tzinfo=UTC)]
    app = Porchlight(load(told), clock=lambda: times[-1], verb=no_verb)
    for school in ("elm", "lincoln", "lincoln"):
        assert app.enrolled.enroll(school, "lobby")
    times.append(times[0] + timedelta(hours=1))

    codes = {school: [one.message for one in app.today_of(school)] for school in ("elm", "lincoln")}

    elm = {one.code: one.args.get("count") for one in codes["elm"]}
    assert elm == {"school.bells-over": None, "screens.gone": 1}
    lincoln = {one.code: one.args.get("count") for one in codes["lincoln"]}
    assert lincoln == {"school.no-bells": None, "screens.gone": 2}
    assert len(app.detail()["screens"]) == 3  # type: ignore[arg-type]


def test_a_school_that_is_not_served_makes_the_server_not_ready_and_raises_an_alarm(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    table = tmp_path / "schools.csv"
    told = {
        "PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path),
        "PORCHLIGHT_KIOSK__SCHOOLS": str(table),
    }

    def started(rows: str) -> Porchlight:
        table.write_text(f"address,languages\n{rows}", "utf-8")
        return Porchlight(load(told), verb=no_verb)

    def blocked(app: Porchlight) -> bool:
        seen = app.observe(app._readiness())
        codes = {one.code for _, one in health_report.judged(seen, lambda row: row.blocks)}
        return "schools.unserved" in codes

    app = started("elm,\n")
    assert (blocked(app), "schools" in app._wrong()) == (False, False)
    broken = started("elm,\nlincoln,xx\n")
    assert "schools.csv row 3" in caplog.text
    assert (blocked(broken), "schools" in broken._wrong()) == (True, True)
    assert "schools.unserved" in [one.message.code for one in broken.today()]
    table.unlink()
    none = Porchlight(load(told), verb=no_verb)
    assert (blocked(none), "schools" in none._wrong()) == (True, True)


@pytest.mark.parametrize(
    ("days", "trouble"),
    [
        ("[]", "gone"),
        ('["2026-11-30", "2026-12-02 to 2026-12-31"]', "gone"),
        ('["2026-12-01"]', "resting"),
        ('["2026-11-23 to 2026-12-01"]', "resting"),
    ],
    ids=["a school day", "other days", "a day", "the last of many"],
)
def test_a_dark_screen_troubles_nobody_on_a_day_without_school(
    tmp_path: Path, days: str, trouble: str
) -> None:
    told = {"PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path), "PORCHLIGHT_ALARMS__NO_SCHOOL": days}
    # A Tuesday, ten in the morning in California, and half past eleven.
    times = [datetime(2026, 12, 1, 18, tzinfo=UTC)]
    app = Porchlight(load(told), clock=lambda: times[-1], verb=no_verb)
    screen = app.enrolled.enroll("", "lobby")
    assert screen
    report(app.enrolled, screen, b"none", ServedPages("", ""))
    times.append(times[0] + timedelta(minutes=90))

    told_of = cast(list[dict[str, object]], app.detail()["screens"])

    assert [one["trouble"] for one in told_of] == [trouble]

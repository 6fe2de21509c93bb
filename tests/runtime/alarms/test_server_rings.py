"""The running server looks, rings, and starts the nightly check."""

import asyncio
import json
import os
from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import msgspec
import pytest

from cli.command import Context
from cli.school import alarm
from runtime import application, private_status
from runtime.alarms import rules
from runtime.alarms.watch import AlarmWatch
from runtime.application import Porchlight
from runtime.health import alarms
from runtime.health.observation import NIGHTLY, NightlyRecord
from settings.load import Secrets, load
from settings.schema import AlarmSettings, Kiosk, Server, Settings, Sms
from sms.line import Inbound
from sms.rate_limit import FLOOD_SECONDS, URGENT_FULL
from sms.understanding.learnt import Learnt
from system import files
from tests.kiosk.desks import opened
from tests.running import environment, prepared, until
from tests.runtime.alarms.receivers import Hook, Mailbox, running
from tests.runtime.alarms.test_watch import NOBODY
from tests.runtime.health import looked
from tests.sms.packs import PACK

NOW = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)


NO_LINE = Sms(enabled=False)


def server(
    data: Path, started: list[tuple[str, ...]], webhook: str = "", sms: Sms = NO_LINE
) -> Porchlight:
    async def verb(*words: str) -> None:
        started.append(words)

    settings = Settings(
        server=Server(data_dir=data),
        kiosk=Kiosk(audio="off"),
        sms=sms,
        alarms=AlarmSettings(webhook=webhook),
    )
    return application.Porchlight(settings, clock=lambda: NOW, verb=verb)


def test_what_the_night_found_rings_from_the_running_server(tmp_path: Path) -> None:
    files.write_record(tmp_path / NIGHTLY, NightlyRecord(at=NOW, problems=("A.", "B.")))
    with running(Hook()) as hook:
        app = server(tmp_path, [], hook.address)
        asyncio.run(app.ring())
        asyncio.run(app.ring())
        assert [(post["alarm"], post["state"]) for post in hook.posts] == [("nightly", "wrong")]
        assert b'porchlight_alarm{kind="nightly"} 1.0' in app.measure()
    assert "alarms" in {job.name for job in app.jobs()}


def test_a_flood_of_urgent_texts_rings_once_and_names_neither_sender_nor_topic(
    tmp_path: Path,
) -> None:
    """It was a line of a log that nobody reads."""
    seconds = [0.0]
    sender, body = "+19165550123", "im not safe"
    with running(Hook()) as hook:
        app = server(tmp_path, [], hook.address, sms=Sms())
        assert app.text
        app.text.show(PACK, Learnt(b""))
        app.text.line._monotonic = app.alarms._steady = lambda: seconds[0]

        def text(times: int) -> None:
            assert app.text
            for _ in range(times):
                app.text.line.choose(Inbound(sid="SM1", sender=sender, body=body))

        def told() -> list[str]:
            asyncio.run(app.ring())
            asyncio.run(app.ring())
            return [post["state"] for post in hook.posts if post["alarm"] == "flood"]

        text(URGENT_FULL)
        assert told() == []
        text(1)
        assert told() == ["wrong"]
        assert b'porchlight_alarm{kind="flood"} 1.0' in app.measure()
        seconds[0] += FLOOD_SECONDS
        assert told() == ["wrong"]
        seconds[0] += 60.0 * rules.kinds()["flood"].clear
        assert told() == ["wrong", "well"]
    said = json.dumps(hook.posts) + (tmp_path / "ALARMS").read_text()
    assert not any(word in said for word in (sender, sender[2:], body, "danger", "suicid"))


def test_the_night_asks_in_a_process_of_its_own(tmp_path: Path) -> None:
    started: list[tuple[str, ...]] = []
    asyncio.run(server(tmp_path, started).nightly())
    assert started == [("nightly",)]


def test_the_heartbeat_goes_out_while_the_pack_is_shown_and_nothing_rings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(Hook()) as hook:
        address = hook.address.replace("/alarms", "/ping/a1b2?x=1")
        for name, value in prepared(environment(tmp_path / "data")).items():
            monkeypatch.setenv(name, value)  # for the child that verifies, too
        monkeypatch.setenv("PORCHLIGHT_ALARMS__HEARTBEAT", address)
        settings = load(os.environ)
        app = application.Porchlight(settings, clock=lambda: NOW)

        asyncio.run(app.beat())
        assert hook.beats == []  # nothing is shown yet
        until(lambda: asyncio.run(app.watch()) or app.is_ready(), "the pack is shown")
        asyncio.run(app.beat())
        assert hook.beats == [("/ping/a1b2?x=1", "porchlight")]
        [told] = hook.told
        assert told.keys() == {"version", "release", "days", "alarms"}
        assert told["release"] == app.served.release.id  # type: ignore[union-attr]
        assert (told["days"], "job" in told["alarms"]) == (0, True)  # no night check yet
        night = NightlyRecord(at=NOW, problems=("A.",))
        files.write_record(settings.server.data_dir / NIGHTLY, night)
        asyncio.run(app.ring())
        asyncio.run(app.beat())
        assert len(hook.beats) == 1
    assert "heartbeat" in {job.name for job in app.jobs()}


def test_a_heartbeat_that_nobody_takes_is_one_line_of_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with running(Hook()) as hook:
        hook.status = 500
        alarms = AlarmWatch(tmp_path, {}, clock=lambda: NOW)
        asyncio.run(alarms.beat(hook.address, {}))
        asyncio.run(alarms.beat("", {}))
    assert [record.getMessage() for record in caplog.records] == [
        "alarms: heartbeat takes none: The heartbeat's server answered 500."
    ]


def alarm_test(data: Path, port: int, **alarms: object) -> int:
    """The command's exit code, with these settings of its own."""
    settings = Settings(
        server=Server(data_dir=data, port=port),
        alarms=msgspec.structs.replace(AlarmSettings(), **alarms),
    )
    return alarm.run(Context(settings, Secrets(), Namespace(), lambda: NOW))


def test_alarm_test_tries_the_heartbeat_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with running(Hook()) as hook:
        assert alarm_test(tmp_path, int(NOBODY), heartbeat=hook.address) == 0
    assert hook.beats == [("/alarms", "porchlight")]
    assert "heartbeat: sent" in capsys.readouterr().out


def test_a_test_before_the_first_start_makes_no_key(tmp_path: Path) -> None:
    """It belonged to whoever typed the command, and the server could not read it."""
    with running(Hook()) as hook:
        assert alarm_test(tmp_path, int(NOBODY), heartbeat=hook.address) == 0
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[tuple[Hook, int]]:
    """Who hears the alarms of a server that runs, and its port."""
    with running(Hook()) as heard, opened(server(tmp_path, [], heard.address)) as port:
        yield heard, port


def test_where_a_server_runs_the_test_goes_out_from_there_and_doctor_knows(
    tmp_path: Path, kiosk: tuple[Hook, int], capsys: pytest.CaptureFixture[str]
) -> None:
    """Its unit may reach less than a command: what a command sends proves nothing."""
    (heard, port), settings = kiosk, Settings(server=Server(data_dir=tmp_path))

    def doctor() -> tuple[str, str]:
        named = msgspec.structs.replace(settings, alarms=AlarmSettings(webhook=heard.address))
        (found,) = looked.examined(named, alarms.channels)
        return found.kind, str(found.message)

    with running(Hook()) as beside:
        assert doctor()[0] == "note"  # nothing has gone out yet
        heard.status = 500
        assert alarm_test(tmp_path, port, webhook=beside.address) == 1
        assert "webhook: The webhook's server answered 500." in capsys.readouterr().out
        assert doctor()[0] == "wrong"
        assert "Fix that, then run `alarm test`." in doctor()[1]
        heard.status = 204
        assert alarm_test(tmp_path, port, webhook=beside.address) == 0
        assert [post["alarm"] for post in heard.posts] == ["test"]
        assert beside.posts == []
    assert doctor() == ("ok", "Alarms are sent by webhook.")
    assert capsys.readouterr().out == "webhook: sent. Check that it arrives.\n"


def test_a_channel_that_the_running_server_does_not_know_yet_is_told(
    tmp_path: Path, kiosk: tuple[Hook, int], capsys: pytest.CaptureFixture[str]
) -> None:
    mail = {"mail_to": ("a@example.org",), "smtp_host": "mail.example.org"}
    assert alarm_test(tmp_path, kiosk[1], **mail) == 1
    assert capsys.readouterr().out.startswith(
        "mail: The running server does not know this channel yet"
    )


def test_mail_settings_that_changed_since_the_server_began_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mail = {"mail_to": ("a@example.org",), "smtp_host": "127.0.0.1", "smtp_security": "none"}
    with running(Mailbox()) as mailbox:
        known = AlarmSettings(**mail, smtp_port=mailbox.port)  # type: ignore[arg-type]
        settings = Settings(
            server=Server(data_dir=tmp_path), kiosk=Kiosk(audio="off"), sms=NO_LINE, alarms=known
        )
        with opened(application.Porchlight(settings, clock=lambda: NOW)) as port:
            assert alarm_test(tmp_path, port, **mail, smtp_port=mailbox.port) == 0
            assert capsys.readouterr().out.startswith("mail: sent")
            assert alarm_test(tmp_path, port, **mail, smtp_port=25) == 1
    assert capsys.readouterr().out.startswith(
        "mail: The running server does not know this channel yet"
    )


def test_a_stranger_lets_no_alarm_ring(
    tmp_path: Path, kiosk: tuple[Hook, int], capsys: pytest.CaptureFixture[str]
) -> None:
    heard, port = kiosk
    for proof in ("", "Bearer " + "0" * 64, private_status.proof(b"another machine's")):
        address = f"http://127.0.0.1:{port}{private_status.ALARM_TEST}"
        answer = httpx2.post(address, headers={"Authorization": proof}, trust_env=False)
        assert (answer.status_code, answer.text) == (404, "There is nothing here.\n")
    (elsewhere := tmp_path / "elsewhere").mkdir()
    assert alarm_test(elsewhere, port, webhook=heard.address) == 1
    assert "Either it belongs to another installation" in capsys.readouterr().err
    assert heard.posts == []

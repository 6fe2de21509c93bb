"""The running server looks, rings, and starts the nightly check."""

import asyncio
import json
import os
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.command import Context
from cli.school import alarm
from content.model import durable_files
from runtime import application
from runtime.alarms import rules
from runtime.alarms.facts import NIGHTLY, NightlyRecord
from runtime.alarms.watch import AlarmWatch
from runtime.application import Porchlight
from settings.load import Secrets, load
from settings.schema import AlarmSettings, Kiosk, Server, Settings, Sms
from sms.line import Inbound
from sms.rate_limit import FLOOD_SECONDS, URGENT_FULL
from sms.understanding.learnt import Learnt
from tests.running import environment, prepared, until
from tests.runtime.alarms.receivers import Hook, running
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
    return application.build(settings, clock=lambda: NOW, verb=verb)


def test_what_the_night_found_rings_from_the_running_server(tmp_path: Path) -> None:
    durable_files.write_record(tmp_path / NIGHTLY, NightlyRecord(at=NOW, problems=("A.", "B.")))
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
        app = application.build(settings, clock=lambda: NOW)

        asyncio.run(app.beat())
        assert hook.beats == []  # nothing is shown yet
        until(lambda: asyncio.run(app.watch()) or app.is_ready(), "the pack is shown")
        asyncio.run(app.beat())
        assert hook.beats == [("/ping/a1b2?x=1", "porchlight")]
        night = NightlyRecord(at=NOW, problems=("A.",))
        durable_files.write_record(settings.server.data_dir / NIGHTLY, night)
        asyncio.run(app.ring())
        asyncio.run(app.beat())
        assert len(hook.beats) == 1
    assert "heartbeat" in {job.name for job in app.jobs()}


def test_a_heartbeat_that_nobody_takes_is_one_line_of_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with running(Hook()) as hook:
        hook.status = 500
        watch = AlarmWatch(tmp_path, {}, clock=lambda: NOW)
        asyncio.run(watch.beat(hook.address))
        asyncio.run(watch.beat(""))
    assert [record.getMessage() for record in caplog.records] == [
        "alarms: heartbeat takes none: The heartbeat's server answered 500."
    ]


def test_alarm_test_tries_the_heartbeat_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with running(Hook()) as hook:
        settings = Settings(
            server=Server(data_dir=tmp_path), alarms=AlarmSettings(heartbeat=hook.address)
        )
        context = Context(settings, Secrets(), Namespace(), lambda: NOW)
        assert alarm.run(context) == 0
    assert hook.beats == [("/alarms", "porchlight")]
    assert capsys.readouterr().out.startswith("heartbeat: it was taken")

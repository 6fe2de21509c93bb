"""The running server looks, rings, and starts the nightly check."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from content.model import durable_files
from runtime import application
from runtime.alarms.facts import NIGHTLY, NightlyRecord
from runtime.application import Porchlight
from settings.schema import AlarmSettings, Kiosk, Server, Settings, Sms
from tests.runtime.alarms.receivers import Hook, running

NOW = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)


def server(data: Path, started: list[tuple[str, ...]], webhook: str = "") -> Porchlight:
    async def verb(*words: str) -> None:
        started.append(words)

    settings = Settings(
        server=Server(data_dir=data),
        kiosk=Kiosk(audio="off"),
        sms=Sms(enabled=False),
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


def test_the_night_asks_in_a_process_of_its_own(tmp_path: Path) -> None:
    started: list[tuple[str, ...]] = []
    asyncio.run(server(tmp_path, started).nightly())
    assert started == [("nightly",)]

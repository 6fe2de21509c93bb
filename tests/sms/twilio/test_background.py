"""Who gets the work with the carrier's API, and what the server does with it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from content.model.pinned import pinned_pack
from runtime import application
from runtime.text_door import TextDoor
from settings.load import Secrets, load
from sms.twilio.background import BackgroundWork
from sms.twilio.client import Twilio
from store.group_commit import Store
from tests.sms.conftest import NOON, Clock
from tests.sms.stand_in import ACCOUNT, TOKEN, StandIn
from tests.sms.twilio.test_backfill import SENDER, play
from tests.sms.twilio.test_outbox import states

NewRounds = Callable[..., BackgroundWork]
WHOLE = Secrets(account_sid=ACCOUNT, auth_token=TOKEN)


@pytest.mark.parametrize(
    ("environ", "secrets"),
    [
        ({"PORCHLIGHT_SMS__CARRIER": "modem"}, WHOLE),
        ({"PORCHLIGHT_SMS__NUMBER": ""}, WHOLE),
        ({}, Secrets(account_sid=ACCOUNT, webhook_key="shared")),
        ({}, Secrets(auth_token=TOKEN)),
    ],
)
def test_only_an_account_with_a_number_brings_work(
    tmp_path: Path, environ: dict[str, str], secrets: Secrets
) -> None:
    def works(environ: dict[str, str], secrets: Secrets) -> bool:
        settings = load({"PORCHLIGHT_SMS__NUMBER": "+19165550100", **environ})
        settings = replace(settings, server=replace(settings.server, data_dir=tmp_path))
        made: dict[str, Any] = {"hash_key": b"key", "clock": Clock(), "carrier": None}
        return TextDoor(pinned_pack(), settings, secrets, **made).work is not None

    assert works({}, WHOLE)
    assert not works(environ, secrets)


@pytest.mark.slow
def test_the_server_looks_at_its_start_and_then_every_few_minutes(
    tmp_path: Path, twilio: Twilio, stand_in: StandIn, clock: Clock
) -> None:
    async def no_verb(*_: str) -> None:
        return

    sid = stand_in.deliver("im not safe", sender=SENDER, at=NOON - timedelta(minutes=3))
    settings = load(
        {
            "PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path),
            "PORCHLIGHT_SMS__NUMBER": "+19165550100",
            "PORCHLIGHT_KIOSK__ENABLED": "false",
            "PORCHLIGHT_KIOSK__LANGUAGES": '["en", "es"]',
        }
    )
    made = application.Porchlight(
        settings, secrets=WHOLE, clock=clock, verb=no_verb, carrier=twilio
    )
    assert [job.name for job in made.jobs()][-3:] == ["backfill", "outbox", "redaction"]

    async def live() -> None:
        async with made._lifespan(made.app):
            async with asyncio.timeout(60):
                while not stand_in.sent():
                    await asyncio.sleep(0.05)
            assert made.detail()["backfill"] == "ok"

    asyncio.run(live())
    (sent,) = stand_in.sent()
    assert (sent["to"], "911" in sent["body"]) == (SENDER, True)
    everything = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert b"9165550123" not in everything
    assert b"im not safe" not in everything
    assert sid in stand_in.messages


def test_the_carriers_word_moves_what_was_sent_to_its_end_and_never_back(
    rounds: BackgroundWork, store: Store, stand_in: StandIn
) -> None:
    stand_in.deliver("FOOD", sender=SENDER, at=NOON - timedelta(minutes=2))
    play(rounds.catch_up)
    sid = stand_in.sent()[0]["sid"]

    async def hear(*words: str) -> list[str]:
        return [
            states_after
            for word in words
            for states_after in await _heard(rounds, store, sid, word)
        ]

    assert asyncio.run(hear("queued", "delivered", "sent", "failed", "undelivered")) == [
        "sent",
        *["delivered"] * 4,
    ]
    asyncio.run(rounds.record_status("SMunknown", "delivered"))
    asyncio.run(rounds.record_status("", "failed"))
    assert states(store) == ["delivered"]


async def _heard(rounds: BackgroundWork, store: Store, sid: str, word: str) -> list[str]:
    await rounds.record_status(sid, word)
    return await asyncio.to_thread(states, store)


def test_the_carriers_word_waits_for_no_database(rounds: BackgroundWork, store: Store) -> None:
    store.close()
    asyncio.run(rounds.record_status("SM1", "delivered"))

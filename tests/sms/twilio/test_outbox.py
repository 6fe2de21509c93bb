"""Late answers: sent once, whatever the carrier's API does, by any number of servers."""

import asyncio
import json
import logging
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from messages.message import message
from sms.carrier import CarrierMessage
from sms.decide import recall
from sms.script import Script
from sms.twilio.background import BackgroundWork
from sms.twilio.client import Twilio
from sms.twilio.outbox_table import OUTBOX
from store.group_commit import Store
from tests.running import until
from tests.sms.conftest import NOON, Clock
from tests.sms.stand_in import Fault, StandIn
from tests.sms.twilio.test_backfill import SENDER, NewRounds, play


def _rows(connection: Connection, items: Any) -> list[list[dict[str, Any]]]:
    return [[dict(row._mapping) for row in connection.execute(select(OUTBOX))] for _ in items]


def rows(store: Store) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = asyncio.run(store.submit(_rows, None))
    return found


def states(store: Store) -> list[str]:
    return [row["state"] for row in rows(store)]


@pytest.fixture(autouse=True)
def missed(stand_in: StandIn) -> None:
    """One message was missed, two minutes ago."""
    stand_in.deliver("FOOD", sender=SENDER, at=NOON - timedelta(minutes=2))


def test_a_row_holds_the_messages_id_and_neither_number_nor_text_nor_reply(
    rounds: BackgroundWork, store: Store, stand_in: StandIn
) -> None:
    play(rounds.backfill.turn)
    (row,) = rows(store)
    assert row.pop("sid") in stand_in.messages
    assert row == {
        "state": "waiting",
        "written_at": int(NOON.timestamp()) - 120,
        "tries": 0,
        "due_at": 0,
        "sent_hash": "",
    }
    play(rounds.outbox.turn)
    (sent,) = rows(store)
    assert (sent["state"], sent["tries"]) == ("sent", 1)
    assert stand_in.sent()[0]["sid"] not in json.dumps(sent)
    assert stand_in.sent()[0]["validity"] == str(13 * 60)


def test_too_fast_is_waited_out_longer_each_time(
    rounds: BackgroundWork, store: Store, stand_in: StandIn, clock: Clock
) -> None:
    stand_in.faults.extend(Fault(kind="send", status=429, code=20429) for _ in range(3))
    play(rounds.catch_up)
    waits = []
    for _ in range(2):
        (row,) = rows(store)
        assert row["state"] == "waiting"
        waits.append(row["due_at"] - int(clock().timestamp()))
        play(rounds.outbox.turn)  # before it is due
        clock.pass_by(waits[-1])
        play(rounds.outbox.turn)
    assert waits[1] > waits[0] > 1
    assert str(rounds.report()["outbox"]).startswith(
        "replies to missed texts have been waiting since 2026-11-24 20:00"
    )
    clock.pass_by(60)
    play(rounds.outbox.turn)
    assert states(store) == ["sent"]
    assert stand_in.asked.count("send") == 4
    assert rounds.report()["outbox"] == "ok"


@pytest.mark.parametrize("accepted", [True, False])
def test_after_a_fault_of_the_carriers_it_looks_before_it_sends_again(
    rounds: BackgroundWork, store: Store, stand_in: StandIn, clock: Clock, accepted: bool
) -> None:
    stand_in.faults.append(Fault(kind="send", status=500, accepted=accepted))
    play(rounds.catch_up)
    assert states(store) == ["sending"]
    clock.pass_by(30)
    play(rounds.outbox.turn)
    assert states(store) == ["sent"]
    assert len(stand_in.sent()) == 1


def test_a_silence_after_it_was_taken_brings_no_second_text(
    new_rounds: NewRounds, store: Store, stand_in: StandIn, clock: Clock, hasty: Twilio
) -> None:
    rounds = new_rounds()
    play(rounds.backfill.turn)
    stand_in.faults.append(Fault(kind="send", accepted=True, silent=0.8))
    play(new_rounds(carrier=hasty).outbox.turn)
    until(lambda: len(stand_in.sent()) == 1, "it was taken, however soon that was given up")
    clock.pass_by(150)
    play(rounds.outbox.turn)
    assert states(store) == ["sent"]
    assert len(stand_in.sent()) == 1


def test_while_it_cannot_look_it_does_not_send(
    rounds: BackgroundWork, store: Store, stand_in: StandIn, clock: Clock
) -> None:
    stand_in.faults.append(Fault(kind="send", status=500, accepted=True))
    play(rounds.catch_up)
    clock.pass_by(30)
    stand_in.faults.append(Fault(kind="list", status=503))
    play(rounds.outbox.turn)
    stand_in.faults.append(Fault(kind="fetch", status=503))
    play(rounds.outbox.turn)
    assert states(store) == ["sending"]
    clock.pass_by(60)
    play(rounds.outbox.turn)
    assert states(store) == ["sent"]
    assert len(stand_in.sent()) == 1


def test_what_a_server_left_behind_is_looked_for_and_sent_by_another(
    new_rounds: NewRounds, store: Store, stand_in: StandIn, clock: Clock
) -> None:
    rounds, other = new_rounds(), new_rounds()

    async def die(*_: object) -> str:
        raise asyncio.CancelledError

    play(rounds.backfill.turn)
    rounds.outbox._try = die  # type: ignore[assignment,method-assign]
    with pytest.raises(asyncio.CancelledError):
        play(rounds.outbox.turn)
    assert states(store) == ["sending"]

    play(other.outbox.turn)
    assert stand_in.sent() == []
    clock.pass_by(121)
    play(other.outbox.turn)
    assert len(stand_in.sent()) == 1


def test_many_servers_send_each_text_once(
    new_rounds: NewRounds, url: str, store: Store, stand_in: StandIn
) -> None:
    people = [f"+1916777{number:04}" for number in range(40)]
    for sender in people:
        stand_in.deliver("FOOD", sender=sender, at=NOON - timedelta(minutes=2))
    second = Store(url)
    second.open()
    servers = [new_rounds(over=one) for one in (store, second, store)]

    async def at_once() -> None:
        await servers[0].backfill.turn()
        await asyncio.gather(*(server.outbox.turn() for server in servers))

    asyncio.run(at_once())
    second.close()
    assert sorted(row["to"] for row in stand_in.sent()) == sorted([SENDER, *people])


@pytest.mark.parametrize("code", [21610, 30004])
def test_a_phone_that_asked_for_silence_is_given_up_without_an_alarm(
    rounds: BackgroundWork,
    store: Store,
    stand_in: StandIn,
    caplog: pytest.LogCaptureFixture,
    code: int,
) -> None:
    stand_in.faults.append(Fault(kind="send", status=400, code=code))
    with caplog.at_level(logging.WARNING):
        play(rounds.catch_up)
    rounds.outbox.wake()
    play(rounds.outbox.turn)
    assert (states(store), stand_in.asked.count("send")) == (["failed"], 1)
    assert (caplog.text, rounds.report()["outbox"]) == ("", "ok")


def test_an_error_that_will_not_pass_is_given_up_and_shown(
    rounds: BackgroundWork, store: Store, stand_in: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    stand_in.faults.append(Fault(kind="send", status=400, code=30034))
    with caplog.at_level(logging.WARNING):
        play(rounds.catch_up)
    assert states(store) == ["failed"]
    assert rounds.report()["outbox"] == message("carrier.late-lost", counts="error 30034: 1")
    assert "will not deliver a reply" in caplog.text
    assert "is blocking every reply" in caplog.text
    assert "916555" not in caplog.text


def test_a_row_that_is_soon_anothers_is_left_to_it(
    rounds: BackgroundWork,
    store: Store,
    stand_in: StandIn,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    play(rounds.backfill.turn)
    fetch = rounds.outbox._carrier.fetch

    def slowly(sid: str) -> CarrierMessage | None:
        clock.pass_by(61)
        return fetch(sid)

    with monkeypatch.context() as patched:
        patched.setattr(rounds.outbox._carrier, "fetch", slowly)
        asyncio.run(asyncio.wait_for(rounds.outbox._round(), 60))
    assert (states(store), stand_in.sent()) == (["waiting"], [])
    play(rounds.outbox.turn)
    assert len(stand_in.sent()) == 1


def test_nothing_is_sent_too_late_and_the_row_is_forgotten(
    rounds: BackgroundWork, store: Store, stand_in: StandIn, clock: Clock
) -> None:
    play(rounds.backfill.turn)
    clock.pass_by(13 * 60 + 1)
    play(rounds.outbox.turn)
    assert stand_in.sent() == []
    assert rows(store) == []


def test_a_message_that_the_carrier_forgot_is_not_answered(
    rounds: BackgroundWork, store: Store, stand_in: StandIn
) -> None:
    play(rounds.backfill.turn)
    stand_in.messages.clear()
    play(rounds.outbox.turn)
    assert (states(store), stand_in.sent()) == (["failed"], [])


def test_an_idle_outbox_asks_the_database_once_a_minute(
    rounds: BackgroundWork, store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    submit = store.submit

    async def count(work: Any, item: Any) -> Any:
        asked.append(work)
        return await submit(work, item)

    monkeypatch.setattr(store, "submit", count)
    for _ in range(24):
        play(rounds.outbox.turn)
        clock.pass_by(5)
    assert len(asked) == 2


def test_a_message_whose_code_is_lost_gets_the_general_answer(script: Script) -> None:
    assert recall(script, "").reply == script.reply("line:general:en")

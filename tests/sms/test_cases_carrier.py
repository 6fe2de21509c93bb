"""Cases 17 to 20, 25, 27 to 29, 36, 39 and 40 of the forty (docs/develop/cases-line.md): what fails, and what is
sent by the API."""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest

from sms.alarms import Alarms
from sms.claims import OPTED_OUT
from sms.line import Inbound, TextLine
from sms.twilio.background import BackgroundWork
from sms.twilio.client import Twilio
from sms.twilio.console_texts import fallback
from sms.twilio.endpoints import StatusCallbacks
from sms.twiml import NOTHING
from store.failure import StoreError
from store.group_commit import Store
from tests.running import carrier_id
from tests.shipped import pack
from tests.sms.conftest import NOON, Clock
from tests.sms.packs import SETTINGS
from tests.sms.stand_in import Fault, StandIn
from tests.sms.test_real_pack import script as real_script
from tests.sms.twilio.test_backfill import SENDER, NewRounds, counted, play, sizes
from tests.sms.twilio.test_cases_webhook import SLOW, message
from tests.sms.twilio.test_cases_webhook import rows as handled
from tests.sms.twilio.test_endpoints import (
    ACCOUNT,
    Answer,
    ask,
    form,
    gate,
    post,
    signed,
    webhook_over,
)
from tests.sms.twilio.test_outbox import states

Make = Callable[..., TextLine]


@pytest.mark.parametrize("broken", ["decide", "database"])
def test_case_17_whatever_breaks_inside_a_text_is_answered_from_memory_with_an_alarm(
    store: Store,
    new_line: Make,
    broken: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: object, **__: object) -> Any:
        raise StoreError("full") if broken == "database" else ZeroDivisionError

    line = new_line(store, patience=SLOW)
    monkeypatch.setattr(
        *(("sms.line.decide", fail) if broken == "decide" else (store, "submit", fail))
    )
    answer = ask(webhook_over(line), form(Body="im not safe"))

    assert (answer.status, answer.headers[b"content-type"]) == (200, b"text/xml; charset=utf-8")
    assert "911" in message(answer)
    assert (
        "The text line had an error" if broken == "decide" else "did not accept a message in time"
    ) in caplog.text
    assert "safe" not in caplog.text


def test_case_18_a_slow_database_is_not_waited_for_and_the_message_is_written_later(
    store: Store, new_line: Make
) -> None:
    hook, awake = webhook_over(new_line(store, patience=0.01)), threading.Event()

    def sleep(_: object, items: Sequence[object]) -> list[bool]:
        return [awake.wait(30)] * len(items)

    async def text_meanwhile() -> list[Answer]:
        slow = asyncio.create_task(store.submit(sleep, None))
        await asyncio.sleep(0)
        answers = [
            await post(hook, form(Body="im not safe")),
            await post(hook, form(Body="FOOD", MessageSid=carrier_id("SM2"))),
        ]
        assert not slow.done()
        awake.set()
        await slow
        return answers

    first, second = asyncio.run(text_meanwhile())
    assert "911" in message(first)
    assert message(second).startswith("Basics")
    assert handled(store) == 2


def test_case_19_when_the_server_is_down_the_carrier_sends_the_fallbacks_text() -> None:
    """The carrier's part of the round trip is played: no connection, so it reads the document it
    was given."""

    def carrier(port: int, document: bytes) -> str:
        try:
            asyncio.run(asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), 5))
        except OSError:
            (said,) = ET.fromstring(document)  # noqa: S314  our own document
            return said.text or ""
        return "the server answered"

    said = carrier(1, fallback(pack()))
    assert said.count("911") == said.count("988") == 2


@pytest.mark.parametrize("body", ["im not safe", "FOOD", "asdf"])
def test_case_20_the_fallbacks_own_fields_at_a_second_host_change_nothing(
    store: Store, new_line: Make, body: str
) -> None:
    plain = ask(webhook_over(new_line(store, patience=SLOW)), form(Body=body))
    more = form(
        Body=body,
        MessageSid=carrier_id("SM2"),
        ErrorCode="11200",
        ErrorUrl="https://kiosk.example/sms/inbound",
    )
    second = ask(webhook_over(new_line(store, patience=SLOW)), more)

    assert (second.status, second.body) == (200, plain.body)


def test_case_25_after_stop_a_text_gets_its_twiml_is_recorded_and_nothing_is_tried_again(
    rounds: BackgroundWork, store: Store, new_line: Make, stand_in: StandIn, clock: Clock
) -> None:
    hook = webhook_over(new_line(store, patience=SLOW))
    assert ask(hook, form(Body="STOP")).body == NOTHING
    assert message(ask(hook, form(Body="im not safe", MessageSid=carrier_id("SM2")))).startswith(
        "Danger"
    )
    assert status(rounds, carrier_id("SM2out"), "undelivered", "21610").status == 200
    stand_in.deliver("STOP", sender=SENDER, at=NOON, sid=carrier_id("SM1"))
    stand_in.deliver("im not safe", sender=SENDER, at=NOON, sid=carrier_id("SM2"))
    clock.pass_by(120)
    play(rounds.catch_up, rounds.outbox.turn)

    assert (handled(store), stand_in.sent(), states(store)) == (2, [], [])
    assert OPTED_OUT not in counted(store)


@pytest.mark.parametrize("code", [21610, 30004])
def test_case_27_a_phone_that_asked_for_silence_is_marked_and_given_up(
    rounds: BackgroundWork, store: Store, stand_in: StandIn, clock: Clock, code: int
) -> None:
    stand_in.deliver("FOOD", sender=SENDER, at=NOON - timedelta(minutes=2))
    stand_in.faults.append(Fault(kind="send", status=400, code=code))
    for _ in range(3):
        play(rounds.catch_up, rounds.outbox.turn)
        clock.pass_by(61)

    assert (states(store), stand_in.asked.count("send")) == (["failed"], 1)


def test_case_28_too_fast_waits_on_the_same_row_and_a_fault_is_looked_into_before_it_is_sent_again(
    rounds: BackgroundWork, store: Store, stand_in: StandIn, clock: Clock
) -> None:
    stand_in.deliver("FOOD", sender=SENDER, at=NOON - timedelta(minutes=2))
    stand_in.faults.append(Fault(kind="send", status=429, code=20429))
    stand_in.faults.append(Fault(kind="send", status=500, accepted=True))
    play(rounds.catch_up)
    assert states(store) == ["waiting"]
    clock.pass_by(30)
    play(rounds.outbox.turn)
    assert states(store) == ["sending"]
    stand_in.asked.clear()
    clock.pass_by(60)
    play(rounds.outbox.turn)

    assert (states(store), len(stand_in.sent())) == (["sent"], 1)
    assert stand_in.asked == ["list", "list", "fetch"]


@pytest.mark.few(1)
def test_case_29_an_api_that_hangs_is_given_up_and_slows_no_answer(
    new_rounds: NewRounds, store: Store, new_line: Make, hasty: Twilio, stand_in: StandIn
) -> None:
    patient, impatient = new_rounds(), new_rounds(carrier=hasty)

    async def text_meanwhile() -> bool:
        line = new_line(store, patience=SLOW)
        await line.answer(Inbound(sid="SM1", sender=SENDER, body="FOOD"))
        stand_in.faults.append(Fault(kind="list", silent=4))
        turn = asyncio.create_task(patient.catch_up())
        while not stand_in.asked:
            await asyncio.sleep(0.01)
        answer = await line.answer(Inbound(sid="SM2", sender=SENDER, body="FOOD"))
        done = turn.done()
        await turn
        return bool(answer.reply.text) and not done

    assert asyncio.run(text_meanwhile())
    stand_in.faults.append(Fault(kind="list", silent=4))
    play(impatient.catch_up)
    assert str(impatient.report()["backfill"]).startswith(
        "nobody has looked for missed texts since"
    )


@pytest.mark.parametrize(
    "body",
    [
        "FOOD",
        "im not safe and i need food",
        "95814",
        "asdf " * 300,
        "",
        "HELP",
        "PARTNERS",
        "me escape. hambre",
    ],
)
def test_case_36_an_answer_is_never_more_than_one_message(
    store: Store, new_line: Make, body: str
) -> None:
    hook = webhook_over(new_line(store, patience=SLOW, script=real_script()))
    said = ask(hook, form(Body=body)).body

    assert said.count(b"<Message>") == 1


def test_case_39_what_was_missed_is_recorded_once_and_only_what_may_be_is_answered(
    rounds: BackgroundWork, store: Store, stand_in: StandIn, clock: Clock
) -> None:
    stand_in.page = 4
    play(rounds.catch_up)
    clock.pass_by(40 * 60)
    now = clock()
    stand_in.deliver("FOOD", sender="+19165550001", at=now - timedelta(minutes=5))
    stand_in.deliver("im not safe", sender="+19165550002", at=now - timedelta(minutes=14))
    stand_in.deliver("FOOD", sender="+19165550003", at=now - timedelta(minutes=16))
    stand_in.deliver("FOOD", sender="+19165550004", at=now - timedelta(minutes=6))
    stand_in.replied(
        "Danger: call 911", to="+19165550004", at=now - timedelta(minutes=6) + timedelta(seconds=9)
    )
    stand_in.deliver("FOOD", sender=SETTINGS.number, at=now - timedelta(minutes=7))
    stand_in.deliver("FOOD", sender="24242", at=now - timedelta(minutes=8))
    stand_in.now = now

    play(rounds.catch_up)

    assert sorted((row["to"], row["body"][:6]) for row in stand_in.sent()) == [
        ("+19165550001", "Basics"),
        ("+19165550002", "Danger"),
    ]
    assert sizes(store) == (6, 2, 1)
    assert counted(store) == {"basics": 1, "danger": 1, "other": 4}

    play(rounds.catch_up, rounds.outbox.turn, rounds.catch_up)

    assert len(stand_in.sent()) == 2
    assert sizes(store) == (6, 2, 1)
    assert sum(counted(store).values()) == 6


def status(rounds: BackgroundWork, sid: str, word: str, code: str = "") -> Answer:
    """The carrier's word on one message, rightly signed."""
    fields = {
        "MessageSid": sid,
        "AccountSid": ACCOUNT,
        "From": SETTINGS.number,
        "To": SENDER,
        "MessageStatus": word,
    }
    raw = urlencode({**fields, **({"ErrorCode": code} if code else {})}).encode()
    door = StatusCallbacks(rounds.outbox._deliveries, gate(Alarms()), rounds.record_status)
    headers = signed(raw, "/sms/status")
    return asyncio.run(
        post(door, raw, headers=headers, path="/sms/status", raw_path=b"/sms/status")
    )


def test_case_40_status_callbacks_in_any_order_never_lead_back_and_a_number_that_may_not_send_is_told(
    rounds: BackgroundWork, store: Store, stand_in: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    stand_in.deliver("FOOD", sender=SENDER, at=NOON - timedelta(minutes=2))
    play(rounds.catch_up)
    sid = stand_in.sent()[0]["sid"]
    told = [
        status(rounds, *words)
        for words in ((sid, "delivered"), (sid, "sent"), (sid, "undelivered", "30007"))
    ]

    assert {(answer.status, answer.body) for answer in told} == {(200, NOTHING)}
    assert states(store) == ["delivered"]
    assert rounds.outbox._deliveries.problem() is None
    with caplog.at_level(logging.WARNING):
        assert status(rounds, carrier_id("unknown"), "undelivered", "30034").status == 200
    assert states(store) == ["delivered"]
    assert str(rounds.outbox._deliveries.problem()).startswith(
        "replies have not been arriving since"
    )
    assert SENDER not in caplog.text

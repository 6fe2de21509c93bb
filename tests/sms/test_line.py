"""The line: once each, whatever the database does, and never two machines talking for ever."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from messages.message import message
from sms.claims import Claim, HandledText
from sms.decide import Decision
from sms.ledger import WORKS, Ledger
from sms.line import Inbound, TextLine
from sms.rate_limit import FULL, URGENT_FULL
from sms.script import Script
from store.group_commit import Store
from store.spool import Spool
from tests import databases
from tests.sms.conftest import SEAL, Clock
from tests.sms.packs import SETTINGS

PHONE = "+19165550123"
Make = Callable[..., TextLine]


def text(body: str, sid: str = "SM1", sender: str = PHONE, **other: str) -> Inbound:
    return Inbound(sid=sid, sender=sender, body=body, recipient=SETTINGS.number, **other)


async def send(line: TextLine, *bodies: str, sender: str = PHONE, start: int = 0) -> list[Decision]:
    return [
        await line.answer(text(body, f"SM{sender}{k}", sender))
        for k, body in enumerate(bodies, start)
    ]


def test_a_message_is_answered_and_its_repeat_gets_the_same_bytes(
    store: Store, new_line: Make
) -> None:
    async def play() -> tuple[Decision, Decision, Decision]:
        line, other = new_line(store), new_line(store)
        first = await line.answer(text("im not safe"))
        return first, await line.answer(text("im not safe")), await other.answer(text("FOOD"))

    first, again, elsewhere = asyncio.run(play())
    assert (first.topic, first.how) == ("danger", "phrase")
    assert again.how == elsewhere.how == "repeat"
    assert again.reply.text == elsewhere.reply.text == first.reply.text != ""


def test_ten_posts_of_one_message_at_once_get_ten_equal_answers(
    store: Store, new_line: Make
) -> None:
    async def play() -> list[Decision]:
        line = new_line(store)
        return await asyncio.gather(*(line.answer(text("FOOD")) for _ in range(10)))

    assert len({decision.reply.text for decision in asyncio.run(play())}) == 1


def test_nothing_about_a_person_is_in_the_database(tmp_path: Path, new_line: Make) -> None:
    store = Store(databases.fresh("sqlite", tmp_path))
    store.open()
    asyncio.run(new_line(store, carrier_keeps_list=False).answer(text("STOP", sid="SMabcdef")))
    asyncio.run(new_line(store).answer(text("95814", sid="SM2")))
    store.close()
    content = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for secret in (PHONE, PHONE[2:], "SMabcdef", "95814", "STOP"):
        assert secret.encode() not in content


class Stuck(Ledger):
    """A ledger whose database never answers. What it is to keep without it is noted."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, SEAL)
        self.asked, self.kept = 0, list[str]()

    async def handle(self, message: HandledText) -> Claim:
        self.asked += 1
        await asyncio.Event().wait()
        raise AssertionError

    async def keep(self, message: HandledText) -> None:
        self.kept.append(message.sid)


def test_a_database_that_hangs_delays_one_answer_and_then_none(
    store: Store, script: Script, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    ledger = Stuck(store)

    async def play() -> list[Decision]:
        line = TextLine(script=script, ledger=ledger, clock=clock, patience=0.05)
        first = await line.answer(text("im not safe"))
        waiting = [asyncio.ensure_future(line.answer(text("FOOD", f"S{k}"))) for k in range(5)]
        for _ in range(10):
            await asyncio.sleep(0)
        rest = [
            task.result() for task in waiting
        ]  # InvalidStateError if one still waits for the database
        repeat = await line.answer(text("im not safe"))
        return [first, *rest, repeat]

    decisions = asyncio.run(play())
    assert [decision.topic for decision in decisions] == ["danger", *["basics"] * 5, "danger"]
    assert decisions[-1].reply is decisions[0].reply
    assert ledger.asked == 1
    assert ledger.kept == ["SM1", *(f"S{k}" for k in range(5))]
    assert len(caplog.records) == 1
    assert PHONE not in caplog.text


def test_a_locked_database_is_written_when_the_lock_is_gone(tmp_path: Path, new_line: Make) -> None:
    store = Store(databases.fresh("sqlite", tmp_path), busy_ms=20, spool=Spool(works=WORKS))
    store.open()

    async def play() -> tuple[Decision, int]:
        await new_line(store, patience=30.0).answer(text("FOOD", "SM0"))  # the tables are there
        line = new_line(store, patience=0.2)
        thief = sqlite3.connect(tmp_path / "line.db", isolation_level=None)
        thief.execute("begin exclusive")
        answer = await line.answer(text("im not safe", "SM1"))
        thief.rollback()
        for _ in range(500):
            rows: int = thief.execute("select count(*) from handled").fetchone()[0]
            if rows == 2:
                break
            await asyncio.sleep(0.02)
        thief.close()
        return answer, rows

    answer, rows = asyncio.run(play())
    store.close()
    assert answer.topic == "danger"
    assert rows == 2


def test_a_closed_store_is_answered_from_memory(store: Store, new_line: Make) -> None:
    line = new_line(store)
    store.close()
    assert asyncio.run(line.answer(text("me quiero morir"))).topic == "suicide"


class Broken(Ledger):
    """A ledger with a fault of its own."""

    async def handle(self, message: HandledText) -> Claim:
        raise ZeroDivisionError(message.sid)


def test_a_fault_inside_still_answers(
    store: Store, script: Script, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    line = TextLine(script=script, ledger=Broken(store, SEAL), clock=clock)
    decision = asyncio.run(line.answer(text("hello my name is")))
    assert (decision.how, decision.reply.segments) == ("general", 1)
    assert "ZeroDivisionError in test_line.py" in caplog.text


def test_a_fast_sender_gets_one_short_text_and_then_silence_for_a_minute(
    store: Store, new_line: Make, clock: Clock
) -> None:
    async def play() -> tuple[list[Decision], list[Decision], list[Decision]]:
        line = new_line(store)
        fast = await send(line, *["I am driving"] * (FULL + 5))
        other = await send(line, "FOOD", sender="+19165550199")
        clock.pass_by(61)
        return fast, other, await send(line, "FOOD", start=90)

    fast, other, later = asyncio.run(play())
    assert [d.how for d in fast] == ["general"] * FULL + ["limited"] * 5
    assert [d.reply.segments for d in fast] == [1] * (FULL + 1) + [0] * 4
    assert fast[FULL].code == "line:limited:en"
    assert other[0].topic == later[0].topic == "basics"


@pytest.mark.parametrize(
    ("body", "topic"), [("im not safe", "danger"), ("me quiero morir", "suicide")]
)
def test_danger_and_suicide_are_answered_where_others_no_longer_are_and_briefly_beyond_twenty(
    store: Store, new_line: Make, clock: Clock, body: str, topic: str
) -> None:
    async def play() -> tuple[list[Decision], Decision]:
        line = new_line(store)
        await send(line, *["asdf"] * (FULL + 4))
        urgent = await send(line, *[body] * (URGENT_FULL + 3), start=90)
        clock.pass_by(61)
        return urgent, (await send(line, body, start=900))[0]

    urgent, later = asyncio.run(play())
    assert {decision.topic for decision in urgent[:URGENT_FULL]} == {topic}
    assert all(decision.reply.segments for decision in urgent[:URGENT_FULL])
    assert [decision.code for decision in urgent[URGENT_FULL:]] == ["silent:limited"] * 3
    assert later.code == f"line:limited:{urgent[0].language}"
    assert later.topic == topic


def test_too_many_urgent_texts_of_one_number_raise_an_alarm_without_the_number(
    store: Store, new_line: Make, caplog: pytest.LogCaptureFixture
) -> None:
    asyncio.run(send(new_line(store), *["im not safe"] * (URGENT_FULL + 1)))
    assert [record.getMessage() for record in caplog.records] == [
        f"text line, urgent-flood: {message('text-line.urgent-flood')}"
    ]


@pytest.mark.parametrize("step", [timedelta(days=-365), timedelta(days=365)])
def test_a_step_of_the_clock_neither_lifts_nor_locks_the_pace(
    store: Store, new_line: Make, clock: Clock, step: timedelta
) -> None:
    at = [0.0]

    async def play() -> tuple[Decision, Decision]:
        line = new_line(store, monotonic=lambda: at[0])
        await send(line, *["asdf"] * (FULL + 1))
        clock.now += step
        still = (await send(line, "asdf", start=90))[0]
        at[0] = 61.0
        return still, (await send(line, "asdf", start=91))[0]

    still, later = asyncio.run(play())
    assert (still.how, later.how) == ("limited", "general")


def test_a_repeat_does_not_count_towards_the_pace(store: Store, new_line: Make) -> None:
    async def play() -> Decision:
        line = new_line(store)
        for _ in range(FULL * 2):
            await line.answer(text("FOOD"))
        return await line.answer(text("FOOD", "SM2"))

    assert asyncio.run(play()).how == "exact"


@pytest.mark.parametrize(
    ("sender", "recipient"), [(SETTINGS.number, "+19165550101"), (PHONE, PHONE)]
)
def test_our_own_voice_is_not_answered(
    store: Store, new_line: Make, sender: str, recipient: str
) -> None:
    message = Inbound(sid="SM1", sender=sender, recipient=recipient, body="im not safe")
    assert asyncio.run(new_line(store).answer(message)).reply.segments == 0


@pytest.mark.parametrize(
    "sender", ["12345", "whatsapp:+19165550123", "ACME", "+266696687", "", "\ud800"]
)
def test_any_kind_of_sender_is_answered(store: Store, new_line: Make, sender: str) -> None:
    assert asyncio.run(new_line(store).answer(text("FOOD", sender=sender))).topic == "basics"


def test_with_a_carrier_stop_is_silent_and_the_list_is_the_carriers(
    store: Store, new_line: Make
) -> None:
    stopped, later = asyncio.run(send(new_line(store), "STOP", "FOOD"))
    assert (stopped.how, stopped.reply.segments) == ("optout", 0)
    assert later.topic == "basics"


def test_without_a_carrier_stop_holds_until_start(store: Store, new_line: Make) -> None:
    async def play() -> tuple[list[Decision], list[Decision]]:
        line = new_line(store, carrier_keeps_list=False)
        first = await send(line, "stop texting me", "FOOD", "STOP", "FOOD", "HELP", "im not safe")
        other = await send(line, "FOOD", sender="+19165550199")
        again = new_line(store, carrier_keeps_list=False)  # another process, the same list
        return first, [*other, *await send(again, "FOOD", "START", "FOOD", start=50)]

    first, rest = asyncio.run(play())
    assert [d.how for d in first] == ["optout", "exact", "optout", "optout", "optout", "optout"]
    assert [d.reply.segments > 0 for d in first] == [True, True, False, False, False, False]
    assert [d.how for d in rest] == ["exact", "optout", "start", "exact"]


def test_where_nobody_else_does_stop_is_confirmed_once_with_hotlines(
    store: Store, new_line: Make
) -> None:
    """47 CFR 64.1200(a)(12): one confirmation of an opt-out is allowed."""

    async def play() -> tuple[list[Decision], Decision, list[Decision]]:
        line = new_line(store, carrier_keeps_list=False, confirms_stop=True)
        first = await send(line, "STOP", "FOOD", " stop\n", "im not safe")
        again = new_line(store, carrier_keeps_list=False, confirms_stop=True)  # after a restart
        repeat = (await send(again, "STOP"))[0]
        return first, repeat, await send(again, "START", "FOOD", "STOP", start=50)

    first, repeat, later = asyncio.run(play())
    assert [d.code for d in first] == ["line:stopped:en", *["silent:optout"] * 3]
    assert (first[0].how, first[0].topic) == ("optout", None)
    assert "988" in first[0].reply.text
    assert (repeat.how, repeat.reply) == ("repeat", first[0].reply)
    assert [d.code for d in later] == ["line:start:en", "t:basics:en:first", "line:stopped:en"]


def test_a_stop_is_confirmed_when_the_database_is_away(store: Store, new_line: Make) -> None:
    line = new_line(store, carrier_keeps_list=False, confirms_stop=True)
    store.close()
    assert asyncio.run(send(line, "STOP"))[0].code == "line:stopped:en"


def test_a_pack_without_the_confirmation_is_silent_after_stop(store: Store, new_line: Make) -> None:
    from dataclasses import replace

    from tests.sms.packs import PACK

    texts = {
        lang: {k: v for k, v in t.items() if k != "sms:line:stopped"}
        for lang, t in PACK.texts.items()
    }
    script = Script(replace(PACK, texts=texts), SETTINGS)
    line = new_line(store, script=script, carrier_keeps_list=False, confirms_stop=True)
    assert [d.code for d in asyncio.run(send(line, "STOP", "FOOD"))] == ["silent:optout"] * 2


def test_the_carriers_own_replies_are_not_doubled(store: Store, new_line: Make) -> None:
    async def play() -> list[Decision]:
        line = new_line(store)
        return [
            await line.answer(text(word, word, opt_out_type=word))
            for word in ("STOP", "HELP", "START")
        ]

    stop, help_, start = asyncio.run(play())
    assert stop.reply.segments == help_.reply.segments == 0
    assert start.how == "start"


def test_another_pack_is_answered_from_at_once(
    store: Store, new_line: Make, script: Script
) -> None:
    from dataclasses import replace

    from tests.sms.packs import PACK

    texts = {
        **PACK.texts,
        "en": {**PACK.texts["en"], "sms:basics:first": "New words: {211.voice}."},
    }

    async def play() -> tuple[Decision, Decision]:
        line = new_line(store)
        before = await line.answer(text("FOOD", "SM1"))
        line.show(Script(replace(PACK, texts=texts), SETTINGS))
        return before, await line.answer(text("FOOD", "SM2"))

    before, after = asyncio.run(play())
    assert before.reply.text != after.reply.text == "New words: 211."


def test_no_message_and_no_number_is_ever_logged(
    store: Store, new_line: Make, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        asyncio.run(send(new_line(store), "xyzzy-secret", "STOP", "95814", *["im not safe"] * 20))
    for secret in ("xyzzy", "9165550123", "95814"):
        assert secret not in caplog.text

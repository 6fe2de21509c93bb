"""What was missed in an outage, on both databases, with the real twilio client at a stand-in for
its API."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from messages.message import message
from sms.carrier import LATE, CarrierMessage
from sms.ledger import HANDLED
from sms.line import Inbound, TextLine
from sms.twilio.backfill import answered
from sms.twilio.background import BackgroundWork
from sms.twilio.outbox_table import CARRIER_LIST, OUTBOX
from store.failure import StoreError
from store.group_commit import Store
from tests.selection import Some
from tests.sms import conftest
from tests.sms.conftest import NOON, Clock
from tests.sms.packs import SETTINGS
from tests.sms.stand_in import Fault, StandIn

Make = Callable[..., TextLine]
NewRounds = Callable[..., BackgroundWork]
SENDER = "+19165550123"


def play(*turns: Callable[[], Awaitable[object]]) -> None:
    async def all_turns() -> None:
        for turn in turns:
            await turn()

    asyncio.run(all_turns())


def _size(connection: Connection, items: Any) -> list[tuple[int, int, int]]:
    tables = (HANDLED, OUTBOX, CARRIER_LIST)
    sizes = tuple(
        connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables
    )
    return [sizes] * len(items)  # type: ignore[list-item]


def sizes(store: Store) -> tuple[int, int, int]:
    """How many rows are handled, to be sent, and of the cursor."""
    found: tuple[int, int, int] = asyncio.run(store.submit(_size, None))
    return found


def counted(store: Store) -> dict[str, int]:
    return asyncio.run(conftest.counted(store))


@pytest.mark.few(1)
def test_2500_missed_messages_are_recorded_and_answered_once_and_a_second_run_does_nothing(
    rounds: BackgroundWork, store: Store, stand_in: StandIn, clock: Clock, some: Some
) -> None:
    """All of them young enough to be answered, or a fifth of them: the rest then waited for longer
    than late_minutes."""
    young = 2500 if some.whole else 500
    play(rounds.catch_up)
    clock.pass_by(90 * 60)
    people = [f"+1916{number:07}" for number in range(2500)]
    for number, sender in enumerate(people):
        age = (
            timedelta(seconds=100 + number // 5)
            if number < young
            else timedelta(minutes=16 + number // 60)
        )
        stand_in.deliver("FOOD", sender=sender, at=clock() - age)
    stand_in.asked.clear()

    play(rounds.catch_up)

    assert sorted(row["to"] for row in stand_in.sent()) == people[:young]
    assert {row["body"] for row in stand_in.sent()} == {"Basics: 211. More: text M46."}
    assert stand_in.asked.count("list") == 4  # three pages of what came, one of what went
    assert sizes(store) == (2500, young, 1)
    assert {"basics": young, "other": 0, **counted(store)} == {
        "basics": young,
        "other": 2500 - young,
    }

    stand_in.asked.clear()
    play(rounds.catch_up, rounds.catch_up, rounds.outbox.turn)

    assert set(stand_in.asked) == {"list"}
    assert sizes(store) == (2500, young, 1)
    assert sum(counted(store).values()) == 2500


def test_what_the_webhook_handled_or_may_still_be_answering_is_left_alone(
    rounds: BackgroundWork, new_line: Make, store: Store, stand_in: StandIn, clock: Clock
) -> None:
    handled = stand_in.deliver("FOOD", sender=SENDER, at=NOON - timedelta(minutes=3))
    stand_in.deliver("FOOD", sender=SENDER, at=NOON - timedelta(seconds=60))

    async def post() -> None:
        await new_line(store).answer(Inbound(sid=handled, sender=SENDER, body="FOOD"))

    play(post, rounds.catch_up)
    assert stand_in.sent() == []
    assert sizes(store) == (1, 0, 1)

    clock.pass_by(60)
    play(rounds.catch_up)
    assert len(stand_in.sent()) == 1
    assert sizes(store) == (2, 1, 1)


def test_of_texts_around_a_quarter_of_an_hour_old_the_younger_is_answered_and_none_lost(
    rounds: BackgroundWork, store: Store, clock: Clock, stand_in: StandIn
) -> None:
    play(rounds.catch_up)
    for seconds in (100, 200, 300):
        stand_in.deliver("FOOD", sender=SENDER, at=NOON + timedelta(seconds=seconds))
    clock.pass_by(250 + LATE.total_seconds())
    play(rounds.catch_up)
    assert len(stand_in.sent()) == 1
    assert sizes(store)[0] == 3


def test_a_line_that_never_looked_begins_now_and_later_reads_on_from_where_it_was(
    rounds: BackgroundWork, store: Store, stand_in: StandIn, clock: Clock
) -> None:
    stand_in.deliver("FOOD", sender=SENDER, at=NOON - timedelta(hours=1))
    play(rounds.catch_up)
    assert sizes(store) == (0, 0, 1)

    stand_in.deliver("FOOD", sender=SENDER, at=NOON + timedelta(hours=1))
    clock.pass_by(3 * 86_400)
    play(rounds.catch_up)
    assert stand_in.sent() == []
    assert counted(store) == {"other": 1}


def test_a_list_that_breaks_off_is_read_again_from_the_same_place(
    rounds: BackgroundWork, store: Store, stand_in: StandIn, clock: Clock
) -> None:
    stand_in.page = 2
    play(rounds.catch_up)
    for minute in range(5):
        stand_in.deliver("FOOD", sender=SENDER, at=NOON + timedelta(minutes=minute))
    clock.pass_by(20 * 60)
    stand_in.asked.clear()
    stand_in.faults.append(Fault(kind="list", status=200))  # an answer that is no list
    play(rounds.catch_up)
    assert rounds.report()["backfill"] == message(
        "carrier.no-backfill", since="2026-11-24 20:20 UTC"
    )
    play(rounds.catch_up)
    assert counted(store) == {"other": 5}
    assert rounds.report()["backfill"] == "ok"


def test_while_the_database_is_away_nothing_is_skipped(
    rounds: BackgroundWork, store: Store, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in.deliver("FOOD", sender=SENDER, at=NOON - timedelta(minutes=3))

    async def away(*_: object) -> None:
        raise StoreError("away")

    with monkeypatch.context() as patched:
        patched.setattr(store, "submit", away)
        play(rounds.catch_up)
    assert stand_in.sent() == []
    play(rounds.catch_up)
    assert len(stand_in.sent()) == 1


@pytest.mark.parametrize(
    "sender", ["12345", "DISTRICT", "whatsapp:+19165550123", "+266696687", SETTINGS.number]
)
def test_who_is_no_person_is_recorded_and_not_answered(
    rounds: BackgroundWork, store: Store, stand_in: StandIn, sender: str
) -> None:
    stand_in.deliver("FOOD", sender=sender, at=NOON - timedelta(minutes=3))
    play(rounds.catch_up)
    assert (stand_in.sent(), sizes(store)) == ([], (1, 0, 1))


def test_the_carriers_own_words_are_recorded_and_not_answered(
    rounds: BackgroundWork, store: Store, stand_in: StandIn
) -> None:
    stand_in.deliver("STOP", sender=SENDER, at=NOON - timedelta(minutes=3))
    play(rounds.catch_up)
    assert (stand_in.sent(), sizes(store)) == ([], (1, 0, 1))


def listed(*rows: tuple[str, float, bool]) -> list[CarrierMessage]:
    """(who, second, whether it came in) as a list of the carrier's, newest first."""
    held = [
        CarrierMessage(
            sid=f"{who}{second}",
            sender=who if inbound else "us",
            recipient="us" if inbound else who,
            body="",
            sent_at=NOON + timedelta(seconds=second),
            inbound=inbound,
            is_reply=not inbound,
        )
        for who, second, inbound in rows
    ]
    return sorted(held, key=lambda one: one.sent_at, reverse=True)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("a", 0, True), ("a", 1, False)], {"a0"}),
        ([("a", 0, True), ("a", 0, False)], {"a0"}),
        ([("a", 0, True), ("a", 31, False)], set()),
        ([("a", 0, True), ("b", 1, False)], set()),
        ([("a", 0, False), ("a", 1, True)], set()),
        ([("a", 0, True), ("a", 10, True), ("a", 11, False)], {"a10"}),
        ([("a", 0, True), ("a", 1, True), ("a", 2, False), ("a", 3, False)], {"a0", "a1"}),
        ([], set()),
    ],
)
def test_a_reply_within_seconds_answers_the_nearest_message_before_it(
    rows: list[tuple[str, float, bool]], expected: set[str]
) -> None:
    assert answered(listed(*rows)) == expected

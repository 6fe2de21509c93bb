"""Counts: by day, door and topic, added up by month."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from store import counts
from store.group_commit import Store
from store.published_counts import UNKNOWN, month_of
from store.sealing import Seal

SEAL = Seal(b"key")


def add(connection: Connection, items: Sequence[dict[tuple[int, str], int]]) -> list[None]:
    for item in items:
        counts.add(connection, "text", item)
    return [None] * len(items)


def sealed(found: dict[tuple[int, str], int]) -> dict[tuple[int, str], int]:
    return {(day, SEAL.topic(day, topic)): number for (day, topic), number in found.items()}


def test_counts_of_one_day_and_topic_add_up_and_days_stay_apart(store: Store) -> None:
    day = (date(2026, 11, 24) - date(1970, 1, 1)).days  # seven days before December

    async def play() -> Counter[tuple[int, str]]:
        await store.submit(add, sealed({(day, "danger"): 2, (day, "basics"): 1}))
        await store.submit(add, sealed({(day, "danger"): 3, (day + 1, "danger"): 4}))
        await store.submit(add, sealed({(day + 7, "danger"): 5}))
        await store.submit(add, {})
        return counts.by_month(await store.submit(counts.every, "text"), SEAL)

    november = month_of(date(2026, 11, 1))
    assert asyncio.run(play()) == {
        (november, "basics"): 1,
        (november, "danger"): 9,
        (november + 1, "danger"): 5,
    }


def test_another_app_is_not_counted_with_the_line(store: Store) -> None:
    async def play() -> list[tuple[int, str, int]]:
        await store.submit(add, sealed({(20_000, "danger"): 2}))
        return list(await store.submit(counts.every, "kiosk"))

    assert asyncio.run(play()) == []


def test_the_day_of_an_instant_is_its_day_in_utc() -> None:
    assert [counts.day_of(seconds) for seconds in (0, 86_399, 86_400)] == [0, 0, 1]


def test_what_was_counted_waits_until_it_is_more_than_a_few_or_of_an_earlier_day() -> None:
    tally = counts.Tally()
    tally.add({(7, "danger"): 1, (7, "basics"): counts.TOGETHER - 2})
    assert tally.take(today=7) == {}
    tally.add({(7, "danger"): 1})
    assert tally.take(today=7) == {(7, "danger"): 2, (7, "basics"): counts.TOGETHER - 2}
    assert tally.take(today=7) == {}
    tally.add({(7, "danger"): 1})
    assert tally.take(today=8) == {(7, "danger"): 1}


def test_at_the_end_all_is_taken_however_little() -> None:
    tally = counts.Tally()
    tally.add({(7, "danger"): 1})
    assert tally.take() == {(7, "danger"): 1}
    assert tally.take() == {}


def test_what_another_key_sealed_is_told_as_such() -> None:
    rows = [(7, SEAL.topic(7, "danger"), 3), (7, Seal(b"old").topic(7, "danger"), 4)]
    month = month_of(date(1970, 1, 1))
    assert counts.by_month(rows, SEAL) == {(month, UNKNOWN): 4, (month, "danger"): 3}

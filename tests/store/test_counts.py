"""Counts: by day, door and topic, added up, small numbers hidden."""

import asyncio
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from store import counts
from store.group_commit import Store


def add(connection: Connection, items: Sequence[dict[tuple[int, str], int]]) -> list[None]:
    for item in items:
        counts.add(connection, "text", item)
    return [None] * len(items)


def test_counts_of_one_day_and_topic_add_up_and_days_stay_apart(store: Store) -> None:
    day = (date(2026, 11, 24) - date(1970, 1, 1)).days

    async def play() -> list[list[tuple[str, str, int]]]:
        await store.submit(add, {(day, "danger"): 2, (day, "basics"): 1})
        await store.submit(add, {(day, "danger"): 3, (day + 1, "danger"): 4})
        await store.submit(add, {})
        return [await store.submit(counts.since, date(2026, 11, when)) for when in (24, 25, 26)]

    both, second, none = asyncio.run(play())
    assert both == [("text", "basics", 1), ("text", "danger", 9)]
    assert second == [("text", "danger", 4)]
    assert none == []


def test_the_day_of_an_instant_is_its_day_in_utc() -> None:
    assert [counts.day_of(seconds) for seconds in (0, 86_399, 86_400)] == [0, 0, 1]


def test_a_small_number_is_hidden() -> None:
    found = [("text", topic, number) for topic, number in (("a", 1), ("b", 4), ("c", 5), ("d", 70))]
    assert [number for _door, _topic, number in counts.printable(found)] == [
        "under 5",
        "under 5",
        "5",
        "70",
    ]

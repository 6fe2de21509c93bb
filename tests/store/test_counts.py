"""Counts: by day, door and topic, added up, small numbers hidden."""

import asyncio
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from store import counts
from store.group_commit import Store
from store.sealing import Seal

SEAL = Seal(b"key")


def add(connection: Connection, items: Sequence[dict[tuple[int, str], int]]) -> list[None]:
    for item in items:
        counts.add(connection, "text", item)
    return [None] * len(items)


def sealed(found: dict[tuple[int, str], int]) -> dict[tuple[int, str], int]:
    return {(day, SEAL.topic(day, topic)): number for (day, topic), number in found.items()}


def test_counts_of_one_day_and_topic_add_up_and_days_stay_apart(store: Store) -> None:
    day = (date(2026, 11, 24) - date(1970, 1, 1)).days

    async def play() -> list[list[tuple[str, str, int]]]:
        await store.submit(add, sealed({(day, "danger"): 2, (day, "basics"): 1}))
        await store.submit(add, sealed({(day, "danger"): 3, (day + 1, "danger"): 4}))
        await store.submit(add, {})
        return [
            counts.opened(await store.submit(counts.since, date(2026, 11, when)), SEAL)
            for when in (24, 25, 26)
        ]

    both, second, none = asyncio.run(play())
    assert both == [("text", "basics", 1), ("text", "danger", 9)]
    assert second == [("text", "danger", 4)]
    assert none == []


def test_the_day_of_an_instant_is_its_day_in_utc() -> None:
    assert [counts.day_of(seconds) for seconds in (0, 86_399, 86_400)] == [0, 0, 1]


def test_what_was_counted_waits_until_it_is_more_than_a_few_or_of_an_earlier_day() -> None:
    tally = counts.Tally()
    tally.add({(7, "danger"): 1, (7, "basics"): counts.SMALL - 2})
    assert tally.take(today=7) == {}
    tally.add({(7, "danger"): 1})
    assert tally.take(today=7) == {(7, "danger"): 2, (7, "basics"): counts.SMALL - 2}
    assert tally.take(today=7) == {}
    tally.add({(7, "danger"): 1})
    assert tally.take(today=8) == {(7, "danger"): 1}


def test_at_the_end_all_is_taken_however_little() -> None:
    tally = counts.Tally()
    tally.add({(7, "danger"): 1})
    assert tally.take() == {(7, "danger"): 1}
    assert tally.take() == {}


def test_what_another_key_sealed_is_told_as_such() -> None:
    rows = [
        (7, "text", SEAL.topic(7, "danger"), 3),
        (7, "text", Seal(b"old").topic(7, "danger"), 4),
    ]
    assert counts.opened(rows, SEAL) == [("text", counts.UNKNOWN, 4), ("text", "danger", 3)]


def test_a_small_number_is_hidden() -> None:
    found = [("text", topic, number) for topic, number in (("a", 1), ("b", 4), ("c", 5), ("d", 70))]
    assert [number for _door, _topic, number in counts.printable(found)] == [
        "under 5",
        "under 5",
        "5",
        "70",
    ]

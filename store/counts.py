"""Anonymous counts: how many messages a day about each topic, by channel; nothing finer.

A number below ``SMALL`` is hidden: "one text about assault on Tuesday" tells a small school who it
was. A count is added in the transaction of the claim it counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Integer, String, Table, func, select
from sqlalchemy.dialects import postgresql

from store.engine import METADATA, bare

SMALL = 5
COUNTS = Table(
    "counts",
    METADATA,
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("door", String(20), primary_key=True),
    Column("topic", String(60), primary_key=True),
    Column("number", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
_EPOCH = date(1970, 1, 1)


def day_of(seconds: int) -> int:
    """The day of an instant in seconds since 1970, in UTC, counted from 1970."""
    return seconds // 86_400


def add(connection: Connection, door: str, found: Mapping[tuple[int, str], int]) -> None:
    """Add to the counts of each (day, topic), in that order: two servers must not deadlock."""
    rows = [
        {"day": day, "door": door, "topic": topic, "number": found[day, topic]}
        for day, topic in sorted(found)
    ]
    if connection.dialect.name == "sqlite":
        for row in rows:
            bare(connection, _ADD, tuple(row.values()))
    elif rows:
        connection.execute(_add(), rows)


_ADD = (
    "insert into counts (day, door, topic, number) values (?, ?, ?, ?)"
    " on conflict (day, door, topic) do update set number = number + excluded.number"
)


@cache  # to build a statement takes longer than to run it
def _add() -> Any:
    insert = postgresql.insert(COUNTS)
    return insert.on_conflict_do_update(
        index_elements=list(COUNTS.primary_key.columns),
        set_={"number": COUNTS.c.number + insert.excluded.number},
    )


def since(connection: Connection, items: Sequence[date]) -> list[list[tuple[str, str, int]]]:
    """(door, topic, number) since a day, for each day asked about; small numbers not hidden."""
    return [_since(connection, item) for item in items]


def _since(connection: Connection, first: date) -> list[tuple[str, str, int]]:
    asked = (
        select(COUNTS.c.door, COUNTS.c.topic, func.sum(COUNTS.c.number))
        .where(COUNTS.c.day >= (first - _EPOCH) // timedelta(days=1))
        .group_by(COUNTS.c.door, COUNTS.c.topic)
        .order_by(COUNTS.c.door, COUNTS.c.topic)
    )
    return [(door, topic, int(number)) for door, topic, number in connection.execute(asked)]


def printable(found: Iterable[tuple[str, str, int]]) -> list[tuple[str, str, str]]:
    """The same as words to print, small numbers hidden."""
    return [
        (door, topic, str(number) if number >= SMALL else f"under {SMALL}")
        for door, topic, number in found
    ]

"""Anonymous counts: the number of messages per day, topic and channel, and nothing finer.

"One text about assault on Tuesday" reveals the sender at a small school. So counts stay in memory
until there are ``TOGETHER`` of them or the day is over, topics in the database are sealed, and
published_counts.py decides which counts may be shown.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Integer, String, Table, select

from store.engine import METADATA, bare
from store.published_counts import UNKNOWN, month_of
from store.sealing import SEALED_TOPIC, Seal

TOGETHER = 5  # write this many counts at once
SINCE = "since"  # the channel of a single row that contains the date when counting began
COUNTS = Table(
    "counts",
    METADATA,
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("door", String(20), primary_key=True),
    Column("topic", String(SEALED_TOPIC), primary_key=True),
    Column("number", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
_EPOCH = date(1970, 1, 1)


def day_of(seconds: int) -> int:
    """Convert a Unix timestamp to its UTC day, as the number of days since 1970."""
    return seconds // 86_400


class Tally:
    """Counts that have not been written yet. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[tuple[int, str]] = Counter()

    def add(self, found: Mapping[tuple[int, str], int]) -> None:
        with self._lock:
            self._counts.update(found)

    def take(self, today: int | None = None) -> Counter[tuple[int, str]]:
        """Take counts that may be written: all, if there are ``TOGETHER`` counts or some are from
        before ``today``. Without ``today``, always take all."""
        with self._lock:
            few = self._counts.total() < TOGETHER and all(day == today for day, _ in self._counts)
            if today is not None and few:
                return Counter()
            taken, self._counts = self._counts, Counter()
            return taken


def add(connection: Connection, door: str, found: Mapping[tuple[int, str], int]) -> None:
    """Add to the count of each (day, topic) in sorted order, so that two servers can't deadlock."""
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


@cache  # building the statement takes longer than running it
def _add() -> Any:
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415  SQLite does not need this library

    insert = postgresql.insert(COUNTS)
    return insert.on_conflict_do_update(
        index_elements=list(COUNTS.primary_key.columns),
        set_={"number": COUNTS.c.number + insert.excluded.number},
    )


def every(connection: Connection, items: Sequence[str]) -> list[list[tuple[int, str, int]]]:
    """Return (day, sealed topic, number) for each of these channels."""
    asked = select(COUNTS.c.day, COUNTS.c.topic, COUNTS.c.number)
    found = (connection.execute(asked.where(COUNTS.c.door == door)) for door in items)
    return [[(day, sealed, number) for day, sealed, number in rows] for rows in found]


def by_month(found: Iterable[tuple[int, str, int]], seal: Seal) -> Counter[tuple[int, str]]:
    """Sum by month (as in published_counts.py) and topic; ``UNKNOWN`` if another key sealed it."""
    sums: Counter[tuple[int, str]] = Counter()
    for day, sealed, number in found:
        month = month_of(_EPOCH + timedelta(days=day))
        sums[month, seal.open_topic(day, sealed) or UNKNOWN] += number
    return sums

"""A database of an older Porchlight: what stood in it in clear is gone after the migration."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, select, text

from sms.claims import HandledText
from sms.ledger import HANDLED, OPT_OUT, Ledger
from store import counts
from store.engine import MIGRATIONS, open_engine
from store.group_commit import Store
from store.sealing import Seal

OLD_ROWS = [
    "insert into handled values ('s1', 't:danger:en:first', 1795720218)",
    "insert into opt_out values ('a', 1795720218)",
    "insert into counts values (20783, 'text', 'danger', 1)",
]


def old_database(url: str, version: str = "0003", before: Sequence[str] = OLD_ROWS) -> None:
    """As that migration left it, with a row in each table."""
    engine = open_engine(url, 1_000)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
        for row in before:
            connection.execute(text(row))
    engine.dispose()


@pytest.mark.parametrize(("before", "day"), [([], int(time.time()) // 86_400), (OLD_ROWS[2:], 0)])
def test_a_database_knows_since_when_it_counts_unless_it_counted_before(
    url: str, before: list[str], day: int
) -> None:
    old_database(url, "0004", before)
    store = Store(url)
    store.open()
    [found] = asyncio.run(store.submit(counts.every, counts.SINCE))
    store.close()
    assert found[0] - day in {0, 1 if day else 0}  # midnight may lie between


def rows(connection: Connection, items: Any) -> list[Any]:
    tables = (HANDLED, OPT_OUT, counts.COUNTS)
    found = [[tuple(row) for row in connection.execute(select(table))] for table in tables]
    return [found] * len(items)


def test_codes_and_counts_of_before_are_dropped_and_an_opt_out_keeps_its_day(
    url: str, tmp_path: Path
) -> None:
    old_database(url)
    store = Store(url)
    store.open()

    async def play() -> Any:
        found = await store.submit(rows, None)
        ledger = Ledger(store, Seal(b"key"))
        return found, (await ledger.handle(HandledText("s1", "t:basics:en:first", 0))).repeat

    (handled, opted_out, counted), repeat = asyncio.run(play())
    store.close()
    assert (handled, [row for row in counted if row[1] != counts.SINCE]) == ([], [])
    assert repeat is False
    assert opted_out == [("a", 1795720218 // 86_400 * 86_400)]
    assert not any(b"danger" in file.read_bytes() for file in tmp_path.iterdir())

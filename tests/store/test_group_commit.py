"""The store: group commit, migrations and outages, on both databases."""

import asyncio
import logging
import os
import sqlite3
import stat
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from sms import ledger  # noqa: F401  their tables are part of the schema
from sms.twilio import outbox_table  # noqa: F401  their tables are part of the schema
from store.engine import METADATA, MIGRATIONS, SCHEMA, open_engine
from store.failure import StoreError
from store.group_commit import Store
from store.spool import Spool
from tests import databases


def add(connection: Connection, items: Sequence[str]) -> list[int]:
    """Keep each name; answers how many came in one batch. A name of "bad" is a mistake of the
    caller."""
    for item in items:
        if item == "bad":
            raise ValueError(item)
        insert = "insert into opt_out (sender_hash, since) values (:name, 0) on conflict do nothing"
        connection.execute(text(insert), {"name": item})
    return [len(items)] * len(items)


def names(connection: Connection, items: Sequence[None]) -> list[list[str]]:
    found = [
        row[0]
        for row in connection.execute(text("select sender_hash from opt_out order by sender_hash"))
    ]
    return [found for _ in items]


def test_work_that_waits_together_is_written_together(store: Store) -> None:
    async def play() -> tuple[list[int], Any]:
        await store.submit(names, None)
        sizes = await asyncio.gather(*(store.submit(add, f"n{k:02}") for k in range(20)))
        return sizes, await store.submit(names, None)

    sizes, kept = asyncio.run(play())
    assert max(sizes) > 1
    assert kept == [f"n{k:02}" for k in range(20)]


def test_one_bad_item_fails_alone(store: Store) -> None:
    async def play() -> tuple[list[Any], Any]:
        asked = (store.submit(add, name) for name in ("a", "bad", "c"))
        results = await asyncio.gather(*asked, return_exceptions=True)
        return results, await store.submit(names, None)

    results, kept = asyncio.run(play())
    assert isinstance(results[1], StoreError)
    assert kept == ["a", "c"]
    assert not store.problem()


def test_close_writes_what_still_waits(url: str) -> None:
    store = Store(url)
    store.open()

    async def play() -> None:
        tasks = [asyncio.ensure_future(store.submit(add, f"n{k}")) for k in range(50)]
        await asyncio.sleep(0)  # all have asked, none was answered
        store.close()
        await asyncio.gather(*tasks)

    asyncio.run(play())
    again = Store(url)
    again.open()
    assert len(asyncio.run(again.submit(names, None))) == 50
    again.close()


def test_after_close_asking_is_an_error(store: Store) -> None:
    store.close()
    with pytest.raises(StoreError):
        asyncio.run(store.submit(names, None))


def test_a_locked_database_fails_those_who_wait_and_is_written_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(databases.fresh("sqlite", tmp_path), busy_ms=50, spool=Spool(works={"add": add}))
    store.open()

    async def play() -> list[str]:
        await store.submit(names, None)
        thief = sqlite3.connect(tmp_path / "line.db", isolation_level=None)
        thief.execute("begin exclusive")
        with pytest.raises(StoreError):
            await store.submit(add, "a-secret-name")
        assert store.problem()
        thief.rollback()
        thief.close()
        while store.problem():
            await asyncio.sleep(0.02)
        kept: list[str] = await store.submit(names, None)
        return kept

    with caplog.at_level(logging.INFO):
        assert asyncio.run(asyncio.wait_for(play(), 20)) == ["a-secret-name"]
    store.close()
    assert "a-secret-name" not in caplog.text
    assert "sqlite" not in store.problem().lower()


def test_a_database_that_cannot_be_reached_is_a_problem_and_not_an_exception(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "later"
    store = Store(f"sqlite:///{folder / 'line.db'}", spool=Spool(works={"add": add}))
    store.open()

    async def play() -> Any:
        with pytest.raises(StoreError):
            await store.submit(add, "a")
        assert "could not use the database" in store.problem()
        folder.mkdir()
        while store.problem():
            await asyncio.sleep(0.02)
        return await store.submit(names, None)

    assert asyncio.run(asyncio.wait_for(play(), 20)) == ["a"]
    store.close()


def test_a_file_that_is_no_database_is_a_problem_until_it_is_gone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "line.db"
    file.write_bytes(b"this is no database at all" * 100)
    store = Store(f"sqlite:///{file}", spool=Spool(works={"add": add}))
    store.open()

    async def play() -> Any:
        for name in ("a", "b"):
            with pytest.raises(StoreError):
                await store.submit(add, name)
        file.unlink()
        while store.problem():
            await asyncio.sleep(0.02)
        return await store.submit(names, None)

    assert asyncio.run(asyncio.wait_for(play(), 20)) == ["a", "b"]
    store.close()
    assert len(caplog.records) == 2  # away, and back


def test_health_returns_without_anything_to_write(tmp_path: Path) -> None:
    folder = tmp_path / "later"
    store = Store(f"sqlite:///{folder / 'line.db'}")
    store.open()

    async def play() -> None:
        while not store.problem():
            await asyncio.sleep(0.02)
        folder.mkdir()
        while store.problem():
            await asyncio.sleep(0.02)

    asyncio.run(asyncio.wait_for(play(), 20))
    store.close()


def test_a_server_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    store = Store(f"postgresql://nobody@/none?host={tmp_path}")
    store.open()
    with pytest.raises(StoreError):
        asyncio.run(store.submit(names, None))
    store.close(timeout=0)


@pytest.mark.parametrize("url", ["mysql://x/y", "not an address"])
def test_an_address_of_another_kind_names_the_setting(url: str) -> None:
    with pytest.raises(StoreError, match=r"\[store\] url"):
        Store(url)


def test_an_old_schema_is_migrated_to_what_the_code_expects(url: str) -> None:
    first, second = Store(url), Store(url)
    first.open()
    second.open()  # both at once: one of them migrates

    async def play() -> None:
        await asyncio.gather(first.submit(names, None), second.submit(names, None))

    asyncio.run(play())
    first.close()
    second.close()
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert context.get_current_revision() == SCHEMA
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_the_schema_named_in_code_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == SCHEMA


def test_a_new_file_that_another_process_just_opens_is_opened_all_the_same(tmp_path: Path) -> None:
    """Turning a file to WAL needs it alone for a moment, and SQLite does not always wait for that
    moment."""
    file = tmp_path / "line.db"
    other = sqlite3.connect(file, check_same_thread=False)
    other.execute("create table t (n)")
    other.execute("begin immediate")
    leaves = threading.Timer(0.05, other.rollback)
    leaves.start()
    engine = open_engine(f"sqlite:///{file}", busy_ms=0)
    with engine.connect() as connection:
        assert connection.execute(text("pragma journal_mode")).scalar() == "wal"
    leaves.join()
    other.close()
    engine.dispose()


def test_sqlite_is_opened_so_that_a_power_cut_loses_nothing_and_what_goes_is_overwritten(
    tmp_path: Path,
) -> None:
    def pragmas(connection: Connection, items: Sequence[None]) -> list[Any]:
        asked = ("journal_mode", "synchronous", "secure_delete")
        return [
            [connection.execute(text(f"pragma {name}")).scalar() for name in asked] for _ in items
        ]

    store = Store(databases.fresh("sqlite", tmp_path))
    store.open()
    assert asyncio.run(store.submit(pragmas, None)) == ["wal", 2, 1]
    store.close()


@pytest.mark.parametrize("made", [False, True], ids=["new", "of an older version"])
def test_nobody_else_may_read_the_database_or_its_journal(tmp_path: Path, made: bool) -> None:
    file = tmp_path / "line.db"
    if made:
        file.touch(0o644)
    mask = os.umask(0o022)
    try:
        store = Store(databases.fresh("sqlite", tmp_path))
        store.open()
        asyncio.run(store.submit(names, None))
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("line.db*")}
        store.close()
    finally:
        os.umask(mask)
    assert modes == {"line.db": 0o600, "line.db-wal": 0o600, "line.db-shm": 0o600}


async def again(store: Store) -> list[str]:
    while store.problem():
        await asyncio.sleep(0.02)
    kept: list[str] = await store.submit(names, None)
    return kept


def test_a_file_that_is_deleted_is_made_again_with_the_last_work_done_on_it(tmp_path: Path) -> None:
    store = Store(databases.fresh("sqlite", tmp_path), spool=Spool(works={"add": add}))
    store.open()

    async def play() -> list[str]:
        await store.submit(add, "before")
        for file in tmp_path.glob("line.db*"):
            file.unlink()
        await store.submit(add, "after")
        return await again(store)

    assert asyncio.run(play()) == ["after", "before"]
    store.close()
    with closing(sqlite3.connect(tmp_path / "line.db")) as seen, seen:
        assert seen.execute("select count(*) from opt_out").fetchone() == (2,)


def test_what_waits_survives_the_end_of_the_process(tmp_path: Path) -> None:
    url, spool = databases.fresh("sqlite", tmp_path), tmp_path / "waiting.jsonl"
    first = Store(url, busy_ms=20, spool=Spool(spool, {"add": add}))
    first.open()

    async def play() -> None:
        await first.submit(names, None)
        thief = sqlite3.connect(tmp_path / "line.db", isolation_level=None)
        thief.execute("begin exclusive")
        for name in ("a", "b"):  # the second finds the database known to be away
            with pytest.raises(StoreError):
                await first.submit(add, name)
        await asyncio.to_thread(first.close, timeout=0.1)
        thief.rollback()
        thief.close()

    asyncio.run(play())
    second = Store(url, spool=Spool(spool, {"add": add}))
    second.open()
    assert asyncio.run(asyncio.wait_for(again(second), 20)) == ["a", "b"]
    second.close()
    assert spool.read_bytes().strip(b"\0") == b""


def test_waiting_work_that_can_never_be_done_keeps_nothing_else_away(tmp_path: Path) -> None:
    spool = tmp_path / "waiting.jsonl"
    spool.write_bytes(b'["add","a"]\n["add","bad"]\n["gone","x"]\n["add","c"]\n["add",')
    store = Store(databases.fresh("sqlite", tmp_path), spool=Spool(spool, {"add": add}))
    store.open()
    assert asyncio.run(again(store)) == ["a", "c"]
    store.close()


def test_close_spools_what_a_database_that_hangs_did_not_take(tmp_path: Path) -> None:
    url, spool = databases.fresh("sqlite", tmp_path), tmp_path / "waiting.jsonl"
    store = Store(url, busy_ms=10, spool=Spool(spool, {"add": add}))
    store.open()
    hangs, awake = threading.Event(), threading.Event()

    def hang(_: Connection, items: Sequence[None]) -> list[bool]:
        hangs.set()
        return [awake.wait(30)] * len(items)

    async def play() -> None:
        await store.submit(names, None)
        hung = asyncio.create_task(store.submit(hang, None))
        assert await asyncio.to_thread(hangs.wait, 30)
        asked = [asyncio.create_task(store.submit(add, name)) for name in ("a", "b")]
        await asyncio.sleep(0)  # both have asked
        await asyncio.to_thread(store.close, timeout=0.1)
        assert spool.read_bytes().count(b'"add"') == 2
        awake.set()
        for task in (hung, *asked):
            task.cancel()

    asyncio.run(play())


def test_what_is_to_be_kept_is_done_later_by_a_database_that_answers(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "waiting.jsonl", {"add": add})
    store = Store(databases.fresh("sqlite", tmp_path), spool=spool)
    store.open()

    async def play() -> Any:
        await store.submit(names, None)
        await store.keep(add, "a")
        while len(spool):
            await asyncio.sleep(0.02)
        return await store.submit(names, None)

    assert asyncio.run(asyncio.wait_for(play(), 20)) == ["a"]
    store.close()


def test_who_listens_hears_what_was_committed_and_nothing_else(store: Store) -> None:
    heard: list[Any] = []
    store.listen(add, lambda items, results: heard.extend(zip(items, results, strict=True)))

    async def play() -> None:
        with pytest.raises(StoreError):
            await store.submit(add, "bad")
        await store.submit(add, "good")

    asyncio.run(play())
    assert heard == [("good", 1)]

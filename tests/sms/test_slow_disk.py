"""Nothing acknowledged is lost, however slow the disk and however long the database is away."""

import asyncio
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from sms.ledger import WORKS
from sms.line import Inbound, TextLine
from store.group_commit import Store
from store.spool import Spool
from tests.selection import Some
from tests.sms import traces
from tests.sms.conftest import SEAL, counted

Make = Callable[..., TextLine]
# An SD card was seen to need 150 ms, where 20 texts a second came in: the whole run's form is five
# times that pace, the quick one's a card that is as much quicker, too.
FSYNC, A_SECOND = 0.03, 100
SAID = ["im not safe", "FOOD", "me quiero morir", "95814", "asdf"]


@pytest.fixture
def fsync() -> float:
    return FSYNC


@pytest.fixture(autouse=True)
def slow_disk(monkeypatch: pytest.MonkeyPatch, fsync: float) -> None:
    """The spool's disk; SQLite has its own door to it."""
    monkeypatch.setattr(os, "fsync", slowly(fsync))


def slowly(seconds: float) -> Callable[[int], None]:
    """A write that is on the disk only after so many seconds."""
    quick = os.fsync

    def slow(file: int) -> None:
        time.sleep(seconds)
        quick(file)

    return slow


def opened(folder: Path) -> Store:
    spool = Spool(folder / "waiting.jsonl", WORKS)
    store = Store(f"sqlite:///{folder / 'line.db'}", busy_ms=20, spool=spool)
    store.open()
    return store


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """The database is away."""
    thief = sqlite3.connect(folder / "line.db", isolation_level=None, timeout=10)
    thief.execute("begin exclusive")
    yield
    thief.rollback()
    thief.close()


def text(number: int) -> Inbound:
    body = SAID[number % len(SAID)]
    return Inbound(sid=f"SM{number:032x}", sender=f"+1916{number:07d}", body=body)


def kept(folder: Path) -> set[str]:
    seen = sqlite3.connect(folder / "line.db", timeout=10)
    try:
        return {row[0] for row in seen.execute("select sid_hash from handled")}
    except sqlite3.OperationalError:  # the tables are not made yet
        return set()
    finally:
        seen.close()


async def paced(line: TextLine, numbers: range, a_second: int = A_SECOND) -> dict[str, str]:
    """The code of each answer, by message; so many a second."""

    async def one(number: int) -> tuple[str, str]:
        message = text(number)
        return message.sid, (await line.answer(message)).code

    tasks = []
    for number in numbers:
        tasks.append(asyncio.create_task(one(number)))
        await asyncio.sleep(1 / a_second)
    return dict(await asyncio.gather(*tasks))


async def drained(store: Store, folder: Path, wanted: int) -> None:
    while store.problem() or len(kept(folder)) < wanted:
        await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("texts", "fsync"),
    [(300, FSYNC), pytest.param(5_000, 0.15, marks=pytest.mark.slow)],
)
def test_no_text_is_lost_told_or_answered_otherwise_while_the_database_comes_and_goes(
    tmp_path: Path, new_line: Make, texts: int, fsync: float
) -> None:
    store, third, seen = opened(tmp_path), texts // 3, list[traces.Seen]()

    async def play() -> tuple[dict[str, str], dict[str, int]]:
        line = new_line(store, patience=0.3)
        answers = await paced(line, range(10))
        await drained(store, tmp_path, 10)
        with locked(tmp_path):
            answers |= await paced(line, range(10, third))
            seen.extend(traces.files(tmp_path))
        answers |= await paced(line, range(third, 2 * third))
        with locked(tmp_path):
            answers |= await paced(line, range(2 * third, texts))
        await drained(store, tmp_path, texts)
        topics = await counted(store)
        seen.extend(traces.files(tmp_path))
        return answers, topics

    answers, counts = asyncio.run(asyncio.wait_for(play(), 30 + 10 * texts / A_SECOND))
    store.close()
    seen += [*traces.files(tmp_path), traces.dumped(tmp_path / "line.db")]
    assert {"line.db", "line.db-wal", "waiting.jsonl", "dump"} <= {name for name, _ in seen}
    assert any(name == "waiting.jsonl" and b'"claim"' in said for name, said in seen)
    assert traces.told(seen) == []
    assert kept(tmp_path) == {SEAL.hash("sid", sid).hex() for sid in answers}
    assert len(answers) == sum(counts.values()) == texts

    async def repeat() -> dict[str, str]:
        other = opened(tmp_path)  # the server after a restart
        line = new_line(other)
        again = {text(k).sid: (await line.answer(text(k))).code for k in range(texts)}
        await asyncio.to_thread(other.close)
        return again

    assert asyncio.run(repeat()) == answers
    assert len(kept(tmp_path)) == texts


def test_within_patience_no_answer_leaves_before_it_is_on_the_disk(
    tmp_path: Path, new_line: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, slow, on_disk = opened(tmp_path), os.fsync, [b""]
    hashes = [SEAL.hash("sid", text(number).sid).hex().encode() for number in range(60)]

    def noting(file: int) -> None:
        written = os.pread(file, 2**20, 0)
        slow(file)
        on_disk[0] = written

    async def play() -> list[bool]:
        line = new_line(store, patience=30.0)
        await line.answer(text(1_000))
        with locked(tmp_path):
            await line.answer(text(1_001))  # known to be away from here on
            monkeypatch.setattr(os, "fsync", noting)

            async def one(number: int) -> bool:
                await line.answer(text(number))
                return hashes[number] in on_disk[0]

            return await asyncio.gather(*(one(number) for number in range(60)))

    assert all(asyncio.run(play()))
    store.close()


def test_many_texts_share_one_write_to_the_spool(
    tmp_path: Path, new_line: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, writes, slow, all_asked = opened(tmp_path), count(), os.fsync, threading.Event()

    def counting(file: int) -> None:
        next(writes)
        all_asked.wait(30)
        slow(file)

    async def play() -> None:
        line = new_line(store, patience=30.0)
        await line.answer(text(1_000))
        with locked(tmp_path):
            await line.answer(text(1_001))  # known to be away from here on
            monkeypatch.setattr(os, "fsync", counting)
            answers = asyncio.gather(*(line.answer(text(number)) for number in range(60)))
            await asyncio.sleep(0)
            all_asked.set()
            await answers

    asyncio.run(play())
    assert next(writes) < 10
    store.close()


def test_what_was_acknowledged_beyond_patience_is_written_all_the_same_also_when_it_ends_then(
    tmp_path: Path, new_line: Make, some: Some
) -> None:
    store = opened(tmp_path)

    async def play() -> None:
        await new_line(store, patience=30.0).answer(text(1_000))  # the tables are there
        line = new_line(store, patience=0.005)
        with locked(tmp_path):
            await asyncio.gather(*(line.answer(text(number)) for number in some(range(300), 60)))
            await asyncio.to_thread(store.close, timeout=0.5)

    asyncio.run(play())
    again = opened(tmp_path)
    wanted = 301 if some.whole else 61
    asyncio.run(asyncio.wait_for(drained(again, tmp_path, wanted), 60))
    again.close()
    assert len(kept(tmp_path)) == wanted

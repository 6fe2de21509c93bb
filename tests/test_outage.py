"""A real server whose database goes away or is slow: every text gets its right answer, all are
there afterwards, and the screen does not notice.

One server for each kind of trouble. What a full or read-only disk does is done with the limit on
the size of files, so that it needs no rights: no byte more can be written anywhere. A slow disk is
strace's, which holds up each write that is to be durable.
"""

import os
import resource
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tests import databases
from tests.running import CARRIER, Server, carrier_id, environment, prepared, serving, until
from tests.selection import Some

UNLIMITED = resource.RLIM_INFINITY
SAID = [("im not safe", "911"), ("me quiero morir", "988"), ("FOOD", "211"), ("asdfgh", "988")]

TEXTS = len(SAID) + 1  # messages of ``text_all``


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def rows(data: Path) -> int:
    """How many messages the database holds; 0 while it cannot be read."""
    try:
        with (
            closing(
                sqlite3.connect(f"file:{data / 'porchlight.db'}?mode=ro", uri=True, timeout=1)
            ) as seen,
            seen,
        ):
            return int(seen.execute("select count(*) from handled").fetchone()[0])
    except sqlite3.Error:
        return 0


def text_all(server: Server, name: str) -> None:
    """Each of the messages twice, as new ones: the right number comes, and a repeat gets the same
    bytes. The screen and one more text are answered, too."""
    server.both_doors_answer(f"SM{name}")
    for k, (body, number) in enumerate(SAID):
        first = server.text(body, sid=f"SM{name}{k}", sender=f"+1916555{len(name):02}{k:02}")
        assert first.status_code == 200
        assert number in first.text
        assert (
            server.text(body, sid=f"SM{name}{k}", sender=f"+1916555{len(name):02}{k:02}").content
            == first.content
        )


@contextmanager
def deleted(_server: Server, data: Path) -> Iterator[None]:
    for file in data.glob("porchlight.db*"):
        file.unlink()
    yield


@contextmanager
def locked(_server: Server, data: Path) -> Iterator[None]:
    thief = sqlite3.connect(data / "porchlight.db", isolation_level=None)
    thief.execute("begin exclusive")
    yield
    thief.rollback()
    thief.close()


@contextmanager
def full(server: Server, data: Path) -> Iterator[None]:
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (0, UNLIMITED))
    yield
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (UNLIMITED, UNLIMITED))


@contextmanager
def no_database(server: Server, data: Path) -> Iterator[None]:
    """The file is something else now, and a folder stands in the way of a new one."""
    for file in data.glob("porchlight.db*"):
        file.unlink()
    (data / "porchlight.db").mkdir()
    yield
    (data / "porchlight.db").rmdir()


Trouble = Callable[[Server, Path], AbstractContextManager[None]]


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(deleted, marks=pytest.mark.slow),
        locked,
        pytest.param(full, marks=pytest.mark.slow),
        no_database,
    ],
    ids=lambda trouble: trouble.__name__,
)
def test_every_text_is_answered_while_the_database_is_away_and_kept_afterwards(
    trouble: Trouble, data: Path
) -> None:
    with serving(prepared(environment(data, **CARRIER))) as server:
        text_all(server, "before")
        with trouble(server, data):
            text_all(server, "meanwhile")
        until(lambda: rows(data) == 2 * TEXTS, "all messages are in the database")
        text_all(server, "afterwards")
        until(lambda: rows(data) == 3 * TEXTS, "the database is used again")
    assert "Traceback" not in server.log()
    assert "916555" not in server.log()


@pytest.mark.slow
def test_what_was_answered_from_memory_outlives_a_kill(data: Path) -> None:
    environ = prepared(environment(data, **CARRIER))
    with serving(environ) as server:
        text_all(server, "before")
        with locked(server, data):
            text_all(server, "meanwhile")
            server.stop(signal.SIGKILL)
        waiting = (data / "waiting.jsonl").read_text(encoding="utf-8")
        assert waiting.count('"claim"') == TEXTS
        assert not any(
            secret in waiting for secret in ("916555", carrier_id("SMmeanwhile0"), "im not safe")
        )
    with serving(environ) as server:
        until(lambda: rows(data) == 2 * TEXTS, "what waited is written")
        assert (data / "waiting.jsonl").read_bytes().strip(b"\0") == b""


@pytest.mark.slow
def test_case_18_a_database_that_is_locked_for_long_delays_no_answer_past_three_seconds(
    data: Path,
) -> None:
    """The carrier gives up after fifteen seconds; case 18 asks for an answer within three."""
    with serving(prepared(environment(data, **CARRIER))) as server:
        text_all(server, "before")
        with locked(server, data):
            server.http.timeout = 3.0
            end = time.monotonic() + 6
            k = 0
            while time.monotonic() < end:
                assert (
                    "911"
                    in server.text("im not safe", sid=f"SMlong{k}", sender=f"+1916556{k:04}").text
                )
                k += 1
            server.both_doors_answer("SMscreen")
        until(lambda: rows(data) == TEXTS + k + 1, "all messages are in the database")


@contextmanager
def slow(server: Server, _data: Path, _url: str) -> Iterator[None]:
    """The disk needs 150 ms for each write that is to be durable, as an SD card was seen to."""
    writes = "inject=fsync,fdatasync:delay_enter=150000"
    command = ["strace", "-qq", "-f", "-o/dev/null", "-e", writes, "-p", f"{server.process.pid}"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
        try:
            until(lambda: strace.poll() is not None or is_held(server), "each thread is held")
            if strace.poll() is not None:
                pytest.skip(f"strace may hold up no other process here: {strace.communicate()[1]}")
            yield
        finally:
            strace.terminate()


def is_held(server: Server) -> bool:
    """Whether another process sees what each of its threads does."""
    threads = Path(f"/proc/{server.process.pid}/task").glob("*/status")
    try:
        return all("TracerPid:\t0\n" not in each.read_text(encoding="ascii") for each in threads)
    except OSError:  # one ended meanwhile
        return False


@contextmanager
def slow_and_locked(server: Server, data: Path, url: str) -> Iterator[None]:
    with slow(server, data, url), locked(server, data):
        yield


@contextmanager
def stopped(_server: Server, _data: Path, url: str) -> Iterator[None]:
    """PostgreSQL's end of the connection stands still, and takes afterwards what was sent."""
    if os.environ.get("PORCHLIGHT_TEST_POSTGRES"):
        pytest.skip("PORCHLIGHT_TEST_POSTGRES names a server whose processes are not ours to stop")
    asked = (
        "select pid from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()"
    )
    processes = [int(row[0]) for row in select(url, asked)]
    assert processes
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


def select(url: str, statement: str) -> list[tuple[Any, ...]]:
    engine = create_engine(url)
    with closing(engine.connect()) as connection:
        found = [tuple(row) for row in connection.execute(text(statement))]
    engine.dispose()
    return found


def posted(server: Server, numbers: range) -> dict[int, bytes]:
    """The answers to these messages, many at once, each with its right number."""

    def one(number: int) -> tuple[int, bytes]:
        body, wanted = SAID[number % len(SAID)]
        answer = server.text(body, sid=f"SM{number}", sender=f"+1209555{number:04}")
        assert (answer.status_code, wanted in answer.text) == (200, True)
        return number, answer.content

    with ThreadPoolExecutor(20) as posting:
        return dict(posting.map(one, numbers))


@pytest.mark.parametrize(
    ("kind", "trouble"),
    [
        pytest.param("sqlite", slow, marks=pytest.mark.slow),
        pytest.param("sqlite", slow_and_locked, marks=pytest.mark.slow),
        ("postgresql", stopped),
    ],
)
def test_while_the_database_is_slow_no_text_is_lost_and_none_answered_twice(
    kind: str,
    trouble: Callable[[Server, Path, str], AbstractContextManager[None]],
    data: Path,
    some: Some,
) -> None:
    ours, texts = f"sqlite:///{data / 'porchlight.db'}", 500 if some.whole else 40
    url = ours if kind == "sqlite" else databases.fresh(kind, data.parent)
    environ = prepared(environment(data, **CARRIER, PORCHLIGHT_STORE__URL=url))
    with serving(environ) as server:
        answers = posted(server, range(10))
        with trouble(server, data, url), ThreadPoolExecutor(1) as beside:
            pouring = beside.submit(posted, server, range(10, texts))
            server.both_doors_answer("SMmeanwhile")
            answers |= pouring.result()

        def kept() -> int:
            return int(select(url, "select count(*) from handled")[0][0])

        until(lambda: kept() >= texts + 1, "all messages are in the database")
        assert posted(server, range(texts)) == answers
    if some.whole:
        with serving(environ) as server:  # which has nothing in memory
            assert posted(server, range(texts)) == answers
    assert kept() == texts + 1

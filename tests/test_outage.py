"""A real server whose database goes away: every text gets its right answer, and all are there
afterwards.

One server for each kind of trouble. What a full or read-only disk does is done with the limit on
the size of files, so that it needs no rights: no byte more can be written anywhere.
"""

import resource
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest

from tests.running import CARRIER, Server, carrier_id, environment, prepared, serving, until

UNLIMITED = resource.RLIM_INFINITY
SAID = [("im not safe", "911"), ("me quiero morir", "988"), ("FOOD", "211"), ("asdfgh", "988")]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def line_only(data: Path) -> dict[str, str]:
    """An installation without a screen, which starts faster."""
    return environment(data, **CARRIER, PORCHLIGHT_KIOSK__ENABLED="false")


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
    bytes."""
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
    with serving(prepared(line_only(data))) as server:
        text_all(server, "before")
        with trouble(server, data):
            text_all(server, "meanwhile")
        until(lambda: rows(data) == 2 * len(SAID), "all messages are in the database")
        text_all(server, "afterwards")
        until(lambda: rows(data) == 3 * len(SAID), "the database is used again")
    assert "Traceback" not in server.log()
    assert "916555" not in server.log()


@pytest.mark.slow
def test_what_was_answered_from_memory_outlives_a_kill(data: Path) -> None:
    environ = line_only(data)
    with serving(environ) as server:
        text_all(server, "before")
        with locked(server, data):
            text_all(server, "meanwhile")
            server.stop(signal.SIGKILL)
        waiting = (data / "waiting.jsonl").read_text(encoding="utf-8")
        assert waiting.count('"claim"') == len(SAID)
        assert not any(
            secret in waiting for secret in ("916555", carrier_id("SMmeanwhile0"), "im not safe")
        )
    with serving(environ) as server:
        until(lambda: rows(data) == 2 * len(SAID), "what waited is written")
        assert (data / "waiting.jsonl").read_bytes().strip(b"\0") == b""


@pytest.mark.slow
def test_case_18_a_database_that_is_locked_for_long_delays_no_answer_past_three_seconds(
    data: Path,
) -> None:
    """The carrier gives up after fifteen seconds; case 18 asks for an answer within three."""
    with serving(prepared(line_only(data))) as server:
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
        until(lambda: rows(data) == len(SAID) + k, "all messages are in the database")

"""A real server whose clock steps as no clock should: both doors go on answering.

The wall clock is libfaketime's, read from a file that the test rewrites; the monotonic one is the
machine's. In a form of a second, without a process: tests/runtime/test_intervals.py.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from tests.running import CARRIER, Server, environment, prepared, serving, until

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
STEPS = ["-50y", "+365d", "+68y", "-50y", "+0"]
DAY = 86400
ONE_TURN = 31  # seconds until the wall clock was certainly looked at: runtime/schedule.py


def faked_clock(steps: Path) -> dict[str, str]:
    """The environment in which the wall clock is as far off as the file says."""
    return {
        "LD_PRELOAD": str(LIBRARIES[0]),
        "FAKETIME_TIMESTAMP_FILE": str(steps),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


@pytest.mark.slow
@pytest.mark.skipif(not LIBRARIES, reason="libfaketime is not here (Debian: libfaketime)")
def test_both_doors_answer_through_steps_of_fifty_years_back_and_sixty_eight_forward(
    tmp_path: Path,
) -> None:
    with stepping(tmp_path) as (server, step):
        # Below libfaketime two threads that compute hardly go on: not while the model is read.
        until(lambda: server.answers("/readyz"), "all is well today")
        before = resident(server)
        for number, offset in enumerate(STEPS):
            step(offset)
            answered(server, number)
            time.sleep(ONE_TURN)  # past the moment at which the jobs see what the clock did
            answered(server, 50 + number)
        assert resident(server) - before < 100
        assert "failed:" not in server.log()


@pytest.mark.slow
@pytest.mark.skipif(not LIBRARIES, reason="libfaketime is not here (Debian: libfaketime)")
def test_a_server_that_starts_in_1970_answers_there_and_after_the_step_to_today(
    tmp_path: Path,
) -> None:
    """Finding S9: an empty battery, and then the network's time. It was killed, out of memory."""
    since_1970 = f"-{int(time.time()) // DAY}d"
    with stepping(tmp_path, begin=since_1970) as (server, step):
        assert parsedate_to_datetime(server.http.get("/healthz").headers["date"]).year == 1970
        answered(server, 0)
        before = resident(server)
        step("+0")
        answered(server, 1)
        time.sleep(ONE_TURN)  # past the moment at which the jobs see what the clock did
        answered(server, 2)
        until(lambda: server.answers("/readyz"), "all is well today")
        assert resident(server) - before < 100
        assert "failed:" not in server.log()


@contextmanager
def stepping(folder: Path, begin: str = "+0") -> Iterator[tuple[Server, Callable[[str], None]]]:
    """A server whose clock is ``begin`` off, and what sets another offset."""
    environ = prepared(environment(folder / "data", **CARRIER))
    steps = folder / "steps"

    def step(offset: str) -> None:
        aside = steps.with_suffix(".new")
        aside.write_text(f"{offset}\n", encoding="ascii")
        aside.replace(steps)  # an empty file ends the process that reads it

    step(begin)
    with serving({**environ, **faked_clock(steps)}, ready=False) as server:
        until(lambda: "now serving release" in server.log(), "the release is shown")
        yield server, step


def answered(server: Server, number: int) -> None:
    """Guarded by the client's 20 seconds: a server that stalls fails here."""
    assert server.http.get("/healthz").status_code == 200
    assert server.http.get("/en/").status_code == 200
    reply = server.text("im not safe", sid=f"SM{number:032x}", sender=f"+1916555{200 + number:04}")
    assert "911" in reply.text


def resident(server: Server) -> int:
    """Megabytes of the server."""
    status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii")
    (line,) = [line for line in status.splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) // 1024

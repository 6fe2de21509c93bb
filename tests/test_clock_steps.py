"""A real server whose clock steps as no clock should: both doors go on answering.

The wall clock is libfaketime's, read from a file that the test rewrites; the monotonic one is the
machine's. In a form of a second, without a process: tests/runtime/test_intervals.py.
"""

import time
from pathlib import Path

import pytest

from tests.running import CARRIER, Server, command, environment, serving

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
STEPS = ["-50y", "+365d", "+68y", "-50y", "+0"]
ONE_TURN = 31  # seconds until the wall clock was certainly looked at: runtime/intervals.py


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
    environ = environment(tmp_path / "data", **CARRIER)
    assert command("refresh", environ=environ).returncode == 0
    steps = tmp_path / "steps"
    steps.write_text("+0\n", encoding="ascii")
    with serving({**environ, **faked_clock(steps)}) as server:
        before = resident(server)
        for number, step in enumerate(STEPS):
            steps.write_text(f"{step}\n", encoding="ascii")
            answered(server, number)
            time.sleep(ONE_TURN)  # past the moment at which the jobs see what the clock did
            answered(server, 50 + number)
        assert resident(server) - before < 100
        assert "failed:" not in server.log()


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

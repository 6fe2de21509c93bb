"""Whatever process of ours is killed, at any moment: both doors answer, and it heals by itself."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.running import CARRIER, ROOT, Server, environment, prepared, serving, until
from tests.selection import Some

PATIENCE = 30  # a guard against a hang, never a measure
MOMENTS = (0.0, 0.1, 0.3, 0.6, 0.9, 1.5, 2.5)  # seconds after the start of the process


def children(server: Server, verb: str) -> Iterator[int]:
    """The processes of the server that run this verb."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = folder.joinpath("stat").read_text().rpartition(")")[2].split()[1]
            words = folder.joinpath("cmdline").read_bytes().split(b"\0")
            if int(parent) == server.process.pid and verb.encode() in words:
                yield int(folder.name)


def killed(server: Server, verb: str, after: float) -> None:
    """Wait for the process and end it."""
    found = list[int]()

    def runs() -> bool:
        found[:] = children(server, verb)
        return bool(found)

    until(runs, f"{verb} runs")
    time.sleep(after)  # a stage of its work, not an event
    with contextlib.suppress(ProcessLookupError):  # it was quicker
        os.kill(found[0], signal.SIGKILL)


def answers(server: Server, name: str) -> None:
    """A page and a text, with what may save somebody."""
    assert server.http.get("/healthz", timeout=PATIENCE).status_code == 200
    assert "988" in server.http.get("/en/now", timeout=PATIENCE).text
    text = server.text("im not safe", sid=name)
    assert (text.status_code, b"911" in text.content) == (200, True)


def is_ready(server: Server) -> bool:
    return server.http.get("/readyz").status_code == 200


@pytest.mark.few(1)
@pytest.mark.parametrize("after", MOMENTS)
@pytest.mark.parametrize(("first", "verb"), [(False, "verify"), (True, "refresh")])
def test_what_the_start_begins_may_be_killed(
    tmp_path: Path, verb: str, after: float, *, first: bool
) -> None:
    environ: Mapping[str, str] = environment(tmp_path / "data", **CARRIER)
    with serving(environ if first else prepared(environ), ready=False) as server:
        killed(server, verb, after)
        answers(server, "SM-killed")
        until(lambda: is_ready(server), "all is well again")
        answers(server, "SM-healed")


@pytest.mark.slow
def test_a_refresh_may_be_killed_at_any_moment_under_a_running_server(
    tmp_path: Path, some: Some
) -> None:
    environ = prepared(environment(tmp_path / "data", **CARRIER))
    with serving(environ) as server:
        for turn, after in enumerate(some(MOMENTS, 2)):
            refresh = [sys.executable, str(ROOT / "server.py"), "refresh"]
            with subprocess.Popen(refresh, env=environ, stdout=subprocess.DEVNULL) as process:
                time.sleep(after)  # a stage of its work, not an event
                process.kill()
            answers(server, f"SM-refresh-{turn}")
            assert is_ready(server)
        done = subprocess.run(refresh, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
        assert is_ready(server)

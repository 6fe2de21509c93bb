"""Whatever process of ours is killed, at any moment: both doors answer, and it heals by itself."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.running import CARRIER, ROOT, Server, command, environment, prepared, serving, until
from tests.selection import Some

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


@pytest.mark.few(1)
@pytest.mark.parametrize("after", MOMENTS)
@pytest.mark.parametrize(("start", "verb"), [(prepared, "verify"), (dict, "refresh")])
def test_what_the_start_begins_may_be_killed(
    tmp_path: Path, start: Callable[[Mapping[str, str]], Mapping[str, str]], verb: str, after: float
) -> None:
    """A later start verifies; the first one also makes a release of the shipped pack."""
    with serving(start(environment(tmp_path / "data", **CARRIER)), ready=False) as server:
        killed(server, verb, after)
        server.both_doors_answer("SM-killed")
        until(lambda: server.answers("/readyz"), "all is well again")
        server.both_doors_answer("SM-healed")


def test_ctrl_c_ends_the_server_and_its_children_without_a_stack(tmp_path: Path) -> None:
    """A terminal gives it to the whole process group."""
    environ = environment(tmp_path / "data", PORCHLIGHT_SERVER__PORT="0")
    with (tmp_path / "output").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "server.py")],
            env=environ,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Server(process, 0, tmp_path / "output", tmp_path / "data")
    try:
        until(lambda: list(children(server, "refresh")), "it makes the shipped pack a release")
        time.sleep(0.3)  # Python is up, and the child at its imports
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(30) == 0
    finally:
        server.http.close()
        process.kill()
        process.wait()
    assert "Traceback" not in server.log()


@pytest.mark.slow
def test_a_refresh_may_be_killed_at_any_moment_under_a_running_server(
    tmp_path: Path, some: Some
) -> None:
    environ = prepared(environment(tmp_path / "data", **CARRIER))
    refresh = [sys.executable, str(ROOT / "server.py"), "refresh"]
    with serving(environ) as server:
        for turn, after in enumerate(some(MOMENTS, 2)):
            with subprocess.Popen(refresh, env=environ, stdout=subprocess.DEVNULL) as process:
                time.sleep(after)  # a stage of its work, not an event
                process.kill()
            server.both_doors_answer(f"SM-refresh-{turn}")
            assert server.answers("/readyz")
        done = command("refresh", environ=environ)
        assert done.returncode == 0, done.stdout
        assert server.answers("/readyz")

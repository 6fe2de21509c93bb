"""From a start to the first page, and memory: `python -m bench.start`, and a part of `make bench`.

The second and later starts of an installation, as after a power cut. Beside it a bare Starlette and
datasette with an empty database; medians of five. Memory is the proportional share (PSS) a second
after the server is ready, and once every page was made.
"""

import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

from bench import servers
from settings.schema import Kiosk
from tests.running import CARRIER, environment, prepared

STARTS = 5
LONGEST = 120  # seconds until the whole pack is shown
MOST = {"the kiosk alone": 75, "the kiosk and the line": 90}
TEXT = ("text", "im not safe")


class Start(NamedTuple):
    """Seconds until the first page, processor seconds until then, and MB of memory afterwards."""

    seconds: float
    processor: float
    rest: float
    full: float


def answered(port: int, path: str) -> int:
    """The status of the answer; 0 if nobody answers yet."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
    except OSError:
        return 0
    finally:
        connection.close()
    return answer.status


def until_answered(port: int, path: str) -> None:
    """TimeoutError."""
    end = time.monotonic() + LONGEST
    while answered(port, path) != 200:
        if time.monotonic() > end:
            raise TimeoutError(f"{path} was not answered within {LONGEST} s")
        time.sleep(0.005)


@contextmanager
def started(
    command: list[str], environ: Mapping[str, str], folder: Path
) -> Iterator[psutil.Process]:
    """The process, from its first instant on."""
    with subprocess.Popen(
        [sys.executable, *command],
        env=environ,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield psutil.Process(process.pid)
        finally:
            process.terminate()


def start(command: list[str], port: int, environ: Mapping[str, str], *, ready: str = "/") -> Start:
    """One start, measured. ``ready``: what is 200 once all is shown."""
    begun = time.monotonic()
    folder = Path(environ.get("PORCHLIGHT_SERVER__DATA_DIR", servers.ROOT))
    with started(command, environ, folder) as process:
        until_answered(port, "/")
        seconds, times = time.monotonic() - begun, process.cpu_times()
        until_answered(port, ready)
        time.sleep(1)
        rest = megabytes(process)
        for path in ("/pack.json", *(f"/pack/{tag}.json" for tag in Kiosk().languages[1:])):
            answered(port, path)  # every page of a language is made for its list
        return Start(seconds, times.user + times.system, rest, megabytes(process))


def megabytes(process: psutil.Process) -> float:
    """The proportional share of the process alone: what it verifies with has ended."""
    return float(process.memory_full_info().pss / 2**20)


def ours(data: Path, **settings: str) -> Start:
    """The median of five starts of an installation that was started before."""
    port = servers.free_port()
    environ = prepared(environment(data, PORCHLIGHT_SERVER__PORT=str(port), **settings))
    program = [str(servers.ROOT / "server.py")]
    return median(start(program, port, environ, ready="/readyz") for _ in range(STARTS))


def peer(command: list[str], port: int) -> Start:
    """The median of five starts of another server."""
    environ = {**os.environ, "PYTHONPATH": str(servers.ROOT)}
    return median(start(command, port, environ) for _ in range(STARTS))


def median(starts: Iterator[Start]) -> Start:
    """Of each figure by itself."""
    return Start(*(statistics.median(figure) for figure in zip(*starts, strict=True)))


def seconds_of_text(data: Path) -> float:
    """How long the answer to a text takes that somebody tries in a terminal."""
    environ, taken = prepared(environment(data)), []
    for _ in range(STARTS):
        begun = time.monotonic()
        command = [sys.executable, str(servers.ROOT / "server.py"), *TEXT]
        subprocess.run(command, env=environ, check=True, capture_output=True)
        taken.append(time.monotonic() - begun)
    return statistics.median(taken)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        at, every = Path(folder), {"PORCHLIGHT_KIOSK__LANGUAGES": json.dumps(Kiosk().languages)}
        port = servers.free_port()
        found = {
            "bare Starlette": peer(servers.bare(port), port),
            "datasette": peer(["-m", "datasette", "--port", str(port)], port),
            "the kiosk alone": ours(at / "kiosk", PORCHLIGHT_SMS__ENABLED="false", **every),
            "the kiosk and the line": ours(at / "both", **CARRIER, **every),
        }
        text = seconds_of_text(at / "text")
    base = found["bare Starlette"]
    print(f"{'start':26}{'first page':>12}{'processor':>12}{'at rest':>10}{'all pages':>11}")
    for name, one in found.items():
        row = f"{name:26}{one.seconds:10.2f} s{one.processor:10.2f} s{one.rest:7.0f} MB"
        limit = f" (<= {MOST[name]})" if name in MOST else ""
        print(f"{row}{one.full:8.0f} MB  {one.processor / base.processor:.1f} x{limit}")
    print(f"a text in the terminal: {text:.2f} s (<= 1)")


if __name__ == "__main__":
    main()

"""Starts each measured server as one process on a free port, and reads their memory."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    """Return a port that nobody is listening on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(
    command: list[str], port: int, environ: Mapping[str, str], *, output: Path = Path(os.devnull)
) -> Iterator[psutil.Process]:
    """Yield the server that ``command`` starts, once it accepts connections; stop it afterward.
    ``output``: receives its output."""
    with output.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env={**os.environ, **environ},
            stdout=said,
            stderr=said,
        )
        try:
            _wait_for(port, process)
            yield psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 180
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(
                f"{process.args!r} ended with {process.returncode} before it listened"
            )
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise RuntimeError(f"{process.args!r} did not listen within 180 s")


def megabytes(process: psutil.Process) -> float:
    """Return this process's proportional share (PSS), after its verifying child has ended."""
    return float(process.memory_full_info().pss / 2**20)


def bare(port: int) -> list[str]:
    """Run bare Starlette on uvicorn with httptools and uvloop, as for Porchlight itself."""
    options = [
        "--http",
        "httptools",
        "--loop",
        "uvloop",
        "--no-access-log",
        "--log-level",
        "warning",
    ]
    return ["-m", "uvicorn", "bench.peers.bare:app", "--port", str(port), *options]


def tutorial(port: int) -> list[str]:
    """Run the Flask tutorial under gunicorn, one process with threads."""
    options = ["--workers", "1", "--threads", "16", "--keep-alive", "30"]
    return ["-m", "gunicorn", *options, "--bind", f"127.0.0.1:{port}", "bench.peers.tutorial:app"]

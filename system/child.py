"""Runs child processes with limits; they print a JSON report and log to standard error."""

import resource
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from typing import Generic, NamedTuple, TypeVar

import msgspec

T = TypeVar("T")


class CutOffError(Exception):
    """A child process ended without a report: killed from outside, or out of memory."""

    def __init__(self, code: int) -> None:
        super().__init__(f"signal {-code}" if code < 0 else f"code {code}")
        self.code = code


class Bounds(NamedTuple):
    """Limits for a run. ``memory_bytes``: bytes of address space. 0 means no limit."""

    seconds: float
    memory_bytes: int = 0
    cpu_seconds: int = 0


class Child(Generic[T]):
    """A running command; creating this starts it. Raises OSError."""

    def __init__(self, command: Sequence[str], gives: type[T], bounds: Bounds) -> None:
        self._gives, self._seconds = gives, bounds.seconds
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True
        )
        limits = (resource.RLIMIT_AS, resource.RLIMIT_CPU)
        for limit, most in zip(limits, bounds[1:], strict=True):
            with suppress(OSError):  # the process has already ended
                if most:
                    resource.prlimit(self._process.pid, limit, (most, most))

    def report(self) -> T:
        """Wait for the report. Raises CutOffError, or TimeoutError if killed at the deadline."""
        with self._process as process:
            try:
                output, _ = process.communicate(timeout=self._seconds)
            except subprocess.TimeoutExpired:
                raise TimeoutError from None
            finally:
                process.kill()
        try:
            return msgspec.json.decode(output, type=self._gives)
        except msgspec.MsgspecError:
            raise CutOffError(process.returncode or 1) from None

    def kill(self) -> None:
        self._process.kill()

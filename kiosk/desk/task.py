"""Runs one command of the desk at a time, in its own process."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from messages.message import cause, message
from messages.report import Report

log = logging.getLogger("porchlight.desk")


@dataclass(frozen=True, slots=True)
class TaskResult:
    """A command and its outcome. ``source``: the stick that was read, or ""; ``shows``: whether
    the command may change the pack on the screen."""

    title: str
    outcome: Report[None]
    at: datetime
    source: str = ""
    shows: bool = True


Verb = Callable[..., Awaitable[Report[None]]]


class DeskTask:
    def __init__(self, verb: Verb, clock: Callable[[], datetime]) -> None:
        self._verb, self._clock = verb, clock
        self._task: asyncio.Task[None] | None = None
        self.title = ""
        self.last: TaskResult | None = None

    @property
    def running(self) -> bool:
        return self._task is not None and not self._task.done()

    def start(self, title: str, verb: str, *arguments: str, source: str = "") -> bool:
        """Run the command; return False if one is already running."""
        if self.running:
            return False
        self.title, self.last = title, None
        self._task = asyncio.create_task(self._run(verb, arguments, source))
        return True

    async def wait(self, seconds: float) -> None:
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=seconds)

    async def _run(self, verb: str, arguments: tuple[str, ...], source: str) -> None:
        try:
            outcome = await self._verb(verb, *arguments)
        except TimeoutError:
            outcome = Report(1, (message("command.too-long"),))
        except OSError as problem:  # the machine is out of memory or processes
            log.exception("the desk could not start a process")
            outcome = Report(1, (message("command.not-started", cause=cause(problem)),))
        except Exception as problem:  # noqa: BLE001 - someone is waiting for a result
            log.error("a verb of the desk failed: %s", type(problem).__name__)  # noqa: TRY400
            outcome = Report(1, (message("command.unknown-end"),))
        self.last = TaskResult(self.title, outcome, self._clock(), source, verb != "refuse")

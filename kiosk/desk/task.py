"""Runs one command of the desk at a time, in its own process."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

log = logging.getLogger("porchlight.desk")


@dataclass(frozen=True, slots=True)
class TaskOutcome:
    """A command's exit code (0: done) and its output lines."""

    code: int
    text: str


@dataclass(frozen=True, slots=True)
class TaskResult:
    """A command and its outcome. ``source``: the stick that was read, or ""; ``shows``: whether
    it may bring another pack to the screen."""

    title: str
    outcome: TaskOutcome
    at: datetime
    source: str = ""
    shows: bool = True


Verb = Callable[..., Awaitable[TaskOutcome]]
TOO_LONG = (
    "It took too long and was stopped. Look at Releases for what is on the screen now. Try again;"
    " if it happens again, run doctor."
)


class DeskTask:
    """One command at a time."""

    def __init__(self, verb: Verb, clock: Callable[[], datetime]) -> None:
        self._verb, self._clock = verb, clock
        self._task: asyncio.Task[None] | None = None
        self.title = ""
        self.last: TaskResult | None = None

    @property
    def running(self) -> bool:
        """Whether a command is running."""
        return self._task is not None and not self._task.done()

    def start(self, title: str, verb: str, *arguments: str, source: str = "") -> bool:
        """Run the command; False if one is running."""
        if self.running:
            return False
        self.title, self.last = title, None
        self._task = asyncio.create_task(self._run(verb, arguments, source))
        return True

    async def wait(self, seconds: float) -> None:
        """Wait for its end, at most ``seconds``."""
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=seconds)

    async def _run(self, verb: str, arguments: tuple[str, ...], source: str) -> None:
        try:
            outcome = await self._verb(verb, *arguments)
        except TimeoutError:
            outcome = TaskOutcome(1, TOO_LONG)
        except OSError as problem:  # no memory or process left
            log.exception("the desk could not start a process")
            outcome = TaskOutcome(
                1, f"It could not be started ({problem.strerror}). Nothing on the screen changed."
            )
        except Exception as problem:  # noqa: BLE001 - a result is awaited
            log.error("a verb of the desk failed: %s", type(problem).__name__)  # noqa: TRY400
            outcome = TaskOutcome(
                1,
                "Something went wrong at the desk, and it is not known how this ended. Look at"
                " Releases.",
            )
        self.last = TaskResult(self.title, outcome, self._clock(), source, verb != "refuse")

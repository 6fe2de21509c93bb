"""Logs fixed sentences for operators: no personal data, at most one line a minute per kind."""

import logging
import time
from collections.abc import Callable
from pathlib import Path

from messages.message import message

log = logging.getLogger("sms")
EVERY = 60.0  # minimum seconds between two log lines of the same kind


class Alarms:
    """Limits how often each kind is logged. ``clock``: monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._said: dict[str, float] = {}

    def say(self, kind: str, error: BaseException | None = None) -> None:
        """Log this kind's sentence and the error's class. The error's text may quote a message."""
        now = self._clock()
        if now - self._said.get(kind, now - EVERY) < EVERY:
            return
        self._said[kind] = now
        where = f" [{_where(error)}]" if error else ""
        log.warning("text line, %s: %s%s", kind, message(f"text-line.{kind}"), where)


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    return (
        f"{type(error).__name__} in"
        f" {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
    )

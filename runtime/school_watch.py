"""Reads the school's file in a thread of its own: it may lie on a share that dies."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from kiosk.pages import school_file
from kiosk.pages.school_file import School
from messages.message import Message, message

log = logging.getLogger("porchlight")
EVERY_SECONDS, PATIENCE_SECONDS = 3.0, 15.0


class SchoolWatch:
    """``facts`` are those of the last time the file could be read; ``start`` begins to look."""

    def __init__(
        self,
        path: Path,
        *,
        read: Callable[[Path], bytes | None] = school_file.raw,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self.facts = School()
        self._path, self._read, self._steady = path, read, steady
        self._seen: bytes | None = None
        self._unreadable: Message | None = None
        self._asked_at: float | None = None  # since when a read has not come back
        self._ended = threading.Event()
        self._once = threading.Event()

    def start(self) -> None:
        """Look now and every few seconds, until ``end``."""
        threading.Thread(target=self._watch, name="school file", daemon=True).start()

    def wait(self, seconds: float) -> None:
        """Wait for the first look, so long at most."""
        self._once.wait(seconds)

    def end(self) -> None:
        """Look no more."""
        self._ended.set()

    def look(self) -> None:
        """Read the file once. What cannot be read leaves the facts as they were."""
        self._asked_at = self._steady()
        try:
            seen = self._read(self._path)
            self._unreadable = None
        except (OSError, ValueError) as error:
            self._unreadable = message("school.unreadable", path=self._path, error=error)
            return
        finally:
            self._asked_at = None
        if seen != self._seen:
            self._seen = seen
            self.facts, _ = school_file.parsed(self._path, seen)

    def problem(self) -> Message | None:
        """Why the facts may be old; None if they are not."""
        asked = self._asked_at
        if asked is not None and self._steady() - asked > PATIENCE_SECONDS:
            return message("place.silent", place=self._path)
        return self._unreadable

    def _watch(self) -> None:
        logged = ""
        while not self._ended.is_set():
            wrong = ""
            try:
                self.look()
            except Exception as error:  # noqa: BLE001  whatever the file does, the watch goes on
                wrong = type(error).__name__
                self._unreadable = message("school.rewrite", path=self._path, wrong=wrong)
            if wrong and wrong != logged:  # every few seconds, for as long as it lasts
                log.error("the school's file: %s", wrong)
            logged = wrong
            self._once.set()
            self._ended.wait(EVERY_SECONDS)

"""Reads the school's file in a separate thread, because it may be on a network share that fails."""

import logging
from collections.abc import Callable
from pathlib import Path

from kiosk.pages import school_file
from kiosk.pages.school_file import School
from messages.message import Message, message
from system.bounded import Pool, SharedCall
from system.files import Stamp

log = logging.getLogger("porchlight")
EVERY_SECONDS, PATIENCE_SECONDS = 3.0, 15.0


class SchoolWatch:
    """Watches a school's file. ``facts`` are from the last complete read. A job calls ``turn``."""

    def __init__(
        self,
        path: Path,
        *,
        read: Callable[[Path], bytes | None] = school_file.raw,
        patience: float = PATIENCE_SECONDS,
        pool: Pool | None = None,
    ) -> None:
        """Use the threads in ``pool``, if given, which several schools' files share."""
        self.facts = School()
        self._path, self._read = path, read
        self._in_thread = SharedCall("school file", self.look, patience=patience, pool=pool)
        self._parsed: Stamp = (None,)
        self._unreadable: Message | None = None
        self._hangs, self._logged = False, ""
        self.end = self._in_thread.shutdown

    async def turn(self) -> None:
        """Read the file in the thread; even after an error, the next turn tries again."""
        wrong = ""
        try:
            await self._in_thread()
        except TimeoutError:
            self._hangs = True
            return
        except Exception as error:  # noqa: BLE001  see above
            wrong = type(error).__name__
            self._unreadable = message("school.rewrite", path=self._path, wrong=wrong)
            if wrong != self._logged:  # otherwise the problem would be logged every few seconds
                log.error("the school's file: %s", wrong)  # noqa: TRY400  it may hold a name
        self._hangs, self._logged = False, wrong

    def look(self) -> None:
        """Read the file once. If that fails, the facts stay unchanged."""
        try:
            read = self._read(self._path)
            self._unreadable = None
        except (OSError, ValueError) as error:
            self._unreadable = message("school.unreadable", path=self._path, error=error)
            return
        if self._parsed != (read,):
            self._parsed = (read,)
            self.facts, problems = school_file.parsed(self._path, read)
            if problems:  # they may quote the file, so they are not logged
                log.warning("%s: problems: %d; see `doctor`", self._path, len(problems))

    def problem(self) -> Message | None:
        """Return why the facts may be outdated; None if they are current."""
        if self._hangs:
            return message("place.silent", place=self._path)
        return self._unreadable

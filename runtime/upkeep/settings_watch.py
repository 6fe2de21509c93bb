"""Notices changes to the desk's settings or the schools' table, in each serving process."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

from messages.message import message
from settings import desk_file, schools
from settings.load import SettingsError
from settings.schema import DESK, Settings
from system.bounded import Pool, SharedCall

log = logging.getLogger("porchlight")
SILENT = "place.silent"
TABLE_SECONDS = 5.0  # maximum seconds to read the schools' table, which may be on a network share
T = TypeVar("T")
CLOSING_SECONDS = 1.5  # shorter than the time that a server waits for its last responses


def within(call: Callable[[], T], otherwise: T) -> T:
    """Return the result of reading the table, or ``otherwise`` if its share is not responding."""
    try:
        return Pool("schools", 1).call(call, TABLE_SECONDS)
    except TimeoutError:
        return otherwise


def read_table(settings: Settings) -> schools.Schools:
    """Read the schools' table. If its share is not responding, report only that problem."""
    silent = message(SILENT, place=settings.kiosk.schools or "")
    return within(partial(schools.read, settings), schools.Schools({}, (silent,)))


class SettingsWatch:
    """Calls ``end`` once, as soon as the desk's file or the table differs from the start.

    Then ``found`` is served on the same open port. An unusable file changes nothing.
    """

    def __init__(self, settings: Settings) -> None:
        self._data_dir = settings.server.data_dir
        self._read_table = SharedCall(
            "schools", partial(schools.raw, settings), patience=TABLE_SECONDS
        )
        self._tables = {None, within(partial(schools.raw, settings), None)}  # None: no share
        self.shutdown = self._read_table.shutdown
        self._at_start = desk_file.stamp(self._data_dir)
        self._held = [key for key, where in settings.origins.items() if where == DESK]
        self._damage = " ".join(map(str, desk_file.read(self._data_dir)[1]))  # at the start
        self.found: Settings | None = None
        self.problem = self._damage  # the error in the settings, or why they are not in use
        self.closed = asyncio.Event()
        self.again: Callable[[], Settings] = Settings
        self.end: Callable[[], None] = lambda: None

    async def look(self) -> None:
        """Check now. A job does this every few seconds, and the desk does it after each write."""
        seen = await asyncio.to_thread(desk_file.stamp, self._data_dir)
        if self.found is not None:
            return
        table = None
        with suppress(TimeoutError):
            table = await self._read_table()
        if seen == self._at_start and table in self._tables:
            self.problem = self._damage
            return
        try:
            found = await asyncio.to_thread(self.again)
            self._refuse_lost(found)
        except SettingsError as error:
            if self.problem != str(error):
                self.problem = str(error)
                log.error("%s The previous settings stay in use.", error)  # noqa: TRY400
            return
        read = await asyncio.to_thread(read_table, found)
        # No school is usable, as when a save is half written. Use the desk's changes anyway.
        if seen == self._at_start and read.unserved and not read.settings:
            log.error("%s The previous settings stay in use.", read.unserved[0])
            if read.unserved[0].code != SILENT:  # a share that is silent is read again
                self._tables.add(table)
            return
        self.found = found
        self.end()

    def _refuse_lost(self, found: Settings) -> None:
        """Raise SettingsError if the file lost a desk setting: the desk never removes a key."""
        lost = [key.partition(".")[2] for key in self._held if key not in found.origins]
        if lost:
            raise SettingsError(
                message("settings.lost", file=self._data_dir / desk_file.FILE, lost=", ".join(lost))
            )

    async def take_up(self) -> str:
        """Check, then wait until this server stops taking visitors. Return why the settings were
        not applied, or ""."""
        await self.look()
        if self.found is None:
            return self.problem
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                await self.closed.wait()
        return ""

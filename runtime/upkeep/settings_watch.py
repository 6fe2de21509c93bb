"""Sees that the desk's settings or the schools' table changed, in each process that serves."""

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
TABLE_SECONDS = 5.0  # for the schools' table, which may be on a share
T = TypeVar("T")
CLOSING_SECONDS = 1.5  # less than a server waits for its last answers


def within(call: Callable[[], T], otherwise: T) -> T:
    """Return what reading the table gives, or ``otherwise`` where its share does not answer."""
    try:
        return Pool("schools", 1).call(call, TABLE_SECONDS)
    except TimeoutError:
        return otherwise


class SettingsWatch:
    """Calls ``end`` once, when the desk's file or the table is another one than at the start.

    Then ``found`` is served on the same open port. A file that cannot be used changes nothing.
    """

    def __init__(self, settings: Settings) -> None:
        self._data_dir = settings.server.data_dir
        self._read_table = SharedCall(
            "schools", partial(schools.raw, settings), patience=TABLE_SECONDS
        )
        self._table = within(partial(schools.raw, settings), None)
        self.shutdown = self._read_table.shutdown
        self._at_start = desk_file.stamp(self._data_dir)
        self._held = [key for key, where in settings.origins.items() if where == DESK]
        self._damage = " ".join(
            map(str, desk_file.read(self._data_dir)[1])
        )  # that was there at the start
        self.found: Settings | None = None
        self.problem = self._damage  # what is wrong with them, or why they are not taken up
        self.closed = asyncio.Event()
        self.again: Callable[[], Settings] = Settings
        self.end: Callable[[], None] = lambda: None

    async def look(self) -> None:
        """Look now; a job does every few seconds, and the desk after it wrote."""
        seen = await asyncio.to_thread(desk_file.stamp, self._data_dir)
        if self.found is not None:
            return
        table = None
        with suppress(TimeoutError):
            table = await self._read_table()
        if seen == self._at_start and table in {None, self._table}:  # None: a share that is away
            self.problem = self._damage
            return
        try:
            found = await asyncio.to_thread(self.again)
            self._refuse_lost(found)
        except SettingsError as error:
            if self.problem != str(error):
                self.problem = str(error)
                log.error("%s What was set before stays.", error)  # noqa: TRY400
        else:
            self.found = found
            self.end()

    def _refuse_lost(self, found: Settings) -> None:
        """SettingsError where the file lost what the desk set: the desk takes no key away."""
        lost = [key.partition(".")[2] for key in self._held if key not in found.origins]
        if lost:
            raise SettingsError(
                message("settings.lost", file=self._data_dir / desk_file.FILE, lost=", ".join(lost))
            )

    async def take_up(self) -> str:
        """Look, and wait until this server takes no more visitors; why not, "" if they are taken
        up."""
        await self.look()
        if self.found is None:
            return self.problem
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                await self.closed.wait()
        return ""

"""Sees that the desk's settings changed, in each process that serves with them."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from settings import desk_file
from settings.load import SettingsError
from settings.schema import Settings

log = logging.getLogger("porchlight")
CLOSING_SECONDS = 1.5  # less than a server waits for its last answers


class SettingsWatch:
    """Calls ``end`` once, when the desk's file is another one than at the start.

    Whoever serves then serves ``found``, the settings as ``again`` reads them, on the same open
    port. While the settings file cannot be used all goes on as before.
    """

    def __init__(self, data_dir: Path) -> None:
        self._data_dir, self._seen = data_dir, desk_file.raw(data_dir)
        self.found: Settings | None = None
        self.problem = ""  # why they are not taken up
        self.closed = asyncio.Event()
        self.again: Callable[[], Settings] = Settings
        self.end: Callable[[], None] = lambda: None

    async def look(self) -> None:
        """Look now; a job does every few seconds, and the desk after it wrote."""
        seen = await asyncio.to_thread(desk_file.raw, self._data_dir)
        if self.found is not None or seen == self._seen:
            return
        try:
            self.found = await asyncio.to_thread(self.again)
        except SettingsError as error:
            if self.problem != str(error):
                self.problem = str(error)
                log.error("%s What was set before stays.", error)  # noqa: TRY400
        else:
            self.end()

    async def take_up(self) -> str:
        """Look, and wait until this server takes no more visitors: the next one answers them.

        Why the settings are not taken up; "" if they are.
        """
        await self.look()
        if self.found is None:
            return self.problem
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                await self.closed.wait()
        return ""

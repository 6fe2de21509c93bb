"""Sees that the desk's settings changed, in each process that serves with them."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from settings import desk_file

CLOSING_SECONDS = 1.5  # less than a server waits for its last answers


class SettingsWatch:
    """Calls ``end`` once, when the desk's file is another one than at the start.

    Whoever serves then reads the settings anew and serves again, on the same open port.
    """

    def __init__(self, data_dir: Path) -> None:
        self._data_dir, self._seen = data_dir, desk_file.raw(data_dir)
        self.changed, self.closed = False, asyncio.Event()
        self.end: Callable[[], None] = lambda: None

    async def look(self) -> None:
        """Look now; a job does every few seconds, and the desk after it wrote."""
        seen = await asyncio.to_thread(desk_file.raw, self._data_dir)
        if not self.changed and seen != self._seen:
            self.changed = True
            self.end()

    async def take_up(self) -> None:
        """Look, and wait until this server takes no more visitors: the next one answers them."""
        await self.look()
        if self.changed:
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSING_SECONDS):
                    await self.closed.wait()

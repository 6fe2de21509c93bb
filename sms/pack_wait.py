"""Makes texts wait a few seconds for the pack after startup, as it has the answers to all needs."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable

SECONDS = 5.0  # maximum seconds that a text waits, including retries; the carrier gives up after 15
CLOSES = 60.0  # seconds after which no text waits: the pack is missing, or loading hangs
MOST = 200  # maximum texts that wait after a start; others get the built-in crisis lines at once
_LOOK = 0.02


class PackWait:
    """Waits until the pack is shown. ``end`` may be called from any thread."""

    def __init__(
        self,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._monotonic, self._sleep = monotonic, sleep
        self._shown = threading.Event()
        self._closes = monotonic() + CLOSES
        self._until: dict[str, float] = {}

    def end(self) -> None:
        self._shown.set()

    async def wait(self, sid_hash: str = "") -> None:
        """Wait until the pack is shown, or as long as this text may wait. "" is for other work."""
        if self._shown.is_set() or (len(self._until) >= MOST and sid_hash not in self._until):
            return
        latest = min(self._monotonic() + SECONDS, self._closes) if sid_hash else self._closes
        until = self._until.setdefault(sid_hash, latest)
        while not self._shown.is_set() and self._monotonic() < until:
            await self._sleep(_LOOK)
        if self._shown.is_set():
            self._until.clear()

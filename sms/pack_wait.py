"""Makes texts wait some seconds for the pack after a start: until then, no need can be answered."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable

SECONDS = 5.0  # longest that a text waits, retries included; the carrier gives up after 15
CLOSES = 60.0  # seconds after the start when waiting stops: the pack is missing, or loading hangs
MOST = 200  # texts that may wait after one start; more are answered at once from the built-in lines
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
        """Wait until the pack is shown, or as long as this text may wait; "" means other work."""
        if self._shown.is_set() or (len(self._until) >= MOST and sid_hash not in self._until):
            return
        latest = min(self._monotonic() + SECONDS, self._closes) if sid_hash else self._closes
        until = self._until.setdefault(sid_hash, latest)
        while not self._shown.is_set() and self._monotonic() < until:
            await self._sleep(_LOOK)
        if self._shown.is_set():
            self._until.clear()

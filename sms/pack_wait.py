"""The seconds after a start in which a text waits for the pack: until then no need is answered."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable

SECONDS = 5.0  # that one text waits, also when the carrier sends it again; it gives up after 15
CLOSES = 60.0  # seconds after the start from which nobody waits: there is no pack, or it hangs
MOST = 200  # texts that wait in one start; more are answered at once, from the built-in lines
_LOOK = 0.02


class PackWait:
    """Whether the pack is shown yet. ``end`` may be called from any thread."""

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
        """Wait until the pack is shown, or as long as this text may wait; "" is for other work."""
        if self._shown.is_set() or (len(self._until) >= MOST and sid_hash not in self._until):
            return
        latest = min(self._monotonic() + SECONDS, self._closes) if sid_hash else self._closes
        until = self._until.setdefault(sid_hash, latest)
        while not self._shown.is_set() and self._monotonic() < until:
            await self._sleep(_LOOK)
        if self._shown.is_set():
            self._until.clear()

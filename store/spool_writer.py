"""Writes to the spool on a thread of its own: what waits together shares one fsync."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import NamedTuple

from store.spool import Spool, Waiting


class _Asked(NamedTuple):
    waiting: Waiting
    loop: asyncio.AbstractEventLoop
    durable: "asyncio.Future[None]"


class SpoolWriter:
    """Group commit to ``spool``; ``wake`` is called when there is something new in it."""

    def __init__(self, spool: Spool, wake: Callable[[], None]) -> None:
        self._spool, self._wake = spool, wake
        self._asked: SimpleQueue[_Asked | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._write_forever, name="spool", daemon=True)

    def start(self) -> None:
        self._thread.start()

    async def put(self, waiting: Waiting) -> None:
        """Keep this; returns when it is durable. Whoever stops waiting does not take it back."""
        loop = asyncio.get_running_loop()
        durable: asyncio.Future[None] = loop.create_future()
        self._asked.put(_Asked(waiting, loop, durable))
        await durable

    def end(self, timeout: float) -> None:
        """Write what waits and end the thread, within so many seconds."""
        self._asked.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _write_forever(self) -> None:
        while (asked := self._asked.get()) is not None:
            batch, ended = [asked], False
            with suppress(Empty):
                while not ended:
                    more = self._asked.get_nowait()
                    ended = more is None
                    batch += [more] if more is not None else []
            self._spool.add([one.waiting for one in batch])
            self._wake()
            for one in batch:
                with suppress(RuntimeError):  # the loop ended while we wrote
                    one.loop.call_soon_threadsafe(_settle, one.durable)
            if ended:
                return


def _settle(durable: "asyncio.Future[None]") -> None:
    if not durable.done():
        durable.set_result(None)

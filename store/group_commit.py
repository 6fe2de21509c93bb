"""The database behind one writer thread: all waiting work goes into one transaction.

A failure raises StoreError, and work that must not be lost waits in the spool. If an SQLite file is
deleted while in use, it is created again and the latest work is repeated on it.
"""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from queue import Empty, SimpleQueue
from typing import Any

from sqlalchemy import Connection, exc

from store.engine import bring_up, file_of, is_away, open_engine, sentence
from store.failure import StoreError
from store.spool import Spool, Waiting
from system.bounded import Pool

log = logging.getLogger(__name__)

BUSY_MS = 1_000  # a lock held longer than this fails the batch, which is then retried
RETRY_SECONDS = 0.5
AT_ONCE = 2_000  # maximum spooled work in a transaction: it must not delay new work
LATELY = 4_096  # maximum work repeated after an SQLite file was deleted; about 2 MB

Work = Callable[[Connection, Sequence[Any]], Sequence[Any]]
Heard = Callable[[Sequence[Any], Sequence[Any]], None]


@dataclass(slots=True)
class _Asked:
    """One piece of work: its function, its item, and the future that waits for it."""

    work: Work
    item: Any
    loop: asyncio.AbstractEventLoop | None = None
    future: "asyncio.Future[Any] | None" = None
    result: Any = None
    error: StoreError | None = field(default=None)

    @property
    def waiting(self) -> Waiting:
        """The same work in the spool's form."""
        return Waiting(self.work, self.item)


class Store:
    """A database and its writer thread. ``open`` starts it; ``close`` flushes and ends it."""

    def __init__(self, url: str, *, busy_ms: int = BUSY_MS, spool: Spool | None = None) -> None:
        """``spool`` keeps work for later; such work must be safe to repeat. Raises StoreError."""
        self._engine = open_engine(url, busy_ms)
        self._spool = Spool() if spool is None else spool
        self._spooling, self._to_spool = Pool("spool", 1), deque[Waiting]()
        self._heard: dict[Work, list[Heard]] = {}
        self._last: list[Callable[[], Sequence[Waiting]]] = []
        self._asked: deque[_Asked] = deque()
        self._in_hand: list[_Asked] = []
        self._signals: SimpleQueue[None] = SimpleQueue()
        self._signalling: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._connection: Connection | None = None
        self._file: tuple[int, int] | None = None
        self._lately: deque[Waiting] = deque(maxlen=LATELY)
        self._closing = False
        self._deadline = 0.0
        self._problem = ""

    def open(self) -> None:
        """Start the writer thread, which connects and migrates. ``problem`` reports a failure."""
        if self._thread is None:
            self._spool.open()
            self._thread = threading.Thread(target=self._write_forever, name="store", daemon=True)
            self._thread.start()

    def listen(self, work: Work, heard: Heard) -> None:
        """Call ``heard(items, results)`` on the writer thread whenever this work is committed."""
        self._heard.setdefault(work, []).append(heard)

    def at_end(self, last: Callable[[], Sequence[Waiting]]) -> None:
        """Get the final work from ``last`` before closing."""
        self._last.append(last)

    async def submit(self, work: Work, item: Any) -> Any:
        """Run ``work(connection, items)`` with all waiting items; return this one's result.

        Raises StoreError if the database cannot be used; before that, it stores spooled work
        durably. A caller that stops waiting does not undo anything.
        """
        if self._problem and not self._ended and self._spool.keeps(work):
            # If the database is known to be unavailable, do not wait for it.
            await self._put(Waiting(work, item))
            raise StoreError(self._problem or "The database did not respond.")
        return await self._ask(work, item)

    async def keep(self, work: Work, item: Any) -> None:
        """Have the work done later; if the spool keeps such work, it is durable there on return."""
        if not self._ended and self._spool.keeps(work):
            await self._put(Waiting(work, item))
        else:
            self._ask(work, item)

    @property
    def _ended(self) -> bool:
        return self._closing or self._thread is None

    def _ask(self, work: Work, item: Any) -> "asyncio.Future[Any]":
        if self._ended:
            raise StoreError("The store is closed.")
        if self._problem:
            raise StoreError(self._problem)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        self._asked.append(_Asked(work, item, loop, future))
        if self._signalling is not loop:  # only one signal per turn of the loop, for larger batches
            self._signalling = loop
            loop.call_soon(self._signal)
        return future

    def _signal(self) -> None:
        self._signalling = None
        self._signals.put(None)

    async def _put(self, waiting: Waiting) -> None:
        """Keep the work in the spool, durably on return, even if the caller stops waiting."""
        self._to_spool.append(waiting)
        await asyncio.wrap_future(self._spooling.submit(self._fill_spool))

    def _fill_spool(self) -> None:
        """Write all work that has arrived with one fsync. A later call may find no work left."""
        if batch := [self._to_spool.popleft() for _ in range(len(self._to_spool))]:
            self._spool.add(batch)
            if not self._problem:  # an unavailable database has its own schedule for retries
                self._signals.put(None)

    def problem(self) -> str:
        """Describe the database's current problem, without any data; return "" if there is none."""
        return self._problem

    def close(self, *, timeout: float = 3.0) -> None:
        """Write waiting work and end the thread within ``timeout`` seconds; spool other work."""
        if self._thread is None or self._closing:
            return
        self._deadline = time.monotonic() + timeout
        self._closing = True
        Pool.is_done(self._spooling.submit(self._fill_spool), timeout)
        self._spooling.shutdown()
        self._signals.put(None)
        self._thread.join(timeout + BUSY_MS / 1000)
        if self._thread.is_alive():  # the thread is waiting for a database that hangs
            left = [*self._in_hand, *self._asked]
            self._spool.add([one.waiting for one in left if self._spool.keeps(one.work)])
        self._spool.close()

    def _write_forever(self) -> None:
        self._attempt([])
        while (
            not self._closing
            or self._asked
            or (len(self._spool) and time.monotonic() < self._deadline)
        ):
            batch = self._take()
            if batch or self._problem or len(self._spool):
                self._attempt(batch)
        if not self._problem and (last := [_Asked(*one) for ask in self._last for one in ask()]):
            self._attempt(last)
        if len(self._spool):
            log.error("store: %d writes failed before the store closed", len(self._spool))
        elif self._deleted():
            self._attempt([])
        self._disconnect()

    def _take(self) -> list[_Asked]:
        """Return all submitted work. Blocks until there is some work or it is time to retry."""
        soon = 0.05 if self._closing or len(self._spool) else None
        wait = RETRY_SECONDS if self._problem else soon
        with suppress(Empty):
            self._signals.get(timeout=wait)
        batch = []
        while self._asked:
            batch.append(self._asked.popleft())
        return batch

    def _attempt(self, batch: list[_Asked]) -> None:
        """Write the batch, or spool it if the database is unavailable. Only bad items fail."""
        self._in_hand = batch
        try:
            self._run(batch)
            if self._problem:
                log.warning("store: the database answers again")
                self._problem = ""
        except Exception as error:  # noqa: BLE001  one bad item must not fail the others
            away = self._connection is None or is_away(error)
            self._disconnect()
            if away:
                self._keep(batch, error)
            elif len(batch) == 1:
                self._refuse(batch[0], error)
            else:
                for asked in batch:
                    self._attempt([asked])
                return
        self._wake(batch)

    def _run(self, batch: list[_Asked]) -> None:
        """Write the work that has been waiting longest, then the batch, each in one transaction."""
        if self._deleted():
            log.warning("store: the database file was deleted; creating it again")
            self._disconnect()
        connection = self._connect()
        waiting = self._spool.first(AT_ONCE)
        if waiting:
            self._catch_up(connection, waiting)
            self._spool.done(len(waiting))
        with connection.begin():
            _do(connection, batch)
        self._done(batch)

    def _catch_up(self, connection: Connection, waiting: Sequence[Waiting]) -> None:
        """Do waiting work. Drop an item that can never be done: it must not block other items."""
        batch = [_Asked(*one) for one in waiting]
        try:
            with connection.begin():
                _do(connection, batch)
            self._done(batch)
        except Exception as error:
            if is_away(error):
                raise
            if len(waiting) == 1:
                log.error("store: a write that waited was refused: %s", sentence(error))  # noqa: TRY400  no values
                return
            for one in waiting:
                self._catch_up(connection, [one])

    def _done(self, batch: Sequence[_Asked]) -> None:
        if self._file is not None:
            self._lately.extend(one.waiting for one in batch if self._spool.keeps(one.work))
        for work, group in groupby(batch, key=attrgetter("work")):
            done = list(group)
            for heard in self._heard.get(work, []):
                heard([one.item for one in done], [one.result for one in done])

    def _keep(self, batch: list[_Asked], error: Exception) -> None:
        """Handle an unavailable database: keep the work, fail the waiting calls, log this once."""
        if not self._problem:
            log.warning(
                "store: %s; answers come from memory, and writes are tried again", sentence(error)
            )
        self._problem = sentence(error)
        self._spool.add([asked.waiting for asked in batch if self._spool.keeps(asked.work)])
        for asked in batch:
            asked.error = StoreError(self._problem)

    @staticmethod
    def _refuse(asked: _Asked, error: Exception) -> None:
        """Handle work that can never be done: fail the caller, and do not keep the work."""
        log.error("store: a write was refused: %s", sentence(error))
        asked.error = StoreError(sentence(error))

    @staticmethod
    def _wake(batch: list[_Asked]) -> None:
        """Give all results to their loops, one call per loop: thread-safe calls are expensive."""
        loops: dict[asyncio.AbstractEventLoop, list[_Asked]] = {}
        for asked in batch:
            if asked.loop is not None:
                loops.setdefault(asked.loop, []).append(asked)
        for loop, group in loops.items():
            with suppress(RuntimeError):  # the loop ended while we were writing: nobody is waiting
                loop.call_soon_threadsafe(_settle, group)

    def _connect(self) -> Connection:
        if self._connection is None:
            with ExitStack() as undo:
                connection = undo.enter_context(self._engine.connect())
                empty = bring_up(connection)
                # Inodes may be reused, so also check whether the file is empty.
                if empty or file_of(self._engine) != self._file:
                    with connection.begin():
                        _do(connection, [_Asked(work, item) for work, item in self._lately])
                undo.pop_all()
            self._connection, self._file = connection, file_of(self._engine)
        return self._connection

    def _deleted(self) -> bool:
        """Whether the SQLite file in use is no longer the one at its path."""
        return (
            self._connection is not None
            and self._file is not None
            and file_of(self._engine) != self._file
        )

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except (exc.SQLAlchemyError, OSError):
                connection.invalidate()


def _do(connection: Connection, batch: Sequence[_Asked]) -> None:
    """Run neighboring items of one kind in one call each, in the order submitted."""
    for work, run in groupby(batch, key=attrgetter("work")):
        group = list(run)
        results = work(connection, [asked.item for asked in group])
        for asked, result in zip(group, results, strict=True):
            asked.result = result


def _settle(group: list[_Asked]) -> None:
    for asked in group:
        if asked.future is None or asked.future.done():
            continue
        if asked.error is not None:
            asked.future.set_exception(asked.error)
        else:
            asked.future.set_result(asked.result)

"""The one door to the database: SQLite in the data directory, or PostgreSQL through psycopg 3.

Owns the engine, the schema's version and group commit: one writer thread takes all the work that waits, runs it in one
transaction and wakes all who asked. Refuses to know what is stored: tables and statements belong to the SQL modules
(sms/ledger.py). Refuses to stop anyone: a database that is locked, full, slow or gone raises StoreError to the one who
asked, and the work stays waiting to be written later, as long as there is room.
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
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc, inspect, make_url, text

log = logging.getLogger(__name__)

SCHEMA = "0001"  # the newest file of migrations/versions; a test compares
MIGRATIONS = Path(__file__).resolve().parent / "migrations"
BUSY_MS = 1_000  # a lock held longer than this fails the batch, which is then tried again
RETRY_SECONDS = 0.5
ROOM = 20_000  # work that may wait for a database that is away; about 10 MB
_one_migrates = threading.Lock()  # alembic's context is global to a process
_LOCK_NUMBER = 721_902_114  # of PostgreSQL's advisory lock around migrations: any constant of ours

Work = Callable[[Connection, Sequence[Any]], Sequence[Any]]


class StoreError(Exception):
    """The store failed: the sentence says what to look at. The work may still be written later."""


@dataclass(slots=True)
class _Asked:
    """One piece of work: its function, its item, and who waits for it (nobody after the first failure)."""

    work: Work
    item: Any
    loop: asyncio.AbstractEventLoop | None = None
    future: "asyncio.Future[Any] | None" = None
    result: Any = None
    error: StoreError | None = field(default=None)


class Store:
    """A database and its writer thread. ``open`` starts it, ``close`` flushes and ends it."""

    def __init__(self, url: str, *, busy_ms: int = BUSY_MS) -> None:
        """``url`` is an SQLAlchemy address. StoreError if it is not one we can open.

        ``postgres://`` and ``postgresql://`` mean psycopg 3.
        """
        self._engine = _engine(url, busy_ms)
        self._asked: deque[_Asked] = deque()
        self._signals: SimpleQueue[None] = SimpleQueue()
        self._signalling: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._connection: Connection | None = None
        self._retry: list[_Asked] = []
        self._closing = False
        self._deadline = 0.0
        self._problem = ""

    def open(self) -> None:
        """Start the writer, which connects and migrates when needed. A failure shows in ``problem``."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._write_forever, name="store", daemon=True)
            self._thread.start()

    async def submit(self, work: Work, item: Any) -> Any:
        """Run ``work(connection, items)`` with this item and all others that wait, in one transaction; its result.

        ``work`` gets items that asked for the same function and returns one result for each. It must be safe to
        repeat: after a failure this raises StoreError, and the item is tried again later without anyone waiting.
        """
        if self._closing or self._thread is None:
            raise StoreError("The store is closed.")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        self._asked.append(_Asked(work, item, loop, future))
        if self._signalling is not loop:  # one signal for all that ask in this turn of the loop: larger batches
            self._signalling = loop
            loop.call_soon(self._signal)
        return await future

    def _signal(self) -> None:
        self._signalling = None
        self._signals.put(None)

    def problem(self) -> str:
        """What is wrong with the database now, as a sentence without any data in it; "" when the last batch went in."""
        return self._problem

    def healthy(self) -> bool:
        """True while nothing is known to be wrong."""
        return not self._problem

    def close(self, *, timeout: float = 3.0) -> None:
        """Write all that waits and end the thread, within ``timeout`` seconds; then give up with one log line."""
        if self._thread is None or self._closing:
            return
        self._deadline = time.monotonic() + timeout
        self._closing = True
        self._signals.put(None)
        self._thread.join(timeout + BUSY_MS / 1000)
        self._engine.dispose()

    def _write_forever(self) -> None:
        self._attempt([])
        while not self._closing or self._asked or (self._retry and time.monotonic() < self._deadline):
            batch = self._take()
            if batch or self._problem:
                self._attempt(batch)
        if self._retry:
            log.error("store: %d writes could not be made before the end", len(self._retry))
        self._disconnect()

    def _take(self) -> list[_Asked]:
        """All that waits now; blocks until there is something, or until it is time to try the failed work again."""
        wait = RETRY_SECONDS if self._retry or self._problem else None
        if self._closing:
            wait = 0.05
        with suppress(Empty):
            self._signals.get(timeout=wait)
        batch, self._retry = self._retry, []
        while self._asked:
            batch.append(self._asked.popleft())
        return batch

    def _attempt(self, batch: list[_Asked]) -> None:
        """Write the batch; what failed for want of the database waits again, what failed by itself fails alone."""
        try:
            self._run(batch)
            if self._problem:
                log.warning("store: the database answers again")
                self._problem = ""
        except Exception as error:  # noqa: BLE001  one bad item must not take the others with it
            away = self._connection is None or _is_away(error)
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
        connection = self._connect()
        with connection.begin():
            for work, run in groupby(batch, key=attrgetter("work")):  # neighbours only: work is done in order
                group = list(run)
                results = work(connection, [asked.item for asked in group])
                for asked, result in zip(group, results, strict=True):
                    asked.result = result

    def _keep(self, batch: list[_Asked], error: Exception) -> None:
        """The database is away: tell those who wait, keep the work, say so once."""
        if not self._problem:
            log.warning("store: %s; answers go on from memory, writes are tried again", _sentence(error))
        self._problem = _sentence(error)
        for asked in batch:
            asked.error = StoreError(self._problem)
        room = ROOM - len(self._retry)
        if len(batch) > room:
            log.error("store: no room to keep %d writes, dropped", len(batch) - room)
        self._retry += [_Asked(asked.work, asked.item) for asked in batch[:room]]

    @staticmethod
    def _refuse(asked: _Asked, error: Exception) -> None:
        """This can never be done: tell the one who asked, and do not keep it."""
        log.error("store: a write was refused: %s", _sentence(error))
        asked.error = StoreError(_sentence(error))

    @staticmethod
    def _wake(batch: list[_Asked]) -> None:
        """Hand every result to its loop, in one call for each loop: a thread-safe call costs more than a result."""
        loops: dict[asyncio.AbstractEventLoop, list[_Asked]] = {}
        for asked in batch:
            if asked.loop is not None:
                loops.setdefault(asked.loop, []).append(asked)
        for loop, group in loops.items():
            with suppress(RuntimeError):  # the loop ended while we wrote: nobody waits any more
                loop.call_soon_threadsafe(_settle, group)

    def _connect(self) -> Connection:
        if self._connection is None:
            with ExitStack() as undo:
                connection = undo.enter_context(self._engine.connect())
                _bring_up(connection)
                undo.pop_all()
            self._connection = connection
        return self._connection

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except (exc.SQLAlchemyError, OSError):
                connection.invalidate()
        self._engine.dispose()


def _settle(group: list[_Asked]) -> None:
    for asked in group:
        if asked.future is None or asked.future.done():
            continue
        if asked.error is not None:
            asked.future.set_exception(asked.error)
        else:
            asked.future.set_result(asked.result)


def _is_away(error: Exception) -> bool:
    """True if the database failed, and not the statement: locked, full, gone, or no longer a database."""
    kinds = (OSError, exc.OperationalError, exc.InternalError, exc.InterfaceError)
    return isinstance(error, kinds) or type(error) is exc.DatabaseError


def _sentence(error: Exception) -> str:
    """What failed, by kind only: a driver's message may quote the statement and its values."""
    cause = error.orig if isinstance(error, exc.DBAPIError) and error.orig is not None else error
    name = getattr(cause, "sqlite_errorname", "") or getattr(cause, "sqlstate", "") or type(cause).__name__
    return f"The database could not be used ({name})"


def _engine(url: str, busy_ms: int) -> Engine:
    try:
        address = make_url(url)
    except exc.ArgumentError as error:
        raise StoreError("[store] url is not a database address; use sqlite:///file or postgresql://…") from error
    kind = address.get_backend_name()
    if kind in {"postgres", "postgresql"}:
        engine = create_engine(
            address.set(drivername="postgresql+psycopg"),
            connect_args={"connect_timeout": 2, "options": f"-c lock_timeout={busy_ms} -c statement_timeout=5000"},
            hide_parameters=True,
        )
    elif kind == "sqlite":
        engine = create_engine(address, connect_args={"timeout": busy_ms / 1000}, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
    else:
        raise StoreError(f"[store] url names {kind!r}; only sqlite and postgresql can be used")
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """WAL so that readers and other processes are not blocked; FULL so that a power cut loses no claim."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def _bring_up(connection: Connection) -> None:
    """Migrate when the schema is not the newest. Several processes may come here at once: one migrates, others wait.

    A schema newer than the code is left alone: it was written by a newer Porchlight, which only adds to it.
    """
    if schema_version(connection) < SCHEMA:
        connection.rollback()
        with _one_migrates:
            if connection.dialect.name == "postgresql":
                connection.execute(text("select pg_advisory_xact_lock(:n)"), {"n": _LOCK_NUMBER})
            else:
                connection.exec_driver_sql("begin immediate")
            if schema_version(connection) < SCHEMA:
                _migrate(connection)
            connection.commit()
    connection.rollback()


def schema_version(connection: Connection) -> str:
    """The migration the database is at; "" for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("select version_num from alembic_version")).scalar() or ""


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  40 ms and 6 MB that an up-to-date database never needs
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")

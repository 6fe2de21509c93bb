"""Daemon threads for calls that may hang. Unlike Python's own pool, they never prevent our exit."""

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from queue import SimpleQueue
from typing import Any, Generic, ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")
MOST_HUNG = 32


class Pool(ThreadPoolExecutor):
    """A pool of up to ``size`` daemon threads (one runs calls in order). Use it from one thread."""

    def __init__(self, name: str, size: int = 0, *, patience: float | None = None) -> None:
        self._size = size or min(32, (os.cpu_count() or 1) + 4)  # as many as in Python's own pool
        super().__init__(self._size)
        self._name, self._patience, self._threads_made = name, patience, 0
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._slots = asyncio.Semaphore(self._size)
        self._open, self._hung = set[Future[Any]](), set[Future[Any]]()

    async def run(self, call: Callable[[], T]) -> T:
        """Run ``call`` in the next free thread; return its result or raise its error.

        Raises TimeoutError after ``patience`` seconds and replaces the hanging thread; raises it
        at once if ``MOST_HUNG`` threads are hanging. If the caller is canceled, the call goes on.
        """
        async with self._slots:
            self._hung = {future for future in self._hung if not future.done()}
            if len(self._hung) >= MOST_HUNG:
                raise TimeoutError
            future = self.submit(call)
            try:
                async with asyncio.timeout(self._patience):
                    return await asyncio.wrap_future(future)
            finally:
                if not future.done():
                    self._hung.add(future)

    def call(self, call: Callable[[], T], seconds: float) -> T:
        """Run ``call`` without an event loop. Raises TimeoutError after ``seconds``."""
        return self.submit(call).result(seconds)

    @staticmethod
    def is_done(future: Future[T], seconds: float) -> bool:
        """Whether a submitted call ends within that time; if not, the call keeps running."""
        return bool(wait([future], seconds).done)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Submit a call as the standard library does, but run it even if its future is canceled."""
        future = Future[T]()
        future.set_running_or_notify_cancel()

        def run() -> None:
            try:
                tell = partial(future.set_result, fn(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001  the caller gets the error
                tell = partial(future.set_exception, error)
            tell()

        future.add_done_callback(self._open.discard)
        self._open.add(future)
        self._calls.put(run)
        if self._threads_made < min(len(self._open), self._size + len(self._hung)):
            self._threads_made += 1
            threading.Thread(target=self._work, name=self._name, daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        """Accept no more calls. Each thread ends after the queued calls."""
        super().shutdown(wait=False)
        for _ in range(self._threads_made):
            self._calls.put(None)

    def _work(self) -> None:
        while (run := self._calls.get()) is not None:
            run()


class SharedCall(Generic[T]):
    """Makes one call at a time, in a thread; callers that arrive while it is running share it.

    ``pool``: threads that other calls may also use.
    """

    def __init__(
        self, name: str, call: Callable[[], T], *, patience: float, pool: Pool | None = None
    ) -> None:
        self._pool, self._call, self._patience = pool or Pool(name, 1), call, patience
        self._running: Future[T] | None = None

    async def __call__(self) -> T:
        """Return the call's result or raise its error; TimeoutError after ``patience`` seconds."""
        if self._running is None or self._running.done():
            self._running = self._pool.submit(self._call)
        async with asyncio.timeout(self._patience):
            return await asyncio.wrap_future(self._running)

    def shutdown(self) -> None:
        self._pool.shutdown()

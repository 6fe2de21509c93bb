"""Daemon threads for calls that may hang; unlike an executor's, they let the program end."""

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from typing import Generic, ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")
MOST_HUNG = 32


class WorkerThread:
    """Runs calls in order. The first call starts it."""

    def __init__(self, name: str) -> None:
        self._asked: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    async def run(self, call: Callable[[], T]) -> T:
        """What ``call`` returns or raises. Cancelling the caller leaves the call running."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def errand() -> None:
            try:
                tell = partial(future.set_result, call())
            except BaseException as error:  # noqa: BLE001  the caller's
                tell = partial(future.set_exception, error)
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(_settle, future, tell)

        if not self._thread.is_alive():
            self._thread.start()
        self._asked.put(errand)
        return await future

    @property
    def is_alive(self) -> bool:
        """Whether it works still."""
        return self._thread.is_alive()

    def end(self) -> None:
        """No more calls: the thread ends after those queued."""
        self._asked.put(None)

    def _run(self) -> None:
        while (errand := self._asked.get()) is not None:
            errand()


class WorkerThreads:
    """Several threads. TimeoutError after ``patience`` seconds; the hung thread is replaced, and
    with ``MOST_HUNG`` of them nothing is called until one comes back: TimeoutError at once."""

    def __init__(self, name: str, *, size: int, patience: float) -> None:
        self._name, self._patience = name, patience
        self._free = [WorkerThread(name) for _ in range(size)]
        self._slots = asyncio.Semaphore(size)
        self._hung: list[WorkerThread] = []

    async def run(self, call: Callable[[], T]) -> T:
        """What ``call`` returns or raises, from the next free thread."""
        async with self._slots:
            self._hung = [thread for thread in self._hung if thread.is_alive]
            if len(self._hung) >= MOST_HUNG:
                raise TimeoutError
            thread = self._free.pop()
            try:
                async with asyncio.timeout(self._patience):
                    result = await thread.run(call)
            except BaseException as error:
                if isinstance(error, TimeoutError | asyncio.CancelledError):
                    thread.end()
                    self._hung.append(thread)
                    thread = WorkerThread(self._name)
                raise
            finally:
                self._free.append(thread)
            return result

    def end(self) -> None:
        """No more calls."""
        for thread in self._free:
            thread.end()


class DaemonPool(ThreadPoolExecutor):
    """For a loop's default executor: whoever ends the loop or the program waits for none of its
    calls. The library's own pool has both wait for a call that hangs."""

    def __init__(self, name: str) -> None:
        self._size = min(32, (os.cpu_count() or 1) + 4)  # as many as the library's own
        super().__init__(self._size)
        self._name, self._threads_made = name, 0
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._idle = threading.Semaphore(0)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As the library's. Call it in one thread only: the loop's."""
        future = Future[T]()

        def run() -> None:
            if future.set_running_or_notify_cancel():
                try:
                    tell = partial(future.set_result, fn(*args, **kwargs))
                except BaseException as error:  # noqa: BLE001  the caller's
                    tell = partial(future.set_exception, error)
                tell()

        self._calls.put(run)
        if not self._idle.acquire(blocking=False) and self._threads_made < self._size:
            self._threads_made += 1
            threading.Thread(target=self._work, name=self._name, daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        """No more calls: each thread ends after its own."""
        super().shutdown(wait=False)
        for _ in range(self._threads_made):
            self._calls.put(None)

    def _work(self) -> None:
        while (run := self._calls.get()) is not None:
            run()
            self._idle.release()


class SharedCall(Generic[T]):
    """One call at a time, in a thread of its own: whoever asks meanwhile shares what it returns."""

    def __init__(self, name: str, call: Callable[[], T], *, patience: float) -> None:
        self._thread, self._call, self._patience = WorkerThread(name), call, patience
        self._running: asyncio.Task[T] | None = None

    async def __call__(self) -> T:
        """What the call returns or raises; TimeoutError after ``patience`` seconds."""
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._thread.run(self._call))
        done, _ = await asyncio.wait([self._running], timeout=self._patience)
        if not done:
            raise TimeoutError
        return self._running.result()

    def end(self) -> None:
        """No more calls."""
        self._thread.end()


def _settle(future: "asyncio.Future[T]", tell: Callable[[], None]) -> None:
    if not future.done():
        tell()

"""Calls that hang hold up neither others nor the end."""

import asyncio
import threading
from functools import partial

import pytest

from system import bounded
from system.bounded import Pool, SharedCall
from tests.running import until


def test_calls_are_made_in_order_in_one_thread_and_tell_what_they_return_or_raise() -> None:
    async def play() -> tuple[list[int], set[str]]:
        errands = Pool("device", 1)
        made: list[int] = []
        names: set[str] = set()

        def call(number: int) -> int:
            names.add(threading.current_thread().name)
            made.append(number)
            return number * 2

        doubled = await asyncio.gather(*(errands.run(partial(call, k)) for k in range(20)))
        assert doubled == list(range(0, 40, 2))
        with pytest.raises(ZeroDivisionError):
            await errands.run(lambda: 1 // 0)
        assert await errands.run(lambda: "still there") == "still there"
        errands.shutdown()
        return made, names

    made, names = asyncio.run(play())
    assert made == list(range(20))
    assert names == {"device"}


def test_a_call_that_hangs_holds_up_neither_the_loop_nor_the_end() -> None:
    hung, released = threading.Event(), threading.Event()

    def hang() -> None:
        hung.set()
        released.wait(60)

    errands = Pool("device", 1)

    async def play() -> bool:
        task = asyncio.create_task(errands.run(hang))
        await asyncio.to_thread(hung.wait, 60)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return next(thread for thread in threading.enumerate() if thread.name == "device").daemon

    try:
        assert asyncio.run(play())  # and the loop is closed when the call comes back
    finally:  # a thread that is no daemon would keep this process, too
        errands.shutdown()
        released.set()


def test_a_call_that_hangs_is_left_to_its_thread_and_holds_up_no_other() -> None:
    async def play() -> list[str]:
        crew = Pool("carrier", 1, patience=0.2)
        hang = threading.Event()
        with pytest.raises(TimeoutError):
            await crew.run(hang.wait)
        crew._patience = 30
        said = [await crew.run(lambda: "at once")]
        patient = Pool("carrier", 2, patience=60)
        with pytest.raises(ZeroDivisionError):
            await patient.run(lambda: 1 // 0)
        said += await asyncio.gather(*(patient.run(lambda k=k: f"call {k}") for k in range(5)))  # type: ignore[misc]
        hang.set()
        for one in (crew, patient):
            one.shutdown()
        return said

    assert asyncio.run(play()) == ["at once", *(f"call {k}" for k in range(5))]


def test_whoever_asks_while_a_call_runs_shares_it_and_waits_no_longer_than_its_patience() -> None:
    """However many ask, one thread waits for a disk that hangs."""
    calls, answers = [0], threading.Event()

    def call() -> int:
        calls[0] += 1
        answers.wait(30)
        return calls[0]

    async def play() -> list[object]:
        short = SharedCall("shared", call, patience=0.2)
        hung = await asyncio.gather(*(short() for _ in range(20)), return_exceptions=True)
        hung += await asyncio.gather(short(), return_exceptions=True)
        until(lambda: calls == [1], "a thread waits")
        answers.set()
        short._patience = 30
        assert short._running
        await asyncio.to_thread(short._running.result, 30)
        after = await short()
        short.shutdown()
        return [after, *{type(error) for error in hung}, len(hung)]

    assert asyncio.run(play()) == [2, TimeoutError, 21]


def test_calls_that_hang_leave_so_many_threads_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "MOST_HUNG", 2)
    calls, answers = [0], threading.Event()

    def call() -> None:
        calls[0] += 1
        answers.wait(30)

    async def play() -> str:
        crew = Pool("files", 1, patience=0.1)
        for _ in range(4):
            with pytest.raises(TimeoutError):
                await crew.run(call)
        until(lambda: calls == [2], "two threads wait")
        hung = list(crew._hung)
        answers.set()
        crew._patience = 30
        for future in hung:
            await asyncio.to_thread(future.result, 30)
        said = await crew.run(lambda: "once more")
        crew.shutdown()
        return said

    assert asyncio.run(play()) == "once more"


def test_a_loop_ends_while_a_call_of_its_own_pool_hangs() -> None:
    """The library's pool kept both doors shut after new settings, until the share was back."""
    answers, ended = threading.Event(), threading.Event()
    said: list[object] = []

    async def play() -> None:
        asyncio.get_running_loop().set_default_executor(Pool("work"))
        calls = [asyncio.to_thread(lambda k=k: k * 2) for k in range(50)]  # type: ignore[misc]
        said.extend(await asyncio.gather(*calls))
        with pytest.raises(ZeroDivisionError):
            await asyncio.to_thread(lambda: 1 // 0)
        hanging = asyncio.create_task(asyncio.to_thread(answers.wait, 60))
        said.append(await asyncio.to_thread(lambda: threading.current_thread().daemon))
        hanging.cancel()

    def run() -> None:
        asyncio.run(play())
        ended.set()

    threading.Thread(target=run, daemon=True).start()
    try:
        assert ended.wait(30)
    finally:
        answers.set()
    assert said == [*range(0, 100, 2), True]

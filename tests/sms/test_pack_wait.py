"""While a server starts, a text waits for the pack; not for ever, and nothing waits with it."""

import asyncio
from collections.abc import Callable

import pytest

from content.model.pinned import pinned_pack
from sms.line import TextLine
from sms.pack_wait import CLOSES, MOST, SECONDS, PackWait
from sms.script import Script
from sms.twilio.endpoints import AT_ONCE
from store.group_commit import Store
from tests.sms.packs import SETTINGS
from tests.sms.twilio.test_endpoints import Answer, form, post, webhook_over

Make = Callable[..., TextLine]


class Steady:
    """Monotonic time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


@pytest.fixture
def steady() -> Steady:
    return Steady()


@pytest.fixture
def pack_wait(steady: Steady) -> PackWait:
    return PackWait(monotonic=steady, sleep=steady.sleep)


@pytest.fixture
def starting(new_line: Make, store: Store, pack_wait: PackWait) -> TextLine:
    """A line that has only the built-in crisis lines yet."""
    script = Script(pinned_pack(), SETTINGS)
    return new_line(store, script=script, pack_wait=pack_wait, patience=60.0)


def test_a_text_during_the_start_gets_the_packs_answer(starting: TextLine, script: Script) -> None:
    async def play() -> Answer:
        asked = asyncio.create_task(post(webhook_over(starting), form(Body="I want to die")))
        for _ in range(50):
            await asyncio.sleep(0)
        assert not asked.done()
        starting.show(script)
        return await asked

    assert b"Suicide: 988" in asyncio.run(play()).body


def test_a_text_waits_five_seconds_at_most_and_gets_the_built_in_lines(
    starting: TextLine, steady: Steady
) -> None:
    answer = asyncio.run(post(webhook_over(starting), form(Body="I want to die")))
    assert b"988" in answer.body and b"911" in answer.body
    assert SECONDS <= steady.now < SECONDS + 0.1


def test_a_text_that_the_carrier_sends_again_waits_no_second_time(
    pack_wait: PackWait, steady: Steady
) -> None:
    async def play() -> None:
        first = asyncio.create_task(pack_wait.wait("one"))
        while steady.now < SECONDS - 1:
            await asyncio.sleep(0)
        await asyncio.gather(first, pack_wait.wait("one"))

    asyncio.run(play())
    assert steady.now < SECONDS + 0.1


def test_when_no_pack_comes_nobody_waits_after_a_minute(
    pack_wait: PackWait, steady: Steady
) -> None:
    steady.now = CLOSES
    asyncio.run(pack_wait.wait("one"))
    assert steady.now == CLOSES


def test_more_texts_than_may_wait_are_answered_at_once(pack_wait: PackWait) -> None:
    async def play() -> None:
        waiting = [asyncio.create_task(pack_wait.wait(f"text {number}")) for number in range(MOST)]
        await asyncio.sleep(0)
        await pack_wait.wait("one more")
        assert not any(task.done() for task in waiting)
        pack_wait.end()
        await asyncio.gather(*waiting)

    asyncio.run(play())


def test_texts_that_wait_hold_up_none_that_is_in_hand(starting: TextLine, script: Script) -> None:
    async def play() -> list[Answer]:
        hook = webhook_over(starting)
        texts = [form(Body="hi", MessageSid=f"SM{number:032x}") for number in range(2 * AT_ONCE)]
        asked = [asyncio.create_task(post(hook, raw)) for raw in texts]
        await asyncio.sleep(0)
        assert not hook._slots.locked()
        starting.show(script)
        return await asyncio.gather(*asked)

    assert {answer.status for answer in asyncio.run(play())} == {200}


def test_once_the_pack_is_shown_nobody_waits(starting: TextLine, script: Script) -> None:
    starting.show(script)
    asyncio.run(starting.wait_for_pack("one"))
    asyncio.run(starting.wait_for_pack())

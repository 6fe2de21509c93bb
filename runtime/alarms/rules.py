"""Decides when an alarm starts and ends: pure rules based on problems, memory and time.

Starting and ending take some minutes, so a problem that comes and goes raises only one alarm.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

import msgspec

from messages.message import Message
from system.files import Instant

MOST_WAITING = 100  # unsent messages; the oldest are dropped
LANGUAGES = ("en", "es")
DEADLINE = 45.0  # maximum seconds for one message, no matter how slowly a server responds


class DeliveryError(Exception):
    """An alarm could not be sent. The message is a sentence for the operator."""


class AlarmKind(msgspec.Struct, frozen=True):
    """A row of alarms.toml; its times are in minutes. ``again``: a higher value is news too."""

    after: int
    clear: int
    again: bool = False


class Ring(msgspec.Struct, frozen=True):
    """A message saying that an alarm has started or ended. ``since``: when the alarm started."""

    number: int
    kind: str
    recovered: bool
    value: str
    at: Instant
    since: Instant


Send = Callable[[Ring], None]  # may block and may raise DeliveryError
CHANNELS = ("mail", "webhook")


class AlarmChannel(msgspec.Struct, frozen=True, kw_only=True):
    """A channel's progress. ``done``: the last message delivered; ``problem``: the current problem;
    ``since``: when it began; ``tested``: whether a test was delivered."""

    done: int = 0
    failures: int = 0
    problem: str = ""
    why: Message | None = None
    since: Instant | None = None
    tested: bool = False


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """The state that must survive a restart. ``ringing``: kind → the time its alarm started.
    ``least``: kind → its lowest value since its last message."""

    number: int = 0
    ringing: dict[str, Instant] = {}
    least: dict[str, int] = {}
    waiting: tuple[Ring, ...] = ()
    channels: dict[str, AlarmChannel] = {}


@cache
def kinds() -> Mapping[str, AlarmKind]:
    table = tomllib.loads(Path(__file__).with_name("alarms.toml").read_text(encoding="utf-8"))
    return msgspec.convert(table, dict[str, AlarmKind])


def step(
    wrong: Mapping[str, str],
    memory: Memory,
    differs: Mapping[str, float],
    *,
    now: datetime,
    steady: float,
) -> tuple[Memory, Mapping[str, float]]:
    """Return the memory after one check (new messages are in ``waiting``) and the next ``differs``.

    ``wrong``: kind → value of each current problem. ``differs``: the time (in monotonic
    seconds) when the state began to differ from the last message; empty in a new process.
    """
    left: dict[str, float] = {}
    ringing, number, waiting = dict(memory.ringing), memory.number, list(memory.waiting)
    least = dict(memory.least)
    for kind, row in kinds().items():
        is_wrong, count = kind in wrong, int(wrong.get(kind) or 0) if row.again else 0
        rises = kind in ringing and count > least.get(kind, count)
        if count and not rises:
            least[kind] = count
        if is_wrong == (kind in ringing) and not rises:
            continue
        began = differs.get(kind, steady)
        if steady - began < 60 * (row.after if is_wrong else row.clear):
            left[kind] = began
            continue
        since, value = ringing.pop(kind, now), wrong.get(kind, "")
        if is_wrong:
            ringing[kind] = since
        if rises:
            least[kind] = count
        number += 1
        waiting.append(Ring(number, kind, not is_wrong, value, now, since))
    after = msgspec.structs.replace(
        memory,
        number=number,
        ringing=ringing,
        least=least,
        waiting=tuple(waiting[-MOST_WAITING:]),
    )
    return after, left


def due(memory: Memory, channel: str) -> Sequence[Ring]:
    """Return the messages that a channel has not delivered yet, oldest first."""
    done = memory.channels.get(channel, AlarmChannel()).done
    return [ring for ring in memory.waiting if ring.number > done]


def taken(memory: Memory, channel: str, number: int, *, among: Sequence[str]) -> Memory:
    """Record that a channel delivered a message; forget those delivered by all of ``among``."""
    tested = memory.channels.get(channel, AlarmChannel()).tested
    channels = {**memory.channels, channel: AlarmChannel(done=number, tested=tested)}
    least = min(channels.get(name, AlarmChannel()).done for name in among)
    waiting = tuple(ring for ring in memory.waiting if ring.number > least)
    return msgspec.structs.replace(memory, channels=channels, waiting=waiting)


def refused(memory: Memory, channel: str, why: Message, *, now: datetime) -> Memory:
    """Record that a channel failed to deliver a message."""
    before = memory.channels.get(channel, AlarmChannel())
    failed = msgspec.structs.replace(
        before, failures=before.failures + 1, problem=str(why), why=why, since=before.since or now
    )
    return msgspec.structs.replace(memory, channels={**memory.channels, channel: failed})


def tested(memory: Memory, channel: str, problem: Message | None, *, now: datetime) -> Memory:
    """Record the test of a channel; the test was delivered if there is no ``problem``."""
    if problem:
        return refused(memory, channel, problem, now=now)
    done = memory.channels.get(channel, AlarmChannel()).done
    well = AlarmChannel(done=done, tested=True)
    return msgspec.structs.replace(memory, channels={**memory.channels, channel: well})


def patience(failures: int) -> float:
    """Return the seconds until the next try: a minute, doubled after each try, at most an hour."""
    return min(60.0 * 2.0 ** max(failures - 1, 0), 3600.0)

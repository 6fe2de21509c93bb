"""A running server's alarms: checks every minute, sends due messages, keeps a record on disk."""

import asyncio
import logging
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path

import msgspec

from messages.message import Message, message, of_error
from runtime.alarms import rules
from runtime.alarms.rules import CHANNELS, DEADLINE, DeliveryError, Memory, Send
from settings.load import Secrets
from settings.schema import Settings
from system import files
from system.bounded import Pool

log = logging.getLogger("porchlight")
LOOK_SECONDS = 60
FILE = "ALARMS"  # in data_dir


class AlarmWatch:
    """A server's alarms. ``steady``: a monotonic clock in seconds. ``send``: channels by name."""

    def __init__(
        self,
        data_dir: Path,
        send: Mapping[str, Send],
        *,
        clock: Callable[[], datetime],
        steady: Callable[[], float] = time.monotonic,
        patience: float = DEADLINE,
    ) -> None:
        self._file, self._send, self._clock, self._steady = data_dir / FILE, send, clock, steady
        # Without a channel, keep nothing: a channel added later gets the problems of that time.
        self.memory = remembered(data_dir) if send else Memory()
        self._differs: Mapping[str, float] = {}
        self._again_at: dict[str, float] = {}
        # Daemon threads: a mail server that hangs must not delay the service or its shutdown.
        self._threads = Pool("alarms", max(1, len(send)), patience=patience)

    async def turn(self, wrong: Mapping[str, str]) -> None:
        """Take the current problems (kind → value) and send messages that are due. Never raises."""
        before = self.memory
        self.memory, self._differs = rules.step(
            wrong, before, self._differs, now=self._clock(), steady=self._steady()
        )
        if self.memory != before:
            self._save()  # saved before sending, so that a restart does not send a message twice
        # Use all channels at once: a mail server that hangs must not keep the webhook waiting.
        await asyncio.gather(*(self._deliver(*channel) for channel in self._send.items()))

    async def _deliver(self, channel: str, send: Send) -> None:
        if self._steady() < self._again_at.get(channel, 0.0):
            return
        for ring in rules.due(self.memory, channel):
            problem = await tried(self._threads, partial(send, ring))
            if problem:
                self.memory = rules.refused(self.memory, channel, problem, now=self._clock())
                failures = self.memory.channels[channel].failures
                self._again_at[channel] = self._steady() + rules.patience(failures)
                log.warning("alarms: %s takes none: %s", channel, problem)
            else:
                self.memory = rules.taken(
                    self.memory, channel, ring.number, among=tuple(self._send)
                )
            self._save()
            if problem:
                return

    async def beat(self, address: str, about: Mapping[str, object]) -> None:
        """Post the heartbeat, unless an alarm is active. Never raises."""
        if not address or self.memory.ringing:
            return
        from runtime.alarms import delivery  # loaded late, as in of_server

        if problem := await tried(self._threads, partial(delivery.beat, address, about)):
            log.warning("alarms: %s takes none: %s", "heartbeat", problem)

    async def test(self, heartbeat: str) -> dict[str, Message | None]:
        """Send a test in the same way as an alarm, and record the result. Never raises."""
        said = await tested(self._threads, self._send, heartbeat, now=self._clock())
        for channel in self._send:
            problem = said[channel]
            self.memory = rules.tested(self.memory, channel, problem, now=self._clock())
            if not problem:
                self._again_at.pop(channel, None)  # messages that are waiting can be sent now
        self._save()
        return said

    def _save(self) -> None:
        if not self._send:
            self.memory = msgspec.structs.replace(self.memory, waiting=())
            return
        with suppress(OSError):  # a full disk has its own alarm, which is sent from memory
            files.write_record(self._file, self.memory)


async def tested(
    threads: Pool, send: Mapping[str, Send], heartbeat: str, *, now: datetime
) -> dict[str, Message | None]:
    """Send a test to each channel and the heartbeat; return why each one failed, or None."""
    from runtime.alarms import delivery  # loaded late, as in of_server

    ring = rules.Ring(number=0, kind="test", recovered=False, value="", at=now, since=now)
    calls = {name: partial(one, ring) for name, one in send.items()}
    if heartbeat:
        calls["heartbeat"] = partial(delivery.beat, heartbeat, {"test": True})
    said = await asyncio.gather(*(tried(threads, call) for call in calls.values()))
    return dict(zip(calls, said, strict=True))


async def tried(threads: Pool, send: Callable[[], None]) -> Message | None:
    """Return why the message could not be sent, or None if it was sent."""
    try:
        await threads.run(send)
    except TimeoutError:
        return message("alarms.no-end", seconds=round(DEADLINE))
    except DeliveryError as error:
        return of_error(error)
    except Exception as error:  # noqa: BLE001  the service keeps running
        return message("alarms.error", name=type(error).__name__)
    return None


def remembered(data_dir: Path) -> Memory:
    """Return the alarms' memory without kinds and channels that this version does not have."""
    memory = files.read_record(data_dir / FILE, Memory) or Memory()
    known = rules.kinds()
    highest = max((channel.done for channel in memory.channels.values()), default=0)
    return Memory(
        number=max(memory.number, highest),
        ringing={kind: since for kind, since in memory.ringing.items() if kind in known},
        least=memory.least,
        waiting=tuple(ring for ring in memory.waiting if ring.kind in known),
        channels={name: one for name, one in memory.channels.items() if name in CHANNELS},
    )


def of_server(settings: Settings, secrets: Secrets, clock: Callable[[], datetime]) -> AlarmWatch:
    send: Mapping[str, Send] = {}
    if settings.alarms.channels:
        from runtime.alarms import delivery  # mail and TLS: not loaded if there is no channel

        send = delivery.channels(settings, secrets, socket.gethostname())
    return AlarmWatch(settings.server.data_dir, send, clock=clock)

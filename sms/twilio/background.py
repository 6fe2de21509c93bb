"""Schedules background work with Twilio's API: backfill, outbox, redaction."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice

from messages.message import Message
from sms.carrier import Transport
from sms.line import PATIENCE, TextLine
from sms.twilio import outbox_table
from sms.twilio.backfill import Backfill
from sms.twilio.background_step import BackgroundStep, CarrierWork
from sms.twilio.delivery_status import Deliveries
from sms.twilio.outbox import SLOTS, Outbox
from store.failure import StoreError
from store.group_commit import Store
from system.bounded import Pool

ASK_SECONDS = 30.0  # maximum seconds for one call, no matter how slowly the response arrives
BackgroundTask = tuple[str, int, Callable[[], Awaitable[object]]]  # name, interval in seconds, work
ENDS = {
    "delivered": outbox_table.DELIVERED,
    "undelivered": outbox_table.FAILED,
    "failed": outbox_table.FAILED,
}
# The outbox sends for at most 15 minutes, and searches the list a little longer.
KEPT = timedelta(minutes=25)
REACH = timedelta(days=7)  # enough to cover an outage, but not the whole history
MOST = 2_000  # maximum messages per turn


class Redaction(BackgroundStep):
    """Deletes Twilio's copy of each handled message within the hour."""

    failing = "carrier.not-redacted"

    async def _work(self) -> int:
        now = self._clock()
        read_until = await self._store.submit(outbox_table.read_until, None)
        if read_until is None:
            return 0
        before = min(now - KEPT, datetime.fromtimestamp(read_until, UTC))
        rows = (held.sid for held in self._carrier.list(now - REACH) if held.sent_at < before)
        sids: list[str] = await self._ask(lambda: list(islice(rows, MOST)))
        gone = 0
        for sid in sids:  # one at a time, because replies come first
            gone += await self._ask(partial(self._carrier.forget, sid))
        return gone


class BackgroundWork:
    def __init__(
        self,
        line: TextLine,
        store: Store,
        carrier: Transport,
        deliveries: Deliveries,
        *,
        clock: Callable[[], datetime],
        chance: Callable[[], float] = random.random,
    ) -> None:
        """``clock`` returns timezone-aware UTC."""
        self._line, self._store = line, store
        # Use enough threads so that the outbox never waits for a thread during its lease.
        self._threads = Pool("carrier", SLOTS + 4, patience=ASK_SECONDS)
        shared = CarrierWork(line, store, carrier, self._threads, clock)
        self.outbox = Outbox(shared, deliveries, chance)
        self.backfill = Backfill(shared)
        self.redaction = Redaction(shared)

    def table(self) -> list[BackgroundTask]:
        """Return the tasks. Each task may run at any time, any number of times."""
        return [
            ("backfill", 180, self.catch_up),
            ("outbox", 5, self.outbox.turn),
            ("redaction", 600, self.redaction.turn),
        ]

    async def run(self) -> None:
        """At startup, answer missed messages, then send replies that an earlier process left."""
        await self._line.wait_for_pack()
        await self.catch_up()
        await self.outbox.turn()

    async def catch_up(self) -> None:
        if await self.backfill.turn():
            self.outbox.wake()
            await self.outbox.turn()

    async def record_status(self, sid: str, status: str) -> None:
        """Record a message's final status; ignore messages that the outbox did not send."""
        if sid and status in ENDS:
            with suppress(StoreError, TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await self._store.submit(
                        outbox_table.end, (self._line.ledger.sid_hash(sid), ENDS[status])
                    )

    def report(self) -> dict[str, Message | str]:
        return {
            "backfill": self.backfill.problem() or "ok",
            "outbox": self.outbox.problem() or "ok",
            "redaction": self.redaction.problem() or "ok",
        }

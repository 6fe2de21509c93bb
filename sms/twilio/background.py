"""Schedules background work with Twilio's API: backfill, outbox, redaction."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from messages.message import Message
from settings.load import Secrets
from settings.schema import Settings
from sms.carrier import LATE, Transport
from sms.line import PATIENCE, TextLine
from sms.twilio import outbox_table
from sms.twilio.account import Account
from sms.twilio.backfill import Backfill
from sms.twilio.background_step import CarrierWork
from sms.twilio.client import Twilio
from sms.twilio.delivery_status import Deliveries
from sms.twilio.outbox import SLOTS, Outbox
from sms.twilio.redaction import Redaction
from store.failure import StoreError
from store.group_commit import Store
from system.bounded import Pool

ASK_SECONDS = 30.0  # for one call, however slowly its answer arrives
ENDS = {
    "delivered": outbox_table.DELIVERED,
    "undelivered": outbox_table.FAILED,
    "failed": outbox_table.FAILED,
}


class BackgroundTask(NamedTuple):
    """One kind of work, to run every ``seconds``."""

    name: str
    seconds: int
    run: Callable[[], Awaitable[object]]


class BackgroundWork:
    """One server's background work for one text line."""

    def __init__(
        self,
        line: TextLine,
        store: Store,
        carrier: Transport,
        deliveries: Deliveries,
        *,
        clock: Callable[[], datetime],
        late: timedelta,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """``clock`` gives aware UTC."""
        self._line, self._store = line, store
        # Enough that no send of the outbox waits for a thread while its lease runs.
        self._threads = Pool("carrier", SLOTS + 4, patience=ASK_SECONDS)
        shared = CarrierWork(line, store, carrier, self._threads.run, clock, late)
        self.outbox = Outbox(shared, deliveries, chance)
        self.backfill = Backfill(shared)
        self.redaction = Redaction(shared)

    def table(self) -> list[BackgroundTask]:
        """The tasks. Each may run at any time, any number of times."""
        return [
            BackgroundTask("backfill", 180, self.catch_up),
            BackgroundTask("outbox", 5, self.outbox.turn),
            BackgroundTask("redaction", 600, self.redaction.turn),
        ]

    async def run(self) -> None:
        """At start: answer what was missed, then send what an earlier process left."""
        await self._line.wait_for_pack()
        await self.catch_up()
        await self.outbox.turn()

    async def catch_up(self) -> None:
        """Find missed messages and answer them."""
        if await self.backfill.turn():
            self.outbox.wake()
            await self.outbox.turn()

    async def record_status(self, sid: str, status: str) -> None:
        """Record a message's final status; one that the outbox did not send is ignored."""
        if sid and status in ENDS:
            with suppress(StoreError, TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await self._store.submit(
                        outbox_table.end, (self._line.sid_hash(sid), ENDS[status])
                    )

    def report(self) -> dict[str, Message | str]:
        """The state of each task, for the desk and `doctor --json`."""
        return {
            "backfill": self.backfill.problem() or "ok",
            "outbox": self.outbox.problem() or "ok",
            "redaction": self.redaction.problem() or "ok",
        }

    def end(self) -> None:
        """Stop calling the API."""
        self._threads.shutdown()


def with_account(
    line: TextLine,
    store: Store,
    deliveries: Deliveries,
    settings: Settings,
    secrets: Secrets,
    *,
    clock: Callable[[], datetime],
    carrier: Transport | None = None,
) -> BackgroundWork | None:
    """None without an account or number, or with a modem. ``carrier`` replaces Twilio in tests."""
    sms = settings.sms
    account = Account.configured(settings, secrets)
    if not (sms.enabled and sms.carrier != "modem" and account.can_ask):
        return None
    return BackgroundWork(
        line, store, carrier or Twilio(account), deliveries, clock=clock, late=LATE
    )

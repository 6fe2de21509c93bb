"""Empties and deletes Twilio's copy of each handled message within the hour."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice

from sms.carrier import Transport
from sms.line import TextLine
from sms.twilio import outbox_table
from sms.twilio.background_step import BackgroundStep
from sms.twilio.outbox import AskCarrier
from store.group_commit import Store

# Answers are sent for 15 minutes at most, and what was sent is looked for a little longer.
KEPT = timedelta(minutes=25)
REACH = timedelta(
    days=7
)  # how far back is looked: what was left behind by an outage, not the whole history
MOST = 2_000  # of one turn


class Redaction:
    """Deletes what one line has handled. Any number of servers may do so at once."""

    def __init__(
        self,
        line: TextLine,
        store: Store,
        carrier: Transport,
        *,
        ask: AskCarrier,
        clock: Callable[[], datetime],
    ) -> None:
        """``clock`` gives aware UTC."""
        self._store, self._carrier, self._ask, self._clock = store, carrier, ask, clock
        self._step = BackgroundStep(
            line.alarms,
            clock=clock,
            summary="the carrier's copies are not deleted since {since}: its API fails",
        )

    def problem(self) -> str:
        """A sentence for the operator; "" if the last turn went well."""
        return self._step.problem()

    async def turn(self) -> int:
        """Delete what may be deleted; how many messages. Never raises but for cancellation."""
        return await self._step.take(self._forget)

    async def _forget(self) -> int:
        now = self._clock()
        read_until = await self._store.submit(outbox_table.read_until, None)
        if read_until is None:
            return 0
        before = min(now - KEPT, datetime.fromtimestamp(read_until, UTC))
        rows = (held.sid for held in self._carrier.list(now - REACH) if held.sent_at < before)
        sids: list[str] = await self._ask(lambda: list(islice(rows, MOST)))
        gone = 0
        for sid in sids:  # one after another: nobody waits for it, and answers come first
            gone += await self._ask(partial(self._carrier.forget, sid))
        return gone

"""After an outage: records what Twilio holds that we never saw, and queues what is young enough.

What the webhook may still be answering is left alone; the outbox sends.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice

from content.model import phone_numbers
from sms.carrier import CarrierMessage, Transport
from sms.ledger import Ledger
from sms.line import Inbound, TextLine
from sms.twilio import outbox_table
from sms.twilio.background_step import BackgroundStep
from sms.twilio.outbox import AskCarrier
from sms.twilio.outbox_table import MissedMessage
from store.group_commit import Store

# The carrier tries an address for 15 seconds and then goes to the fallback. What is younger is the
# webhook's.
SETTLED = timedelta(seconds=90)
OVERLAP = timedelta(
    minutes=10
)  # read again: the two clocks differ, and a message may come late into the list
ANSWERED_WITHIN = timedelta(seconds=30)  # a reply that follows so soon answers that message
READ, WRITTEN = 500, 100  # messages read at once, and written at once
LATE, BY_FALLBACK, NO_PERSON = "silent:late", "silent:fallback", "silent:limited"


class Backfill:
    """Reads the carrier's list for one line. Any number of servers may do so at once."""

    def __init__(
        self,
        line: TextLine,
        store: Store,
        carrier: Transport,
        *,
        ask: AskCarrier,
        clock: Callable[[], datetime],
        late: timedelta,
    ) -> None:
        """``clock`` gives aware UTC. Older than ``late``: recorded and not answered."""
        self._line, self._store, self._ledger, self._carrier = line, store, Ledger(store), carrier
        self._ask, self._clock, self._late = ask, clock, late
        self._step = BackgroundStep(
            line.alarms,
            clock=clock,
            summary="missed texts were not looked for since {since}: the carrier's API fails",
        )

    def problem(self) -> str:
        """A sentence for the operator; "" if the last turn went well."""
        return self._step.problem()

    async def turn(self) -> int:
        """Look once; how many messages are to be answered. Never raises but for cancellation."""
        return await self._step.take(self._look)

    async def _look(self) -> int:
        now = self._clock()
        until, begin = now - SETTLED, await self._begin(now)
        rows = await self._ask(lambda: self._carrier.list(begin))
        young: list[
            CarrierMessage
        ] = []  # everything, both ways: what came soon after a message may answer it
        wanted = 0
        while chunk := await self._ask(lambda: list(islice(rows, READ))):
            young += [held for held in chunk if now - held.sent_at <= self._late + ANSWERED_WITHIN]
            settled = [held for held in chunk if held.inbound and held.sent_at <= until]
            wanted += await self._record(
                [held for held in settled if now - held.sent_at > self._late], set()
            )
        left = [
            held for held in young if held.inbound and now - self._late <= held.sent_at <= until
        ]
        wanted += await self._record(left[::-1], answered(young))
        await self._store.submit(outbox_table.have_read, int(until.timestamp()))
        return wanted

    async def _begin(self, now: datetime) -> datetime:
        """A line that never looked before has missed nothing that could still be answered."""
        read_until = await self._store.submit(outbox_table.read_until, None)
        if read_until is None:
            return now - self._late
        return min(datetime.fromtimestamp(read_until, UTC), now - SETTLED) - OVERLAP

    async def _record(self, held: Sequence[CarrierMessage], by_fallback: set[str]) -> int:
        """Claim and count what nobody knows yet, oldest first; how many of them are to be answered."""
        wanted = 0
        for some in _batches(held, WRITTEN):
            hashes = {one.sid: self._line.sid_hash(one.sid) for one in some}
            known = await self._ledger.known(hashes.values())
            missed = [
                self._missed(one, by_fallback) for one in some if hashes[one.sid] not in known
            ]
            claims = await asyncio.gather(
                *(self._store.submit(outbox_table.record, one) for one in missed)
            )
            wanted += sum(
                bool(one.sid) and not claim.repeat
                for one, claim in zip(missed, claims, strict=True)
            )
        return wanted

    def _missed(self, held: CarrierMessage, by_fallback: set[str]) -> MissedMessage:
        message = Inbound(
            sid=held.sid, sender=held.sender, body=held.body, recipient=held.recipient
        )
        if self._clock() - held.sent_at > self._late:
            return MissedMessage(self._line.row(message, LATE))
        if held.sid in by_fallback:
            return MissedMessage(self._line.row(message, BY_FALLBACK))
        if not phone_numbers.is_whole(held.sender):
            return MissedMessage(self._line.row(message, NO_PERSON))
        decision = self._line.choose(message)
        row = self._line.row(message, decision.code)
        return (
            MissedMessage(row, held.sid, int(held.sent_at.timestamp()))
            if decision.reply.segments
            else MissedMessage(row)
        )


def answered(listed: Sequence[CarrierMessage]) -> set[str]:
    """Ids of messages that a reply follows within seconds; each reply answers the nearest.

    Replies are those that the carrier took from a post: ours, or the fallback's.
    """
    by_person: dict[str, list[CarrierMessage]] = defaultdict(list)
    for held in sorted(listed, key=lambda held: (held.sent_at, not held.inbound)):
        if held.inbound or held.is_reply:
            by_person[held.sender if held.inbound else held.recipient].append(held)
    found = set()
    for said in by_person.values():
        open_ones: list[CarrierMessage] = []
        for held in said:
            if held.inbound:
                open_ones.append(held)
            elif open_ones and held.sent_at - open_ones[-1].sent_at <= ANSWERED_WITHIN:
                found.add(open_ones.pop().sid)
    return found


def _batches(held: Sequence[CarrierMessage], size: int) -> Iterator[Sequence[CarrierMessage]]:
    for first in range(0, len(held), size):
        yield held[first : first + size]

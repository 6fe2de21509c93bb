"""After an outage, records messages that Twilio has but the webhook missed, and queues replies."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from operator import attrgetter

from content.model import phone_numbers
from sms.carrier import LATE, CarrierMessage
from sms.line import Inbound
from sms.twilio import outbox_table
from sms.twilio.background_step import BackgroundStep, CarrierWork
from sms.twilio.outbox_table import MissedMessage

SETTLED = timedelta(seconds=90)  # newer messages may still reach the webhook or the fallback
OVERLAP = timedelta(minutes=10)  # the span read twice: clocks differ, and the list may lag
ANSWERED_WITHIN = timedelta(seconds=30)  # a reply within this time answers the message
READ, WRITTEN = 500, 100  # messages per read and per write
TOO_LATE, BY_FALLBACK, NO_PERSON = "silent:late", "silent:fallback", "silent:limited"


class Backfill(BackgroundStep):
    failing = "carrier.no-backfill"

    def __init__(self, shared: CarrierWork) -> None:
        super().__init__(shared)
        self._line.ledger.listen(outbox_table.record, attrgetter("row"))

    async def _work(self) -> int:
        now = self._clock()
        until, begin = now - SETTLED, await self._begin(now)
        rows = await self._ask(lambda: self._carrier.list(begin))
        young: list[CarrierMessage] = []  # with replies: one soon after a text may answer it
        wanted = 0
        while chunk := await self._ask(lambda: list(islice(rows, READ))):
            young += [held for held in chunk if now - held.sent_at <= LATE + ANSWERED_WITHIN]
            settled = [held for held in chunk if held.inbound and held.sent_at <= until]
            old = [held for held in settled if now - held.sent_at > LATE]
            wanted += await self._record(old, set())
        left = [held for held in young if held.inbound and now - LATE <= held.sent_at <= until]
        wanted += await self._record(left[::-1], answered(young))
        await self._store.submit(outbox_table.have_read, int(until.timestamp()))
        return wanted

    async def _begin(self, now: datetime) -> datetime:
        """Return the time to begin from. A first run includes messages that are not too old."""
        read_until = await self._store.submit(outbox_table.read_until, None)
        if read_until is None:
            return now - LATE
        return min(datetime.fromtimestamp(read_until, UTC), now - SETTLED) - OVERLAP

    async def _record(self, held: Sequence[CarrierMessage], by_fallback: set[str]) -> int:
        """Claim and count unknown messages, oldest first; return the number that get a reply."""
        wanted = 0
        for some in _batches(held, WRITTEN):
            known = await self._line.ledger.known([one.sid for one in some])
            unknown = [one for one in some if one.sid not in known]
            missed = [self._missed(one, by_fallback) for one in unknown]
            written = (self._store.submit(outbox_table.record, one) for one in missed)
            claims = await asyncio.gather(*written)
            wanted += sum(
                bool(one.sid) and not claim.repeat
                for one, claim in zip(missed, claims, strict=True)
            )
        return wanted

    def _missed(self, held: CarrierMessage, by_fallback: set[str]) -> MissedMessage:
        message = Inbound(
            sid=held.sid, sender=held.sender, body=held.body, recipient=held.recipient
        )
        if self._clock() - held.sent_at > LATE:
            return MissedMessage(self._line.row(message, TOO_LATE))
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
    """Return the ids of messages that were followed within seconds by a webhook's reply."""
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

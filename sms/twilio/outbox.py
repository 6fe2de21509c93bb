"""Sends replies to missed texts through Twilio's API, with retries, but never twice or late."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from messages.message import Message, message
from sms.carrier import LATE, CarrierMessage, SendError
from sms.twilio import outbox_table
from sms.twilio.background_step import BackgroundStep, CarrierWork
from sms.twilio.delivery_status import Deliveries
from sms.twilio.outbox_table import FAILED, SENDING, SENT, WAITING, DueQuery, OutboxRow, RowChange

AT_ONCE = 200  # rows per round
SLOTS = 4  # attempts at once
LEASE = timedelta(minutes=2)  # longer than all calls of an attempt can take
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=3), timedelta(minutes=2)
LOOK_AFTER = timedelta(seconds=15)  # a message that was just accepted may not be listed yet
IDLE = timedelta(minutes=1)  # time between checks for messages that another server left
OPTED_OUT = frozenset({21610, 30004})  # codes for a phone that sent STOP, which is not an error


class Outbox(BackgroundStep):
    """One server's outbox. Any number of servers may share one database."""

    def __init__(
        self, shared: CarrierWork, deliveries: Deliveries, chance: Callable[[], float]
    ) -> None:
        """``chance`` returns a number from 0 to 1, so that servers do not all retry at once."""
        super().__init__(shared)
        self._deliveries, self._chance = deliveries, chance
        self._slots = asyncio.Semaphore(SLOTS)
        self._in_trouble = False
        self._idle_until: datetime | None = None
        self._held_up_since: datetime | None = None
        self._given_up: Counter[int] = Counter()

    def wake(self) -> None:
        """Check the table again on the next turn."""
        self._idle_until = None

    def problem(self) -> Message | None:
        if self._held_up_since is not None:
            since = f"{self._held_up_since:%Y-%m-%d %H:%M} UTC"
            return message("carrier.late-wait", since=since)
        if self._given_up:
            errors = sorted(self._given_up.items())
            counts = ", ".join(f"error {code}: {number}" for code, number in errors)
            return message("carrier.late-lost", counts=counts)
        return None

    async def _work(self) -> int:
        idle = self._idle_until
        if idle is None or not timedelta() < idle - self._clock() <= IDLE:
            while await self._round():
                pass
        return 0

    async def _round(self) -> bool:
        """Send one batch; return True if more rows may be due now."""
        now = self._clock()
        asked = DueQuery(int(now.timestamp()), int((now - LATE).timestamp()), AT_ONCE)
        rows, unfinished = await self._store.submit(outbox_table.due, asked)
        if not unfinished:
            self._held_up_since = None
            self._idle_until = now + IDLE
        if not rows:
            return False
        hashes = {row.sid: self._line.ledger.sid_hash(row.sid) for row in rows}
        codes: dict[str, str] = await self._store.submit(outbox_table.codes, tuple(hashes.values()))
        sent = await self._list([row for row in rows if row.state == SENDING])
        self._in_trouble = False
        texts = {
            row.sid: self._line.recall(
                self._line.ledger.seal.open_code(row.sid, codes.get(hashes[row.sid], ""))
            ).reply.text
            for row in rows
        }
        known = [row for row in rows if row.state != SENDING or sent is not None]
        await asyncio.gather(*(self._in_turn(row, texts[row.sid], sent or []) for row in known))
        return bool(known) and not self._in_trouble

    async def _list(self, doubtful: Sequence[OutboxRow]) -> list[CarrierMessage] | None:
        """List messages sent since the first of these rows was written; None if Twilio fails."""
        if not doubtful:
            return []
        first = _instant(min(row.written_at for row in doubtful))
        try:
            return await self._ask(lambda: [m for m in self._carrier.list(first) if not m.inbound])
        except (SendError, TimeoutError) as error:
            self._trouble(error)
            return None

    async def _in_turn(self, row: OutboxRow, text: str, sent: Sequence[CarrierMessage]) -> None:
        """Claim a row only when its turn comes: a waiting row's lease could end before that."""
        async with self._slots:
            if self._in_trouble:
                return
            until = int((self._clock() + LEASE).timestamp())
            if await self._store.submit(outbox_table.take, RowChange(row, SENDING, until)):
                ours = row._replace(state=SENDING, tries=row.tries + 1, due_at=until)
                await self._try(ours, row, text, sent)

    async def _try(
        self, ours: OutboxRow, seen: OutboxRow, text: str, sent: Sequence[CarrierMessage]
    ) -> None:
        """Send a reply unless an earlier attempt did. ``seen``: the row before we claimed it."""
        in_doubt = seen.state == SENDING
        try:
            held = await self._ask(partial(self._carrier.fetch, ours.sid))
            left = LATE - (self._clock() - _instant(ours.written_at))
            if held is None or not text or left <= timedelta():
                return await self._settle(RowChange(ours, FAILED))
            if in_doubt and (known := _found(sent, held.sender, text)):
                sent_hash = self._line.ledger.sid_hash(known.sid)
                return await self._settle(RowChange(ours, SENT, sent_hash=sent_hash))
            if self._clock() > _instant(ours.due_at) - LEASE / 2:  # the lease would end too soon
                return await self._settle(RowChange(ours, SENDING if in_doubt else WAITING))
        except (SendError, TimeoutError) as error:
            return await self._failed(ours, error, in_doubt=in_doubt)
        try:
            sid = await self._ask(partial(self._carrier.send, held.sender, text, valid_for=left))
        except (SendError, TimeoutError) as error:
            in_doubt = getattr(error, "kind", "unknown") == "unknown"
            return await self._failed(ours, error, in_doubt=in_doubt)
        self._held_up_since = None
        return await self._settle(RowChange(ours, SENT, sent_hash=self._line.ledger.sid_hash(sid)))

    async def _failed(
        self, row: OutboxRow, error: SendError | TimeoutError, *, in_doubt: bool
    ) -> None:
        """Give up or back off; a message that may have been sent stays "sending", to be checked."""
        if isinstance(error, SendError) and error.kind == "never":
            if error.code not in OPTED_OUT:
                self._given_up[error.code] += 1
                self._line.alarms.say("outbox-failed", error)
                self._deliveries.record("failed", str(error.code))
            return await self._settle(RowChange(row, FAILED))
        self._trouble(error)
        wait = min(FIRST_WAIT * 2 ** min(row.tries - 1, 8), LONGEST_WAIT) * (0.5 + self._chance())
        due_at = self._clock() + wait + (LOOK_AFTER if in_doubt else timedelta())
        state = SENDING if in_doubt else WAITING
        return await self._settle(RowChange(row, state, int(due_at.timestamp()) + 1))

    async def _settle(self, change: RowChange) -> None:
        await self._store.submit(outbox_table.settle, change)

    def _trouble(self, error: Exception) -> None:
        """Make no more requests to Twilio until the next turn."""
        self._in_trouble = True
        self._held_up_since = self._held_up_since or self._clock()
        self._line.alarms.say("carrier-away", error)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _found(sent: Sequence[CarrierMessage], to: str, text: str) -> CarrierMessage | None:
    """Return a sent message that contains this text, or a textless one that was not a reply."""
    return next(
        (
            held
            for held in sent
            if held.recipient == to and (text in held.body or not (held.body or held.is_reply))
        ),
        None,
    )

"""Polls a modem's inbox, which serves as the queue: answers each message, then deletes it."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from content.model import phone_numbers
from messages.message import Message, message
from settings.schema import e164
from sms.carrier import LATE, CarrierMessage, SendError
from sms.claims import HandledText
from sms.line import PATIENCE, Inbound, TextLine
from sms.modem.device import Modem
from sms.modem.health import Health
from sms.understanding.optout import carrier_word
from store.failure import StoreError
from system.bounded import Pool

T = TypeVar("T")
EVERY = 3.0  # seconds between polls of the inbox
HEALTH_EVERY = timedelta(minutes=1)
HUNG = timedelta(minutes=3)  # longer than gammu ever waits: after this, the thread is stuck
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=2)  # time between attempts
END_SECONDS = 2.5  # seconds to finish the current message at the end; a supervisor waits five
DONE = "done"  # the ledger's code for a message that needs nothing more
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class ModemLoop:
    """One modem and one text line, which must keep the STOP list itself."""

    def __init__(self, line: TextLine, modem: Modem, *, clock: Callable[[], datetime]) -> None:
        """``clock`` returns timezone-aware UTC."""
        self._line, self._modem, self._ledger = line, modem, line.ledger
        self._clock = clock
        self._thread = Pool("modem", 1)
        self._ending = False
        self._done: set[str] = set()
        self._doubtful: set[str] = set()
        self._failures: dict[str, int] = {}
        self._due: dict[str, datetime] = {}
        self._stops: dict[str, datetime] = {}
        self._health = Health(away=message("modem.not-asked"))
        self._asked_at = _BEGINNING
        self._answered_at = clock()
        self._unsent_since: datetime | None = None

    def report(self) -> dict[str, object]:
        """Return the modem's state, at most a minute old, and whether replies are going out."""
        return {**self._state().report(), "replies": self._held_up() or "ok"}

    def problem(self) -> Message | None:
        """Say why a text may get no reply; return None if nothing is wrong."""
        return self._state().problem() or self._held_up()

    def _state(self) -> Health:
        if self._clock() - self._answered_at > HUNG:
            hung = f"{self._answered_at:%Y-%m-%d %H:%M} UTC"
            return Health(away=message("modem.hangs", hung=hung))
        return self._health

    def _held_up(self) -> Message | None:
        since = self._unsent_since
        return message("modem.held-up", since=f"{since:%Y-%m-%d %H:%M}") if since else None

    async def run(self) -> None:
        """Poll until cancelled; then finish the current message, so that no reply is sent twice."""
        turn: asyncio.Task[None] | None = None
        try:
            await self._line.wait_for_pack()  # until then, texts stay in the modem
            while True:
                turn = asyncio.create_task(self.turn())
                await asyncio.shield(turn)
                await asyncio.sleep(EVERY)
        finally:
            self._ending = True
            with suppress(TimeoutError):
                async with asyncio.timeout(END_SECONDS):
                    if turn is not None:
                        await turn
                    await self._thread.run(self._modem.close)
            self._thread.shutdown()

    async def turn(self) -> None:
        """Answer the messages that are due, oldest first. Raises only if it is cancelled."""
        try:
            waiting = (await self._ask(lambda: [*self._modem.list(_BEGINNING)]))[::-1]
        except Exception as error:  # noqa: BLE001  the next turn tries again
            self._complain(error)
            unread = message("modem.unreadable")
            self._health = Health(away=self._modem.problem or unread)
            return
        await self._ask_health()
        self._recall_only(waiting)
        for held in waiting:
            if self._ending:
                return
            try:
                await self._take(held)
            except Exception as error:  # noqa: BLE001  other messages must not wait
                self._complain(error)
                self._try_later(held)

    async def _ask(self, call: Callable[[], T]) -> T:
        try:
            return await self._thread.run(call)
        finally:
            self._answered_at = self._clock()

    def _complain(self, error: Exception) -> None:
        self._line.alarms.say("modem" if isinstance(error, SendError) else "fault", error)

    async def _ask_health(self) -> None:
        now = self._clock()
        if not timedelta() <= now - self._asked_at < HEALTH_EVERY or self._health.away:
            self._health = await self._ask(self._modem.health)
            self._asked_at = now

    def _recall_only(self, waiting: Sequence[CarrierMessage]) -> None:
        """Forget the state of deleted messages; note which senders sent STOP later."""
        sids = {held.sid for held in waiting}
        self._done &= sids
        self._doubtful &= sids
        self._failures = {sid: count for sid, count in self._failures.items() if sid in sids}
        self._due = {sid: due for sid, due in self._due.items() if sid in sids}
        senders = {held.sender for held in waiting}
        self._stops = {sender: at for sender, at in self._stops.items() if sender in senders}
        for held in waiting:
            if carrier_word(held.body) == "stop":
                self._stops[held.sender] = held.sent_at

    async def _take(self, held: CarrierMessage) -> None:
        due = self._due.get(held.sid)
        if due is not None and timedelta() < due - self._clock() <= LONGEST_WAIT:
            return
        if held.sid in self._done or await self._was_done(held.sid):
            await self._delete(held)
            return
        reply = await self._reply(held)
        if reply and not await self._send(held, reply):
            self._try_later(held)
            return
        self._done.add(held.sid)
        if await self._write_down(held.sid) or reply:
            await self._delete(held)
        else:  # the message was neither answered nor recorded: keep it in the modem
            self._done.discard(held.sid)
            self._try_later(held)

    async def _reply(self, held: CarrierMessage) -> str:
        """Return the text to send now, or "" to send nothing."""
        if not phone_numbers.is_whole(held.sender):
            return ""
        message = Inbound(sid=held.sid, sender=_one_form(held.sender), body=held.body)
        decision = await self._line.answer(message)
        if not decision.reply.text:
            return ""
        if self._clock() - held.sent_at > LATE:
            self._line.alarms.say("modem-late")
            return ""
        stopped_at = self._stops.get(held.sender)
        is_stopped = stopped_at is not None and held.sent_at < stopped_at
        return "" if is_stopped and carrier_word(held.body) != "stop" else decision.reply.text

    async def _send(self, held: CarrierMessage, text: str) -> bool:
        """Return True if the reply was sent or can never be sent."""
        left = min(LATE - (self._clock() - held.sent_at), LATE)
        try:
            await self._ask(partial(self._modem.send, held.sender, text, valid_for=left))
        except SendError as error:
            self._line.alarms.say("modem-send", error)
            if error.kind == "never":
                return True
            self._unsent_since = self._unsent_since or self._clock()
            # The reply may have been sent: a modem keeps no record. No answer is worse than the
            # same answer twice, so we send it one more time, but not again.
            is_second_doubt = error.kind == "unknown" and held.sid in self._doubtful
            self._doubtful |= {held.sid} if error.kind == "unknown" else set()
            return is_second_doubt
        self._unsent_since = None
        return True

    def _try_later(self, held: CarrierMessage) -> None:
        failures = self._failures[held.sid] = self._failures.get(held.sid, 0) + 1
        wait = min(FIRST_WAIT * 2 ** min(failures - 1, 8), LONGEST_WAIT)
        self._due[held.sid] = self._clock() + wait

    async def _delete(self, held: CarrierMessage) -> None:
        try:
            await self._ask(partial(self._modem.forget, held.sid))
        except SendError as error:
            self._line.alarms.say("modem-stuck", error)
            self._try_later(held)

    async def _was_done(self, sid: str) -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                return bool(await self._ledger.known([_done(sid)]))
        except (StoreError, TimeoutError) as error:
            self._line.alarms.say("store", error)  # if unsure, two answers are better than none
            return False

    async def _write_down(self, sid: str) -> bool:
        """Record that the message is done; return False if the database is unavailable."""
        try:
            async with asyncio.timeout(PATIENCE):
                done = HandledText(_done(sid), DONE, int(self._clock().timestamp()))
                await self._ledger.handle(done)
        except (StoreError, TimeoutError) as error:
            self._line.alarms.say("store", error)
            return False
        return True


def _done(sid: str) -> str:
    """Return the id under which the ledger notes that a message needs nothing more."""
    return f"done:{sid}"


def _one_form(sender: str) -> str:
    """Write a US number as +1 and ten digits, so that STOP covers all its spellings."""
    try:
        return e164(sender)
    except ValueError:
        return sender

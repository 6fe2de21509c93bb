"""The text line: answers each message once, whatever fails. It never logs received texts."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sms.alarms import Alarms
from sms.claims import OPTED_OUT, Claim, HandledText, Row
from sms.decide import Decision, brief, decide, limited, recall, silence, stopped
from sms.pack_wait import PackWait
from sms.rate_limit import RateLimit
from sms.script import Script
from sms.understanding.optout import carrier_word
from store.failure import StoreError

if TYPE_CHECKING:
    from sms.ledger import Ledger

PATIENCE = 1.5  # seconds to wait for the database before answering from memory
RECOVERY = 5.0  # seconds to go without the database after it was too slow
RECENT = 4_096  # number of messages whose repeats are recognized without the database


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """A received message. ``opt_out_type`` is set if the carrier has already replied."""

    sid: str = field(repr=False)
    sender: str = field(repr=False)
    body: str = field(repr=False)
    recipient: str = field(default="", repr=False)
    opt_out_type: str = ""


class TextLine:
    """Answers from one script. ``carrier_keeps_list`` is False for a modem and the terminal."""

    def __init__(
        self,
        *,
        script: Script,
        ledger: "Ledger",
        clock: Callable[[], datetime],
        own_number: str = "",
        carrier_keeps_list: bool = True,
        confirms_stop: bool = False,
        pack_wait: PackWait | None = None,
        patience: float = PATIENCE,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``clock`` returns timezone-aware UTC. ``monotonic`` and ``patience`` are in seconds."""
        self.script = script
        self.ledger = ledger
        self._clock = clock
        self._own_number = own_number
        self._carrier_keeps_list = carrier_keeps_list
        self._confirms_stop = confirms_stop
        self.alarms = Alarms()
        self._pack_wait = pack_wait
        self._patience = patience
        self._impatient_until = 0.0
        self.rate = RateLimit()  # server.py passes these rates on when the settings change
        self._monotonic = monotonic
        self._recent: OrderedDict[str, str] = OrderedDict()

    def show(self, script: Script) -> None:
        self.script = script
        if self._pack_wait:
            self._pack_wait.end()

    async def wait_for_pack(self, sid: str = "") -> None:
        """Wait a few seconds for the pack after startup. ``sid``: the waiting text's id, or ""."""
        if self._pack_wait:
            await self._pack_wait.wait(self.ledger.sid_hash(sid) if sid else "")

    async def answer(self, message: Inbound) -> Decision:
        """Answer a message; a repeat gets the same answer. Raises only if the call is cancelled."""
        try:
            return await self._answer(message)
        except Exception as error:  # noqa: BLE001  a child is waiting for an answer
            self.alarms.say("fault", error)
            return self.general()

    def general(self) -> Decision:
        code = "line:general:en"
        return Decision(code, None, None, "en", "general", self.script.reply(code))

    def choose(self, message: Inbound) -> Decision:
        """Choose the answer to a message without a webhook. Records only the sender's rate."""
        return self._decide(message, self._sender(message))

    def row(self, message: Inbound, code: str) -> Row:
        """Return the row to store for a message without a webhook."""
        return self.ledger.row(self._message(message, code, self._sender(message)))

    def forget(self) -> None:
        """Forget the rates of senders who have been quiet for a day."""
        self.rate.forget(self._monotonic())

    def is_flooded(self) -> bool:
        """Whether a sender recently exceeded the number of urgent texts that get full answers."""
        return self.rate.is_flooded(self._monotonic())

    def recall(self, code: str) -> Decision:
        return recall(self.script, code)

    async def _answer(self, message: Inbound) -> Decision:
        sid_hash = self.ledger.sid_hash(message.sid)
        if sid_hash in self._recent:
            return recall(self.script, self._recent[sid_hash])
        sender = self._sender(message)
        decision = self._decide(message, sender)
        claim = await self._claim(self._message(message, decision.code, sender))
        self._recent[sid_hash] = claim.code
        if len(self._recent) > RECENT:
            self._recent.popitem(last=False)
        if claim.code == OPTED_OUT:
            return silence("optout", language=decision.language)
        return recall(self.script, claim.code) if claim.repeat else decision

    def _decide(self, message: Inbound, sender: bytes) -> Decision:
        if message.sender in {self._own_number, message.recipient} and message.sender:
            return silence("limited")  # our own number: we would answer ourselves forever
        decision = decide(self.script, message.body, opt_out_type=message.opt_out_type)
        if self._confirms_stop and carrier_word(message.body) == "stop":
            decision = stopped(self.script, decision.language)  # the ledger sends this only once
        if decision.reply.segments == 0:
            return decision
        urgent = decision.is_urgent
        verdict = self.rate.step(sender, self._monotonic(), urgent=urgent)
        if verdict == "answer":
            return decision
        if urgent:
            self.alarms.say("urgent-flood")
        if verdict == "quiet":
            return silence("limited", language=decision.language)
        if verdict == "short":
            return brief(self.script, decision)
        return limited(self.script, decision.language)

    def _message(self, message: Inbound, code: str, sender: bytes) -> HandledText:
        """Store the sender, and STOP or START, only if no carrier keeps the STOP list."""
        at = int(self._clock().timestamp())
        if self._carrier_keeps_list:
            return HandledText(message.sid, code, at)
        word = carrier_word(message.body)
        return HandledText(
            message.sid, code, at, sender.hex(), word if word in {"stop", "start"} else ""
        )

    async def _claim(self, message: HandledText) -> Claim:
        """Return the code to answer with, once the row is safely in the database or the spool.
        If patience runs out, return it earlier, so that the answer is sent first; the row is
        then written as soon as possible."""
        loop = asyncio.get_running_loop()
        if loop.time() >= self._impatient_until:
            try:
                async with asyncio.timeout(self._patience):
                    return await self.ledger.handle(message)
            except StoreError as error:  # the row is already in the spool
                self.alarms.say("store", error)
                return Claim(message.code, repeat=False)
            except TimeoutError as error:
                self._impatient_until = loop.time() + RECOVERY
                self.alarms.say("store", error)
        with suppress(StoreError, TimeoutError):
            async with asyncio.timeout(self._patience / 2):
                await self.ledger.keep(message)
        return Claim(message.code, repeat=False)

    def _sender(self, message: Inbound) -> bytes:
        return self.ledger.seal.hash("sender", message.sender)

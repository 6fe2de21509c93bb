"""HTTP endpoints for Twilio's webhooks: texts, calls and delivery statuses."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.types import Receive, Scope, Send

from sms import twiml
from sms.line import TextLine
from sms.twilio import signature
from sms.twilio.delivery_status import Deliveries
from sms.twilio.gate import CALL, STATUS, TEXT, Fields, Gate
from sms.voice.twiml import Voice

AT_ONCE = 16  # more slow the kiosk's pages and answer no more texts


class InboundTexts:
    """The endpoint for texts."""

    def __init__(self, line: TextLine, gate: Gate) -> None:
        self._line = line
        self._gate = gate
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._gate.let_in(scope, receive, send, self._reply, shapes=TEXT)

    async def _reply(self, fields: Fields) -> bytes:
        message = signature.inbound(fields)
        await self._line.wait_for_pack(message.sid)  # in no slot: those are for texts in hand
        async with self._slots:
            return twiml.message((await self._line.answer(message)).reply.text)


class InboundCalls:
    """The endpoint for calls to the number. ``show`` replaces the script."""

    def __init__(self, voice: Voice, gate: Gate) -> None:
        self._voice = voice
        self._gate = gate

    def show(self, voice: Voice) -> None:
        """Speak from this script from now on."""
        self._voice = voice

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request: a new call, or a key pressed in one."""
        await self._gate.let_in(scope, receive, send, self._say, shapes=CALL)

    async def _say(self, fields: Fields) -> bytes:
        return self._voice.answer(fields.get("Digits", [""])[0])


class StatusCallbacks:
    """The endpoint for statuses of our replies; the response is empty."""

    def __init__(
        self,
        deliveries: Deliveries,
        gate: Gate,
        of_one: Callable[[str, str], Awaitable[None]] | None = None,
    ) -> None:
        """``of_one`` takes the id and status of messages that the outbox may have sent."""
        self._deliveries = deliveries
        self._gate = gate
        self._of_one = of_one

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._gate.let_in(scope, receive, send, self._record, shapes=STATUS, ours="From")

    async def _record(self, fields: Fields) -> bytes:
        status = fields.get("MessageStatus", [""])[0]
        self._deliveries.record(status, fields.get("ErrorCode", [""])[0])
        if self._of_one is not None:
            await self._of_one(fields.get("MessageSid", [""])[0], status)
        return twiml.NOTHING

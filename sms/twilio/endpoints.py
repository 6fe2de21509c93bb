"""The HTTP endpoints that Twilio posts to: texts, calls and delivery statuses."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from starlette.types import Receive, Scope, Send

from sms.line import TextLine
from sms.replies import SILENCE
from sms.twilio import signature
from sms.twilio.delivery_status import Deliveries
from sms.twilio.gate import Fields, Gate, RequestRefusedError
from sms.voice.twiml import Voice

AT_ONCE = 16  # more at once make the kiosk's pages wait and answer no more texts


class InboundTexts:
    """The endpoint for texts."""

    def __init__(self, line: TextLine, gate: Gate) -> None:
        self._line = line
        self._gate = gate
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._gate.let_in(scope, receive, send, self._reply)

    async def _reply(self, fields: Fields) -> bytes:
        message = signature.inbound(fields)
        if not message.sid:
            raise RequestRefusedError(403, "stranger")
        async with self._slots:
            return (await self._line.answer(message)).reply.twiml


class InboundCalls:
    """The endpoint for who calls the number. ``show`` swaps in what is said."""

    def __init__(self, voice: Voice, gate: Gate, clock: Callable[[], datetime]) -> None:
        """``clock`` gives aware UTC: a partner is offered only while it answers."""
        self._voice = voice
        self._gate = gate
        self._clock = clock

    def show(self, voice: Voice) -> None:
        """From now on say this."""
        self._voice = voice

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request: a call that comes in, or a key that was pressed in one."""
        await self._gate.let_in(scope, receive, send, self._say)

    async def _say(self, fields: Fields) -> bytes:
        return self._voice.answer(fields.get("Digits", [""])[0], self._clock())


class StatusCallbacks:
    """The endpoint for what became of our replies. Nothing is answered but that it was heard."""

    def __init__(
        self,
        deliveries: Deliveries,
        gate: Gate,
        of_one: Callable[[str, str], Awaitable[None]] | None = None,
    ) -> None:
        """``of_one`` takes a message's id and status: for those sent later than at once."""
        self._deliveries = deliveries
        self._gate = gate
        self._of_one = of_one

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._gate.let_in(scope, receive, send, self._record, ours="From")

    async def _record(self, fields: Fields) -> bytes:
        status = fields.get("MessageStatus", [""])[0]
        self._deliveries.record(status, fields.get("ErrorCode", [""])[0])
        if self._of_one is not None:
            await self._of_one(fields.get("MessageSid", [""])[0], status)
        return SILENCE.twiml

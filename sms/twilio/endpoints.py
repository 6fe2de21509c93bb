"""HTTP endpoints for Twilio's webhooks: texts, calls and delivery statuses."""

import asyncio
from collections.abc import Awaitable, Callable

from sms import twiml
from sms.line import TextLine
from sms.twilio import signature
from sms.twilio.delivery_status import Deliveries
from sms.twilio.gate import CALL, STATUS, TEXT, Endpoint, Fields, Gate
from sms.voice.twiml import Voice

AT_ONCE = 16  # texts; more would slow the kiosk's pages without answering more texts


class InboundTexts(Endpoint):
    shapes = TEXT

    def __init__(self, line: TextLine, gate: Gate) -> None:
        super().__init__(gate)
        self._line, self._slots = line, asyncio.Semaphore(AT_ONCE)

    async def answer(self, fields: Fields) -> bytes:
        message = signature.inbound(fields)
        await self._line.wait_for_pack(message.sid)  # takes no slot: slots are for answering
        async with self._slots:
            return twiml.message((await self._line.answer(message)).reply.text)


class InboundCalls(Endpoint):
    """The endpoint for calls to the number; ``voice`` may be replaced at any time."""

    shapes = CALL

    def __init__(self, voice: Voice, gate: Gate) -> None:
        super().__init__(gate)
        self.voice = voice

    async def answer(self, fields: Fields) -> bytes:
        return self.voice.answer(fields.get("Digits", [""])[0])


class StatusCallbacks(Endpoint):
    """The endpoint for the statuses of our replies. The response is empty."""

    shapes, ours = STATUS, "From"

    def __init__(
        self,
        deliveries: Deliveries,
        gate: Gate,
        of_one: Callable[[str, str], Awaitable[None]] | None = None,
    ) -> None:
        """``of_one`` takes the id and status of messages that the outbox may have sent."""
        super().__init__(gate)
        self._deliveries, self._of_one = deliveries, of_one

    async def answer(self, fields: Fields) -> bytes:
        status = fields.get("MessageStatus", [""])[0]
        self._deliveries.record(status, fields.get("ErrorCode", [""])[0])
        if self._of_one is not None:
            await self._of_one(fields.get("MessageSid", [""])[0], status)
        return twiml.NOTHING

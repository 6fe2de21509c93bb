"""Admits only requests that Twilio signed for our account and number, with the expected fields.

The signature does not separate names from values, so a captured request could be split into other
fields. Therefore, we also check the fields' shapes. Refusals are XML: Twilio texts any other body
to the sender. Refusals never repeat anything from the request.
"""

import re
from collections.abc import Mapping
from typing import ClassVar

from starlette.types import Receive, Scope, Send

from sms import twiml
from sms.alarms import Alarms
from sms.twilio import signature
from sms.twilio.account import Account

Fields = Mapping[str, list[str]]
Shapes = Mapping[str, re.Pattern[str]]  # shapes of the fields that every such request has

MAX_BYTES = 64 * 1024
_ID = re.compile("(?:SM|MM)[0-9a-f]{32}")
_ANYTHING = re.compile("(?s:.*)")
_WORD = re.compile("[a-z_-]{2,20}")
# Sources: twilio.com/docs/messaging/guides/webhook-request, /docs/glossary/what-is-a-sid,
# /docs/voice/twiml. A sender is a number in E.164 or a short code.
TEXT: Shapes = {
    "MessageSid": _ID,
    "From": re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{3,8}"),
    "Body": _ANYTHING,
    "NumMedia": re.compile("[0-9]{1,2}"),
}
CALL: Shapes = {"CallSid": re.compile("CA[0-9a-f]{32}"), "CallStatus": _WORD}
STATUS: Shapes = {"MessageSid": _ID, "MessageStatus": _WORD}
_XML = (b"content-type", b"text/xml; charset=utf-8")


class RequestRefusedError(Exception):
    """A request was refused. Contains the status and the alarm for the operator."""

    def __init__(self, status: int, alarm: str = "") -> None:
        super().__init__(status)
        self.status = status
        self.alarm = alarm


class Gate:
    """Guards every Twilio endpoint. If the account is incomplete, every request is refused."""

    def __init__(self, alarms: Alarms, account: Account) -> None:
        self._alarms, self._account = alarms, account

    async def let_in(self, scope: Scope, receive: Receive, send: Send, to: "Endpoint") -> None:
        """Send the endpoint's XML if the form is genuine, otherwise a refusal."""
        try:
            fields = await self._fields(scope, receive, to)
            body = None if fields is None else await to.answer(fields)
        except RequestRefusedError as refused:
            if refused.alarm:
                self._alarms.say(refused.alarm)
            extra = [(b"allow", b"POST")] if refused.status == 405 else []
            await _answer(send, refused.status, twiml.NOTHING, [*extra, (b"connection", b"close")])
            return
        if body is not None:
            await _answer(send, 200, body, [])

    async def _fields(self, scope: Scope, receive: Receive, to: "Endpoint") -> Fields | None:
        """Return the form if Twilio signed it for us, or None if the client disconnected."""
        if scope["method"] != "POST":
            raise RequestRefusedError(405)
        if self._account.missing():
            raise RequestRefusedError(403)
        headers: dict[bytes, bytes] = dict(scope["headers"])
        raw = await _body(headers, receive)
        if raw is None:
            return None
        fields = self._genuine(raw, headers, scope, to.ours)
        if not all(n in fields and shape.fullmatch(fields[n][0]) for n, shape in to.shapes.items()):
            raise RequestRefusedError(403, "misshapen")
        return fields

    def _genuine(self, raw: bytes, headers: dict[bytes, bytes], scope: Scope, ours: str) -> Fields:
        try:
            fields = signature.parse(raw)
        except (signature.TooManyFieldsError, ValueError) as error:
            raise RequestRefusedError(413, "too-large") from error
        settings = headers.get(b"x-twilio-webhooks-signature-settings")
        if not signature.verify(
            fields,
            headers.get(b"x-twilio-signature"),
            url=self._address(scope),
            secrets=self._account.secrets,
            settings=None if settings is None else settings.decode("latin-1"),
        ):
            raise RequestRefusedError(403, "forged" if settings is None else "shared-key")
        if (
            fields.get("AccountSid", [""])[0] != self._account.secrets.account_sid
            or fields.get(ours, [""])[0] != self._account.number
        ):
            raise RequestRefusedError(403, "stranger")
        return fields

    def _address(self, scope: Scope) -> str:
        """Return the URL that was signed, byte for byte: configured address, raw path and query."""
        path: bytes = scope.get("raw_path") or scope["path"].encode("utf-8", "surrogateescape")
        query: bytes = scope.get("query_string", b"")
        tail = path + (b"?" + query if query else b"")
        return self._account.address(tail.decode("utf-8", "surrogateescape"))


class Endpoint:
    """A URL that Twilio calls. ``shapes``: its fields' shapes; ``ours``: our number's field."""

    shapes: ClassVar[Shapes]
    ours: ClassVar[str] = "To"

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._gate.let_in(scope, receive, send, self)

    async def answer(self, fields: Fields) -> bytes:
        """Return the XML that answers a genuine form."""
        raise NotImplementedError


async def _body(headers: dict[bytes, bytes], receive: Receive) -> bytes | None:
    """Return the whole body, or None if the client disconnected. Refuses long bodies (413)."""
    length = headers.get(b"content-length", b"")
    if length.isdigit() and int(length[:9]) > MAX_BYTES:
        raise RequestRefusedError(413, "too-large")
    body, more = bytearray(), True
    while more:
        event = await receive()
        if event["type"] != "http.request":
            return None
        body += event.get("body", b"")
        if len(body) > MAX_BYTES:
            raise RequestRefusedError(413, "too-large")
        more = event.get("more_body", False)
    return bytes(body)


async def _answer(send: Send, status: int, body: bytes, extra: list[tuple[bytes, bytes]]) -> None:
    length = (b"content-length", b"%d" % len(body))
    headers = [_XML, length, (b"cache-control", b"no-store"), *extra]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

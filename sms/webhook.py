"""The HTTP edge of the line: POST /sms/inbound in plain ASGI.

Owns sizes, the signature, and that XML goes back whatever happens: the carrier texts other bodies to the sender.
Refuses to echo anything it was sent, to say why it refused, and to be a 500.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from sms import carrier
from sms.line import Inbound, Line
from sms.replies import SILENCE

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MAX_BYTES = 64 * 1024
SLOW_SECONDS = 10.0  # a body that takes longer than the carrier's own patience is not from the carrier
AT_ONCE = 16  # more at once make the kiosk's pages wait and answer no more texts
_XML = (b"content-type", b"text/xml; charset=utf-8")


class _RefusedError(Exception):
    """A request that gets no answer, with its status and what the operator should know about it."""

    def __init__(self, status: int, alarm: str = "") -> None:
        super().__init__(status)
        self.status = status
        self.alarm = alarm


class Webhook:
    """The endpoint. Without secrets, account, number or public address it refuses everything (403)."""

    def __init__(
        self,
        line: Line,
        *,
        public_url: str,
        secrets: carrier.Secrets | None,
        account_sid: str,
        number: str,
    ) -> None:
        """``public_url`` is the address the carrier was given, without path; a slash at its end does not count."""
        self._line = line
        self._public_url = public_url.rstrip("/")
        self._secrets = secrets or carrier.Secrets()
        self._account_sid = account_sid
        self._number = number
        self._slots = asyncio.Semaphore(AT_ONCE)

    @property
    def configured(self) -> bool:
        """True if a genuine text could be told from a forged one."""
        return bool(self._secrets.usable() and self._account_sid and self._number and self._public_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            body = await self._reply(scope, receive)
        except _RefusedError as refused:
            if refused.alarm:
                self._line.alarms.say(refused.alarm)
            extra = [(b"allow", b"POST")] if refused.status == 405 else []
            await _send(send, refused.status, SILENCE.twiml, [*extra, (b"connection", b"close")])
            return
        if body is not None:
            await _send(send, 200, body, [])

    async def _reply(self, scope: Scope, receive: Receive) -> bytes | None:
        if scope["method"] != "POST":
            raise _RefusedError(405)
        if not self.configured:
            raise _RefusedError(403)
        headers: dict[bytes, bytes] = dict(scope["headers"])
        raw = await _body(headers, receive)
        if raw is None:
            return None
        message = self._genuine(raw, headers, scope)
        async with self._slots:
            return (await self._line.answer(message)).reply.twiml

    def _genuine(self, raw: bytes, headers: dict[bytes, bytes], scope: Scope) -> Inbound:
        """The message, if the carrier signed it for this account and number."""
        try:
            fields = carrier.parse(raw)
        except (carrier.TooManyFieldsError, ValueError) as error:
            raise _RefusedError(413, "too-large") from error
        settings = headers.get(b"x-twilio-webhooks-signature-settings")
        if not carrier.verify(
            fields,
            headers.get(b"x-twilio-signature"),
            url=self._address(scope),
            secrets=self._secrets,
            settings=None if settings is None else settings.decode("latin-1"),
        ):
            raise _RefusedError(403, "forged" if settings is None else "shared-key")
        if fields.get("AccountSid", [""])[0] != self._account_sid or fields.get("To", [""])[0] != self._number:
            raise _RefusedError(403, "stranger")
        message = carrier.inbound(fields)
        if not message.sid:
            raise _RefusedError(403, "stranger")
        return message

    def _address(self, scope: Scope) -> str:
        """The signed address, byte for byte: what is configured, the raw path, and the raw query when there is one."""
        path: bytes = scope.get("raw_path") or scope["path"].encode("utf-8", "surrogateescape")
        query: bytes = scope.get("query_string", b"")
        tail = path + (b"?" + query if query else b"")
        return self._public_url + tail.decode("utf-8", "surrogateescape")


async def _body(headers: dict[bytes, bytes], receive: Receive) -> bytes | None:
    """The whole body; None if the other side went away. Refused (413) as soon as it is known to be too long."""
    length = headers.get(b"content-length", b"")
    if length.isdigit() and int(length[:9]) > MAX_BYTES:
        raise _RefusedError(413, "too-large")
    event = await receive()
    if event["type"] == "http.request" and not event.get("more_body"):
        return bytes(_fits(event.get("body", b"")))
    body = bytearray()
    try:
        async with asyncio.timeout(SLOW_SECONDS):
            while event["type"] == "http.request":
                body += event.get("body", b"")
                _fits(body)
                if not event.get("more_body"):
                    return bytes(body)
                event = await receive()
    except TimeoutError as error:
        raise _RefusedError(408) from error
    return None


def _fits(body: bytes | bytearray) -> bytes | bytearray:
    if len(body) > MAX_BYTES:
        raise _RefusedError(413, "too-large")
    return body


async def _send(send: Send, status: int, body: bytes, extra: list[tuple[bytes, bytes]]) -> None:
    headers = [_XML, (b"content-length", b"%d" % len(body)), (b"cache-control", b"no-store"), *extra]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

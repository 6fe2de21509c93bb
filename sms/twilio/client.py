"""Twilio's REST API: send, list, fetch, forget, and what its errors mean.

Errors leave as kind and code, and the package's log stays off: both quote numbers. Sources:
twilio.com/docs/messaging/api/message-resource, /docs/api/errors.
"""

import heapq
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from functools import cache, partial
from itertools import islice
from types import SimpleNamespace
from typing import Any, Literal, TypeVar

from sms.carrier import CarrierMessage, SendError
from sms.twilio import signature
from sms.twilio.account import Account

T = TypeVar("T")
CONNECT_SECONDS, READ_SECONDS = 5.0, 10.0  # the package's default: wait for ever
PAGE = 1000  # the most that one page of a list may hold
OUT_OF_ORDER = timedelta(minutes=10)  # how far a list may stray from "newest first"
LONGEST_VALID = timedelta(hours=4)  # of a message, as the carrier takes it
PICTURES = 20  # of one message; ten is the most that may come with it
GONE = frozenset({404, 20404})
TOO_SOON = 20009  # still being sent: neither redacted nor deleted
# Not processed, may pass: 20003, 401 (our token), 20429 (too fast), 21611, 30001 (full queue),
# 30022, 30023, 30027 (a campaign's limits).
LATER = frozenset({401, 403, 408, 429, 20003, 20005, 20429, 21611, 30001, 30022, 30023, 30027})
_PLAIN = ("sid", "direction", "body", "to", "status", "num_media")
_DATES = ("date_sent", "date_created")
_LOGGERS = ("twilio", "twilio.http_client", "twilio.async_http_client", "urllib3")


class Twilio:
    """One number of one account; implements carrier.Transport. Thread-safe."""

    def __init__(
        self,
        account: Account,
        *,
        http_client: Any = None,
        timeouts: tuple[float, float] = (CONNECT_SECONDS, READ_SECONDS),
    ) -> None:
        """``timeouts``: seconds to connect, and to wait for more bytes."""
        self._account, self._number = account, account.number
        self._http_client, self._timeouts = http_client, timeouts
        self._client: Any = None
        self._lock = threading.Lock()

    def send(self, to: str, text: str, *, valid_for: timedelta) -> str:
        """Send; its id. SendError "unknown" after a fault or timeout: it may have been sent."""
        seconds = max(1, int(min(valid_for, LONGEST_VALID).total_seconds()))
        status_address = self._account.address("/sms/status")
        more = {"StatusCallback": status_address} if status_address else {}
        fields = {"To": to, "From": self._number, "Body": text, "ValidityPeriod": seconds, **more}
        return str(self.ask(lambda client: _Messages(client).create(fields), changes=True).sid)

    def list(self, since: datetime) -> Iterator[CarrierMessage]:
        """In and out since then, newest first, fetched page by page. SendError."""
        came = (held for held in self._stream(since, To=self._number) if held.inbound)
        went = (held for held in self._stream(since, From=self._number) if not held.inbound)
        return heapq.merge(came, went, key=lambda held: held.sent_at, reverse=True)

    def _stream(self, since: datetime, **which: str) -> Iterator[CarrierMessage]:
        # The filter is documented to go by day: ask for the day, and compare here.
        day = datetime.combine(since.astimezone(UTC).date(), time(), UTC)
        asked = {**which, "DateSent>": f"{day:%Y-%m-%dT%H:%M:%SZ}", "PageSize": PAGE}
        rows = self.ask(lambda client: _Messages(client).stream(asked))
        while (row := self.ask(lambda _: next(rows, None))) is not None:
            held = _held(row, since)
            if held.sent_at < since - OUT_OF_ORDER:
                return
            if held.sent_at >= since:
                yield held

    def fetch(self, sid: str) -> CarrierMessage | None:
        """One message; None if Twilio no longer has it. SendError."""
        row = self._unless_gone(lambda client: _Messages(client).fetch(sid))
        return None if row is None else _held(row, datetime.fromtimestamp(0, UTC))

    def forget(self, sid: str) -> bool:
        """Delete text, pictures and message; False while it is being sent. SendError."""
        try:
            redacted = self._unless_gone(lambda client: _Messages(client).redact(sid))
            if redacted is not None and int(redacted.num_media or 0):
                pictures = self.ask(lambda client: _Messages(client).pictures(sid))
                for picture in pictures:
                    self._unless_gone(partial(_delete, f"{sid}/Media/{picture}"))
            if redacted is not None:
                self._unless_gone(partial(_delete, sid))
        except SendError as error:
            if error.code == TOO_SOON:
                return False
            raise
        return True

    def _unless_gone(self, question: Callable[[Any], T]) -> T | None:
        """What ``question(client)`` returns; None if Twilio no longer has the message."""
        try:
            return self.ask(question)
        except SendError as error:
            if error.code in GONE:
                return None
            raise

    def ask(self, question: Callable[[Any], T], *, changes: bool = False) -> T:
        """What ``question(client)`` returns. ``changes``: must not be repeated. SendError."""
        try:
            return question(self._connected())
        except Exception as error:  # noqa: BLE001  the package passes on those of its layers
            raise _failure(error, changes=changes) from None

    def _connected(self) -> Any:
        with self._lock:
            if self._client is None:
                self._client = _client(self._account, self._http_client, self._timeouts)
            return self._client


def _client(account: Account, http_client: Any, timeouts: tuple[float, float]) -> Any:
    from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]  # noqa: PLC0415
    from twilio.rest import Client  # type: ignore[import-untyped]  # noqa: PLC0415

    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.ERROR)  # below, URLs with numbers are logged
    http = http_client or TwilioHttpClient()
    http.timeout = timeouts  # a pair, which its constructor would not take
    return Client(account.secrets.account_sid, account.secrets.auth_token, http_client=http)


def _held(row: Any, unknown: datetime) -> CarrierMessage:
    """A row of Twilio's as CarrierMessage; one not sent yet has only its creation time."""
    inbound = row.direction == "inbound"
    body = row.body or ""
    return CarrierMessage(
        sid=row.sid,
        sender=row.from_ or "",
        recipient=row.to or "",
        body=signature.unwrap(body) if inbound else body,
        sent_at=row.date_sent or row.date_created or unknown,
        inbound=inbound,
        is_reply=row.direction == "outbound-reply",
        status=str(row.status or ""),
        error_code=int(row.error_code or 0),
    )


def _delete(name: str, client: Any) -> None:
    _Messages(client).delete(name)


class _Messages:
    """The account's messages by the package's own requests and errors.

    Its classes for them come with those for all else that an account has: seven megabytes.
    """

    def __init__(self, client: Any) -> None:
        from twilio.base.domain import Domain  # type: ignore[import-untyped]  # noqa: PLC0415
        from twilio.base.version import Version  # type: ignore[import-untyped]  # noqa: PLC0415

        self._version = Version(Domain(client, "https://api.twilio.com"), "2010-04-01")
        self._all = f"/Accounts/{client.account_sid}/Messages"

    def create(self, fields: Mapping[str, object]) -> Any:
        address = f"{self._all}.json"
        return _row(self._version.create("POST", address, data=fields))

    def stream(self, asked: Mapping[str, object]) -> Iterator[Any]:
        """Rows, page by page; the first page is asked for at once."""
        return self._rows(f"{self._all}.json", asked)

    def fetch(self, sid: str) -> Any:
        return _row(self._version.fetch("GET", f"{self._all}/{sid}.json"))

    def redact(self, sid: str) -> Any:
        address = f"{self._all}/{sid}.json"
        return _row(self._version.update("POST", address, data={"Body": ""}))

    def pictures(self, sid: str) -> list[str]:
        rows = self._rows(f"{self._all}/{sid}/Media.json", {"PageSize": PICTURES})
        return [row.sid for row in islice(rows, PICTURES)]

    def delete(self, name: str) -> None:
        self._version.delete("DELETE", f"{self._all}/{name}.json")

    def _rows(self, address: str, asked: Mapping[str, object]) -> Iterator[Any]:
        answer = self._version.page("GET", address, params=asked)
        rows: Iterator[Any] = self._version.stream(_page()(self._version, answer))
        return rows


@cache
def _page() -> Any:
    from twilio.base.page import Page  # type: ignore[import-untyped]  # noqa: PLC0415

    class Rows(Page):  # type: ignore[misc]
        def get_instance(self, payload: Mapping[str, Any]) -> Any:
            return _row(payload)

    return Rows


def _row(payload: Mapping[str, Any]) -> Any:
    from twilio.base import deserialize  # type: ignore[import-untyped]  # noqa: PLC0415

    plain = {name: payload.get(name) for name in _PLAIN}
    dates = {name: deserialize.rfc2822_datetime(payload.get(name)) for name in _DATES}
    code = deserialize.integer(payload.get("error_code"))
    return SimpleNamespace(**plain, **dates, from_=payload.get("from"), error_code=code)


def _failure(error: Exception, *, changes: bool) -> SendError:
    """A failure other than Twilio's own answer may have come after the request was carried out."""
    status, code = _told(error)
    if status or code:
        return SendError(_kind(status, code, changes=changes), code or status)
    return SendError("unknown" if changes and not _never_connected(error) else "later")


def _kind(status: int, code: int, *, changes: bool) -> Literal["later", "never", "unknown"]:
    if {status, code} & LATER:
        return "later"
    if status >= 500:
        return "unknown" if changes else "later"
    return "never"


def _told(error: Exception) -> tuple[int, int]:
    """The HTTP status and Twilio's error code; 0 where there is none."""
    answers = [error, *error.args]  # a refused page is an argument of its exception
    found = [getattr(seen, name, None) for seen in answers for name in ("status", "status_code")]
    status = next((number for number in found if isinstance(number, int)), 0)
    code = getattr(error, "code", None)
    return status, code if isinstance(code, int) else 0


def _never_connected(error: Exception) -> bool:
    """urllib3 raises MaxRetryError only while connecting."""
    from urllib3.exceptions import MaxRetryError  # noqa: PLC0415

    return bool(error.args) and isinstance(error.args[0], MaxRetryError)

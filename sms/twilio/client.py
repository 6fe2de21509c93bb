"""Calls Twilio's REST API (send, list, fetch, forget) and interprets its errors.

Errors contain only a kind and a code, and the package's log is off: both would quote numbers.
Sources: twilio.com/docs/messaging/api/message-resource, /docs/api/errors.
"""

import heapq
import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, Literal, TypeVar

from sms.carrier import CarrierMessage, SendError
from sms.twilio import signature
from sms.twilio.account import Account

T = TypeVar("T")
CONNECT_SECONDS, READ_SECONDS = 5.0, 10.0  # by default, the package waits forever
PAGE = 1000  # maximum rows on a page of a list
OUT_OF_ORDER = timedelta(minutes=10)  # how much a list may deviate from "newest first"
LONGEST_VALID = timedelta(hours=4)  # the longest that the carrier accepts
PICTURES = 20  # pictures listed per message, which can have at most ten
GONE = frozenset({404, 20404})
TOO_SOON = 20009  # the message is still being sent and cannot be redacted or deleted yet
# Retry after these errors, because the request was not processed: 20003, 401 (our token), 20429
# (too fast), 21611, 30001 (full), 30022, 30023, 30027 (a campaign's limits).
LATER = frozenset({401, 403, 408, 429, 20003, 20005, 20429, 21611, 30001, 30022, 30023, 30027})
_API = "https://api.twilio.com"
_LOGGERS = ("twilio", "twilio.http_client", "twilio.async_http_client", "urllib3")


class ApiError(Exception):
    """Twilio answered with an error: its HTTP status, and its own code or 0."""

    def __init__(self, status: int, code: int) -> None:
        super().__init__(status, code)
        self.status = status
        self.code = code


class Twilio:
    """One number of one Twilio account; implements carrier.Transport. Thread-safe."""

    def __init__(
        self,
        account: Account,
        *,
        http_client: Any = None,
        timeouts: tuple[float, float] = (CONNECT_SECONDS, READ_SECONDS),
    ) -> None:
        """``timeouts``: seconds to connect, and seconds to wait for more bytes."""
        self._account, self._number = account, account.number
        self._http_client, self._timeouts = http_client, timeouts
        self._messages = f"/2010-04-01/Accounts/{account.secrets.account_sid}/Messages"
        self._client: Any = None
        self._lock = threading.Lock()

    def send(self, to: str, text: str, *, valid_for: timedelta) -> str:
        """Send a text; return its id. Raises SendError "unknown" if it may have been sent."""
        seconds = max(1, int(min(valid_for, LONGEST_VALID).total_seconds()))
        status_address = self._account.address("/sms/status")
        more = {"StatusCallback": status_address} if status_address else {}
        fields = {"To": to, "From": self._number, "Body": text, "ValidityPeriod": seconds, **more}
        address = f"{_API}{self._messages}.json"
        return self.ask(
            lambda client: str(_answered(client.request("POST", address, data=fields))["sid"]),
            changes=True,
        )

    def list(self, since: datetime) -> Iterator[CarrierMessage]:
        """Return all messages since that time, newest first, page by page. Raises SendError."""
        came = (held for held in self._stream(since, To=self._number) if held.inbound)
        went = (held for held in self._stream(since, From=self._number) if not held.inbound)
        return heapq.merge(came, went, key=lambda held: held.sent_at, reverse=True)

    def _stream(self, since: datetime, **which: str) -> Iterator[CarrierMessage]:
        # According to the documentation, the filter uses days: ask for the day, compare times here.
        day = datetime.combine(since.astimezone(UTC).date(), time(), UTC)
        asked = {**which, "DateSent>": f"{day:%Y-%m-%dT%H:%M:%SZ}", "PageSize": PAGE}
        address = f"{self._messages}.json"
        while address:
            page, address = self._call(partial(_page, since), "GET", address, asked)
            asked = {}  # the next page's address includes these parameters
            for held in page:
                if held.sent_at < since - OUT_OF_ORDER:
                    return
                if held.sent_at >= since:
                    yield held

    def fetch(self, sid: str) -> CarrierMessage | None:
        """Return a message, or None if Twilio no longer has it. Raises SendError."""
        return self._unless_gone(partial(_held, datetime.fromtimestamp(0, UTC)), "GET", sid)

    def forget(self, sid: str) -> bool:
        """Delete a message and its pictures; return False if still being sent. Raises SendError."""
        try:
            pictured = self._unless_gone(_has_pictures, "POST", sid, {"Body": ""})
            if pictured:
                address = f"{self._messages}/{sid}/Media.json"
                for picture in self._call(_pictures, "GET", address, {"PageSize": PICTURES}):
                    self._unless_gone(bool, "DELETE", f"{sid}/Media/{picture}")
            if pictured is not None:
                self._unless_gone(bool, "DELETE", sid)
        except SendError as error:
            if error.code == TOO_SOON:
                return False
            raise
        return True

    def _call(
        self,
        read: Callable[[Any], T],
        method: str,
        address: str,
        fields: Mapping[str, object] | None = None,
    ) -> T:
        """Return the result of ``read`` for the response's JSON. Raises SendError.

        ``client.messages`` would load classes for everything an account can have, which take 5 MB.
        """
        given = {"params" if method == "GET" else "data": fields}
        return self.ask(
            lambda client: read(_answered(client.request(method, _API + address, **given)))
        )

    def _unless_gone(
        self,
        read: Callable[[Any], T],
        method: str,
        name: str,
        fields: Mapping[str, object] | None = None,
    ) -> T | None:
        """Call the API for a message or a picture; return None if Twilio no longer has it."""
        try:
            return self._call(read, method, f"{self._messages}/{name}.json", fields)
        except SendError as error:
            if error.code in GONE:
                return None
            raise

    def ask(self, question: Callable[[Any], T], *, changes: bool = False) -> T:
        """Return ``question(client)``. ``changes``: it must not run twice. Raises SendError."""
        try:
            return question(self._connected())
        except Exception as error:  # noqa: BLE001  the package passes on its layers' errors
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
        logging.getLogger(name).setLevel(logging.ERROR)  # lower levels log URLs with numbers
    http = http_client or TwilioHttpClient()
    http.timeout = timeouts  # the constructor does not accept a pair
    return Client(account.secrets.account_sid, account.secrets.auth_token, http_client=http)


def _answered(answer: Any) -> Any:
    """Return a response's JSON. Raises ApiError."""
    if 200 <= answer.status_code < 300:
        return json.loads(answer.text) if answer.text else {}
    try:
        code = json.loads(answer.text)["code"]
    except (ValueError, TypeError, KeyError):  # this is a page from a proxy
        code = 0
    raise ApiError(answer.status_code, code)


def _page(unknown: datetime, page: Mapping[str, Any]) -> tuple[list[CarrierMessage], str]:
    """Return a page's messages and the next page's address ("" after the last page)."""
    return [_held(unknown, row) for row in page["messages"]], page.get("next_page_uri") or ""


def _has_pictures(row: Mapping[str, Any]) -> bool:
    return int(row.get("num_media") or 0) > 0


def _pictures(page: Mapping[str, Any]) -> list[str]:
    return [picture["sid"] for picture in page["media_list"]]


def _held(unknown: datetime, row: Mapping[str, Any]) -> CarrierMessage:
    """Convert Twilio's row. An unsent message has only its creation time, or ``unknown``."""
    inbound = row.get("direction") == "inbound"
    body = row.get("body") or ""
    date = row.get("date_sent") or row.get("date_created")
    return CarrierMessage(
        sid=row["sid"],
        sender=row.get("from") or "",
        recipient=row.get("to") or "",
        body=signature.unwrap(body) if inbound else body,
        sent_at=parsedate_to_datetime(date) if date else unknown,
        inbound=inbound,
        is_reply=row.get("direction") == "outbound-reply",
        status=row.get("status") or "",
        error_code=int(row.get("error_code") or 0),
    )


def _failure(error: Exception, *, changes: bool) -> SendError:
    """Classify a failure. If Twilio did not answer, the request may have been carried out."""
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
    """Return the HTTP status and Twilio's error code; each is 0 if missing."""
    answers = [error, *error.args]  # for a refused page, the answer is in the error's arguments
    found = [getattr(seen, name, None) for seen in answers for name in ("status", "status_code")]
    status = next((number for number in found if isinstance(number, int)), 0)
    code = getattr(error, "code", None)
    return status, code if isinstance(code, int) else 0


def _never_connected(error: Exception) -> bool:
    """Whether the call failed while connecting: only then does urllib3 raise MaxRetryError."""
    from urllib3.exceptions import MaxRetryError  # noqa: PLC0415

    return bool(error.args) and isinstance(error.args[0], MaxRetryError)

"""A stand-in for Twilio's REST API: a real HTTP server on loopback for the real client.

It stores messages, pages its lists, redacts and deletes, and fails on request. ``ToStandIn`` is the
package's own HTTP client with one change: it connects to loopback, with the intended host as the
first part of the path.
"""

import hmac
import json
import threading
import time
from base64 import b64encode
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any, ClassVar
from urllib.parse import parse_qs, parse_qsl, urlsplit

from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]

ACCOUNT, TOKEN = "AC" + "5" * 32, "test-token"
MESSAGES = f"/api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages"
Row = dict[str, Any]
Answer = tuple[int, Any]


def signature(
    url: str, fields: Mapping[str, Sequence[str]], *, key: str, algorithm: str = "sha1"
) -> bytes:
    """Return the header's value as Twilio documents it (docs/usage/security): the address, then
    each name with each of its values once, in order."""
    parts = (name + value for name in sorted(fields) for value in sorted(set(fields[name])))
    text = (url + "".join(parts)).encode("utf-8", "surrogateescape")
    return b64encode(hmac.digest(key.encode(), text, algorithm))


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What goes wrong with one kind of request: "send", "list", "fetch", "redact" or "delete".

    ``accepted``: it was done anyway. ``silent``: seconds without an answer.
    ``page``: the answer instead of JSON.
    """

    kind: str
    status: int = 500
    code: int = 0
    accepted: bool = False
    silent: float = 0.0
    page: str = ""


@dataclass
class StandIn:
    """The carrier's memory and the requests to it. Rows are as the API shows them; requests do not
    remove them."""

    number: str
    port: int = 0
    page: int = 1000  # most rows per page, whatever is requested
    messages: dict[str, Row] = field(default_factory=dict)
    faults: deque[Fault] = field(default_factory=deque)
    asked: list[str] = field(default_factory=list)  # the kind of each request
    console: dict[str, Any] = field(default_factory=dict)  # other paths, and what they answer
    now: datetime = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
    lock: Any = field(default_factory=threading.RLock)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def deliver(self, body: str, *, sender: str, at: datetime, sid: str = "", **more: Any) -> str:
        """Add a message that came in at that time."""
        return self._add(
            sid,
            body,
            sender=sender,
            to=self.number,
            direction="inbound",
            at=at,
            status="received",
            **more,
        )

    def replied(self, body: str, *, to: str, at: datetime) -> str:
        """Add an answer that the carrier got from a webhook or a fallback."""
        return self._add(
            "",
            body,
            sender=self.number,
            to=to,
            direction="outbound-reply",
            at=at,
            status="delivered",
        )

    def sent(self) -> list[Row]:
        """Return what was sent through the API, in order."""
        return [row for row in self.messages.values() if row["direction"] == "outbound-api"]

    def _add(
        self,
        sid: str,
        body: str,
        *,
        sender: str,
        to: str,
        direction: str,
        at: datetime,
        status: str,
        **more: Any,
    ) -> str:
        with self.lock:
            sid = sid or f"SM{next(self.numbers):032x}"
            stamp = format_datetime(at)
            self.messages[sid] = {
                "sid": sid, "account_sid": ACCOUNT, "body": body, "from": sender, "to": to, "direction": direction,
                "status": status, "date_sent": stamp, "date_created": stamp, "date_updated": stamp, "num_media": "0",
                "num_segments": "1", "error_code": None, "at": at, **more,
            }  # fmt: skip
        return sid

    def answer(self, method: str, target: str, body: bytes) -> tuple[Answer, Fault | None]:
        """Return the answer to a request, and what goes wrong with it."""
        address = urlsplit(target)
        fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
        with self.lock:
            kind = self._kind(method, address.path)
            self.asked.append(kind)
            fault = self.faults.popleft() if self.faults and self.faults[0].kind == kind else None
            if fault and not fault.accepted:
                return (
                    fault.status,
                    {"code": fault.code, "message": f"about {self.number}"},
                ), fault
            return self._do(kind, address.path, parse_qs(address.query), fields), fault

    def _kind(self, method: str, path: str) -> str:
        if path == f"{MESSAGES}.json":
            return "send" if method == "POST" else "list"
        if "/Media" in path:
            return "media"
        if path.startswith(f"{MESSAGES}/"):
            return {"GET": "fetch", "POST": "redact", "DELETE": "delete"}[method]
        return "console"

    def _do(
        self, kind: str, path: str, query: Mapping[str, list[str]], fields: Mapping[str, str]
    ) -> Answer:
        if kind in {"console", "media"}:
            found = self.console.get(path) if path.endswith(".json") or kind == "console" else {}
            return (
                (200, found)
                if found is not None
                else (404, {"code": 20404, "message": "not found"})
            )
        if kind == "send":
            sid = self._add(
                "", fields["Body"], sender=fields["From"], to=fields["To"], direction="outbound-api", at=self.now,
                status="queued", validity=fields.get("ValidityPeriod"), callback=fields.get("StatusCallback"),
            )  # fmt: skip
            return 201, self._shown(self.messages[sid])
        if kind == "list":
            return 200, self._page(query)
        sid = path.removeprefix(f"{MESSAGES}/").removesuffix(".json")
        if sid not in self.messages:
            return 404, {"code": 20404, "message": "not found"}
        row = self.messages[sid]
        if kind == "redact":
            row["body"] = fields["Body"]
        if kind == "delete":
            del self.messages[sid]
            return 204, None
        return 200, self._shown(row)

    def _page(self, query: Mapping[str, list[str]]) -> Any:
        """Return a page, newest first, filtered only by day, as documented."""
        rows = [
            row
            for row in self.messages.values()
            if row["to"] in query.get("To", [row["to"]])
            and row["from"] in query.get("From", [row["from"]])
            and f"{row['at']:%Y-%m-%d}" >= query.get("DateSent>", [""])[0][:10]
        ]
        rows.sort(key=lambda row: row["at"], reverse=True)
        size, number = min(int(query["PageSize"][0]), self.page), int(query.get("Page", ["0"])[0])
        which = "".join(
            f"&{key}={query[key][0].replace('+', '%2B')}"
            for key in ("To", "From", "DateSent>")
            if key in query
        )
        more = f"{MESSAGES.removeprefix('/api.twilio.com')}.json?PageSize={size}&Page={number + 1}{which}"
        return {
            "messages": [self._shown(row) for row in rows[number * size : (number + 1) * size]],
            "next_page_uri": more if (number + 1) * size < len(rows) else None,
        }

    @staticmethod
    def _shown(row: Row) -> Row:
        return {
            key: value for key, value in row.items() if key not in {"at", "validity", "callback"}
        }


class _Door(BaseHTTPRequestHandler):
    stand_in: ClassVar[StandIn]
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        wanted = "Basic " + b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if self.headers.get("Authorization") != wanted:
            self._send(401, {"code": 20003, "message": "Authenticate"})
            return
        (status, found), fault = self.stand_in.answer(self.command, self.path, body)
        if fault and fault.silent:
            time.sleep(fault.silent)
            self.close_connection = True
            return
        if fault:
            self._send(fault.status, fault.page or {"code": fault.code})
        else:
            self._send(status, found)

    do_GET = do_POST = do_DELETE = _serve  # noqa: N815  the names that the library calls

    def _send(self, status: int, found: Any) -> None:
        raw = found if isinstance(found, str) else "" if found is None else json.dumps(found)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw.encode())))
        self.end_headers()
        self.wfile.write(raw.encode())

    def log_message(self, format: str, *arguments: object) -> None:
        """Log nothing: tests look at ``asked``."""


class ToStandIn(TwilioHttpClient):  # type: ignore[misc]
    """The package's own client, redirected to the stand-in."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.session.trust_env = False
        self._port = port

    def request(self, method: str, url: str, *arguments: Any, **named: Any) -> Any:
        return super().request(
            method,
            url.replace("https://", f"http://127.0.0.1:{self._port}/", 1),
            *arguments,
            **named,
        )


@contextmanager
def standing_in(number: str) -> Iterator[StandIn]:
    """Yield a running stand-in; stop it afterward."""
    stand_in = StandIn(number)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Door", (_Door,), {"stand_in": stand_in}))
    server.daemon_threads = True
    stand_in.port = server.server_port
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    )
    thread.start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

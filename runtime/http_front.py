"""Limits for a port: bytes and seconds per request, and the number of connections.

``bounded`` sets everything for which uvicorn has an option. With only those (0.54, httptools and
h11), ``tests/runtime/test_http_front.py`` fails, so this module extends uvicorn's protocol for
httptools, whose names are not public. The options have these gaps:

- Size: only h11 limits heads (``h11_max_incomplete_event_size``); bodies and queues have no limit.
- Time: a slow request or response, or a connection without a request, has no time limit.
  Keep-alive starts with the first response.
- Connections: ``limit_concurrency`` sends 503 to new ones while idle sockets stay open.

Issue 157 and PRs 1684 and 2019, which asked uvicorn for such limits, were closed.
"""

import asyncio
import logging
import resource
import select
import socket
from asyncio import AbstractEventLoop, TimerHandle, Transport
from collections import Counter
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from importlib.util import find_spec
from typing import Any, NamedTuple, cast

import httptools
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

log = logging.getLogger("porchlight.front")


class Bound(NamedTuple):
    """The maximum size of a head or body in bytes, and the HTTP status for a larger one."""

    most_bytes: int
    too_large: HTTPStatus


HEAD = Bound(32 * 1024, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
# Twice what any page accepts: chunk sizes and trailers, which applications never see, count too.
BODY = Bound(128 * 1024, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
PART_SECONDS = 10.0  # seconds from first to last byte of a head or body; also the carrier's timeout
PIPELINED = 16  # maximum requests queued on a connection; browsers never queue any
IDLE_SECONDS = 30  # timeout in seconds, between requests or if a client is not reading its response
LAST_SECONDS = 0.5  # a stopping server waits this long for arriving requests; uvicorn waits 2
TELL_SECONDS = 60.0  # minimum seconds between log lines
CONNECTIONS = 1000  # maximum connections per port; their heads can fill 32 MB
BACKLOG = 256
DOORS = 16  # copies of a listening socket; uvloop accepts one connection from each per iteration
# asyncio accepts all waiting connections in one iteration, and closes replaced ones in the next.
OWN_FILES = 2 * BACKLOG + 128
OPEN_FILES = 8192  # the same as the units' LimitNOFILE


def open_files() -> int:
    """Return how many files this process may open; if allowed, first raise that to OPEN_FILES."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    wanted = OPEN_FILES if hard == unlimited else min(OPEN_FILES, hard)
    if soft != unlimited and soft < wanted:
        with suppress(OSError, ValueError):  # macOS allows less than it reports
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            return wanted
    return OPEN_FILES if soft == unlimited else soft


def connections(files: int) -> int:
    """Return how many connections the main port may have, given this limit on open files."""
    return max(16, min(CONNECTIONS, files - OWN_FILES))


def listen(host: str, port: int) -> socket.socket:
    """Open the port now; clients that connect wait until the server starts. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as problem:
        cause = (problem.strerror or "").partition(" (while")[0]
        raise OSError(problem.errno, cause) from None
    # Each connection inherits this. Otherwise, without uvloop, asyncio sends a head and delays its
    # body until the head is acknowledged: 44 ms more per response.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def doors(listening: socket.socket) -> list[socket.socket]:
    """Return duplicate sockets: uvloop accepts one connection from each per turn of its loop."""
    has_uvloop = find_spec("uvloop") is not None  # uvicorn uses uvloop if it is installed
    return [listening.dup() for _ in range(DOORS if has_uvloop else 1)]


def bounded(app: ASGIApp, *, most: int, lifespan: bool) -> uvicorn.Config:
    """Return uvicorn's settings for at most ``most`` connections; no access log, as promised."""
    return uvicorn.Config(
        app,
        http=cast("Any", _Port(most)),  # uvicorn calls this like a class, once per connection
        lifespan="on" if lifespan else "off",
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,  # this code does not need the caller's address
        backlog=BACKLOG,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=2,
    )


class GracefulServer(uvicorn.Server):
    """A server that answers all connected clients before it stops; uvicorn would cut some off."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the port, then stop the server."""
        cast("_Port", self.config.http).ending = True
        await super().shutdown(sockets)

    async def none_waits(self) -> None:
        """Wait until no open connection can bring another request."""
        while cast("_Port", self.config.http).waiting:
            await asyncio.sleep(LAST_SECONDS / 10)


class _Port:
    """Makes one port's protocols, and keeps track of those waiting for a request, oldest first."""

    def __init__(self, most: int) -> None:
        self.most, self.ending = most, False
        self.waiting: dict[_Bounded, None] = {}  # ordered by the start of their wait
        self._refused: Counter[str] = Counter()

    def __call__(self, **given: Any) -> "_Bounded":
        return _Bounded(self, **given)

    def refused(self, why: str, loop: AbstractEventLoop) -> None:
        """Count a refusal. A minute after the first refusal, one log line reports all counts."""
        if not self._refused:
            loop.call_later(TELL_SECONDS, self._tell)
        self._refused[why] += 1

    def _tell(self) -> None:
        counted = ", ".join(f"{count} {why}" for why, count in sorted(self._refused.items()))
        log.warning("refused in the last minute: %s", counted)
        self._refused.clear()


class _Bounded(HttpToolsProtocol):
    """uvicorn's protocol for one connection, with limits."""

    def __init__(self, port: _Port, **given: Any) -> None:
        super().__init__(**given)
        self._port = port
        self._unsent = 0
        self._deadline: TimerHandle | None = None
        # The request being answered; uvicorn's own ``cycle`` is the last request received.
        self._at_work: RequestResponseCycle | None = None
        self._expect(HEAD)

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Start waiting; if the port is full, close the connection that has waited longest."""
        super().connection_made(transport)
        self._wait_or_work()
        self._time_idle()
        if len(self.connections) > self._port.most:
            oldest = next(iter(self._port.waiting))
            if oldest is self:
                self._refuse(HTTPStatus.SERVICE_UNAVAILABLE)
            else:
                self._port.refused("idle while the port was full", self.loop)
                oldest.give_way()

    def shutdown(self) -> None:
        """Answer requests that arrive within a moment, each as the last one, then close."""
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.keep_alive = False
        self.loop.call_later(LAST_SECONDS, self._end_idle)

    def _end_idle(self) -> None:
        if self not in self._port.waiting or self.transport.is_closing():
            return
        if self._room < HEAD.most_bytes or self._has_unread():
            self.loop.call_later(LAST_SECONDS / 10, self._end_idle)
        else:
            self.transport.close()

    def _has_unread(self) -> bool:
        """Return whether the socket has bytes that the loop has not read yet."""
        ready = select.poll()
        ready.register(self.transport.get_extra_info("socket").fileno(), select.POLLIN)
        return bool(ready.poll(0))

    def connection_lost(self, exc: Exception | None) -> None:
        self._port.waiting.pop(self, None)
        self._unset_keepalive_if_required()
        self._end_deadline()
        super().connection_lost(exc)
        self._end_work()

    def give_way(self) -> None:
        """Close the connection at once, even if data is on its way."""
        self._port.waiting.pop(self, None)
        self.connections.discard(self)
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Feed the parser no more data than the limit allows."""
        if not self.flow.write_paused:
            self._unset_keepalive_if_required()
        while data and not self.transport.is_closing():
            piece, data = data[: self._room], data[self._room :]
            self._room -= len(piece)  # the callbacks reset the limit for the data that follows
            try:
                self.parser.feed_data(piece)
            except httptools.HttpParserError:
                return self._refuse(HTTPStatus.BAD_REQUEST)
            except httptools.HttpParserUpgrade:
                pass  # we answer the request as if it had not asked to upgrade
            if self._room <= 0:
                return self._refuse(self._bound.too_large)
        begun = self._bound is BODY or self._room < HEAD.most_bytes
        if begun and self._deadline is None:
            too_slow = partial(self._refuse, HTTPStatus.REQUEST_TIMEOUT)
            self._deadline = self.loop.call_later(PART_SECONDS, too_slow)
        return None

    def on_message_begin(self) -> None:
        """Limit queued requests: 256 KB can contain 14,000, each taking 2 KB of memory."""
        if len(self.pipeline) >= PIPELINED:
            raise ValueError  # httptools turns this into a parser error
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Set the body's own limits."""
        super().on_headers_complete()
        if self._port.ending:
            self.cycle.keep_alive = False
        self._expect(BODY)

    def on_message_complete(self) -> None:
        """End the time limit: from here on, the application decides how long it takes."""
        super().on_message_complete()
        self._expect(HEAD)
        if not self.cycle.response_complete:
            self._port.waiting.pop(self, None)

    def on_response_complete(self) -> None:
        """Wait for the next request, or work on a request that has already arrived."""
        super().on_response_complete()
        self._wait_or_work()
        if self.transport.is_closing():  # the client may still be reading the response
            self._time_idle()

    def pause_writing(self) -> None:
        """Wait for a client that is not reading its response."""
        super().pause_writing()
        self._wait_or_work()
        self._time_idle()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._wait_or_work()
        if self not in self._port.waiting:
            self._unset_keepalive_if_required()

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection. A download continues as long as the client keeps reading."""
        if self.transport.get_write_buffer_size() != self._unsent:
            self._time_idle()
        else:
            self.give_way()

    def _wait_or_work(self) -> None:
        """Record whether we are waiting for the client or working on a response."""
        self._port.waiting.pop(self, None)
        has_request = (
            self.cycle is not None and not self.cycle.response_complete and not self.cycle.more_body
        )
        if self.flow.write_paused or not (has_request or self.pipeline):
            self._port.waiting[self] = None

    def _time_idle(self) -> None:
        self._unset_keepalive_if_required()
        self._unsent = self.transport.get_write_buffer_size()
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )

    def _expect(self, bound: Bound) -> None:
        self._bound, self._room = bound, bound.most_bytes
        if self._deadline is not None:
            self._end_deadline()

    def _end_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, status: HTTPStatus) -> None:
        """Send only the status, unless an earlier request is still unanswered, and close."""
        self._port.refused(status.phrase.lower(), self.loop)
        own = self._bound is BODY and not self.cycle.response_started and not self.pipeline
        if self.cycle is None or self.cycle.response_complete or own:
            self.transport.write(
                STATUS_LINE[status] + b"content-length: 0\r\nconnection: close\r\n\r\n"
            )
            self.transport.close()
            self._time_idle()
        else:
            self.transport.abort()
        self._end_work()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._at_work = cycle
        super()._start_asgi_task(cycle, app)

    def _end_work(self) -> None:
        """Mark the client as disconnected so that further output is discarded without an error."""
        if self._at_work is not None:
            self._at_work.disconnected = True
            self._at_work.message_event.set()

"""The bounds of a port: bytes and seconds of a request, and how many connections there may be.

``bounded`` sets everything that uvicorn has a switch for. Its switches do not reach the bounds, as
``tests/runtime/test_http_front.py`` showed with them alone (0.54, httptools and h11), so this
module extends its protocol for httptools, whose names are not public:

- A head: ``h11_max_incomplete_event_size`` is for h11 only. A body, and requests sent ahead: none.
- A request or answer that trickles, a connection without a request: no limit of time. Keep-alive
  begins with the first answer.
- Connections: ``limit_concurrency`` answers 503 to newcomers while idle sockets stay.

Its issue 157 and PRs 1684 and 2019, which asked for such limits, stayed closed.
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
    """The most bytes of a head or body, and the status where there are more."""

    most_bytes: int
    too_large: HTTPStatus


HEAD = Bound(32 * 1024, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
# Twice what any address takes. Counted with chunk sizes and trailers, which no application sees.
BODY = Bound(128 * 1024, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
PART_SECONDS = 10.0  # from the first byte of a head or body to its last; the carrier's own timeout
PIPELINED = 16  # requests that wait for their turn on one connection; browsers send none ahead
IDLE_SECONDS = 30  # between requests, and for a client that takes nothing of its answer
LAST_SECONDS = 0.5  # that a server which ends waits for requests on their way; uvicorn waits for 2
TELL_SECONDS = 60.0  # between two lines of the log
CONNECTIONS = 1000  # of a port; 32 MB if each of them fills its head
BACKLOG = 256
DOORS = 16  # duplicates of a listening socket; of each, uvloop takes one connection in a turn
# asyncio takes all that wait in one turn, and in the next one closes what gave way for them.
OWN_FILES = 2 * BACKLOG + 128
OPEN_FILES = 8192  # as LimitNOFILE of the units


def open_files() -> int:
    """How many files this process may have open: as many as the units say, where it may choose."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    wanted = OPEN_FILES if hard == unlimited else min(OPEN_FILES, hard)
    if soft != unlimited and soft < wanted:
        with suppress(OSError, ValueError):  # macOS allows less than it says
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            return wanted
    return OPEN_FILES if soft == unlimited else soft


def connections(files: int) -> int:
    """How many connections the main port may have where so many files may be open."""
    return max(16, min(CONNECTIONS, files - OWN_FILES))


def listen(host: str, port: int) -> socket.socket:
    """Take the port at once: whoever connects waits until it is served. OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as problem:
        cause = (problem.strerror or "").partition(" (while")[0]
        raise OSError(problem.errno, cause) from None
    # Handed on to each connection. Else asyncio, without uvloop, sends a head and leaves its body
    # until the head was acknowledged: 44 ms more for each answer.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def doors(listening: socket.socket) -> list[socket.socket]:
    """Duplicates to serve by: uvloop takes one connection of each in a turn, which may be long."""
    has_uvloop = find_spec("uvloop") is not None  # then uvicorn takes it
    return [listening.dup() for _ in range(DOORS if has_uvloop else 1)]


def bounded(app: ASGIApp, *, most: int, lifespan: bool) -> uvicorn.Config:
    """uvicorn's settings for a port with so many connections; no access log, as we promised."""
    return uvicorn.Config(
        app,
        http=cast("Any", _Port(most)),  # called as a class is: a protocol for each connection
        lifespan="on" if lifespan else "off",
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,  # nothing here asks who called
        backlog=BACKLOG,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=2,
    )


class GracefulServer(uvicorn.Server):
    """A server that answers everyone who connected before it ends; uvicorn resets some of them."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the port, then the server."""
        cast("_Port", self.config.http).ending = True
        await super().shutdown(sockets)

    async def none_waits(self) -> None:
        """Wait until no open connection could bring another request."""
        while cast("_Port", self.config.http).waiting:
            await asyncio.sleep(LAST_SECONDS / 10)


class _Port:
    """Makes the protocols of one port; knows which of them wait for a request, oldest first."""

    def __init__(self, most: int) -> None:
        self.most, self.ending = most, False
        self.waiting: dict[_Bounded, None] = {}  # in the order in which they began to wait
        self._refused: Counter[str] = Counter()

    def __call__(self, **given: Any) -> "_Bounded":
        return _Bounded(self, **given)

    def refused(self, why: str, loop: AbstractEventLoop) -> None:
        """Count it. A minute after the first, one line of the log has the numbers of all."""
        if not self._refused:
            loop.call_later(TELL_SECONDS, self._tell)
        self._refused[why] += 1

    def _tell(self) -> None:
        counted = ", ".join(f"{count} {why}" for why, count in sorted(self._refused.items()))
        log.warning("refused in the last minute: %s", counted)
        self._refused.clear()


class _Bounded(HttpToolsProtocol):
    """uvicorn's protocol for one connection, with the bounds."""

    def __init__(self, port: _Port, **given: Any) -> None:
        super().__init__(**given)
        self._port = port
        self._unsent = 0
        self._deadline: TimerHandle | None = None
        # The request that is answered; uvicorn's own ``cycle`` is the last one that came.
        self._at_work: RequestResponseCycle | None = None
        self._expect(HEAD)

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Begin to wait; where the port is full, whoever waits longest gives way."""
        super().connection_made(transport)
        self._wait_or_work()
        self._time_idle()
        if len(self.connections) > self._port.most:
            oldest = next(iter(self._port.waiting))
            if oldest is self:
                self._refuse(HTTPStatus.SERVICE_UNAVAILABLE)
            else:
                self._port.refused("idle while there was no room", self.loop)
                oldest.give_way()

    def shutdown(self) -> None:
        """Answer what is asked within the next moment, each time as the last, then end."""
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
        """Whether bytes lie in the socket that the loop has not come to yet."""
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
        """End at once, whatever is on its way."""
        self._port.waiting.pop(self, None)
        self.connections.discard(self)
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Feed the parser no more than there is room for."""
        if not self.flow.write_paused:
            self._unset_keepalive_if_required()
        while data and not self.transport.is_closing():
            piece, data = data[: self._room], data[self._room :]
            self._room -= len(piece)  # the callbacks set it anew for what follows
            try:
                self.parser.feed_data(piece)
            except httptools.HttpParserError:
                return self._refuse(HTTPStatus.BAD_REQUEST)
            except httptools.HttpParserUpgrade:
                pass  # answered as if it had not asked
            if self._room <= 0:
                return self._refuse(self._bound.too_large)
        begun = self._bound is BODY or self._room < HEAD.most_bytes
        if begun and self._deadline is None:
            too_slow = partial(self._refuse, HTTPStatus.REQUEST_TIMEOUT)
            self._deadline = self.loop.call_later(PART_SECONDS, too_slow)
        return None

    def on_message_begin(self) -> None:
        """256 KB that come at once may hold 14,000 requests, of 2 KB of memory each."""
        if len(self.pipeline) >= PIPELINED:
            raise ValueError  # httptools makes an error of the parser of it
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The body has bounds of its own."""
        super().on_headers_complete()
        if self._port.ending:
            self.cycle.keep_alive = False
        self._expect(BODY)

    def on_message_complete(self) -> None:
        """A whole request: from here on the application decides how long it takes."""
        super().on_message_complete()
        self._expect(HEAD)
        if not self.cycle.response_complete:
            self._port.waiting.pop(self, None)

    def on_response_complete(self) -> None:
        """Wait for the next request, or work on one that came meanwhile."""
        super().on_response_complete()
        self._wait_or_work()
        if self.transport.is_closing():  # the answer may still have to be taken
            self._time_idle()

    def pause_writing(self) -> None:
        """Wait for a client that does not take what it asked for."""
        super().pause_writing()
        self._wait_or_work()
        self._time_idle()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._wait_or_work()
        if self not in self._port.waiting:
            self._unset_keepalive_if_required()

    def timeout_keep_alive_handler(self) -> None:
        """End an idle connection. A download goes on for as long as bytes of it are taken."""
        if self.transport.get_write_buffer_size() != self._unsent:
            self._time_idle()
        else:
            self.give_way()

    def _wait_or_work(self) -> None:
        """Note whether it is the client's turn, or ours."""
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
        """Answer with the status alone, unless an answer is due to an earlier request; and end."""
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
        """Nobody is there any more: what is still said to them goes nowhere, and is no error."""
        if self._at_work is not None:
            self._at_work.disconnected = True
            self._at_work.message_event.set()

"""A load generator: keep-alive connections that send prepared requests one after another."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Result:
    """One run's results. Seconds are per request; ``statuses`` counts answers by HTTP status."""

    requests_per_second: float
    median_seconds: float
    p99_seconds: float
    statuses: dict[int, int]


@dataclass
class _Run:
    requests: Iterator[bytes]
    taken: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)


class _Connection(asyncio.Protocol):
    """One keep-alive connection: sends a request, reads the whole answer by its Content-Length,
    sends the next."""

    def __init__(self, run: _Run, done: asyncio.Future[None]) -> None:
        self.run, self.done = run, done
        self.buffer = b""
        self.sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._next()

    def _next(self) -> None:
        request = next(self.run.requests, None)
        if request is None:
            self.transport.close()
            return
        self.sent_at = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, separator, body = self.buffer.partition(b"\r\n\r\n")
        if not separator or len(body) < _length(head):
            return
        self.run.taken.append(time.perf_counter() - self.sent_at)
        status = int(head[9:12])
        self.run.statuses[status] = self.run.statuses.get(status, 0) + 1
        self.buffer = b""
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


def _length(head: bytes) -> int:
    lower = head.lower()
    at = lower.find(b"\r\ncontent-length:")
    return int(lower[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


async def run(port: int, requests: list[bytes], *, connections: int) -> Result:
    """Send every request once over that many connections, and measure it."""
    loop = asyncio.get_running_loop()
    state = _Run(iter(requests))
    finished = [loop.create_future() for _ in range(connections)]
    started = time.perf_counter()
    for done in finished:
        await loop.create_connection(lambda done=done: _Connection(state, done), "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*finished)
    seconds = time.perf_counter() - started
    taken = sorted(state.taken)
    return Result(
        len(taken) / seconds, taken[len(taken) // 2], taken[int(len(taken) * 0.99)], state.statuses
    )


def measure(port: int, requests: list[bytes], connections: int) -> float:
    """Return requests per second. Raises RuntimeError unless every answer is 200."""
    result = asyncio.run(run(port, requests, connections=connections))
    if set(result.statuses) != {200}:
        raise RuntimeError(f"expected 200 to everything, got {result.statuses}")
    return result.requests_per_second

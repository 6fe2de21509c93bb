"""What systemd is told: that the server answers, and again and again that it still does.

sd_notify(3): a datagram to the socket of $NOTIFY_SOCKET. Elsewhere nobody is told anything.
"""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from runtime.host_names import asked_at

log = logging.getLogger("porchlight")
READY, ALIVE = "READY=1", "WATCHDOG=1"
ASK_SECONDS = 1.0  # between two questions, until it answers
PATIENCE = 10.0  # for one answer

Answers = Callable[[], Awaitable[bool]]


# Podman's mark and Docker's.
CONTAINER = (Path("/run/.containerenv"), Path("/.dockerenv"))


def keeps_a_log(environ: Mapping[str, str], *, terminal: bool) -> bool:
    """Whether what is printed goes into a log of systemd or a container. ``terminal``: one shows
    it."""
    kept = "JOURNAL_STREAM" in environ or any(path.exists() for path in CONTAINER)
    return kept and not terminal


async def keep_told(
    environ: Mapping[str, str],
    answers: Answers,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Tell systemd READY once ``answers`` says so, then that it lives while it goes on to."""
    where = environ.get("NOTIFY_SOCKET", "")
    if not where:
        return
    while not await answers():
        await sleep(ASK_SECONDS)
    tell(where, READY)
    usec = environ.get("WATCHDOG_USEC", "")
    while usec.isdigit():
        if await answers():
            tell(where, ALIVE)
        await sleep(int(usec) / 1e6 / 4)  # a quarter: one late answer is no hang


def tell(where: str, state: str) -> None:
    """One datagram. A name that begins with "@" is an abstract one."""
    address = "\0" + where[1:] if where.startswith("@") else where
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as to:
            to.setblocking(False)  # a systemd that does not listen must not hold up every page
            to.connect(address)
            to.sendall(state.encode())
    except OSError as problem:
        log.warning("systemd could not be told %s: %s", state, problem.strerror)


async def asked_over_http(host: str, port: int) -> bool:
    """Whether ``/healthz`` answers 200 at our own port, as a visitor would get it."""
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection(asked_at(host), port)
            try:
                writer.write(
                    b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                )
                return b" 200 " in await reader.readline()
            finally:
                writer.close()
    return False

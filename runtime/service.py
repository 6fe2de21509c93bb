"""Tells systemd that the server responds, then regularly that it is still responding.

sd_notify(3): sends a datagram to the socket in $NOTIFY_SOCKET; if that is not set, does nothing.
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
ASK_SECONDS = 1.0  # seconds between requests, until the server responds
PATIENCE = 10.0  # maximum seconds for one response

Answers = Callable[[], Awaitable[bool]]


# Podman's and Docker's marker files.
CONTAINER = (Path("/run/.containerenv"), Path("/.dockerenv"))


def keeps_a_log(environ: Mapping[str, str], *, terminal: bool) -> bool:
    """Return whether output goes to a log of systemd or a container. ``terminal``: output goes to a
    terminal."""
    kept = "JOURNAL_STREAM" in environ or any(path.exists() for path in CONTAINER)
    return kept and not terminal


async def keep_told(
    environ: Mapping[str, str],
    answers: Answers,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Tell systemd READY once ``answers`` is true, then ALIVE for as long as it stays true."""
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
        await sleep(int(usec) / 1e6 / 4)  # a quarter, so that one late response is not a failure


def tell(where: str, state: str) -> None:
    """Send one datagram. A socket name that starts with "@" is abstract."""
    address = "\0" + where[1:] if where.startswith("@") else where
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as to:
            to.setblocking(False)  # pages must not have to wait if systemd is not listening
            to.connect(address)
            to.sendall(state.encode())
    except OSError as problem:
        log.warning("could not notify systemd of %s: %s", state, problem.strerror)


async def asked_over_http(host: str, port: int) -> bool:
    """Return whether ``/healthz`` at our own port returns 200, as it would to a visitor."""
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

"""Attacks on a server's connections: what they send, and a context in which they last."""

import asyncio
import contextlib
import resource
import socket
import threading
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import NamedTuple

import httpx2

from runtime.http_front import CONNECTIONS
from tests.running import PATIENCE, Server, message, signed_form

FILES = 4096  # an attacker must be able to open this many


class Attack(NamedTuple):
    """Connections (number in a quick and in a full run) that send this and then continue."""

    few: int
    many: int
    first: bytes
    then: bytes = b""  # sent repeatedly
    pause: float = 0.5
    at_desk: bool = False
    ends_at_once: bool = False


HEAD = b"GET /en/ HTTP/1.1\r\nhost: localhost\r\n"
SEARCH = b"POST /en/search HTTP/1.1\r\nhost: localhost\r\n"
TEXT = b"POST /sms/inbound HTTP/1.1\r\nhost: localhost\r\n"
MEGABYTE = b"a" * 2**20
ATTACKS = {
    "a giant header": Attack(1, 3, HEAD + b"x: ", MEGABYTE, 0, ends_at_once=True),
    "a giant target": Attack(1, 3, b"GET /", MEGABYTE, 0, ends_at_once=True),
    "a giant trailer": Attack(
        1,
        3,
        SEARCH + b"transfer-encoding: chunked\r\n\r\n0\r\nx: ",
        MEGABYTE,
        0,
        ends_at_once=True,
    ),
    "a head that drips": Attack(50, 1500, HEAD + b"x: ", b"a"),
    "a search that drips": Attack(50, 1500, SEARCH + b"content-length: 2000\r\n\r\n", b"a"),
    "a text that drips": Attack(50, 1500, TEXT + b"content-length: 2000\r\n\r\n", b"a"),
    "2,000 idle sockets": Attack(2000, 2000, b""),
    "idle sockets at the desk": Attack(60, 2000, b"", at_desk=True),
    "a form of the desk that drips": Attack(
        60,
        500,
        b"POST /staff/in HTTP/1.1\r\nhost: localhost\r\ncontent-length: 900\r\n\r\n",
        b"a",
        at_desk=True,
    ),
    "requests sent ahead": Attack(5, 1500, b"", (HEAD + b"\r\n") * 5000, 0, ends_at_once=True),
}


class Flood(NamedTuple):
    """Signed texts at once (number in a quick and in a full run), and then as many again."""

    few: int
    many: int
    body: str
    of_one_sender: bool


FLOODS = {
    "texts of one sender": Flood(40, 300, "FOOD", of_one_sender=True),
    "texts of a thousand senders": Flood(50, 1000, "im not safe", of_one_sender=False),
}
_asked = count()


class Installation(NamedTuple):
    """A server with a line and a desk."""

    server: Server
    desk: int

    def answers_all(self) -> None:
        """Check the process, a page, somebody else's text and the desk."""
        self.server.both_doors_answer(f"SM-attacked-{next(_asked)}")
        desk = httpx2.get(
            f"http://127.0.0.1:{self.desk}/staff/", timeout=PATIENCE, follow_redirects=True
        )
        assert "passphrase" in desk.text


@contextlib.contextmanager
def many_files() -> Iterator[bool]:
    """Make room for the attack's sockets in this process; the server has its own. Yields whether
    there is enough."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < FILES:
        yield False
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, FILES), hard))
    try:
        yield True
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextlib.contextmanager
def under(attack: Attack, installation: Installation, count: int) -> Iterator[list[socket.socket]]:
    """Attack for as long as the context lasts."""
    port = installation.desk if attack.at_desk else installation.server.port
    over = threading.Event()
    with contextlib.ExitStack() as opened:
        sockets = list[socket.socket]()
        for _ in range(count):
            sockets.append(opened.enter_context(socket.create_connection(("127.0.0.1", port))))
            sockets[-1].settimeout(PATIENCE)
            with contextlib.suppress(OSError):  # it gave way before it began
                sockets[-1].sendall(attack.first)
        sending = threading.Thread(target=go_on, args=(attack, list(sockets), over))
        sending.start()
        try:
            yield sockets
        finally:
            over.set()
            sending.join()


def go_on(attack: Attack, sockets: list[socket.socket], over: threading.Event) -> None:
    for _ in range(100):  # for a giant: a hundred megabytes each
        for each in list(sockets):
            try:
                if attack.then:
                    each.sendall(attack.then)
            except OSError:
                sockets.remove(each)
        if over.wait(attack.pause):
            return


@contextlib.contextmanager
def flooded(flood: Flood, server: Server, texts: int) -> Iterator[list[bytes]]:
    """Send wave after wave while the context lasts; yield the answers so far."""
    answers, over = list[bytes](), threading.Event()

    async def waves() -> None:
        # A full port refuses connections; ``under`` tests what more of them do.
        slots = asyncio.Semaphore(CONNECTIONS // 2)
        for wave in count():
            sending = (
                delivered(flood, server.port, wave, number, slots) for number in range(texts)
            )
            answers.extend(await asyncio.gather(*sending))
            if over.is_set():
                return

    with ThreadPoolExecutor(1) as thread:
        sending = thread.submit(asyncio.run, waves())
        try:
            yield answers
        finally:
            over.set()
            sending.result()


async def delivered(
    flood: Flood, port: int, wave: int, number: int, slots: asyncio.Semaphore
) -> bytes:
    """Send one text on its own connection; return the whole answer."""
    sender = f"+1415555{0 if flood.of_one_sender else number:04}"
    fields = message(flood.body, sid=f"SM-{flood.body}-{wave}-{number}", sender=sender)
    form = urllib.parse.urlencode(fields).encode()
    headers = {**signed_form(fields), "content-length": str(len(form)), "connection": "close"}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    async with asyncio.timeout(4 * PATIENCE), slots:  # a thousand wait for each other
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with contextlib.closing(writer):
            writer.write(TEXT + head.encode() + b"\r\n" + form)
            return await reader.read()

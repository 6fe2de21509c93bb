"""What systemd is told, by a socket that stands in for it."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime import service
from runtime.service import ALIVE, READY


class Ended(BaseException):
    """The turns of a test are used up."""


class Systemd:
    """The other end: what it heard. ``here``: as the environment names it."""

    def __init__(self, name: str) -> None:
        self.here = name
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("\0" + name[1:] if name.startswith("@") else name)
        self._socket.setblocking(False)

    def heard(self) -> list[str]:
        found = list[str]()
        while True:
            try:
                found.append(self._socket.recv(100).decode())
            except BlockingIOError:
                return found

    def end(self) -> None:
        self._socket.close()


@pytest.fixture(params=["a path", "an abstract name"])
def systemd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Systemd]:
    path = tmp_path / "notify"
    standing = Systemd(str(path) if request.param == "a path" else f"@{tmp_path.name}")
    yield standing
    standing.end()


def told(environ: dict[str, str], answers: list[bool]) -> list[float]:
    """Run until the answers are used up; how long was waited between them."""
    waits, left = list[float](), list(answers)

    async def ask() -> bool:
        if not left:
            raise Ended
        return left.pop(0)

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) > 20:
            raise Ended

    with pytest.raises(Ended):
        asyncio.run(service.keep_told(environ, ask, sleep))
    return waits


def test_it_is_ready_when_it_answers_and_not_before(systemd: Systemd) -> None:
    waits = told(
        {"NOTIFY_SOCKET": systemd.here, "WATCHDOG_USEC": "60000000"}, [False, False, True, True]
    )
    assert systemd.heard() == [READY, ALIVE]
    assert waits == [1.0, 1.0, 15.0]


def test_the_watchdog_hears_nothing_while_the_server_does_not_answer(systemd: Systemd) -> None:
    environ = {"NOTIFY_SOCKET": systemd.here, "WATCHDOG_USEC": "60000000"}
    told(environ, [True, True, False, False, True])
    assert systemd.heard() == [READY, ALIVE, ALIVE]


@pytest.mark.parametrize("environ", [{}, {"NOTIFY_SOCKET": ""}, {"WATCHDOG_USEC": "1000"}])
def test_without_systemd_nobody_is_asked_or_told(environ: dict[str, str]) -> None:
    async def never() -> bool:
        raise Ended

    asyncio.run(service.keep_told(environ, never))


def test_without_a_watchdog_ready_is_all_that_is_told(systemd: Systemd) -> None:
    async def ask() -> bool:
        return True

    asyncio.run(service.keep_told({"NOTIFY_SOCKET": systemd.here}, ask))
    assert systemd.heard() == [READY]


def test_a_systemd_that_is_gone_does_not_end_the_server(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    service.tell(str(tmp_path / "gone"), READY)
    assert "could not notify systemd of READY=1" in caplog.text


def test_a_systemd_that_does_not_listen_holds_nothing_up(
    systemd: Systemd, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(600):  # more than net.unix.max_dgram_qlen holds
        service.tell(systemd.here, ALIVE)
    assert "could not notify systemd of WATCHDOG=1" in caplog.text


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", True),
        (b"HTTP/1.1 503 Service Unavailable\r\n\r\n", False),
        (b"", False),
    ],
)
@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104  asked
def test_the_server_asks_itself_as_a_visitor_would(host: str, says: bytes, expected: bool) -> None:
    async def ask() -> bool:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(says)
            writer.close()

        async with await asyncio.start_server(answer, "127.0.0.1", 0) as running:
            return await service.asked_over_http(host, running.sockets[0].getsockname()[1])

    assert asyncio.run(ask()) is expected


def test_a_port_where_nobody_listens_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    assert not asyncio.run(service.asked_over_http("127.0.0.1", port))


@pytest.mark.parametrize(
    ("environ", "terminal", "kept"),
    [
        ({"JOURNAL_STREAM": "8:1234"}, False, True),
        ({"JOURNAL_STREAM": "8:1234"}, True, False),  # a terminal of a desktop inherits it
        ({}, False, False),
        ({}, True, False),
    ],
)
def test_the_code_of_the_first_start_goes_into_no_log_that_is_kept(
    environ: dict[str, str], terminal: bool, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "CONTAINER", ())
    assert service.keeps_a_log(environ, terminal=terminal) is kept


def test_a_container_s_log_is_kept_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "CONTAINER", (tmp_path,))
    assert service.keeps_a_log({}, terminal=False)
    assert not service.keeps_a_log({}, terminal=True)

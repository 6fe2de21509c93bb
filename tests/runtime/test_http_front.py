"""The bounds of a port, one by one, on a small application behind the real server."""

import asyncio
import contextlib
import logging
import resource
import socket
import struct
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from runtime import desk_server, http_front
from tests.running import until

MOST = 20
LARGE = 2**25
WHOLE = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"
PATIENCE = 30  # a guard against a hang, never a measure


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the length of the body; /large with much more than a socket holds; /slow when it is told to."""
    length, more = 0, True
    while more:
        event = await receive()
        if event["type"] == "http.disconnect":
            return
        length, more = length + len(event["body"]), event["more_body"]
    body = bytes(LARGE) if scope["path"] == "/large" else b"%d" % length
    if scope["path"] == "/slow":
        AT_WORK.append(scope)
        while not RELEASED.is_set():
            await asyncio.sleep(0.05)
        task = asyncio.current_task()
        assert task is not None
        task.add_done_callback(lambda _task: ENDED.set())
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


AT_WORK: list[Scope] = []
RELEASED, ENDED = threading.Event(), threading.Event()


def soon(**seconds: float) -> pytest.MarkDecorator:
    """The bounds that a test waits for; the others stay as they are, however slow the machine is."""
    return pytest.mark.parametrize("port", [seconds], indirect=True, ids=[""])


@pytest.fixture
def port(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    for name, seconds in getattr(request, "param", {}).items():
        monkeypatch.setattr(http_front, name, seconds)
    for each in (AT_WORK, RELEASED, ENDED):
        each.clear()
    listening = http_front.listen("127.0.0.1", 0)
    server = uvicorn.Server(http_front.bounded(app, most=MOST, lifespan=False))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    yield int(listening.getsockname()[1])
    RELEASED.set()
    server.should_exit = True
    thread.join(PATIENCE)
    assert not thread.is_alive()


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)


def test_no_part_of_an_answer_waits_until_the_one_before_was_acknowledged() -> None:
    """uvloop sees to it for a line; a kiosk without one has asyncio, which asks the socket."""
    with (
        http_front.listen("127.0.0.1", 0) as listening,
        connected(listening.getsockname()[1]),
        listening.accept()[0] as line,
    ):
        assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def answer(connection: socket.socket) -> bytes:
    """All that comes until the server ends it; its end by a reset counts as one."""
    came = b""
    with contextlib.suppress(ConnectionError):
        while part := connection.recv(65536):
            came += part
    return came


def said(port: int, sent: bytes) -> bytes:
    with connected(port) as connection:
        connection.sendall(sent)
        return answer(connection)


def answers(port: int) -> bool:
    with connected(port) as connection:
        connection.sendall(WHOLE)
        return connection.recv(4096).startswith(b"HTTP/1.1 200 ")


def head(size: int) -> bytes:
    """A whole request whose head has so many bytes."""
    begun = b"GET / HTTP/1.1\r\nconnection: close\r\nx: "
    return begun + b"a" * (size - len(begun) - 4) + b"\r\n\r\n"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(head(32 * 1024), b"200", id="a head of 32 KB"),
        pytest.param(head(32 * 1024 + 1), b"431", id="a head of one byte more"),
        pytest.param(head(2**20)[: 33 * 1024], b"431", id="an unfinished header"),
        pytest.param(b"\r\n" * 20_000, b"431", id="no head at all, only line ends"),
        pytest.param(
            b"POST / HTTP/1.1\r\nconnection: close\r\ncontent-length: 70000\r\n\r\n"
            + b"b" * 70_000,
            b"200",
            id="a body that is larger than a head may be",
        ),
        pytest.param(
            b"POST / HTTP/1.1\r\ncontent-length: 200000\r\n\r\n" + b"b" * 180_000,
            b"413",
            id="a body that no address takes",
        ),
        pytest.param(
            b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx: " + b"t" * 180_000,
            b"413",
            id="a trailer without end",
        ),
        pytest.param(b"\x00\x01 nonsense\r\n\r\n", b"400", id="no HTTP"),
    ],
)
def test_a_request_is_bounded_in_bytes(port: int, sent: bytes, status: bytes) -> None:
    assert said(port, sent).startswith(b"HTTP/1.1 " + status)
    assert answers(port)


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"GET / HT", id="a head"),
        pytest.param(b"POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\nb", id="a body"),
        pytest.param(b"\r\n", id="one line end"),
    ],
)
@soon(PART_SECONDS=0.3)
def test_a_request_that_does_not_come_to_its_end_is_given_up(port: int, sent: bytes) -> None:
    assert said(port, sent).startswith(b"HTTP/1.1 408 ")
    assert answers(port)


@pytest.mark.parametrize("sent", [b"", WHOLE], ids=["no byte", "a whole request"])
@soon(IDLE_SECONDS=0.3)
def test_an_idle_connection_ends(port: int, sent: bytes) -> None:
    assert said(port, sent).count(b"200 OK") == (1 if sent else 0)


@soon(PART_SECONDS=1)
def test_a_drip_of_bytes_does_not_keep_a_connection(port: int) -> None:
    with connected(port) as connection, contextlib.suppress(ConnectionError):
        for byte in b"GET / HTTP/1.1\r\nx: " + b"y" * 100:
            connection.sendall(bytes([byte]))
            time.sleep(0.05)
            connection.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                assert connection.recv(4096).startswith((b"HTTP/1.1 408 ", b""))
                return
            connection.setblocking(True)
        pytest.fail("it was still open")


def test_two_requests_at_once_are_answered_in_their_order(port: int) -> None:
    two = b"POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\nhi" + head(100)

    bodies = [part.rpartition(b"\r\n")[2] for part in said(port, two).split(b"HTTP/1.1 200")[1:]]

    assert bodies == [b"2", b"0"]


@pytest.mark.parametrize("ahead", [b"", WHOLE], ids=["one request", "another behind it"])
def test_a_visitor_who_leaves_before_the_answer_is_no_error(
    port: int, ahead: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with connected(port) as connection:
        connection.sendall(b"POST /slow HTTP/1.1\r\ncontent-length: 2\r\n\r\nhi" + ahead)
        until(lambda: AT_WORK, "it is at work")
        reset = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
    assert answers(port)  # so that the reset was seen
    RELEASED.set()
    assert ENDED.wait(PATIENCE)
    assert answers(port)

    assert not [line for line in caplog.records if line.levelno >= logging.WARNING]


@pytest.mark.parametrize(("count", "answered"), [(17, 17), (10_000, 0)])
def test_requests_that_are_sent_ahead_are_few(port: int, count: int, answered: int) -> None:
    ahead = b"GET / HTTP/1.1\r\n\r\n" * (count - 1) + head(100)

    assert said(port, ahead).count(b"200 OK") == answered
    assert answers(port)


def test_connections_that_wait_give_way_to_new_ones_the_oldest_first(port: int) -> None:
    with contextlib.ExitStack() as opened:
        idle = [opened.enter_context(connected(port)) for _ in range(MOST)]
        idle[0].sendall(WHOLE)  # has waited for the shortest time, now
        answered = b""
        while not answered.endswith(
            b"\r\n\r\n0"
        ):  # asyncio sends head and body apart, uvloop does not
            answered += idle[0].recv(4096)

        for _ in range(5):
            assert answers(port)

        assert answer(idle[1]) == b""
        idle[0].sendall(WHOLE)
        assert idle[0].recv(4096).startswith(b"HTTP/1.1 200 ")


def test_only_where_all_are_at_work_is_a_new_connection_refused(port: int) -> None:
    with contextlib.ExitStack() as opened:
        for _ in range(MOST):
            opened.enter_context(connected(port)).sendall(b"GET /slow HTTP/1.1\r\n\r\n")
        until(lambda: len(AT_WORK) == MOST, "all are at work")

        assert said(port, b"").startswith(b"HTTP/1.1 503 ")

        RELEASED.set()
        until(lambda: answers(port), "those at work have ended")


@pytest.mark.parametrize("ending", [b"", b"connection: close\r\n"], ids=["kept", "closed"])
def test_answers_that_nobody_takes_keep_nobody_out(port: int, ending: bytes) -> None:
    with contextlib.ExitStack() as opened:
        for _ in range(MOST):
            greedy = opened.enter_context(connected(port))
            greedy.sendall(b"GET /large HTTP/1.1\r\n" + ending + b"\r\n" + WHOLE)
        time.sleep(0.2)

        assert answers(port)


@pytest.mark.slow
@soon(IDLE_SECONDS=3)
def test_a_download_goes_on_for_as_long_as_it_is_taken_and_no_longer(port: int) -> None:
    with connected(port) as patient, connected(port) as deaf:
        for each in (patient, deaf):
            each.sendall(b"GET /large HTTP/1.1\r\n\r\n")
        came = 0
        while came < LARGE:  # over more seconds than an idle connection has
            part = patient.recv(2**21)
            assert part, f"cut off after {came} bytes"
            came += len(part)
            time.sleep(0.4)

        assert len(answer(deaf)) < LARGE


@soon(TELL_SECONDS=0.5)  # with 25 lines, also where the flood takes seconds to be sent
def test_a_flood_is_one_line_of_the_log_with_the_numbers(
    port: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        for _ in range(50):
            said(port, b"nonsense\r\n\r\n")
        until(lambda: counted(caplog) == 50, "all are counted")

    assert len(caplog.messages) < 25
    assert not any("127.0.0.1" in line or "nonsense" in line for line in caplog.messages)


def counted(caplog: pytest.LogCaptureFixture) -> int:
    lines = [line for line in caplog.messages if line.startswith("refused in the last minute")]
    return sum(int(line.partition(": ")[2].partition(" bad request")[0]) for line in lines)


@pytest.mark.parametrize(
    ("files", "most"), [(256, 16), (1024, 384), (1640, 1000), (8192, 1000), (2**20, 1000)]
)
def test_a_port_has_fewer_connections_than_there_may_be_files(files: int, most: int) -> None:
    assert http_front.connections(files) == most


def test_the_limit_of_open_files_is_raised_as_far_as_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limits = [(1024, 4096), (1024, 2**20), (2**20, 2**20), (resource.RLIM_INFINITY,) * 2]
    asked = iter(limits)
    chosen = list[tuple[int, int]]()
    monkeypatch.setattr(resource, "getrlimit", lambda _which: next(asked))
    monkeypatch.setattr(resource, "setrlimit", lambda _which, pair: chosen.append(pair))

    assert [http_front.open_files() for _ in limits] == [4096, 8192, 2**20, 8192]
    assert chosen == [(4096, 4096), (8192, 2**20)]


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_people_who_connected_before_the_end_are_answered(loop: str) -> None:
    """New settings end a server and start the next: a request not read yet met a reset."""

    async def answered(reader: asyncio.StreamReader) -> bytes:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            return await reader.readuntil(b"\r\n\r\n0")
        return b""

    async def serve() -> list[bytes]:
        listening, one_more = (http_front.listen("127.0.0.1", 0) for _ in range(2))
        server = http_front.GracefulServer(http_front.bounded(app, most=MOST, lifespan=False))
        served = asyncio.create_task(server.serve([listening]))
        while not server.started:
            await asyncio.sleep(0)
        fresh, used, late = [
            await asyncio.open_connection(*door.getsockname())
            for door in (listening, listening, one_more)
        ]
        used[1].write(WHOLE)
        assert await answered(used[0])
        while len(server.server_state.connections) < 2:
            await asyncio.sleep(0)
        server.should_exit = True
        while server.servers[0].is_serving():
            await asyncio.sleep(0)

        def made() -> asyncio.Protocol:
            protocol: asyncio.Protocol = server.config.http_protocol_class(  # type: ignore[call-arg]
                config=server.config, server_state=server.server_state, app_state={}
            )
            return protocol

        # Taken in that moment: uvicorn has looked through its connections already.
        accepted = one_more.accept()[0]
        await asyncio.get_running_loop().connect_accepted_socket(made, accepted)
        for _, writer in (fresh, used, late):
            writer.write(WHOLE)
        answers = [await answered(reader) for reader, _ in (fresh, used, late)]
        await served
        for _, writer in (fresh, used, late):
            writer.close()
        one_more.close()
        return answers

    module = asyncio if loop == "asyncio" else pytest.importorskip("uvloop")
    with asyncio.Runner(loop_factory=module.new_event_loop) as runner:
        answers = runner.run(asyncio.wait_for(serve(), PATIENCE))
    assert [answer[:13] for answer in answers] == [b"HTTP/1.1 200 "] * 3
    assert all(b"connection: close" in answer for answer in answers)


def test_a_desk_that_ends_says_so_only_when_no_open_connection_reaches_it() -> None:
    """Else the page after a save came from the old desk, on a connection that was idle."""

    async def serve() -> bytes:
        ports = [http_front.listen("127.0.0.1", 0) for _ in range(2)]
        config = http_front.bounded(app, most=MOST, lifespan=False)
        closing = asyncio.Event()
        server = desk_server.WithDesk(config, app, ports[1], closing.set)
        address = ports[1].getsockname()
        served = asyncio.create_task(server.serve([ports[0]]))
        reader, writer = await asyncio.open_connection(*address)
        writer.write(WHOLE)
        await reader.readuntil(b"\r\n\r\n0")
        server.should_exit = True
        await closing.wait()
        answer = b""
        with contextlib.suppress(ConnectionError):
            writer.write(WHOLE)
            answer = await reader.read()
        writer.close()
        await served
        return answer

    assert asyncio.run(asyncio.wait_for(serve(), PATIENCE)) == b""


def test_a_full_backlog_is_taken_in_a_few_turns_of_the_loop() -> None:
    """A turn answers all that ask: whoever came last waited for as many turns as others came."""
    uvloop = pytest.importorskip("uvloop")
    taken, turns, crowd = list[asyncio.Protocol](), 0, 64

    class Taken(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            taken.append(self)

    async def serve(listening: socket.socket) -> None:
        nonlocal turns
        loop = asyncio.get_running_loop()
        servers = [
            await loop.create_server(Taken, sock=door, backlog=http_front.BACKLOG)
            for door in http_front.doors(listening)
        ]
        turns = 0
        while len(taken) < crowd:
            await asyncio.sleep(0)
            turns += 1
        assert len(servers) == http_front.DOORS

    with contextlib.ExitStack() as opened:
        listening = opened.enter_context(http_front.listen("127.0.0.1", 0))
        for _ in range(crowd):
            opened.enter_context(socket.create_connection(listening.getsockname()))
        uvloop.new_event_loop().run_until_complete(asyncio.wait_for(serve(listening), PATIENCE))
    assert turns < crowd / 2

"""Attacks on the doors of a real server: while each lasts, students and staff are answered.

In the quick run each is small, and what ends by a clock is left to tests/runtime/test_http_front.py.
"""

import contextlib
import socket
from collections.abc import Iterator

import pytest

from tests.attacks import ATTACKS, FILES, FLOODS, Installation, flooded, many_files, under
from tests.running import CARRIER, PATIENCE, environment, free_port, prepared, serving, until
from tests.selection import Some


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    port = free_port()
    environ = environment(
        tmp_path_factory.mktemp("attacked") / "data",
        PORCHLIGHT_DESK__ENABLED="true",
        PORCHLIGHT_DESK__PORT=str(port),
        **CARRIER,
    )
    with serving(prepared(environ)) as server:
        yield Installation(server, port)


@pytest.fixture
def files(installation: Installation) -> Iterator[None]:
    """After the server has started: it has its own limit already."""
    assert installation
    with many_files() as enough:
        if not enough:
            pytest.skip(f"an attack needs {FILES} open files; see ulimit -Hn")
        yield


def has_ended(connection: socket.socket) -> bool:
    """Whether the server has closed it; reads what has come."""
    connection.setblocking(False)
    try:
        return connection.recv(2**16) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("name", ATTACKS)
def test_while_it_lasts_all_are_answered_and_it_ends(
    installation: Installation, name: str, some: Some
) -> None:
    attack = ATTACKS[name]
    with under(attack, installation, attack.many if some.whole else attack.few) as sockets:
        for _ in range(5 if some.whole else 1):
            installation.answers_all()

        if some.whole or attack.ends_at_once:
            left = set(sockets)

            def all_have_ended() -> bool:
                left.difference_update([each for each in left if has_ended(each)])
                return not left

            until(all_have_ended, "the server has ended every connection of the attack")
    installation.answers_all()


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("name", FLOODS)
def test_while_texts_pour_in_all_others_are_answered(
    installation: Installation, name: str, some: Some
) -> None:
    flood = FLOODS[name]
    texts = flood.many if some.whole else flood.few
    with flooded(flood, installation.server, texts) as answers:

        def a_wave_is_over() -> bool:
            installation.answers_all()
            return len(answers) >= texts

        until(a_wave_is_over, "every text of a wave is answered")
    installation.answers_all()

    assert all(answer.startswith(b"HTTP/1.1 200 ") for answer in answers)
    spoken = [b"<Message>" in answer for answer in answers[:texts]]
    assert any(spoken)
    assert all(spoken) != flood.of_one_sender, "one is silenced, a thousand are not"


@pytest.mark.usefixtures("files")
def test_a_flood_of_nonsense_is_a_line_a_minute_in_the_log(
    installation: Installation, some: Some
) -> None:
    server, before = installation.server, len(installation.server.log().splitlines())
    for _ in range(5000 if some.whole else 200):
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
            connection.sendall(b"\x16\x03\x01 nonsense\r\n\r\n")
            with contextlib.suppress(ConnectionError):
                assert connection.recv(4096).startswith(b"HTTP/1.1 400 ")
    installation.answers_all()

    new = server.log().splitlines()[before:]
    assert len(new) < 50
    assert not any("127.0.0.1" in line or "nonsense" in line for line in new)
    if some.whole:
        until(lambda: "bad request" in server.log(), "the log has their number")

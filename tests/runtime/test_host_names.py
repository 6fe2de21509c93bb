"""Which names the main port answers to, by where it listens and what its public address is."""

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from runtime.host_names import OwnNames
from settings.schema import Server

HERE = Server(public_url="https://line.example.org:8443/porchlight")
OFFICE = Server(host="10.0.0.5", port=80)
EVERYWHERE = Server(host="0.0.0.0")  # noqa: S104


async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})


def status(server: Server, *hosts: str) -> int:
    sent = list[Message]()

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        raise AssertionError("nothing is read")

    headers = [(b"host", host.encode()) for host in hosts]
    asyncio.run(OwnNames(app, server)({"type": "http", "headers": headers}, receive, send))
    return int(sent[0]["status"])


@pytest.mark.parametrize(
    ("server", "host", "expected"),
    [
        (HERE, "127.0.0.1:8000", 200),
        (HERE, "localhost", 200),
        (HERE, "[::1]:8000", 200),
        (HERE, "Line.Example.org", 200),
        (HERE, "line.example.org:443", 200),
        (HERE, "10.0.0.5", 421),
        (HERE, "example.org", 421),
        (OFFICE, "10.0.0.5", 200),  # as a health probe asks
        (OFFICE, "10.0.0.5:80", 200),
        (OFFICE, "10.0.0.6", 421),
        (Server(host="kiosk.local"), "kiosk.local:8000", 200),
        (Server(host="fd00::5"), "[fd00::5]:8000", 200),
        (EVERYWHERE, "192.0.2.7:8000", 200),
        (EVERYWHERE, "evil.example", 421),
        (EVERYWHERE, "", 421),
    ],
)
def test_a_name_is_its_own_or_refused(server: Server, host: str, expected: int) -> None:
    assert status(server, host) == expected


@pytest.mark.parametrize("hosts", [(), ("localhost", "evil.example"), ("localhost", "localhost")])
def test_one_name_is_asked_for_not_none_and_not_two(hosts: tuple[str, ...]) -> None:
    assert status(HERE, *hosts) == 421

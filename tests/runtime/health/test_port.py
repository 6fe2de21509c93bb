"""What doctor says of where the main port listens."""

from pathlib import Path

import pytest

from messages.message import Finding, message
from runtime import service
from runtime.health import machine
from settings.schema import Server, Settings
from tests.runtime.health import looked

PROXIED = "https://line.example.org"


@pytest.mark.parametrize(
    ("server", "wrong"),
    [
        (Server(), False),
        (Server(host="::1", public_url=PROXIED), False),
        (Server(host="localhost"), False),
        (Server(host="0.0.0.0"), True),  # noqa: S104
        (Server(host=""), True),
        (Server(host="10.0.0.5", public_url=PROXIED), True),  # whoever is near goes past the proxy
    ],
)
def test_doctor_finds_a_port_that_others_reach_without_a_proxy(server: Server, wrong: bool) -> None:
    found = looked.examined(Settings(server=server), machine.port)

    assert [finding.kind for finding in found] == (["wrong"] if wrong else [])


def test_in_a_container_doctor_says_how_to_publish_the_port(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "CONTAINER", (tmp_path,))
    server = Server(host="0.0.0.0")  # noqa: S104
    (found,) = looked.examined(Settings(server=server), machine.port)
    assert found == Finding("note", message("port.in-container"))

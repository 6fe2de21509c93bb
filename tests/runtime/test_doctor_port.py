"""What doctor says of where the main port listens."""

import pytest

from runtime.doctor.machine import of_port
from settings.schema import Server, Settings

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
    found = list(of_port(Settings(server=server)))

    assert [finding.kind for finding in found] == (["wrong"] if wrong else [])


def test_in_a_container_doctor_says_how_to_publish_the_port() -> None:
    server = Server(host="0.0.0.0")  # noqa: S104
    (found,) = of_port(Settings(server=server), contained=True)
    assert (found.kind, "publish its port on 127.0.0.1" in str(found.message)) == ("note", True)

"""What doctor says of the desk's settings."""

from pathlib import Path

import pytest

from kiosk.desk.passphrase import keep
from messages.message import message
from runtime.health import machine as desk_checks
from settings.schema import Desk, Server, Settings
from tests.kiosk.desks import PASSPHRASE, QUICK
from tests.runtime.health.looked import examined

PROXIED = "https://desk.example.org"


def installation(root: Path, desk: Desk, **origins: str) -> Settings:
    return Settings(server=Server(data_dir=root), desk=desk, origins=origins)


@pytest.mark.parametrize(
    ("desk", "has_passphrase", "said"),
    [
        pytest.param(Desk(enabled=False), False, [], id="no desk"),
        pytest.param(Desk(enabled=True), True, [], id="as it should be"),
        pytest.param(Desk(enabled=True, host="::1"), True, [], id="as it should be, IPv6"),
        pytest.param(
            Desk(enabled=True, host="localhost"), False, ["note stays closed"], id="not set up yet"
        ),
        pytest.param(
            Desk(address=PROXIED), False, ["note the code that `desk code` prints"], id="by https"
        ),
        pytest.param(
            Desk(enabled=True, host="0.0.0.0"),  # noqa: S104
            False,
            ["wrong no passphrase", "wrong without encryption"],
            id="open to all",
        ),
        pytest.param(
            Desk(enabled=True, host="10.0.0.5", address=PROXIED),
            False,
            ["wrong no passphrase", "wrong without encryption"],
            id="no passphrase",
        ),
        pytest.param(
            Desk(enabled=True, host="kiosk"),
            True,
            ["wrong without encryption"],
            id="a name is no loopback",
        ),
        pytest.param(
            Desk(enabled=True, host="10.0.0.5", address="http://desk"),
            True,
            ["wrong without encryption"],
            id="http",
        ),
        pytest.param(
            Desk(enabled=True, host="10.0.0.5", address=PROXIED),
            True,
            ["wrong without encryption"],
            id="a proxy that can be passed by",
        ),
        pytest.param(Desk(enabled=True, address=PROXIED), True, [], id="TLS in front"),
    ],
)
def test_doctor_finds_a_desk_that_others_could_open(
    tmp_path: Path, desk: Desk, has_passphrase: bool, said: list[str]
) -> None:
    if has_passphrase:
        keep(tmp_path, PASSPHRASE, cost=QUICK)

    found = examined(installation(tmp_path, desk), desk_checks.opened)

    assert len(found) == len(said)
    for one, wanted in zip(found, said, strict=True):
        assert one.kind == wanted.partition(" ")[0]
        assert wanted.partition(" ")[2] in str(one.message)


@pytest.mark.parametrize("by_hand", ["sms.number", "kiosk.school"])
def test_where_no_first_page_opens_doctor_names_the_passphrase_alone(
    tmp_path: Path, by_hand: str
) -> None:
    """It led to a page that said that the desk is not open yet."""
    settings = installation(tmp_path, Desk(address=PROXIED), **{by_hand: "by hand"})
    (found,) = examined(settings, desk_checks.opened)

    assert str(found.message) == (
        "The staff desk stays closed until it has a passphrase. Run `desk passphrase`."
    )


@pytest.mark.parametrize("address", [PROXIED, f"{PROXIED}/"])
def test_doctor_leads_to_the_https_address_and_to_the_code(tmp_path: Path, address: str) -> None:
    settings = installation(tmp_path, Desk(address=address), **{"desk.address": "by hand"})
    (found,) = examined(settings, desk_checks.opened)

    assert found.message == message("desk.shut-before-setup", place=PROXIED)

"""The whole program with a modem in it: gammu's dummy phone, in the server's own process."""

import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.running import Server, command, environment, prepared, serving, until
from tests.sms.dummy_phone import Network


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return Network(tmp_path_factory.mktemp("modem") / "modem")


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, network: Network) -> dict[str, str]:
    return environment(
        tmp_path_factory.mktemp("installation") / "data",
        PORCHLIGHT_SMS__CARRIER="modem",
        PORCHLIGHT_SMS__NUMBER="+19165550100",
        PORCHLIGHT_SMS__MODEM_DEVICE=str(network.folder),
        PORCHLIGHT_KIOSK__ENABLED="false",
    )


@pytest.fixture(scope="module")
def server(installation: dict[str, str]) -> Iterator[Server]:
    with serving(prepared(installation)) as running:
        until(lambda: running.detail()["modem"] == "ok", "the modem was asked")
        yield running


def deliver(network: Network) -> None:
    """Two texts, one of them too old to be answered, until the server took both."""
    network.deliver("im not safe, xyzzyñ tengo miedo 😀 " * 4, at=datetime.now(UTC))
    network.deliver(
        "xyzzy-yesterday", sender="+19165550177", at=datetime.now(UTC) - timedelta(days=1)
    )
    until(lambda: network.lying() == 0, "the texts are deleted")


@pytest.mark.slow
def test_a_text_in_the_inbox_is_taken_and_the_server_says_how_the_modem_stands(
    network: Network, server: Server
) -> None:
    deliver(network)

    assert server.http.get("/readyz").status_code == 200
    told = {
        key: value
        for key, value in server.detail().items()
        if key.startswith("modem") or key == "replies"
    }
    assert told == {
        "modem": "ok",
        "modem_sim": "ready",
        "modem_network": "HomeNetwork",
        "modem_signal_percent": 42,
        "modem_texts": told["modem_texts"],
        "replies": "ok",
    }


def test_nobody_can_post_texts_to_a_line_with_a_modem(server: Server) -> None:
    assert {
        server.http.post(path).status_code
        for path in ("/sms/inbound", "/sms/status", "/voice/inbound")
    } == {404}


def test_doctor_asks_the_server_that_holds_the_modem_and_else_the_modem(
    installation: dict[str, str], server: Server
) -> None:
    held = command(
        "doctor", environ={**installation, "PORCHLIGHT_SERVER__PORT": str(server.port)}
    ).stdout
    free = command("doctor", environ={**installation, "PORCHLIGHT_SERVER__PORT": "1"}).stdout

    assert "ok    The modem is responding to the running server. Signal: 42 %." in held
    assert "ok    The modem is responding. Network: at home. Signal: 42 %" in free
    for told in (held, free):
        assert "The line itself keeps the list of numbers that sent STOP" in told
        assert "[sms] contact is empty" in told
        assert "The webhook refuses" not in told
        assert "carrier answers STOP" not in told


def test_doctor_says_what_is_wrong_with_the_modem(installation: dict[str, str]) -> None:
    environ = {
        **installation,
        "PORCHLIGHT_SMS__MODEM_DEVICE": "/dev/no-such",
        "PORCHLIGHT_SERVER__PORT": "1",
    }
    told = command("doctor", environ=environ)

    assert told.returncode == 1
    assert (
        "wrong [sms] modem_device: there is no /dev/no-such. Is the modem plugged in?"
        in told.stdout
    )


@pytest.mark.slow
def test_without_the_package_the_server_runs_and_says_what_to_install(
    installation: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "gammu.py").write_text("raise ModuleNotFoundError('gammu')\n", encoding="utf-8")
    data = tmp_path / "data"
    environ = {
        **installation,
        "PYTHONPATH": str(tmp_path),
        "PORCHLIGHT_SERVER__DATA_DIR": str(data),
    }
    with serving(environ) as running:
        until(
            lambda: 'the extra "modem"' in running.detail()["modem"],
            "the package is named",
        )
        assert running.http.get("/readyz").status_code == 200
        assert "Traceback" not in running.log()


def test_sigterm_ends_it_within_five_seconds_and_nothing_of_a_person_stays(
    installation: dict[str, str], network: Network, server: Server
) -> None:
    deliver(network)
    assert server.stop(signal.SIGTERM) < 5

    data = Path(installation["PORCHLIGHT_SERVER__DATA_DIR"])
    folders = [*data.rglob("*"), *network.folder.rglob("*")]
    files = b"".join(file.read_bytes() for file in folders if file.is_file())
    for secret in ("9165550123", "9165550177", "xyzzy"):
        assert secret not in server.log()
        assert secret.encode() not in files

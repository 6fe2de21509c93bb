"""A refresh over real TLS on loopback: what a school's network does to it. Cases are
those of docs/develop/cases-content.md."""

import gzip
import socket
import time
from datetime import timedelta
from pathlib import Path

import pytest

from tests.content import hub as wire
from tests.content.hub import How, Hub
from tests.content.machine import Machine, numbered
from tests.content.publisher import Publisher
from tests.said import codes
from tests.test_hostile_files import PLANTS

DAY = timedelta(days=1)


def unused_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.mark.parametrize("address", ["https://127.0.0.1:{}", "https://no-such-host.invalid:{}"])
def test_case_1_the_hub_is_down_or_its_name_is_not_found(machine: Machine, address: str) -> None:
    failure = machine.fails(address.format(unused_port()))
    assert (failure.kind, failure.again) == ("no network", True)
    assert machine.refresh().state == "active"
    assert machine.shown == "pack-2"


@pytest.mark.parametrize("where", ["", "timestamp.json", ".root.json", "targets.json"])
def test_case_2_a_captive_portal_answers_200_with_a_page(
    machine: Machine, hub: Hub, where: str
) -> None:
    hub.answers(wire.page, where)
    assert machine.fails().kind == "sign-in page"


@pytest.mark.parametrize("secure", [True, False])
def test_case_3_a_redirection_to_a_portal_or_to_http_is_not_followed(
    tmp_path: Path, machine: Machine, hub: Hub, secure: bool
) -> None:
    with wire.serving(hub.folder, certificate=wire.certificate(tmp_path), secure=secure) as portal:
        hub.answers(wire.redirect(f"{portal.address}/metadata/timestamp.json"))
        assert machine.fails().kind == "sign-in page"
        assert portal.requests == []


def test_case_3_plain_http_is_not_spoken(tmp_path: Path, machine: Machine, hub: Hub) -> None:
    with wire.serving(hub.folder, certificate=wire.certificate(tmp_path), secure=False) as plain:
        machine.fails(plain.address)
        assert plain.requests == []


def test_case_4_a_filter_refuses_everything_with_403(machine: Machine, hub: Hub) -> None:
    hub.answers(wire.status(403))
    assert machine.fails().kind == "blocked"


def test_case_4_a_filter_hides_the_next_root_with_403(
    machine: Machine, publisher: Publisher, hub: Hub
) -> None:
    publisher.rotate("timestamp")
    hub.answers(wire.status(403), ".root.json")
    assert machine.fails().kind == "blocked"
    hub.is_honest()
    assert machine.refresh().state == "active"


def test_case_5_a_school_opens_secure_connections_with_a_certificate_not_installed(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as without:
        without.delenv("SSL_CERT_FILE")
        assert machine.fails().kind == "inspection"
    assert machine.refresh().state == "active"  # installed, it works and is safe: content is signed


@pytest.mark.parametrize("where", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
@pytest.mark.parametrize("kind", ["a pipe", "a sparse file", "a device"])
def test_certificates_that_cannot_be_read_to_an_end_are_a_sentence(
    tmp_path: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch, where: str, kind: str
) -> None:
    """A refresh from the command line has no deadline but its own."""
    folder = tmp_path / "certificates"
    folder.mkdir()
    place = folder / "0a1b2c3d.0"
    PLANTS[kind](place)
    with monkeypatch.context() as planted:
        planted.setenv(where, str(place if where == "SSL_CERT_FILE" else folder))
        failure = machine.fails()
    assert (failure.kind, f"{place} is not a certificate file" in str(failure.detail)) == (
        "inspection",
        True,
    )
    assert machine.refresh().state == "active"


def test_a_certificate_that_is_not_valid_yet_is_a_matter_of_the_clock(
    tmp_path: Path, machine: Machine
) -> None:
    later = wire.certificate(tmp_path, begins=DAY, ends=2 * DAY)
    with wire.serving(tmp_path, certificate=later) as ahead:
        assert machine.fails(ahead.address).kind == "clock"


@pytest.mark.parametrize("how", [wire.trickle, wire.trickling_headers, wire.silent])
@pytest.mark.few(1)
def test_case_6_four_bytes_a_second_end_at_the_deadline(
    machine: Machine, hub: Hub, how: How
) -> None:
    hub.answers(how, "timestamp.json")
    began = time.monotonic()
    assert machine.fails(seconds=2).kind == "slow"
    # Of a machine that is busy with other tests; on an idle one it is the deadline and some
    # hundredths.
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(("where", "most"), [("timestamp.json", 4_000), ("core.json", 200_000)])
def test_case_6_an_endless_body_is_read_to_the_greatest_length(
    machine: Machine, hub: Hub, where: str, most: int
) -> None:
    hub.answers(wire.endless, where)
    assert machine.fails().kind == "damaged"
    # What the sockets and the thread held ready, and no more.
    assert hub.sent < most + 8_000_000


@pytest.mark.parametrize("how", [wire.cut, wire.truncated])
@pytest.mark.parametrize("where", ["manifest.json", "snapshot.json"])
def test_case_7_a_connection_is_cut_in_the_middle_of_a_file(
    machine: Machine, hub: Hub, how: How, where: str
) -> None:
    hub.answers(how, where)
    blobs = set((machine.data / "blobs").iterdir())
    machine.fails()
    assert set((machine.data / "blobs").iterdir()) == blobs
    hub.is_honest()
    assert machine.refresh().state == "active"


def test_case_8_a_hub_that_compresses_unasked_works(machine: Machine, hub: Hub) -> None:
    hub.answers(wire.zipped)
    assert machine.refresh().state == "active"
    assert hub.headers["Accept-Encoding"] == "identity"


@pytest.mark.slow
def test_case_8_a_small_answer_that_unpacks_to_a_huge_one_is_left_in_time(
    machine: Machine, hub: Hub
) -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    hub.answers(lambda request: request.reply(200, bomb, Content_Encoding="gzip"), "timestamp.json")
    assert machine.fails().kind == "damaged"


@pytest.mark.parametrize("how", [wire.flipped, wire.longer, wire.truncated])
def test_case_9_a_target_with_a_flipped_byte_longer_or_shorter_is_an_alarm(
    machine: Machine, hub: Hub, how: How
) -> None:
    hub.answers(how, "core.json")
    failure = machine.fails()
    assert (failure.kind, failure.alarm) == ("damaged", True)
    refusal = machine.releases.state().refusal
    assert refusal is not None
    assert refusal.problems == (str(failure.said),)


def test_a_request_holds_nothing_that_tells_machines_apart(machine: Machine, hub: Hub) -> None:
    machine.refresh()
    assert set(hub.headers) == {"Host", "Accept-Encoding", "User-Agent"}
    assert hub.headers["User-Agent"] == "porchlight"


def test_a_refresh_without_news_is_two_requests(machine: Machine, hub: Hub) -> None:
    machine.refresh()
    hub.requests.clear()
    assert machine.refresh().state == "unchanged"
    assert hub.requests == ["/metadata/2.root.json", "/metadata/timestamp.json"]


def test_a_refresh_without_news_is_under_ten_kilobytes_on_the_wire(
    machine: Machine, hub: Hub
) -> None:
    machine.refresh()
    relay = wire.Relay(hub)
    try:
        assert machine.refresh(relay.address).state == "unchanged"
        assert 0 < relay.up + relay.down < 10_000
    finally:
        relay.close()


def test_a_change_of_one_file_fetches_one_file(
    machine: Machine, publisher: Publisher, hub: Hub
) -> None:
    machine.refresh()
    hub.requests.clear()
    publisher.release(numbered(3))
    machine.refresh()
    fetched = [
        path.rpartition(".")[0].rpartition("/")[0] + "/" + path.partition(".")[2]
        for path in hub.requests[4:]
    ]
    assert [path for path in fetched if "targets/" in path] == [
        "/targets/state/manifest.json",
        "/targets/state/core.json",
    ]


def test_a_proxy_of_the_environment_is_used_and_no_proxy_heard(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{unused_port()}")
    assert machine.refresh().state == "active"
    monkeypatch.setenv("NO_PROXY", "")
    failure = machine.fails()
    assert (failure.kind, codes(failure.detail)) == ("no network", {"fetch.proxy"})


def test_a_failure_is_on_record_and_says_when_all_was_well(machine: Machine, hub: Hub) -> None:
    first = machine.now
    machine.now += DAY
    hub.answers(wire.status(503))
    machine.fails()
    record = machine.releases.state().refresh
    assert record is not None
    assert (record.at, record.verified_at, record.again) == (machine.now, first, True)

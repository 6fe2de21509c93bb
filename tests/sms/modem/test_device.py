"""The modem, on gammu's own dummy phone: what lies in it, what it sends, and what becomes of its
errors."""

import logging
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from content.model.sms_segments import measure
from sms.carrier import SendError
from sms.modem.device import Modem
from sms.modem.health import Health
from tests.sms.conftest import NOON, Clock
from tests.sms.dummy_phone import PHONE, Network

EVER = datetime(1970, 1, 1, tzinfo=UTC)
WINDOW = timedelta(minutes=15)
LONG = "me corrieron de mi casa y no sé a dónde ir, tengo miedo 😀 " * 3
Make = Callable[[], Modem]


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return Network(tmp_path / "modem")


@pytest.fixture
def new_modem(network: Network, clock: Clock) -> Make:
    return lambda: Modem(device=str(network.folder), clock=clock, new_phone=network.new_phone)


@pytest.fixture
def modem(new_modem: Make) -> Modem:
    return new_modem()


def bodies(modem: Modem) -> list[str]:
    return [held.body for held in modem.list(EVER)]


def refusal(modem: Modem, text: str = "hi") -> tuple[str, int]:
    with pytest.raises(SendError) as caught:
        modem.send(PHONE, text, valid_for=WINDOW)
    return caught.value.kind, caught.value.code


def test_an_inbox_without_a_text_lists_none(modem: Modem) -> None:
    assert list(modem.list(NOON)) == []


# Reading


def test_a_long_text_with_accents_and_an_emoji_comes_out_whole(
    network: Network, modem: Modem
) -> None:
    network.deliver(LONG, at=NOON)
    assert network.lying() > 1
    [held] = modem.list(EVER)
    assert (held.body, held.sender, held.sent_at, held.inbound) == (LONG, PHONE, NOON, True)


def test_the_newest_comes_first_and_older_ones_than_asked_for_do_not(
    network: Network, modem: Modem
) -> None:
    for minutes, body in ((0, "a"), (2, "c"), (1, "b")):
        network.deliver(body, at=NOON + timedelta(minutes=minutes))
    assert bodies(modem) == ["c", "b", "a"]
    assert [held.body for held in modem.list(NOON + timedelta(minutes=1))] == ["c", "b"]


def test_what_was_sent_or_stored_by_hand_and_delivery_reports_are_no_texts(
    network: Network, modem: Modem
) -> None:
    network.deliver("ours", at=NOON, Folder=2, State="Sent", Type="Submit")
    network.deliver("draft", at=NOON, Folder=2, State="UnSent", Type="Submit")
    network.deliver("", at=NOON, Type="Status_Report")
    network.deliver("theirs", at=NOON, Folder=3)
    assert bodies(modem) == ["theirs"]
    assert network.lying() == 3  # the report is gone: nobody asked for it, and it takes room


def test_a_missing_part_is_waited_for_and_then_what_there_is_is_given(
    network: Network, modem: Modem, clock: Clock
) -> None:
    network.deliver(LONG, at=NOON, only=1)
    assert bodies(modem) == []
    clock.pass_by(170)
    assert bodies(modem) == []
    clock.pass_by(20)
    [body] = bodies(modem)
    assert LONG.startswith(body)
    assert len(body) > 30


def test_a_part_that_comes_late_completes_the_text(
    network: Network, modem: Modem, clock: Clock
) -> None:
    for only in (2, 3, 1):
        network.deliver(LONG, at=NOON, only=only, UDH=_header(only, 3))
        clock.pass_by(60)
    assert bodies(modem) == [LONG]


def _header(number: int, total: int) -> dict[str, object]:
    text = bytes([5, 0, 3, 77, total, number])
    ids = {"ID8bit": 77, "ID16bit": -1, "PartNumber": number, "AllParts": total}
    return {"Type": "ConcatenatedMessages", "Text": text, **ids}


def test_one_text_has_one_id_and_is_deleted_with_all_its_parts(
    network: Network, modem: Modem, new_modem: Make
) -> None:
    network.deliver(LONG, at=NOON)
    network.deliver("stays", at=NOON)
    sid = next(held.sid for held in modem.list(EVER) if held.body == LONG)
    other = new_modem()  # after a restart: the id is the same
    assert [held.body for held in other.list(EVER) if held.sid == sid] == [LONG]
    assert new_modem().forget(sid)
    assert bodies(modem) == ["stays"]
    assert network.lying() == 1
    assert modem.forget(sid)  # gone already


def test_a_text_that_cannot_be_read_does_not_hide_those_before_it(
    network: Network, modem: Modem
) -> None:
    network.deliver("first", at=NOON)
    network.deliver("garbled", at=NOON)
    network.unreadable = 10_002
    assert bodies(modem) == ["first"]
    network.unreadable = 10_001
    with pytest.raises(SendError):
        bodies(modem)
    assert "ERR_CORRUPTED" in str(modem.problem)


@pytest.mark.parametrize("sender", ["12345", "AMAZON", "+266696687", "+525512345678", "9165550123"])
def test_any_kind_of_sender_can_be_read(network: Network, modem: Modem, sender: str) -> None:
    network.deliver("hi", sender=sender, at=NOON)
    assert [held.sender for held in modem.list(EVER)] == [sender]


def test_the_networks_time_of_day_becomes_utc() -> None:
    """gammu gives the zone that the network wrote; the dummy phone forgets it, so this is asked of
    its decoder."""
    import gammu

    from sms.modem.multipart import received_part

    number, noon_in_california = "9161555510F1", "621142210000" + "2B"
    pdu = bytes.fromhex(f"040B91{number}0000{noon_in_california}05E8329BFD06")
    raw = {**gammu.DecodePDU(pdu, False), "Location": 1}
    assert raw["DateTime"].utcoffset() == timedelta(hours=-8)
    assert received_part(raw, now=NOON).sent_at == datetime(
        2026, 11, 24, 12, tzinfo=timezone(timedelta(hours=-8))
    )
    assert received_part({**raw, "DateTime": None}, now=NOON).sent_at == NOON
    assert received_part({**raw, "Text": b"\x01\x02"}, now=NOON).body == ""


# Sending

TEXTS = [
    "hi",
    "x" * 160,
    "x" * 161,
    "ñ¿é{}€" * 40,
    "á" * 70,
    "á" * 71,
    "الخطر: 911 " * 12,
    "a😀" * 60,
]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_text_goes_out_whole_in_as_many_parts_as_it_is_counted(
    network: Network, modem: Modem, text: str
) -> None:
    modem.send(PHONE, text, valid_for=WINDOW)
    assert network.texts == [(PHONE, text)]
    measured = measure(text)
    assert len(network.sent) == measured.count
    assert {part["Coding"].startswith("Unicode") for part in network.sent} == {
        measured.encoding == "UCS-2"
    }


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(15, "15M"), (0, "5M"), (-3, "5M"), (12.9, "12M"), (100_000, "720M")],
    ids=str,
)
def test_the_network_drops_it_after_the_window(
    network: Network, modem: Modem, minutes: float, said: str
) -> None:
    modem.send(PHONE, "hi", valid_for=timedelta(minutes=minutes))
    assert network.sent[0]["SMSC"] == {"Location": 1, "Validity": said}


KINDS = {
    "ERR_UNKNOWN": "later",  # what +CMS ERROR 331 (no network service) and its kin become
    "ERR_NOSIM": "later",
    "ERR_SECURITYERROR": "later",
    "ERR_FULL": "later",
    "ERR_EMPTYSMSC": "later",
    "ERR_DEVICEWRITEERROR": "later",
    "ERR_INVALIDDATA": "never",
    "ERR_NOTSUPPORTED": "never",
    "ERR_TIMEOUT": "unknown",
    "ERR_DEVICEREADERROR": "unknown",
}


@pytest.mark.parametrize("name", KINDS)
def test_errors_say_whether_to_try_again(network: Network, modem: Modem, name: str) -> None:
    import gammu

    network.refusals = [name]
    assert refusal(modem) == (
        KINDS[name],
        next(code for code, known in gammu.ErrorNumbers.items() if known == name),
    )
    modem.send(PHONE, "hi", valid_for=WINDOW)
    assert network.texts == [(PHONE, "hi")]


def test_a_number_that_no_network_has_is_never_tried_again(modem: Modem) -> None:
    with pytest.raises(SendError) as caught:
        modem.send("9" * 60, "hi", valid_for=WINDOW)
    assert caught.value.kind == "never"


def test_a_long_text_goes_on_with_the_part_that_failed(network: Network, modem: Modem) -> None:
    network.refusals = ["", "ERR_UNKNOWN"]
    assert refusal(modem, LONG)[0] == "later"
    assert len(network.sent) == 1
    modem.send(PHONE, LONG, valid_for=WINDOW)
    assert network.texts == [(PHONE, LONG)]
    assert len({part["UDH"]["ID8bit"] for part in network.sent}) == 1


# A modem that is pulled out


def test_one_that_is_pulled_out_and_put_back_is_found_again(network: Network, modem: Modem) -> None:
    network.deliver("hi", at=NOON)
    assert bodies(modem) == ["hi"]
    aside = network.folder.with_name("aside")
    network.folder.rename(aside)
    with pytest.raises(SendError) as caught:
        bodies(modem)
    assert caught.value.kind == "later"
    assert "Is the modem plugged in?" in str(modem.problem)
    assert refusal(modem)[0] == "later"
    aside.rename(network.folder)
    assert bodies(modem) == ["hi"]
    assert modem.problem is None


def test_one_that_was_swapped_between_two_looks_is_opened_anew(
    network: Network, modem: Modem
) -> None:
    assert bodies(modem) == []
    network.folder.rename(network.folder.with_name("old"))
    shutil.copytree(network.folder.with_name("old"), network.folder)
    assert bodies(modem) == []
    assert network.opened == 2


def test_it_stays_open_while_nothing_is_wrong_and_is_opened_anew_after_an_error(
    network: Network, modem: Modem
) -> None:
    for _ in range(3):
        bodies(modem)
    assert network.opened == 1
    network.refusals = ["ERR_TIMEOUT"]
    refusal(modem)
    bodies(modem)
    assert network.opened == 2
    modem.close()
    bodies(modem)
    assert network.opened == 3


def test_without_the_package_it_says_what_to_install(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        sys.modules, "gammu", None
    )  # what Python does for a package that is not there
    modem = Modem(device=str(tmp_path), clock=clock)
    assert 'needs the extra "modem"' in str(modem.health().problem())
    with pytest.raises(SendError):
        next(modem.list(EVER))


# How it stands


def test_a_modem_that_answers_tells_signal_sim_and_network(network: Network, modem: Modem) -> None:
    network.deliver("hi", at=NOON)
    health = modem.health()
    assert health.problem() is None
    assert (
        str(health.sentence())
        == "The modem is responding. Network: at home. Signal: 42 %. Texts stored: 1 of 20000."
    )
    assert health.report() == {
        "modem": "ok",
        "modem_sim": "ready",
        "modem_network": "HomeNetwork",
        "modem_signal_percent": 42,
        "modem_texts": 1,
    }


@pytest.mark.parametrize(
    ("question", "answer", "said"),
    [
        ("GetSecurityStatus", "Pin", "turn off its PIN"),
        ("GetSecurityStatus", "ERR_NOSIM", "no SIM"),
        (
            "GetNetworkInfo",
            {"State": "RequestingNetwork"},
            "not connected to a network (RequestingNetwork)",
        ),
        ("GetNetworkInfo", {"State": "RoamingNetwork"}, ""),
        ("GetNetworkInfo", "ERR_TIMEOUT", "ERR_TIMEOUT"),
        ("GetNetworkInfo", "ERR_NOTSUPPORTED", ""),
        (
            "GetSMSStatus",
            {"SIMUsed": 28, "SIMSize": 30, "PhoneUsed": 0, "PhoneSize": 0},
            "nearly full (28 of 30",
        ),
    ],
)
def test_what_is_wrong_is_a_sentence(
    network: Network, modem: Modem, question: str, answer: object, said: str
) -> None:
    network.answers[question] = answer
    problem = modem.health().problem()
    assert said in str(problem or "")
    assert bool(problem) == bool(said)


@pytest.mark.parametrize(
    ("device", "said"),
    [
        ("/dev/no-such-modem", "there is no /dev/no-such-modem. Is the modem plugged in?"),
        ("/dev/null", "/dev/null is not responding as a modem (ERR_DEVICEOPENERROR)"),
    ],
)
def test_one_that_cannot_be_opened_says_why(clock: Clock, device: str, said: str) -> None:
    health = Modem(device=device, clock=clock).health()
    assert said in str(health.problem() or "")
    assert health.report()["modem_sim"] == ""


def test_nothing_known_is_no_problem() -> None:
    assert Health().problem() is None
    assert (
        str(Health().sentence())
        == "The modem is responding. Network: not known. Signal: not known. Texts stored: 0 of 0."
    )


def test_no_number_and_no_text_is_logged_or_written_beside_the_modem(
    network: Network,
    modem: Modem,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    network.deliver("xyzzy-secret", at=NOON)
    with caplog.at_level(logging.DEBUG):
        [held] = modem.list(EVER)
        network.refusals = ["ERR_TIMEOUT"]
        refusal(modem, "xyzzy-reply")
        modem.send(PHONE, "xyzzy-reply", valid_for=WINDOW)
        modem.forget(held.sid)
        modem.close()
    files = b"".join(file.read_bytes() for file in network.folder.rglob("*") if file.is_file())
    everything = caplog.text + "".join(capfd.readouterr()) + files.decode("latin-1") + repr(held)
    for secret in ("xyzzy", "9165550123"):
        assert secret not in everything

"""The real twilio client against a stand-in for its API: sends, lists, fetches, forgets, and what
each error means."""

import logging
import socket
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from settings.load import Secrets
from sms.carrier import SendError
from sms.twilio.account import Account
from sms.twilio.client import Twilio
from tests.running import until
from tests.sms.conftest import NOON
from tests.sms.packs import SETTINGS
from tests.sms.stand_in import ACCOUNT, TOKEN, Fault, StandIn, ToStandIn

SENDER = "+19165550123"


def failed(twilio: Twilio) -> tuple[str, int]:
    with pytest.raises(SendError) as seen:
        twilio.send(SENDER, "hello", valid_for=timedelta(minutes=5))
    assert "+1" not in str(seen.value)
    assert seen.value.__suppress_context__
    return seen.value.kind, seen.value.code


def test_a_message_is_sent_with_the_time_it_may_take(twilio: Twilio, stand_in: StandIn) -> None:
    sid = twilio.send(SENDER, "Danger: 911", valid_for=timedelta(minutes=5))
    (row,) = stand_in.sent()
    assert (row["sid"], row["to"], row["from"], row["body"]) == (
        sid,
        SENDER,
        SETTINGS.number,
        "Danger: 911",
    )
    assert (row["validity"], row["callback"]) == ("300", "https://kiosk.example/sms/status")


def test_a_list_is_both_directions_since_an_instant_newest_first_page_by_page(
    twilio: Twilio, stand_in: StandIn
) -> None:
    stand_in.page = 2
    for minute in range(5):
        stand_in.deliver(f"in{minute}", sender=SENDER, at=NOON - timedelta(minutes=minute))
    stand_in.replied("out", to=SENDER, at=NOON - timedelta(minutes=1, seconds=30))
    stand_in.deliver("yesterday", sender=SENDER, at=NOON - timedelta(days=1))
    stand_in.deliver("to another", sender=SENDER, at=NOON, to_other=True)
    stand_in.messages[f"SM{8:032x}"]["to"] = "+19165550999"

    found = list(twilio.list(NOON - timedelta(minutes=3)))

    assert [(held.body, held.inbound, held.is_reply) for held in found] == [
        ("in0", True, False),
        ("in1", True, False),
        ("out", False, True),
        ("in2", True, False),
        ("in3", True, False),
    ]
    assert found[0].sent_at == NOON
    assert stand_in.asked.count("list") == 4  # three pages of what came in, one of what went out
    assert SENDER not in repr(found)


def test_our_own_number_is_listed_once_for_each_direction(
    twilio: Twilio, stand_in: StandIn
) -> None:
    stand_in.deliver("mine", sender=SETTINGS.number, at=NOON)
    stand_in.replied("mine", to=SETTINGS.number, at=NOON)
    assert [held.inbound for held in twilio.list(NOON)] == [True, False]


def test_a_message_is_fetched_and_one_that_is_gone_is_none(
    twilio: Twilio, stand_in: StandIn
) -> None:
    sid = stand_in.deliver("QUJD" * 20, sender=SENDER, at=NOON)
    held = twilio.fetch(sid)
    assert held is not None
    assert (held.sender, held.recipient, held.body) == (SENDER, SETTINGS.number, "ABC" * 20)
    assert twilio.fetch("SMgone") is None


def test_a_message_is_emptied_and_then_deleted_and_pictures_with_it(
    twilio: Twilio, stand_in: StandIn
) -> None:
    sid = stand_in.deliver("a", sender=SENDER, at=NOON, num_media="1")
    media = f"/api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}/Media"
    stand_in.console[f"{media}.json"] = {
        "media_list": [{"sid": "ME1", "parent_sid": sid}],
        "next_page_uri": None,
    }
    assert twilio.forget(sid)
    assert stand_in.messages == {}
    assert stand_in.asked == ["redact", "media", "media", "delete"]
    assert twilio.forget(sid)


@pytest.mark.parametrize("kind", ["redact", "delete"])
def test_what_is_still_on_its_way_is_forgotten_later(
    twilio: Twilio, stand_in: StandIn, kind: str
) -> None:
    sid = stand_in.deliver("a", sender=SENDER, at=NOON)
    stand_in.faults.append(Fault(kind=kind, status=409, code=20009))
    assert not twilio.forget(sid)
    assert twilio.forget(sid)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, 21610, "never"),
        (400, 21211, "never"),
        (400, 21408, "never"),
        (400, 21614, "never"),
        (400, 30004, "never"),
        (400, 30034, "never"),
        (429, 20429, "later"),
        (401, 20003, "later"),
        (400, 21611, "later"),
        (500, 20500, "unknown"),
        (503, 0, "unknown"),
    ],
)
def test_each_error_says_what_to_do(
    twilio: Twilio, stand_in: StandIn, status: int, code: int, kind: str
) -> None:
    stand_in.faults.append(Fault(kind="send", status=status, code=code))
    assert failed(twilio) == (kind, code or status)
    assert stand_in.asked == ["send"]  # the package's own retries are off


PAGE = "<html>Bad gateway</html>"


@pytest.mark.parametrize(("status", "kind"), [(502, "unknown"), (429, "later"), (413, "never")])
def test_a_page_of_a_proxy_is_an_error_by_its_status(
    twilio: Twilio, stand_in: StandIn, status: int, kind: str
) -> None:
    stand_in.faults.append(Fault(kind="send", status=status, page=PAGE))
    assert failed(twilio) == (kind, status)


def test_a_success_that_cannot_be_read_is_none(twilio: Twilio, stand_in: StandIn) -> None:
    stand_in.faults.append(Fault(kind="send", status=200, page=PAGE, accepted=True))
    assert failed(twilio) == ("unknown", 0)
    stand_in.faults.append(Fault(kind="list", status=200, page=PAGE))
    with pytest.raises(SendError, match="later"):
        list(twilio.list(NOON))
    stand_in.faults.append(Fault(kind="fetch", status=200, page='{"messages": []}'))
    with pytest.raises(SendError, match="later"):
        twilio.fetch("SM1")


def test_a_silence_after_the_message_was_handed_over_is_unknown(
    hasty: Twilio, stand_in: StandIn
) -> None:
    stand_in.faults.append(Fault(kind="send", accepted=True, silent=0.8))
    assert failed(hasty) == ("unknown", 0)
    until(lambda: len(stand_in.sent()) == 1, "it was handed over")


def test_where_nothing_answers_nothing_was_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and nobody listens
        client = ToStandIn(taken.getsockname()[1])
        with closing(client.session):
            account = Account(SETTINGS.number, secrets=Secrets(ACCOUNT, TOKEN))
            twilio = Twilio(account, http_client=client)
            assert failed(twilio) == ("later", 0)


@pytest.mark.parametrize("fault", [Fault(kind="list", status=500), Fault(kind="list", silent=0.8)])
def test_a_question_that_changes_nothing_can_be_asked_again(
    hasty: Twilio, stand_in: StandIn, fault: Fault
) -> None:
    stand_in.faults.append(fault)
    with pytest.raises(SendError, match="later"):
        list(hasty.list(NOON))


def test_a_page_that_is_refused_says_so(twilio: Twilio, stand_in: StandIn) -> None:
    stand_in.page = 1
    for _ in range(2):
        stand_in.deliver("a", sender=SENDER, at=NOON)
    rows = twilio.list(NOON)
    next(rows)
    stand_in.faults.append(Fault(kind="list", status=429, code=20429))
    with pytest.raises(SendError, match=r"later \((20)?429\)"):
        list(rows)


def test_nothing_of_it_is_logged(
    twilio: Twilio, stand_in: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        twilio.send(SENDER, "Danger: 911", valid_for=timedelta(minutes=5))
        list(twilio.list(datetime(2026, 11, 24, tzinfo=UTC)))
    assert caplog.text == ""

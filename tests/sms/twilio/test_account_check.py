"""What the account says about our number, as the twilio client reads it from a stand-in."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from messages.message import message
from runtime.health import line, table
from runtime.health.observation import Observation
from settings.load import Secrets, load
from sms.twilio.account import Account
from sms.twilio.account_check import checks
from sms.twilio.client import Twilio
from tests.sms.conftest import NOON, PUBLIC
from tests.sms.packs import SETTINGS
from tests.sms.stand_in import ACCOUNT, TOKEN, Fault, StandIn

WANTED = Account(SETTINGS.number, PUBLIC)
NUMBERS = f"/api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/IncomingPhoneNumbers.json"
V1 = "/messaging.twilio.com/v1"
SERVICE = f"{V1}/Services/MG1"
NUMBER: dict[str, Any] = {
    "sid": "PN1",
    "sms_url": None,
    "sms_method": "POST",
    "voice_url": "https://kiosk.example/voice/inbound",
    "capabilities": {"sms": True, "voice": True, "mms": True},
}
OF_SERVICE: dict[str, Any] = {
    "sid": "MG1",
    "inbound_request_url": "https://kiosk.example/sms/inbound#rc=2",
    "inbound_method": "POST",
    "fallback_url": "https://handler.twilio.com/twiml/EH1",
    "status_callback": "https://kiosk.example/sms/status",
    "use_inbound_webhook_on_number": False,
    "validity_period": 900,
    "smart_encoding": False,
}


def page(key: str, *rows: dict[str, Any]) -> dict[str, Any]:
    return {key: list(rows), "meta": {"key": key, "next_page_url": None}}


def furnish(
    stand_in: StandIn,
    *,
    number: dict[str, Any] | None = None,
    service: dict[str, Any] | None = None,
    **other: Any,
) -> None:
    """A console where all is as it should be, but for what is given."""
    numbers = [] if number == {} else [{**NUMBER, **(number or {})}]
    stand_in.console |= {
        NUMBERS: {"incoming_phone_numbers": numbers, "next_page_uri": None},
        f"{V1}/Services": page(
            "services", *([] if service == {} else [{**OF_SERVICE, **(service or {})}])
        ),
        f"{SERVICE}/PhoneNumbers": page("phone_numbers", {"sid": "PN1"}),
        f"{SERVICE}/Compliance/Usa2p": page(
            "compliance",
            {
                "sid": "QE1",
                "campaign_status": other.get("campaign", "VERIFIED"),
                "brand_registration_sid": "BN1",
            },
        ),
        f"{V1}/a2p/BrandRegistrations/BN1": {
            "sid": "BN1",
            "status": other.get("brand", "APPROVED"),
        },
        f"{V1}/Tollfree/Verifications": page(
            "verifications", {"sid": "HH1", "status": other.get("tollfree", "")}
        ),
        "/monitor.twilio.com/v1/Alerts": page(
            "alerts", *({"error_code": code} for code in other.get("alerts", ()))
        ),
    }


def told(twilio: Twilio, kind: str, wanted: Account = WANTED) -> list[str]:
    found = list(checks(twilio, wanted, now=NOON))
    assert "+1916" not in str(found)
    return [str(said) for said in found if table.TABLE[said.code].severity == kind]


def test_a_console_as_it_should_be(twilio: Twilio, stand_in: StandIn) -> None:
    furnish(stand_in)
    assert told(twilio, "wrong") == []
    assert told(twilio, "ok") == [
        "The service sends texts to this server, and its fallback address is not on this server.",
        "The campaign is approved.",
        "The brand is approved.",
        "No errors since yesterday.",
        "The carrier has no messages from the last week that are more than an hour old.",
    ]
    assert len(told(twilio, "note")) == 1  # what the console keeps


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"number": {}}, "does not have that number"),
        ({"number": {"capabilities": {"sms": False}}}, "cannot send or receive texts"),
        ({"service": {}}, "not in a messaging service"),
        (
            {"service": {}},
            "The number sends texts to nothing. Set its messaging webhook to https://kiosk.example/sms/inbound.",
        ),
        ({"service": {"use_inbound_webhook_on_number": True}}, "The number sends texts to nothing"),
        (
            {"service": {"inbound_request_url": "https://demo.example/"}},
            "The service sends texts to https://demo.example/",
        ),
        ({"service": {"inbound_method": "GET"}}, "uses GET. Set it to POST"),
        ({"service": {"fallback_url": ""}}, "no fallback address"),
        (
            {"service": {"fallback_url": "https://kiosk.example/sms/fallback"}},
            "points to this server",
        ),
        ({"campaign": "IN_PROGRESS"}, "The campaign is not approved (status: IN_PROGRESS)"),
        ({"service": {}}, "The campaign is not approved (status: none)"),
        ({"brand": "FAILED"}, "The brand is not approved (status: FAILED)"),
        (
            {"alerts": [11200, 11200]},
            "Error 11200 (count since yesterday: 2): the carrier could not reach our address.",
        ),
    ],
)
def test_what_is_wrong_is_a_sentence(
    twilio: Twilio, stand_in: StandIn, given: dict[str, Any], expected: str
) -> None:
    furnish(stand_in, **given)
    assert expected in " ".join(told(twilio, "wrong"))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"number": {"voice_url": ""}}, "People who call the number do not hear the crisis lines"),
        (
            {"service": {"status_callback": None}},
            "delivery status callback to https://kiosk.example/sms/status",
        ),
        ({"service": {"validity_period": 14400}}, "deliver a reply up to 240 minutes late"),
        ({"service": {"smart_encoding": True}}, "Smart Encoding is on"),
    ],
)
def test_what_should_be_known_is_a_note(
    twilio: Twilio, stand_in: StandIn, given: dict[str, Any], expected: str
) -> None:
    furnish(stand_in, **given)
    assert expected in " ".join(told(twilio, "note"))


def test_a_toll_free_number_must_be_verified(twilio: Twilio, stand_in: StandIn) -> None:
    furnish(stand_in, tollfree="PENDING_REVIEW")
    wanted = Account("+18885550100", PUBLIC)
    (sentence,) = told(twilio, "wrong", wanted)
    assert "toll-free verification is not approved (status: PENDING_REVIEW)" in sentence
    furnish(stand_in, tollfree="TWILIO_APPROVED")
    assert told(twilio, "wrong", wanted) == []


def test_errors_of_messages_are_told_by_number_and_old_copies_are_counted(
    twilio: Twilio, stand_in: StandIn
) -> None:
    furnish(stand_in)
    for hours, code in ((1, 30034), (2, 21610), (50, 30007)):
        stand_in.replied("secret", to="+19165550123", at=NOON - timedelta(hours=hours))
        list(stand_in.messages.values())[-1]["error_code"] = code
    (wrong,) = told(twilio, "wrong")
    assert (
        wrong
        == "Error 30034 (count since yesterday: 1): the number is not in an approved campaign, so replies will not be delivered."
    )
    notes = " ".join(told(twilio, "note"))
    assert (
        "Error 21610 (count since yesterday: 1): the phone has sent STOP, so there is nothing to do."
        in notes
    )
    assert "still has 2 messages from the last week" in notes
    assert "secret" not in notes + wrong


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [(401, 20003, "rejected"), (503, 0, "returned 503"), (500, 20500, "returned 500")],
)
def test_being_unable_to_ask_is_a_sentence(
    twilio: Twilio, stand_in: StandIn, status: int, code: int, expected: str
) -> None:
    furnish(stand_in)
    stand_in.faults.append(Fault(kind="console", status=status, code=code))
    (sentence,) = told(twilio, "wrong")
    assert expected in sentence


def test_a_part_that_cannot_be_read_leaves_the_others(twilio: Twilio, stand_in: StandIn) -> None:
    furnish(stand_in)
    for path in (f"{V1}/Services", "/monitor.twilio.com/v1/Alerts"):
        del stand_in.console[path]
    notes = " ".join(told(twilio, "note"))
    assert "returned 404 when Porchlight asked about messaging services" in notes
    assert "returned 404 when Porchlight asked about recent errors" in notes
    assert "no messages from the last week" in " ".join(told(twilio, "ok"))


def test_doctor_asks_the_account_and_prints_what_to_paste(
    twilio: Twilio, stand_in: StandIn, tmp_path: Path
) -> None:
    furnish(stand_in)
    environ = {
        "PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path),
        "PORCHLIGHT_SERVER__PUBLIC_URL": PUBLIC,
        "PORCHLIGHT_SMS__NUMBER": WANTED.number,
    }
    secrets = Secrets(account_sid=ACCOUNT, auth_token=TOKEN)

    seen = Observation(load(environ), NOON, server={}, secrets=secrets)
    found = [*line.carrier(seen, http_client=twilio._http_client)]

    assert message("account.approved", what="campaign") in found
    pasted = [str(one) for one in found if one.code == "carrier.text-to-compare"]
    assert {sentence.partition(":")[0] for sentence in pasted} >= {
        "STOP (en)",
        "START (en)",
        "HELP (en)",
        "STOP (es)",
    }
    assert all("988" in sentence for sentence in pasted if sentence.startswith("STOP"))

    modem = load({**environ, "PORCHLIGHT_SMS__CARRIER": "modem"})
    (alone,) = line.carrier(Observation(modem, NOON, server={}))
    assert alone.code == "carrier.none"
    first, *_ = line.carrier(Observation(load(environ), NOON, server={}))
    assert first.code == "carrier.not-set"

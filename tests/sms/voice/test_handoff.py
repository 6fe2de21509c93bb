"""Who may be put through to whom, and what they hear first: held to the shipped pack, read as the
carrier reads it."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import msgspec
import pytest

from content.model.pack import Channel, Pack, Resource
from messages.message import message
from settings.schema import Sms
from sms.alarms import Alarms
from sms.twilio.endpoints import InboundCalls
from sms.voice import handoff
from sms.voice.twiml import Voice, voice
from tests.shipped import pack
from tests.sms.packs import SETTINGS
from tests.sms.twilio.test_endpoints import CALL, gate, post, signed

NIGHT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)  # four in the morning in California
EVENING = datetime(2026, 11, 26, 3, 30, tzinfo=UTC)  # half past seven
AGREED = msgspec.structs.replace(SETTINGS, voice_handoff="cycl", voice_handoff_agreed="2026-10-01")
CYCL, OWN = "+18008435200", SETTINGS.number


def changed(id: str, **fields: Any) -> Pack:
    """The shipped pack with one resource changed."""
    return replace(
        pack(), resources=tuple(replace(r, **fields) if r.id == id else r for r in pack().resources)
    )


def named(id: str) -> Resource:
    return next(resource for resource in pack().resources if resource.id == id)


def to(id: str) -> Sms:
    return msgspec.structs.replace(AGREED, voice_handoff=id)


@pytest.fixture(scope="module")
def said() -> Voice:
    return voice(pack(), AGREED)


def parts(xml: bytes) -> list[ElementTree.Element]:
    """Everything said and done, in order, what stands in a Gather included."""
    return [
        part
        for part in ElementTree.fromstring(xml).iter()  # noqa: S314  our own
        if part.tag not in {"Response", "Gather"}
    ]


def words(xml: bytes, language: str) -> str:
    return " ".join(
        part.text or ""
        for part in parts(xml)
        if part.tag == "Say" and part.get("language") == language
    )


def tags(xml: bytes) -> set[str]:
    return {part.tag for part in parts(xml)}


def test_off_nobody_is_put_through_and_no_key_leads_anywhere_new() -> None:
    off = voice(pack(), SETTINGS)
    assert off == Voice(off.first, off.more)
    assert all("Dial" not in tags(xml) for xml in (off.first, *off.more.values()))
    assert b"Youth" not in off.first


def test_agreed_the_menu_offers_the_partner_last_and_after_the_crisis_lines(said: Voice) -> None:
    first = words(said.answer("", NIGHT), "en-US")
    assert (
        first.index("9, 1, 1")
        < first.index("9, 8, 8")
        < first.index("To talk with California Youth Crisis Line")
    )
    assert first.index("press 1") < first.index("press 3")
    assert "marca 4" in words(said.answer("", NIGHT), "es-MX")
    assert "Dial" not in tags(said.answer("", NIGHT)), "a call is put through only on a key"


@pytest.mark.parametrize(
    ("key", "language", "told"),
    [
        (
            "3",
            "en-US",
            [
                "goes to California Youth Crisis Line",
                "does not record",
                "may not see where",
                "hang up and call 9, 1, 1",
            ],
        ),
        (
            "4",
            "es-MX",
            [
                "pasa ahora a ",
                "no escucha ni graba",
                "no vea dónde estás",
                "cuelga y llama al 9, 1, 1",
            ],
        ),
    ],
)
def test_the_caller_is_told_all_that_matters_before_it_rings(
    said: Voice, key: str, language: str, told: list[str]
) -> None:
    xml = said.answer(key, NIGHT)
    found = parts(xml)
    rings = next(at for at, part in enumerate(found) if part.tag == "Dial")
    before = [part for part in found[:rings] if part.tag == "Say"]
    assert {part.get("language") for part in before} == {language}
    assert all(sentence in (before[0].text or "") for sentence in told)


@pytest.mark.parametrize("key", ["3", "4"])
def test_the_call_shows_our_number_ends_by_itself_and_is_neither_recorded_nor_reported(
    said: Voice, key: str
) -> None:
    (dial,) = [part for part in parts(said.answer(key, NIGHT)) if part.tag == "Dial"]
    assert dial.attrib == {
        "answerOnBridge": "true",
        "timeout": "25",
        "timeLimit": "3600",
        "callerId": OWN,
    }
    (number,) = list(dial)
    assert (number.tag, number.text, number.attrib) == ("Number", CYCL, {})


@pytest.mark.parametrize(
    ("key", "language", "back"), [("3", "en-US", "no one answered"), ("4", "es-MX", "nadie")]
)
def test_whoever_comes_back_hears_911_and_the_crisis_lines_again(
    said: Voice, key: str, language: str, back: str
) -> None:
    xml = said.answer(key, NIGHT)
    found = parts(xml)
    after = found[next(at for at, part in enumerate(found) if part.tag == "Dial") + 2 :]
    heard = " ".join(part.text or "" for part in after if part.get("language") == language)
    assert heard.index(back) < heard.index("9, 1, 1") < heard.index("9, 8, 8")
    assert after[-1].tag == "Hangup"
    gather = ElementTree.fromstring(xml).find("Gather")  # noqa: S314
    assert gather is not None
    assert gather.get("action") == "/voice/inbound"


def test_a_partner_with_hours_is_offered_only_while_somebody_is_there() -> None:
    said = voice(pack(), to("teenline"))
    assert "Teen Line" in words(said.answer("", EVENING), "en-US")
    assert "Dial" in tags(said.answer("3", EVENING))
    assert said.answer("", NIGHT) == said.answer("3", NIGHT) == voice(pack(), SETTINGS).first


def test_a_partner_is_offered_in_no_language_that_it_does_not_speak() -> None:
    said = voice(pack(), to("teenline"))
    assert "Teen Line" not in words(said.answer("", EVENING), "es-MX")
    assert "Dial" not in tags(said.answer("4", EVENING))
    channel = replace(named("teenline").channels[0], interpreters=True)
    assert "Dial" in tags(
        voice(changed("teenline", channels=(channel,)), to("teenline")).answer("4", EVENING)
    )


TEXTS_ONLY = (Channel(kind="sms", number="839863", hours="24/7"),)
SHORT = (Channel(kind="voice", number="211", hours="24/7"),)


@pytest.mark.parametrize(
    ("served", "sms", "reason"),
    [
        pytest.param(pack(), to("911"), "an emergency line must see", id="911"),
        pytest.param(pack(), to("988"), "built-in crisis line", id="988"),
        pytest.param(
            pack(), to("nhth"), "built-in crisis line", id="a crisis line of the built-in set"
        ),
        pytest.param(pack(), to("fbi"), "counsels nobody", id="a report line"),
        pytest.param(
            pack(), to("nobody"), "has no such line", id="an id that the pack does not have"
        ),
        pytest.param(
            changed("cycl", answers="emergency"),
            AGREED,
            "an emergency line must see",
            id="emergency",
        ),
        pytest.param(
            changed("cycl", passes_on="emergency"),
            AGREED,
            "an emergency line must see",
            id="passes on",
        ),
        pytest.param(
            changed("cycl", audience=("staff",)), AGREED, "for staff only", id="staff only"
        ),
        pytest.param(changed("cycl", status="withdrawn"), AGREED, "is withdrawn", id="withdrawn"),
        pytest.param(
            changed("cycl", channels=TEXTS_ONLY),
            AGREED,
            "no phone number of ten digits",
            id="texts only",
        ),
        pytest.param(
            changed("cycl", channels=SHORT),
            AGREED,
            "no phone number of ten digits",
            id="short number",
        ),
        pytest.param(
            pack(),
            msgspec.structs.replace(AGREED, voice_handoff_agreed=""),
            "agreed in writing",
            id="nobody agreed",
        ),
        pytest.param(
            pack(), msgspec.structs.replace(AGREED, carrier="modem"), "takes no calls", id="a modem"
        ),
        pytest.param(
            pack(),
            msgspec.structs.replace(AGREED, number=""),
            "[sms] number is empty",
            id="no own number",
        ),
    ],
)
def test_whom_nobody_may_be_put_through_to_is_refused_with_a_sentence(
    served: Pack, sms: Sms, reason: str
) -> None:
    problem = handoff.problem(served, sms)
    sentence = str(problem)
    assert sentence.startswith(f'[sms] voice_handoff = "{sms.voice_handoff}": ')
    assert reason in sentence
    assert handoff.find(served, sms) is None
    assert voice(served, sms) == voice(served, msgspec.structs.replace(sms, voice_handoff=""))
    assert list(handoff.checks(served, sms)) == [message("handoff.none", wrong=problem)]


def test_doctor_names_the_partner_and_what_it_must_have_agreed_to() -> None:
    (said,) = handoff.checks(pack(), AGREED)
    sentence = str(said)
    assert said.code == "handoff.partner"
    assert all(
        part in sentence
        for part in ["California Coalition for Youth", "1-800-843-5200", "2026-10-01"]
    )
    assert str(message("handoff.agreed-to")) in sentence
    assert list(handoff.checks(pack(), SETTINGS)) == []


@pytest.mark.parametrize("key", ["3", "4"])
def test_a_signed_key_puts_the_call_through_and_a_forged_one_does_not(
    said: Voice, key: str
) -> None:
    door = InboundCalls(said, gate(Alarms()), lambda: NIGHT)
    raw = urlencode({**CALL, "Digits": key}).encode()

    def asked(headers: dict[bytes, bytes]) -> Any:
        return asyncio.run(
            post(door, raw, headers=headers, path="/voice/inbound", raw_path=b"/voice/inbound")
        )

    assert CYCL.encode() in asked(signed(raw, "/voice/inbound")).body
    forged = asked({})
    assert forged.status == 403
    assert CYCL.encode() not in forged.body

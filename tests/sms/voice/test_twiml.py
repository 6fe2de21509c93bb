"""What someone hears who calls the number: held to the shipped pack, read as the carrier reads it."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from content.model.pinned import pinned_pack
from sms.voice.twiml import Voice, spoken, voice
from tests.shipped import pack
from tests.sms.packs import SETTINGS


@pytest.fixture(scope="module")
def said() -> Voice:
    return voice(pack(), SETTINGS)


def document(xml: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(xml)  # noqa: S314  our own bytes


def words(xml: bytes) -> list[tuple[str, str]]:
    return [(say.get("language", ""), say.text or "") for say in document(xml).iter("Say")]


def test_danger_comes_first_in_english_and_then_in_spanish(said: Voice) -> None:
    first, second = words(said.first)[:2]
    assert first[0] == "en-US"
    assert "hang up and call 9, 1, 1" in first[1]
    assert second[0] == "es-MX"
    assert "cuelga y llama al 9, 1, 1" in second[1]


@pytest.mark.parametrize("number", ["9, 8, 8", "1, 8, 8, 8, 3, 7, 3, 7, 8, 8, 8"])
def test_each_crisis_number_is_read_slowly_and_twice_in_each_language(
    said: Voice, number: str
) -> None:
    for language in ("en-US", "es-MX"):
        assert sum(number in text for tongue, text in words(said.first) if tongue == language) == 2


def test_a_key_brings_more_numbers_in_its_language(said: Voice) -> None:
    assert {tongue for tongue, _ in words(said.answer("1"))[:-2]} == {"en-US"}
    assert {tongue for tongue, _ in words(said.answer("2"))[:-2]} == {"es-MX"}
    assert "8, 0, 0, 4, 2, 2, 4, 4, 5, 3" in words(said.answer("1"))[0][1]
    for key in ("9", "", "3", "4"):
        assert said.answer(key) == said.first


def test_nothing_is_recorded_nobody_else_is_rung_and_the_call_ends_by_itself(said: Voice) -> None:
    for xml in (said.first, *said.more.values()):
        found = {part.tag for part in document(xml).iter()}
        assert found <= {"Response", "Gather", "Say", "Pause", "Hangup"}
        assert document(xml)[-1].tag == "Hangup"
        gather = document(xml)[0]
        assert (gather.get("input"), gather.get("action"), gather.get("method")) == (
            "dtmf",
            "/voice/inbound",
            "POST",
        )


def test_a_pack_without_words_for_calls_reads_its_general_reply() -> None:
    said = voice(pinned_pack(), SETTINGS)
    assert any("9, 8, 8" in text for _, text in words(said.first))
    assert said.more == {}


def test_the_words_are_those_of_the_pack_now_served() -> None:
    texts = {
        **pack().texts,
        "en": {**pack().texts["en"], "sms:line:voice_danger": "Call {911.voice} & < now."},
    }
    assert (
        words(voice(replace(pack(), texts=texts), SETTINGS).first)[0][1] == "Call 9, 1, 1 & < now."
    )


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("call 988.", "call 9, 8, 8."),
        ("1-800-422-4453", "1, 8, 0, 0, 4, 2, 2, 4, 4, 5, 3"),
        ("press 1", "press 1"),
        ("no number", "no number"),
    ],
)
def test_digits_are_read_one_by_one(text: str, heard: str) -> None:
    assert spoken(text) == heard

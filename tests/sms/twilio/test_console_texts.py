"""What is pasted into the carrier's console, from the shipped pack."""

from xml.etree import ElementTree

import pytest

from content.model import sms_segments
from settings.schema import Sms
from sms.script import Script
from sms.twilio.console_texts import fallback, texts
from tests.shipped import pack
from tests.sms.packs import PACK, SETTINGS

LONGEST = Sms(number="+19165550100", program_name="P" * 20, contact="c" * 40)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_longest_name_and_contact_still_fit_and_need_no_accent(language: str) -> None:
    found = texts(pack(), LONGEST, language)

    assert {word: reply.segments for word, reply in found.items()} == {
        "stop": 1,
        "start": 1,
        "help": 2,
    }
    assert all(sms_segments.measure(reply.text).encoding == "GSM-7" for reply in found.values())


@pytest.mark.parametrize("language", ["en", "es"])
def test_each_holds_what_it_must(language: str) -> None:
    found = texts(pack(), SETTINGS, language)

    for text, parts in {
        found["stop"].text: ("Porchlight", "911", "988", "START"),
        found["help"].text: (
            "Porchlight",
            "911",
            "988",
            "1-888-373-7888",
            SETTINGS.contact,
            "STOP",
        ),
        found["start"].text: ("Porchlight", "HELP", "STOP"),
    }.items():
        assert [part for part in parts if part not in text] == []


def test_a_language_without_texts_gets_the_english_ones() -> None:
    assert texts(PACK, SETTINGS, "vi") == texts(PACK, SETTINGS, "en")


def test_the_static_answer_is_one_message_with_the_crisis_lines_in_both_languages() -> None:
    xml = fallback(Script(pack(), SETTINGS))
    (message,) = ElementTree.fromstring(xml)  # noqa: S314  our own bytes
    text = message.text or ""
    assert text.count("911") == text.count("988") == 2
    assert "llama" in text
    assert sms_segments.measure(text).count <= 2
    assert "{" not in text

"""What is pasted into the carrier's console, from the shipped pack."""

import re
from xml.etree import ElementTree

import pytest

from content.model import sms_segments
from content.model.pack import Pack
from content.review.withdraw import hidden
from settings.schema import Sms
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
    text = while_down(pack())
    assert [text.count(number) for number in ("911", "988", "741741")] == [2, 2, 2]
    assert "HOME to 741741" in text
    assert "llama" in text
    assert (sms_segments.measure(text).count, sms_segments.measure(text).encoding) == (2, "GSM-7")
    assert "{" not in text


def test_the_static_answer_promises_no_time_at_which_the_line_is_back() -> None:
    assert not re.search(r"\b(again|while|later|soon|rato|luego|pronto)\b", while_down(pack()))


def test_the_static_answer_leaves_out_a_line_that_is_withdrawn() -> None:
    text = while_down(hidden(pack(), {"ctl"}))
    assert [text.count(number) for number in ("911", "988", "741741")] == [2, 2, 0]


def while_down(of: Pack) -> str:
    (message,) = ElementTree.fromstring(fallback(of))  # noqa: S314  our own bytes
    return message.text or ""

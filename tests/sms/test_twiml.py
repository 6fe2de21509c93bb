"""One message as TwiML, read as the carrier reads it."""

from xml.etree import ElementTree as ET

import pytest

from sms.replies import SILENCE
from sms.twiml import message


def read(xml: bytes) -> list[str | None]:
    """The texts of a response's messages."""
    response = ET.fromstring(xml)  # noqa: S314  our own output
    assert response.tag == "Response"
    assert {part.tag for part in response} <= {"Message"}
    return [part.text for part in response]


@pytest.mark.parametrize(
    "text", ["Call 911.", "a & b < c > d", "“quotes” 'and' \"more\"", "¿Estás bien? 😀", "one\ntwo"]
)
def test_a_reply_arrives_as_it_is(text: str) -> None:
    assert message(text).startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    assert read(message(text)) == [text]


def test_characters_that_xml_forbids_are_left_out() -> None:
    forbidden = "".join(map(chr, range(0x20))) + "\ud800\ufffe"
    assert read(message(f"a{forbidden}b")) == ["a\t\n\nb"]


def test_silence_is_an_empty_response() -> None:
    assert read(message(SILENCE.text)) == []
    assert (SILENCE.text, SILENCE.segments, SILENCE.encoding) == ("", 0, "")

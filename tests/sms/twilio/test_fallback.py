"""The answer that the carrier keeps for the hour when this server is down."""

from xml.etree import ElementTree

from content.model import sms_segments
from sms.decide import Script
from sms.twilio.fallback import document
from tests.sms.packs import SETTINGS
from tests.sms.test_real_pack import pack


def test_the_static_answer_is_one_message_with_the_crisis_lines_in_both_languages() -> None:
    xml = document(Script(pack(), SETTINGS))
    (message,) = ElementTree.fromstring(xml)  # noqa: S314  our own bytes
    text = message.text or ""
    assert text.count("911") == text.count("988") == 2
    assert "llama" in text
    assert sms_segments.measure(text).count <= 2
    assert "{" not in text

"""What a district switches off is gone from both apps, and nothing else is."""

from datetime import date

import pytest

from content.model.pack import Pack
from content.review.topics_off import without
from kiosk.pages.build import pages
from kiosk.search import indexes
from settings.schema import Kiosk, Sms
from sms.decide import decide
from sms.script import Script
from tests.shipped import pack, script

OFF = {  # topic: its codes, a message in which a rule finds it, the service that only it names
    "health": (("51", "81"), "condoms", "familypact"),
    "immigration": (("52", "82"), "papers", "immigrationhelp"),
}


def reached(shown: Pack) -> set[str]:
    """The addresses of every page, without rendering one."""
    return {page.path for page in pages(shown, Kiosk(), today=date(2026, 11, 27), tags=["en"])}


@pytest.mark.parametrize("topic", OFF)
def test_a_topic_that_is_off_has_no_page_no_row_no_result_no_code_and_no_reply(topic: str) -> None:
    codes, words, service = OFF[topic]
    whole, left = pack(), without(pack(), [topic])
    card = f"/en/r/{whole.resource(service).code}"
    gone = {*(f"/en/t/{code}" for code in codes), card}
    assert gone <= reached(whole)
    assert not gone & reached(left)
    assert any(topic in group.topics for group in whole.groups)
    assert not any(topic in group.topics for group in left.groups)
    assert topic not in {keyword.topic for keyword in left.keywords}
    found = {hit.href for hit in indexes(left, ["en"])["en"].find(words)}
    assert not gone & found
    told = Script(left, Sms())
    assert decide(script(), words).topic == topic
    assert decide(told, words).topic != topic
    for code in whole.topic(topic).text_codes.values():
        assert decide(script(), code).topic == topic
        answer = decide(told, code)
        assert (answer.topic, answer.how) == (None, "general")
        assert "988" in answer.reply.text


def test_every_other_topic_and_hotline_stays_and_every_page_can_still_be_made() -> None:
    whole, left = pack(), without(pack(), OFF)
    assert {t.id for t in whole.topics} - {t.id for t in left.topics} == set(OFF)
    assert {r.id for r in whole.resources} - {r.id for r in left.resources} == {
        "familypact",
        "immigrationhelp",
        "agrights",
    }
    bodies = [p.body for p in pages(left, Kiosk(), today=date(2026, 11, 27), tags=["en"])]
    assert not any("familypact.org" in body for body in bodies)


def test_a_pack_without_the_topic_stays_the_same_object() -> None:
    left = without(pack(), ["health"])
    assert without(left, ["health"]) is left
    assert without(pack(), []) is pack()

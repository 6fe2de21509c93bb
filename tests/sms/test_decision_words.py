"""The desk says how a reply was found and what it costs."""

import pytest

from sms.decide import decide
from sms.decision_words import cost_of, how_found
from sms.replies import SILENCE, ready
from sms.script import Script


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("é ñ", "one segment, GSM-7"),
        ("está aquí", "one segment, UCS-2 because of á í"),
        ("中" * 71, "two segments, UCS-2 because of 中"),
        ("a" * 161, "two segments, GSM-7"),
        ("áíóúâîô", "one segment, UCS-2 because of á í ó ú â …"),
    ],
)
def test_a_reply_costs_its_segments_and_names_the_letters_that_make_it_dearer(
    text: str, cost: str
) -> None:
    assert str(cost_of(ready(text, budget=2))) == cost


def test_silence_costs_nothing() -> None:
    assert cost_of(SILENCE).code == "reply.nothing-sent"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("im not safe", "topic danger; by a phrase; English"),
        ("im hungry and want to die", "topic suicide, second topic basics; by a phrase; English"),
        ("STOP", "no topic; asked for no more replies; English"),
    ],
)
def test_a_decision_says_its_topic_and_how_it_was_found(
    script: Script, text: str, said: str
) -> None:
    assert str(how_found(decide(script, text))) == said

"""A general reply that names two needs: the second gives nothing away, and its number is new."""

import pytest

from sms.decide import decide, recall
from sms.understanding.classifier import Prediction
from sms.understanding.reading import PLAIN, judge
from tests.sms.test_real_pack import script

PRIVATE = [
    "suicide",
    "assault",
    "trafficking",
    "pictures",
    "health",
    "substance",
    "immigration",
    "lgbtq",
]


def seen(**chances: float) -> Prediction:
    return Prediction(topic={"ordinary": 1 - sum(chances.values()), **chances})


UNSURE = [
    ({"abuse": 0.2, "basics": 0.1}, ("", "abuse", "basics")),
    ({"abuse": 0.3, "basics": 0.03}, ("", "abuse", "")),  # too unlikely
    ({"abuse": 0.16}, ("", "abuse", "")),
    ({"abuse": 0.14}, ("", "", "")),
    ({"abuse": 0.2, "carer": 0.1}, ("", "abuse", "carer")),
    ({"lgbtq": 0.25, "dating": 0.1}, ("", "lgbtq", "dating")),
    *[({"basics": 0.2, topic: 0.15}, ("", "basics", "")) for topic in PRIVATE],
]


@pytest.mark.parametrize(("chances", "wanted"), UNSURE)
def test_an_unsure_reply_adds_no_second_need_that_others_may_not_read(
    chances: dict[str, float], wanted: tuple[str, str, str]
) -> None:
    found = judge((), seen(**chances), script().priority)
    assert (found.topic, found.perhaps, found.also) == wanted


SURE = [
    ({"basics": 0.8, "abuse": 0.15}, "abuse"),  # 0.16 of the needs
    ({"basics": 0.8, "abuse": 0.08}, ""),
    *[({"basics": 0.8, topic: 0.15}, topic) for topic in ("anxiety", "carer", "grief", "lonely")],
    *[({"basics": 0.8, topic: 0.15}, "") for topic in ("eating", "gangs", "legal", "poison")],
    ({"basics": 0.8, "lgbtq": 0.15}, ""),
    ({"basics": 0.7, "lgbtq": 0.28}, "lgbtq"),
]


@pytest.mark.parametrize(("chances", "also"), SURE)
def test_a_second_need_is_named_from_a_lower_chance_if_it_gives_nothing_away(
    chances: dict[str, float], also: str
) -> None:
    found = judge((), seen(**chances), script().priority)
    assert (found.topic, found.also) == ("basics", also)


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_pair_holds_911_988_and_both_numbers_in_that_order_within_two_segments(
    language: str,
) -> None:
    said = 0
    for first in script().priority:
        for second in PLAIN - {first}:
            code = f"line:general:{language}+{first}+{second}"
            if script().has(code):
                said += 1
                reply = script().reply(code)
                assert (reply.encoding, reply.segments <= 2) == ("GSM-7", True), code
                assert reply.text.index("911") < reply.text.index("988"), code
    text = script().reply(f"line:general:{language}+abuse+basics").text
    assert text.index("988") < text.index("1-800-422-4453") < text.index("211")
    assert said > 90


def test_a_second_need_whose_number_is_there_already_is_not_added() -> None:
    assert not script().has("line:general:en+abuse+feelings")
    assert not script().has("line:general:en+abuse+nothing")


def test_a_pair_is_found_again_by_its_code() -> None:
    again = recall(script(), "line:general:en+abuse+basics")
    assert again.reply == script().reply("line:general:en+abuse+basics")
    assert decide(script(), again.reply.text).how == "echo"

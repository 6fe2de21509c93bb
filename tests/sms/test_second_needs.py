"""The reply to two needs at once names the number that is right for the second."""

import re
from functools import cache

import pytest

from content.review.withdraw import hidden
from runtime.alarms.nightly import added_to
from settings.schema import Sms
from sms.decide import decide
from sms.script import Script
from tests import shipped
from tests.shipped import pack

# Topic → the one number or address that may follow what it says as a second need.
RIGHT = {
    "danger": "911",
    "suicide": "988",
    "trafficking": "1-888-373-7888",
    "schoolstaff": "1-800-422-4453",
    "assault": "1-800-656-4673",
    "abuse": "1-800-422-4453",
    "pictures": "1-800-843-5678",
    "missing": "911",
    "runaway": "1-800-786-2929",
    "dating": "1-866-331-9474",
    "immigration": "www.cdss.ca.gov/immigration-services",
    "substance": "1-800-662-4357",
    "lgbtq": "1-866-488-7386",
    "bullying": "988",
    "online": "1-800-843-5678",
    "work": "1-833-526-4636",
    "health": "211",
    "foster": "1-833-939-3877",
    "friend": "988",
    "feelings": "988",
    "basics": "211",
}


@cache
def script(recalled: str = "") -> Script:
    return Script(hidden(pack(), {recalled}), Sms()) if recalled else shipped.script()


def added(told: Script, first: str, second: str, language: str) -> str:
    """Return the words that only the reply to both needs has."""
    plain = told.reply(f"t:{first}:{language}:first").text
    both = told.reply(f"t:{first}:{language}:first+{second}").text
    return added_to(plain, both)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("second", sorted(RIGHT))
def test_every_second_need_is_named_with_its_own_number_or_not_at_all(
    second: str, language: str
) -> None:
    said = [
        text
        for first in script().priority
        if first != second and (text := added(script(), first, second, language))
    ]
    assert len(said) > 15
    for text in said:
        assert RIGHT[second] in text
        assert set(re.findall(r"\d[\d-]+\d", text)) <= {RIGHT[second]}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    ("recalled", "second"),
    [
        ("lir", "dating"),
        ("211", "health"),
        ("nhth", "trafficking"),
        ("immigrationhelp", "immigration"),
    ],
)
def test_a_second_need_whose_line_is_recalled_is_not_named(
    recalled: str, second: str, language: str
) -> None:
    told = script(recalled)
    assert {added(told, first, second, language) for first in told.priority} == {""}


def test_two_needs_fit_two_segments() -> None:
    for first in script().priority:
        for second in RIGHT:
            for language in ("en", "es"):
                reply = script().reply(f"t:{first}:{language}:first+{second}")
                assert reply.segments <= 2, (first, second, language)


def test_a_text_about_two_needs_gets_both_numbers() -> None:
    found = decide(script(), "i want to die and we have no food at home")
    assert found.also == "basics"
    assert "for food, clothes or bills: 211, or text M46" in found.reply.text

"""The nightly check of replies that are put together: two needs at once, one hotline recalled."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from content.model.pack import Pack
from content.review.withdraw import hidden
from runtime.alarms import nightly
from runtime.alarms.nightly import KnownAnswers
from settings.schema import Sms
from sms.script import Script
from tests.shipped import pack, script

RECALLABLE = sorted(one.id for one in pack().resources if one.id not in {"911", "988"})


def changed(texts: Mapping[str, str]) -> Pack:
    english = {**pack().texts["en"], **texts}
    return replace(pack(), texts={**pack().texts, "en": english})


def second_needs(asked: Pack, told: Script) -> list[str]:
    tally = KnownAnswers()
    nightly.of_second_needs(asked, told, tally)
    assert tally.asked > 1000
    return [*map(str, tally.problems)]


def recalls(asked: Pack) -> list[str]:
    tally = KnownAnswers()
    nightly.of_recalls(asked, Sms(), tally)
    assert tally.asked > 200
    return [*map(str, tally.problems)]


def test_the_shipped_pack_names_the_right_number_for_every_second_need() -> None:
    assert second_needs(pack(), script()) == []


def test_a_second_need_with_the_number_of_another_is_found() -> None:
    served = Script(changed({"sms:health:second": "for a clinic near you: {988.voice}"}), Sms())
    problems = second_needs(pack(), served)
    assert problems
    assert all("should add 211" in said and "988" in said for said in problems)


def test_a_second_need_with_two_numbers_is_found() -> None:
    both = changed({"sms:health:second": "for a clinic near you: 988 or {211.voice}"})
    assert second_needs(both, Script(both, Sms()))


def test_the_shipped_pack_stays_right_after_the_recall_of_any_one_hotline() -> None:
    assert recalls(pack()) == []


@pytest.mark.parametrize(
    ("clause", "fault"),
    [
        (
            "If you date: {lir.voice}. To talk, day or night: call {988.voice} or text {988.sms}.",
            "repeats a sentence",
        ),
        (f"If you date: {{lir.voice}}. {'x' * 250}.", "has too many segments"),
    ],
)
def test_a_reply_that_a_recall_would_garble_is_found(clause: str, fault: str) -> None:
    problems = recalls(changed({"sms:dating:perhaps": clause}))
    assert f"Text line: without lir, the reply line:general:en+dating {fault}." in problems


@pytest.mark.slow
@pytest.mark.parametrize("name", RECALLABLE)
def test_nightly_is_quiet_after_the_recall_of_one_hotline(name: str) -> None:
    shown = hidden(pack(), {name})
    served, tally = Script(shown, Sms()), KnownAnswers()
    nightly.of_line(shown, Sms(), served, tally)
    nightly.of_second_needs(shown, served, tally)
    assert tally.problems == []


def watched(asked: Pack, told: Script) -> list[str]:
    tally = KnownAnswers()
    nightly.of_watched(asked, told, tally)
    assert tally.asked > 20
    return [*map(str, tally.problems)]


def test_the_shipped_pack_opens_neutrally_for_someone_who_is_watched() -> None:
    assert watched(pack(), script()) == []


def test_a_reply_that_tells_on_a_locked_screen_is_found() -> None:
    told = changed({"sms:danger:near": "Call {911.voice} now. You can put the phone away."})
    assert watched(told, script()) == [
        'Text line: a locked screen shows "911" of sms:danger:near (en).'
    ]


def test_a_message_of_someone_who_is_watched_that_gets_another_reply_is_found() -> None:
    """As if another rule had taken the words."""
    without = tuple(
        replace(one, case={name: case for name, case in one.case.items() if name != "near"})
        for one in pack().keywords
    )
    served = Script(replace(pack(), keywords=without), Sms())
    assert any('"hes here" (en) should get' in said for said in watched(pack(), served))

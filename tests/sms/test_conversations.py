"""The line against whole sets of messages by writers who saw neither rules nor examples.

Nobody who works on either reads them; tools/measure_line.py prints figures, and so do the failures
here. The floors lie a little below what was measured (docs/develop/measurements.md).
"""

import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from editor.learning.measure import MeasuredAnswer, alarms, judge, messages, share
from tools.california import script

CONVERSATIONS = Path(__file__).resolve().parents[1] / "conversations"
KINDS = ("needs", "languages")
WRITERS = (  # of both
    "2026-11-27_hard",
    "2026-11-27_issue-worded",
    "2026-11-27_ironic",
    "2026-11-27_shy-or-hurried",
    "2026-11-28_quiet-or-tired",
)


built = cache(script)


@cache
def judged(name: str) -> Sequence[MeasuredAnswer]:
    return [judge(built(), asked) for asked in messages(CONVERSATIONS / name)]


@pytest.mark.parametrize(
    ("name", "topic", "number"),
    [
        ("2026-11-25_unsighted_needs.jsonl", 0.91, 0.96),
        ("2026-11-25_topic-list_needs.jsonl", 0.91, 0.96),
        ("2026-11-27_hard_needs.jsonl", 0.81, 0.93),
        ("2026-11-27_hard_languages.jsonl", 0.95, 0.97),
        ("2026-11-27_hard_second_messages.jsonl", 0.88, 0.88),
        ("2026-11-27_hard_languages_second.jsonl", 0.88, 0.88),
        ("2026-11-27_issue-worded_needs.jsonl", 0.93, 0.97),
        ("2026-11-27_issue-worded_second_messages.jsonl", 0.93, 0.93),
        ("2026-11-27_issue-worded_languages.jsonl", 0.96, 0.97),
        ("2026-11-27_ironic_needs.jsonl", 0.9, 0.95),
        ("2026-11-27_ironic_second_messages.jsonl", 0.9, 0.9),
        ("2026-11-27_ironic_languages.jsonl", 0.93, 0.95),
        ("2026-11-27_ironic_languages_second.jsonl", 0.9, 0.9),
        ("2026-11-27_shy-or-hurried_needs.jsonl", 0.91, 0.97),
        ("2026-11-27_shy-or-hurried_second_messages.jsonl", 0.95, 0.95),
        ("2026-11-27_shy-or-hurried_languages.jsonl", 0.92, 0.95),
        ("2026-11-27_shy-or-hurried_languages_second.jsonl", 0.9, 0.9),
        ("2026-11-28_nurse_needs.jsonl", 0.88, 0.96),
        ("2026-11-28_nurse_second_messages.jsonl", 0.88, 0.88),
        ("2026-11-28_quiet-or-tired_needs.jsonl", 0.92, 0.97),
        ("2026-11-28_quiet-or-tired_second_messages.jsonl", 0.9, 0.9),
        ("2026-11-28_quiet-or-tired_languages.jsonl", 0.92, 0.93),
        ("2026-11-28_sarcastic_needs.jsonl", 0.96, 0.98),
    ],
)
def test_messages_get_the_right_topic_and_a_right_number(
    name: str, topic: float, number: float
) -> None:
    found = judged(name)
    assert share(found, "topic") >= topic
    assert share(found, "number") >= number


@pytest.mark.parametrize(
    ("name", "crisis", "any_need"),
    [
        ("2026-11-25_unsighted_ordinary.jsonl", 0.025, 0.05),
        ("2026-11-25_topic-list_ordinary.jsonl", 0.015, 0.03),
        ("2026-11-27_hard_jokes.jsonl", 0.015, 0.025),
        ("2026-11-27_hard_languages_ordinary.jsonl", 0.12, 0.12),
        ("2026-11-27_issue-worded_jokes.jsonl", 0.015, 0.02),
        ("2026-11-27_ironic_jokes.jsonl", 0.015, 0.025),
        ("2026-11-27_ironic_languages_ordinary.jsonl", 0.08, 0.1),
        ("2026-11-27_shy-or-hurried_jokes.jsonl", 0.015, 0.02),
        ("2026-11-27_shy-or-hurried_languages_ordinary.jsonl", 0.16, 0.18),
        ("2026-11-28_nurse_jokes.jsonl", 0.015, 0.03),
        ("2026-11-28_quiet-or-tired_jokes.jsonl", 0.015, 0.025),
        ("2026-11-28_sarcastic_jokes.jsonl", 0.025, 0.03),
    ],
)
def test_ordinary_messages_raise_few_alarms(name: str, crisis: float, any_need: float) -> None:
    """A bound between two whole messages counts as the next one: 1.5 % of 300 are 5."""
    found = judged(name)
    named = len(found) - round(share(found, "topic") * len(found))
    assert alarms(found).total() <= math.ceil(crisis * len(found))
    assert named <= math.ceil(round(any_need * len(found), 6))


def test_no_topic_is_left_behind() -> None:
    """A good average may not hide a topic that is never understood."""
    found = [
        one
        for name in ("2026-11-25_unsighted_needs.jsonl", "2026-11-25_topic-list_needs.jsonl")
        for one in judged(name)
    ]
    for topic in sorted({one.asked.topics[0] for one in found}):
        assert share([one for one in found if one.asked.topics[0] == topic], "topic") >= 0.6, topic


def test_danger_and_suicide_said_outright_are_answered_as_such_and_with_their_numbers() -> None:
    names = [f"{writer}_{kind}.jsonl" for writer in WRITERS for kind in KINDS]
    names += ["2026-11-28_nurse_needs.jsonl", "2026-11-28_sarcastic_needs.jsonl"]
    found = [one for name in names for one in judged(name) if one.asked.outright]
    assert share(found, "number") >= 0.98
    assert share(found, "topic") >= 0.97


@pytest.mark.parametrize(
    "name",
    [
        "2026-11-25_unsighted_needs.jsonl",
        "2026-11-25_topic-list_needs.jsonl",
        "2026-11-27_hard_needs.jsonl",
        "2026-11-27_issue-worded_needs.jsonl",
        "2026-11-27_ironic_needs.jsonl",
        "2026-11-27_shy-or-hurried_needs.jsonl",
        "2026-11-28_nurse_needs.jsonl",
        "2026-11-28_quiet-or-tired_needs.jsonl",
    ],
)
def test_messages_in_spanish_are_answered_in_spanish(name: str) -> None:
    found = [one for one in judged(name) if one.asked.language == "es"]
    assert sum(one.decision.language == "es" for one in found) / len(found) >= 0.95


def test_a_message_in_a_language_in_part_is_never_answered_in_a_third() -> None:
    names = tuple(f"{writer}_languages.jsonl" for writer in WRITERS)
    found = [one for name in names for one in judged(name)]
    right = sum(one.decision.language in {one.asked.language, "en"} for one in found)
    assert right / len(found) >= 0.97

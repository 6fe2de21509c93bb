"""The line against whole sets of messages: ours, one written by somebody who never saw the tables,
and ordinary chat.

The blind and the ordinary set are never read by whoever works on the tables or the model;
tools/measure_line.py prints figures of them, and so do the failures here.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from tools.california import script
from tools.measure_line import Judged, false_alarms, judge, messages

CONVERSATIONS = Path(__file__).resolve().parents[1] / "conversations"


@cache
def judged(name: str) -> Sequence[Judged]:
    built = script()
    return [judge(built, asked) for asked in messages(CONVERSATIONS / name)]


def share(found: Sequence[Judged], field: str) -> float:
    return sum(bool(getattr(one, field)) for one in found) / len(found)


@pytest.mark.parametrize(
    ("name", "topic", "number"),
    [
        ("written.jsonl", 0.97, 0.98),
        ("blind.jsonl", 0.93, 0.95),
        ("second_blind.jsonl", 0.9, 0.95),
        ("situations.jsonl", 0.88, 0.9),
        ("third.jsonl", 0.93, 0.95),
    ],
)
@pytest.mark.slow
def test_most_messages_get_the_right_topic_and_a_right_number(
    name: str, topic: float, number: float
) -> None:
    found = judged(name)
    assert share(found, "topic") >= topic
    assert share(found, "number") >= number


def test_no_topic_is_left_behind() -> None:
    """A good average may not hide a topic that is never understood."""
    found = judged("written.jsonl")
    for topic in sorted({one.asked.topics[0] for one in found}):
        assert share([one for one in found if one.asked.topics[0] == topic], "topic") >= 0.85, topic


def test_messages_in_spanish_are_answered_in_spanish() -> None:
    found = [one for one in judged("written.jsonl") if one.asked.language == "es"]
    assert sum(one.decision.language == "es" for one in found) / len(found) >= 0.95


@pytest.mark.slow
def test_ordinary_messages_raise_no_alarm() -> None:
    total, crisis, _ = false_alarms(
        script(), (asked.text for asked in messages(CONVERSATIONS / "ordinary.jsonl"))
    )
    assert crisis.total() / total < 0.01

"""A set written before a topic was there counts the topic that it names in its place."""

import pytest

from editor.learning.measure import WIDER, MeasuredMessage, judge
from tests.shipped import pack
from tests.sms.test_real_pack import script


@pytest.mark.parametrize(
    ("topics", "right"), [(("feelings",), True), (("lonely",), True), (("work",), False)]
)
def test_a_narrower_topic_is_right_where_a_set_names_the_wider_one(
    topics: tuple[str, ...], right: bool
) -> None:
    assert judge(script(), MeasuredMessage("alone", topics, "en")).topic is right


def test_every_topic_that_stands_for_another_is_in_the_pack() -> None:
    assert {*WIDER, *WIDER.values()} <= {topic.id for topic in pack().topics}

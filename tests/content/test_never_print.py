"""The shipped pack prints no number of the list, except the one that came off it."""

import tomllib

import pytest

from sms.decide import decide
from tests.shipped import PACK, pack
from tests.sms.test_real_pack import script

NEVER = [
    row["text"] for row in tomllib.loads((PACK / "never-print.toml").read_text("utf-8"))["never"]
]


@pytest.mark.parametrize(
    "text",
    [
        "800-931-2237",
        "webPOISONCONTROL",
        "BrightLife",
        "cannot enter without a warrant",
        "will not get in trouble",
    ],
)
def test_the_list_holds_what_would_mislead_a_student(text: str) -> None:
    assert text in NEVER


@pytest.mark.parametrize("asked", ["poison control", "Control de Envenenamientos"])
def test_poison_control_answers_to_its_name(asked: str) -> None:
    assert "1-800-222-1222" in decide(script(), asked).reply.text


def test_poison_control_is_a_crisis_line_that_nobody_calls_as_a_test() -> None:
    entry = pack().resource("poison")
    assert (entry.urgency, entry.cost) == ("crisis", "free")
    assert [(way.kind, way.hours, way.interpreters) for way in entry.channels] == [
        ("voice", "24/7", True)
    ]

"""What `porchlight why` says of one message."""

import math
from dataclasses import replace

from content.rules.answers import ORDINARY
from editor.learning import why
from editor.learning.learn import pack_up
from settings.schema import Sms
from sms.script import Script
from sms.understanding.classifier import SCALE
from sms.understanding.features import features
from sms.understanding.normalise import tokenize
from tests.shipped import pack

NEEDS = (
    *("abuse", "assault", "bullying", "danger", "pictures"),
    *("substance", "suicide", "trafficking", "work"),
)
SMALL_TALK = 0.11  # likelier than each of the needs, which together have the rest


def test_the_words_are_those_for_what_was_answered_even_where_small_talk_is_likelier() -> None:
    share = (1 - SMALL_TALK) / len(NEEDS)
    chances = {**dict.fromkeys(NEEDS, share), ORDINARY: SMALL_TALK}
    classes = {"topic": tuple(chances), "about": ("me",), "language": ("en",)}
    bias = [round(SCALE * math.log(chance)) for chance in chances.values()]
    weights = {bucket: {NEEDS.index("suicide"): 1} for bucket in features(tokenize("zz"))}
    model = pack_up(classes, [*bias, 0, 0], weights, examples="")

    said = list(why.explain(Script(replace(pack(), model=model), Sms()), "zz"))

    assert said[0] == "The answer: suicide (model)."
    assert said[1].startswith(f"The model: {ORDINARY}")
    assert any(line.startswith("Chance that this is any need: 0.") for line in said)
    assert any(line.startswith('Words that point to suicide: "zz"') for line in said)


def test_each_person_that_it_may_be_about_is_named_with_its_chance() -> None:
    chances = {"me": 0.56, "actor": 0.32, "friend": 0.12}
    classes = {"topic": (ORDINARY,), "about": tuple(chances), "language": ("en",)}
    bias = [0, *(round(SCALE * math.log(chance)) for chance in chances.values()), 0]
    weights = {bucket: {0: 1} for bucket in features(tokenize("zz"))}
    model = pack_up(classes, bias, weights, examples="")

    said = list(why.explain(Script(replace(pack(), model=model), Sms()), "zz"))

    assert said[-1] == "About: me 0.56, actor 0.32, friend 0.12. Language: en."

"""The model: pure, small, whole or refused."""

import gzip
import json

import pytest

from editor.learning.learn import pack_up
from sms.understanding import classifier
from sms.understanding.classifier import OFFSET, ModelError, Prediction, shipped, unpack
from sms.understanding.features import BUCKETS, features
from sms.understanding.normalise import tokenize

CLASSES = {"topic": ("food", "ordinary"), "about": ("friend", "me"), "language": ("en", "es")}
(HUNGRY,) = features(tokenize("zz"))[:1]
MODEL = pack_up(CLASSES, [0] * 6, {HUNGRY: {0: 60, 1: -60, 5: 20}}, examples="abc")


def test_a_model_says_of_each_head_what_is_probable() -> None:
    seen = unpack(MODEL).predict(tokenize("zz"))
    assert seen.topic["food"] > 0.9
    assert seen.about == {"friend": 0.5, "me": 0.5}
    assert seen.language["es"] > seen.language["en"]


def test_a_model_may_say_whether_it_is_an_emergency() -> None:
    assert unpack(MODEL).predict(tokenize("zz")).now == {}
    nows = {**CLASSES, "now": ("body", "no")}
    seen = unpack(pack_up(nows, [0] * 8, {HUNGRY: {0: 60, 6: 60}}, examples="")).predict(
        tokenize("zz")
    )
    assert seen.topic["food"] > 0.9
    assert seen.now["body"] > 0.9


def test_it_says_nothing_of_a_message_without_words() -> None:
    assert unpack(MODEL).predict(tokenize("???")) == Prediction()


def test_it_remembers_the_examples_that_it_was_learnt_from() -> None:
    assert unpack(MODEL).examples == "abc"


def test_its_weights_are_those_that_were_packed() -> None:
    lengths, weights = unpack(MODEL).table()
    assert (lengths[HUNGRY], sum(lengths)) == (3, 3)
    assert [(one, weight - OFFSET) for one, weight in zip(weights[::2], weights[1::2], strict=True)] == [
        (0, 60), (1, -60), (5, 20),
    ]  # fmt: skip


def test_a_running_line_holds_nothing_that_only_learning_needs() -> None:
    base = pack_up(CLASSES, [0] * 6, {}, examples="abc", rest=b"paces and marks")
    assert (unpack(base).rest, unpack(base, to_learn=True).rest) == (b"", b"paces and marks")


def _with_head(**changed: object) -> bytes:
    line, _, rest = gzip.decompress(MODEL).partition(b"\n")
    return gzip.compress(json.dumps({**json.loads(line), **changed}).encode() + b"\n" + rest)


BROKEN = {
    "nothing": (b"", "damaged"),
    "no archive": (b"no model", "damaged"),
    "its beginning": (MODEL[:200], "damaged"),
    "another end": (MODEL[:-40] + b"x" * 40, "damaged"),
    "an empty head": (gzip.compress(b"{}\n"), "damaged"),
    "a head that is a list": (gzip.compress(b"[1]\n"), "damaged"),
    "another format": (_with_head(format=99), "version 99."),
    "other features": (_with_head(features=99), ".99,"),
    "too few biases": (_with_head(bias=[0]), "incomplete"),
    "too few heads": (_with_head(classes={"topic": []}), "damaged"),
    "too few weights": (gzip.compress(gzip.decompress(MODEL)[:-2]), "incomplete"),
}


@pytest.mark.parametrize(("data", "said"), BROKEN.values(), ids=BROKEN)
def test_a_model_that_cannot_be_used_is_refused_with_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(ModelError, match=said):
        unpack(data)


def test_what_unpacks_without_end_is_refused() -> None:
    bomb = gzip.compress(bytes(classifier.MOST_BYTES * 2))
    with pytest.raises(ModelError):
        unpack(bomb)


def test_the_same_message_always_gets_the_same_opinion() -> None:
    tokens = tokenize("my stepdad takes it out on us when he drinks")
    assert shipped().predict(tokens) == shipped().predict(tokens)


def test_a_misspelt_word_keeps_the_buckets_of_what_stands_beside_the_slip() -> None:
    right, wrong = (set(features(tokenize(word))) for word in ("trafficking", "traficking"))
    assert len(right & wrong) > len(right) / 3


def test_a_misspelt_word_is_taken_for_the_right_one() -> None:
    for text in (
        *("im homless", "im pregnent and scared", "imigration took my dad"),
        *("suicidle", "my stepdad molestd me"),
    ):
        named = shipped().predict(tokenize(text)).topic
        assert max(named, key=named.__getitem__) != "ordinary", text


def test_a_long_message_is_read_from_its_end() -> None:
    story = "we went to the mall and " * 60
    end = "and he put his hands on me"
    assert {*features(tokenize(end))} - {*features(tokenize(story + end))} <= {
        *features(tokenize("and"))
    }
    assert len(features(tokenize(story))) < 2_000


def test_every_bucket_is_one_of_the_table() -> None:
    assert all(0 <= bucket < BUCKETS for bucket in features(tokenize("quiero morir 我想死 ਮਦਦ")))

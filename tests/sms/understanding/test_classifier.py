"""The model: speaks where it is sure, and otherwise holds its tongue."""

import gzip
import json

import pytest

from sms.understanding import classifier
from sms.understanding.classifier import NO_PREDICTION, Model, Prediction, features, shipped
from sms.understanding.normalise import tokenize
from tools import train_model


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        (
            "he keeps a list of what i owe him and says i work it off with the men he brings",
            "trafficking",
        ),
        ("everyone in class laughs at how i talk and calls me names", "bullying"),
        ("mi padrastro se desquita con nosotros cuando toma", "abuse"),
    ],
)
def test_a_sentence_that_no_table_knows_finds_its_topic(text: str, topic: str) -> None:
    prediction = shipped().predict(tokenize(text))
    assert (prediction.topic, prediction.is_sure) == (topic, True)


@pytest.mark.parametrize(
    "text",
    ["", "asdf", "???", "ok see you at seven then", "did you watch the match last night mate", "no mas", "😀",
     "my mum is making dinner so i will be there after", "te veo al rato en la plaza amiga", "مرحبا كيف حالك"],
)  # fmt: skip
def test_ordinary_and_unknown_texts_are_answered_by_nothing(text: str) -> None:
    assert not shipped().predict(tokenize(text)).is_sure


def test_one_known_word_is_no_evidence() -> None:
    assert shipped().predict(tokenize("trafficking zzzz qqqq")) is NO_PREDICTION


@pytest.mark.parametrize(
    ("prediction", "sure"),
    [
        (Prediction("food", None, classifier.SURE, 0.0, 9), True),
        (Prediction("danger", None, classifier.SURE, 0.0, 9), False),
        (Prediction("danger", None, classifier.SURE_OF_CRISIS, 0.0, 9), True),
        (
            Prediction(
                "danger",
                None,
                classifier.SURE_OF_CRISIS,
                classifier.MOST_ORDINARY_OF_CRISIS + 0.01,
                9,
            ),
            False,
        ),
    ],
)
def test_a_crisis_needs_more_than_another_topic(prediction: Prediction, sure: bool) -> None:
    assert prediction.is_sure is sure


def test_danger_is_called_small_talk_later_than_the_rest() -> None:
    prediction = Prediction("basics", None, 0.1, classifier.SMALL_TALK, 9)
    assert prediction.is_small_talk(urgent=False)
    assert not prediction.is_small_talk(urgent=True)
    assert not Prediction("basics", None, 0.0, 1.0, classifier.FEWEST_WORDS - 1).is_small_talk(
        urgent=False
    )


def test_the_same_message_always_gets_the_same_opinion() -> None:
    tokens = tokenize("my stepdad takes it out on us when he drinks")
    assert shipped().predict(tokens) == shipped().predict(tokens)


def test_a_long_message_is_read_from_its_end() -> None:
    story = "we went to the mall and " * 60
    assert features(tokenize(story + "he put his hands on me")) >= {"whands"}
    assert len(features(tokenize(story))) < 2_000


def test_the_shipped_file_is_small() -> None:
    assert classifier.FILE.stat().st_size < 800_000
    data = json.loads(gzip.decompress(classifier.FILE.read_bytes()))
    assert data["classes"][0] == classifier.ORDINARY


@pytest.mark.slow
def test_training_gives_the_same_weights_for_the_same_sentences() -> None:
    data = [one for one in train_model.examples() if one[2] % 40 == 0]
    assert train_model.train(data) == train_model.train(data)


def test_a_line_with_choices_stands_for_all_of_them() -> None:
    assert set(train_model.expand("a {b|c} {d|}", 9)) == {"a b d", "a b", "a c d", "a c"}


def test_a_model_knows_nothing_of_a_message_without_its_words() -> None:
    assert (
        Model(("", "x", "y"), (0, 0, 0), {}).predict(tokenize("one two three four"))
        is NO_PREDICTION
    )

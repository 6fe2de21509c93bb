"""A small model for sentences that no table knows: which topic, or none.

It rather says nothing than something wrong. Against the tables it may only say that all is small
talk or plainly about another topic; of danger and suicide only the first. docs/sms.md has how.
"""

import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import exp, sqrt
from pathlib import Path

from content.model.word_groups import of_words
from sms.understanding import concepts
from sms.understanding.abbreviations import speak
from sms.understanding.normalise import Tokens, spellings

FILE = Path(__file__).resolve().parent / "classifier.json.gz"
ORDINARY = ""  # the class of messages that ask for nothing
CRISIS = frozenset({
    *("danger", "suicide", "trafficking", "pictures", "abuse", "assault", "dating"),
    *("runaway", "missing"),
})  # fmt: skip
# Probabilities that a topic needs where the tables are silent, and the most that nothing is meant
SURE, MOST_ORDINARY = 0.25, 0.25
SURE_OF_CRISIS, MOST_ORDINARY_OF_CRISIS = 0.3, 0.03
CERTAIN = 0.75  # that another topic needs than the one that the tables found
SECOND = 0.15  # a second topic is named from here
SMALL_TALK = 0.5  # that nothing is meant: then what the tables found does not count
SMALL_TALK_FOR_ALL = 0.6  # not even danger and suicide; the general answer holds their numbers, too
FEWEST_WORDS = 4  # of a message that the model may call small talk
FEWEST_KNOWN = 3  # words of the message that the model must have seen
MOST_WORDS = 120  # of a message are read: the last ones of a longer one
SCALE = 100  # weights are kept as whole numbers
_STEM = 5  # letters
_PART = 4
_LONGEST = 40  # letters of a word that are read
_GROUP = {word: names[0] for word, names in of_words().items()}


@dataclass(frozen=True, slots=True)
class Prediction:
    """The most probable topic, the next, and how probable; ``ordinary``: that none is meant."""

    topic: str = ""
    also: str | None = None
    probability: float = 0.0
    ordinary: float = 0.0
    words: int = 0

    @property
    def is_sure(self) -> bool:
        """True if the topic may be answered where the tables are silent."""
        if self.topic in CRISIS:
            return self.probability >= SURE_OF_CRISIS and self.ordinary <= MOST_ORDINARY_OF_CRISIS
        return self.probability >= SURE and self.ordinary <= MOST_ORDINARY

    def is_certain_of_other(self, topic: str) -> bool:
        """True if the message is plainly about something else than this."""
        return self.topic != topic and self.probability >= CERTAIN

    def is_small_talk(self, *, urgent: bool) -> bool:
        """True if the message plainly asks for nothing, whatever words are in it."""
        return self.words >= FEWEST_WORDS and self.ordinary >= (
            SMALL_TALK_FOR_ALL if urgent else SMALL_TALK
        )


NO_PREDICTION = Prediction()


class Model:
    """The weights, ready to use. ``predict`` is pure."""

    def __init__(
        self, classes: tuple[str, ...], bias: Iterable[int], weights: Mapping[str, tuple[int, ...]]
    ) -> None:
        """``weights`` by feature: (class, weight, class, weight …)."""
        self._classes = classes
        self._bias = tuple(bias)
        self._weights = weights

    def probabilities(self, tokens: Tokens) -> dict[str, float]:
        """Of each class; empty if too little of the message is known."""
        found = features(tokens)
        scores = [0] * len(self._classes)
        known = 0
        for feature in found:
            row = self._weights.get(feature)
            if row is not None:
                known += feature[0] == "w"
                for at in range(0, len(row), 2):
                    scores[row[at]] += row[at + 1]
        if known < FEWEST_KNOWN:
            return {}
        scale = 1 / (SCALE * sqrt(len(found)))
        logits = [
            score * scale + bias / SCALE for score, bias in zip(scores, self._bias, strict=True)
        ]
        top = max(logits)
        powers = [exp(logit - top) for logit in logits]
        total = sum(powers)
        return {name: power / total for name, power in zip(self._classes, powers, strict=True)}

    def predict(self, tokens: Tokens) -> Prediction:
        """The topic that is believed in most, whether or not that is enough to speak."""
        probabilities = self.probabilities(tokens)
        if not probabilities:
            return NO_PREDICTION
        ordinary = probabilities.pop(ORDINARY)
        first, second, *_ = sorted(probabilities, key=probabilities.__getitem__, reverse=True)
        also = second if probabilities[second] >= SECOND else None
        return Prediction(first, also, probabilities[first], ordinary, len(tokens.joined))


def features(tokens: Tokens) -> set[str]:
    """Words, their parts, neighbours, and neighbours as the groups they belong to.

    Every four letters in a row: a misspelt word shares most of them with the right one.
    """
    plain = speak(tokens.joined)[-MOST_WORDS:]
    spoken = [word if word.isalpha() else (spellings(word) or (word,))[-1] for word in plain]
    found = {f"w{word}" for word in spoken}
    for word in spoken:
        if len(word) >= _STEM:
            found.update(_parts(word))
    grouped = [_GROUP.get(word, word) for word in spoken]
    for line in (spoken, grouped):
        found.update(f"b{left} {right}" for left, right in pairwise(line))
    return found | concepts.pairs(spoken)


def _parts(word: str) -> tuple[str, ...]:
    """Of the first forty letters. Not cached: nobody's words are kept."""
    short = word[:_LONGEST]
    return f"s{short[:_STEM]}", *(
        f"#{short[at : at + _PART]}" for at in range(len(short) - _PART + 1)
    )


@cache
def shipped() -> Model:
    """The model that comes with the program. Read once: about 40 ms and 6 MB."""
    data = json.loads(gzip.decompress(FILE.read_bytes()))
    weights = {feature: tuple(row) for feature, row in data["weights"].items()}
    return Model(tuple(data["classes"]), data["bias"], weights)

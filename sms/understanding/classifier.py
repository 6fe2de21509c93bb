"""A linear model: the topic of sentences in which the tables know no word (docs/sms.md).

It overrules the tables only for small talk or, except danger and suicide, plainly another topic.
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
ORDINARY = ""  # the class of small talk
CRISIS = frozenset({
    *("danger", "suicide", "trafficking", "pictures", "abuse", "assault", "dating"),
    *("runaway", "missing"),
})  # fmt: skip
# Least probability of a topic where the tables are silent, and the most of small talk
SURE, MOST_ORDINARY = 0.25, 0.25
SURE_OF_CRISIS, MOST_ORDINARY_OF_CRISIS = 0.3, 0.03
CERTAIN = 0.75  # least probability at which another topic overrules the tables'
SECOND = 0.15  # a second topic is named from here
SMALL_TALK = 0.5  # least probability at which it overrules the tables
SMALL_TALK_FOR_ALL = 0.6  # also danger and suicide: the general reply has their numbers
FEWEST_WORDS = 4  # in small talk
FEWEST_KNOWN = 3  # words of a message
MOST_WORDS = 120  # read of a message: its last ones
SCALE = 100  # weights are kept as whole numbers
_STEM = 5  # letters
_PART = 4
_LONGEST = 40  # letters of a word that are read
_GROUP = {word: names[0] for word, names in of_words().items()}


@dataclass(frozen=True, slots=True)
class Prediction:
    """The two most probable topics with probabilities; ``ordinary``: that of small talk."""

    topic: str = ""
    also: str | None = None
    probability: float = 0.0
    ordinary: float = 0.0
    words: int = 0

    @property
    def is_sure(self) -> bool:
        """Whether the topic may be answered where the tables are silent."""
        if self.topic in CRISIS:
            return self.probability >= SURE_OF_CRISIS and self.ordinary <= MOST_ORDINARY_OF_CRISIS
        return self.probability >= SURE and self.ordinary <= MOST_ORDINARY

    def is_certain_of_other(self, topic: str) -> bool:
        """Whether the message is plainly about another topic than this."""
        return self.topic != topic and self.probability >= CERTAIN

    def is_small_talk(self, *, urgent: bool) -> bool:
        """Whether the message plainly asks for nothing, whatever its words."""
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

    def knows(self, topic: str) -> bool:
        """Whether it learnt the topic: else it cannot say that a message is not about it."""
        return topic in self._classes

    def probabilities(self, tokens: Tokens) -> dict[str, float]:
        """Of each class; empty if too few words are known."""
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
        """The most probable topic, however improbable."""
        probabilities = self.probabilities(tokens)
        if not probabilities:
            return NO_PREDICTION
        ordinary = probabilities.pop(ORDINARY)
        first, second, *_ = sorted(probabilities, key=probabilities.__getitem__, reverse=True)
        also = second if probabilities[second] >= SECOND else None
        return Prediction(first, also, probabilities[first], ordinary, len(tokens.joined))


def features(tokens: Tokens) -> set[str]:
    """Words, four-letter parts (a misspelt word shares most), neighbours, neighbours' concepts."""
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
    """Parts of the first forty letters. Not cached: no sender's words are kept."""
    short = word[:_LONGEST]
    return f"s{short[:_STEM]}", *(
        f"#{short[at : at + _PART]}" for at in range(len(short) - _PART + 1)
    )


@cache
def shipped() -> Model:
    """The model shipped with the program. Loaded once: about 40 ms and 6 MB."""
    data = json.loads(gzip.decompress(FILE.read_bytes()))
    weights = {feature: tuple(row) for feature, row in data["weights"].items()}
    return Model(tuple(data["classes"]), data["bias"], weights)

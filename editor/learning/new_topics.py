"""Starts a new topic as a mixture of the known topics that the base recognizes in its messages.

Starting from nothing, a new topic learned only its own rare words and recognized one in eight
messages by held-out writers. Starting from a mixture, it recognized one in four.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

from content.rules.answers import ANSWER, ANSWERS, ORDINARY
from editor.example_rows import NOW
from editor.learning.fit import LearningState
from sms.understanding.classifier import Model
from sms.understanding.examples import Example
from sms.understanding.features import features
from sms.understanding.normalise import tokenize

LEAST_SHARE = 0.05  # a known topic with a smaller share of a new topic's messages is not an origin
REPLAYED = 2  # relearn one in this many known rows of origins and second messages
REPLAYED_ORDINARY = 4  # relearn one in this many ordinary rows
WHOLE = frozenset({"en", "es"})  # languages in which all topics are answered
QUESTIONS = tuple(f"{ANSWER}{name}" for name in ANSWERS)

Origins = Mapping[str, Mapping[str, float]]  # new topic → known topic → that known topic's share


def origins(base: Model, examples: Sequence[Example]) -> Origins:
    """Return, for each new topic, the known topics that the base recognizes in its messages."""
    known = {*base.classes["topic"], ""}
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for example in examples:
        if example.topic in known or example.topic.startswith(NOW):
            continue
        chances = base.chances(features(tokenize(example.text))).topic
        seen[example.topic].update(
            {
                name: chance
                for name, chance in chances.items()
                if name != ORDINARY and not name.startswith(ANSWER)
            }
        )
    return {topic: _shares(counted) for topic, counted in sorted(seen.items())}


def _shares(counted: Counter[str]) -> dict[str, float]:
    total = counted.total() or 1
    main = {name: part for name, part in counted.items() if part >= LEAST_SHARE * total}
    whole = sum(main.values()) or 1
    return {name: part / whole for name, part in sorted(main.items())}


def replayed(
    examples: Sequence[Example], found: Origins, mark: Callable[[Example], int]
) -> list[Example]:
    """Return known rows that keep nearby topics distinct from the new topics."""
    known = {name for shares in found.values() for name in shares}
    if not known:
        return []
    every = {**dict.fromkeys((*known, *QUESTIONS), REPLAYED), ORDINARY: REPLAYED_ORDINARY}
    return [
        example
        for example in examples
        if example.topic in every
        and example.language in WHOLE
        and not mark(example) % every[example.topic]
    ]


def begin(state: LearningState, found: Origins) -> None:
    """Set each new topic's column to the mixture of its origins' columns."""
    columns = state.columns()
    for topic, shares in found.items():
        own = columns["topic", topic]
        for name, share in shares.items():
            state.rows[:, own] += share * state.rows[:, columns["topic", name]]
            state.bias[own] += share * state.bias[columns["topic", name]]

"""From examples to a pack's model, on top of the base that ships with the program."""

from array import array
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from zlib import crc32

import numpy as np

from content.rules.answers import ANSWER, ORDINARY
from editor.learning import fit
from editor.learning.fit import FIRST_PACE, Labelled, LearningState
from editor.learning.misspelt_copies import misspelt
from editor.learning.model_file import pack_up
from sms.understanding.classifier import HEADS, SCALE, Model
from sms.understanding.examples import FEWEST, Example
from sms.understanding.features import BUCKETS, features
from sms.understanding.normalise import tokenize

COPIES = 1  # misspelt ones of each example
TABLES = "0"  # writer of the words of the former pattern tables: many, alike, so without copies
WEIGHTY, MORE = ("danger", "suicide", ANSWER), 3  # topics with more copies: a miss costs most
ROUNDS = 20
ENOUGH = 0.8  # belief from which an example is understood


def labelled(examples: Sequence[Example], *, copies: int = COPIES) -> Iterator[Labelled]:
    """The examples and their misspelt copies as features, with what is right for each."""
    for example in examples:
        right = {"topic": example.topic, "about": example.about, "language": example.language}
        given = {head: name for head, name in right.items() if name}
        weight = MORE if example.topic.startswith(WEIGHTY) else 1
        times = 0 if example.writer == TABLES else copies * weight
        for text in (example.text, *misspelt(example.text, times=times)):
            if found := features(tokenize(text)):
                yield found, given


def too_few(examples: Sequence[Example], topics: Collection[str]) -> list[str]:
    """Topics, of the pack or of a row, of which there are too few different examples."""
    seen = Counter(topic for topic, _ in {(example.topic, example.text) for example in examples})
    wanted = {*topics, *seen, ORDINARY}
    return sorted(topic for topic in wanted if seen[topic] < FEWEST)


def going_on(base: Model, messages: Sequence[Labelled]) -> LearningState:
    """The base's state, with the classes that only these messages have added."""
    new = fit.fresh(messages)
    state = LearningState(
        {
            head: (*base.classes[head], *sorted(set(new.classes[head]) - set(base.classes[head])))
            for head in HEADS
        }
    )
    old = [(head, name) for head in HEADS for name in base.classes[head]]
    places = state.columns()
    columns = [places[pair] for pair in old]
    state.bias[columns] = np.array(base.bias, np.float32) / SCALE
    for bucket, pairs in base.rows():
        for one, weight in pairs:
            state.rows[bucket, columns[one]] = weight / SCALE
    steps = np.frombuffer(base.rest[:BUCKETS], np.uint8).astype(np.float32)
    seen = FIRST_PACE * np.exp2((steps - 1) / 8)
    state.paces = np.where(steps > 0, seen, FIRST_PACE).astype(np.float32)
    return state


def mark(example: Example) -> int:
    """A short hash by which the base knows a row that it was trained with."""
    row = "\t".join((example.topic, example.about, example.language, example.text))
    return crc32(row.encode())


def rest(state: LearningState, examples: Sequence[Example]) -> bytes:
    """What the base keeps: the paces, then the mark of each example."""
    marks = array("I", sorted({mark(example) for example in examples}))
    return fit.paces(state) + marks.tobytes()


def new_to(base: Model, examples: Sequence[Example]) -> list[Example]:
    """The examples that the base was not trained with: only these move anything."""
    known = array("I")
    known.frombytes(base.rest[BUCKETS:])
    marks = set(known)
    return [example for example in examples if mark(example) not in marks]


def learn(new: Sequence[Example], base: Model, *, fingerprint: str) -> bytes:
    """The base with what these examples add to it. The same for the same examples and base."""
    messages = list(labelled(new))
    state = going_on(base, messages)
    known = state.rows != 0
    fit.fit(state, messages, rounds=ROUNDS, enough=ENOUGH, dropped=0.0)
    fit.prune(state, known)
    return packed(state, examples=fingerprint)


def packed(state: LearningState, *, examples: str = "", rest: bytes = b"") -> bytes:
    """What was learnt, as a model's bytes."""
    bias, rows = fit.weights(state)
    return pack_up(state.classes, bias, rows, examples=examples, rest=rest)

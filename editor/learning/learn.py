"""Trains a pack's model from examples, on top of the base that ships with the program."""

import json
import zlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from random import Random

import numpy as np

from content.rules.answers import ANSWER, ORDINARY
from editor.example_rows import EMERGENCIES, FEWEST, NOW
from editor.learning import fit, new_topics
from editor.learning.fit import FIRST_PACE, Labelled, LearningState
from sms.understanding.classifier import (
    CALM,
    FORMAT,
    HEADS,
    OFFSET,
    SCALE,
    WITHOUT_NOW,
    Model,
    unpack,
)
from sms.understanding.examples import Example
from sms.understanding.features import BUCKETS, VERSION, features
from sms.understanding.normalise import tokenize
from sms.understanding.reading import URGENT

COPIES = 1  # number of misspelled copies of each example
TABLES = "0"  # "writer" of old pattern-table words, which are too similar to copy
# Topics that get more copies: missing them is worst, or they have few rows compared with needs.
MORE = {"danger": 3, "suicide": 3, ANSWER: 7}
ROUNDS = 20
ENOUGH = 0.8  # minimum probability at which an example counts as learned
# Rows that a person added must affect similar messages; a dozen rows at the usual pace do not.
# Therefore, they get more copies (each with half the features), a higher goal, and a faster pace
# for common words. Going further would add more false alarms than recognized needs.
COUNSELOR, KEPT_PACE = "counselor", 0.7  # the exponent for a word's slowdown
REACHING_COPIES, REACHING_ENOUGH, REACHING_DROPPED = 3, 0.97, 0.5
# The head for "is this an emergency now?" learns from its own rows (each NOW_TIMES times), from one
# in CALM_ONE_IN of other needs (as calm), and from one in DANGER_ONE_IN of danger (as emergencies).
NOW_ROUNDS, NOW_TIMES, CALM_ONE_IN, DANGER_ONE_IN = 20, 6, 8, 3
# Train slowly and drop most features; otherwise rare words in a few rows would decide.
NOW_PACE, NOW_DROPPED = 16.0, 0.6
_GZIP = 31  # makes zlib write a gzip header, which then has no time
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {
    letter: row[max(0, at - 1) : at] + row[at + 1 : at + 2]
    for row in _ROWS
    for at, letter in enumerate(row)
}
_SHORTEST = 4  # minimum letters in a word that is misspelled
_ONE_IN = 6  # misspell one in this many words


def labelled(examples: Sequence[Example], *, copies: int = COPIES) -> Iterator[Labelled]:
    """Yield the examples and their misspelled copies as features, with their correct classes.

    Rows that only teach emergencies are omitted.
    """
    for example in examples:
        if example.topic.startswith(NOW):
            continue
        right = {"topic": example.topic, "about": example.about, "language": example.language}
        given = {head: name for head, name in right.items() if name}
        weight = next((many for name, many in MORE.items() if example.topic.startswith(name)), 1)
        times = 0 if example.writer == TABLES else copies * weight
        for text in (example.text, *misspelt(example.text, times=times)):
            if found := features(tokenize(text)):
                yield found, given


def emergencies(examples: Sequence[Example]) -> Iterator[Labelled]:
    """Yield the training rows for "is this an emergency now?": its own rows and some calm rows.

    Rows of danger and suicide may or may not be emergencies, so they never count as calm.
    """
    for example in examples:
        own = example.topic.startswith(NOW)
        if not own and (example.topic in URGENT or mark(example) % CALM_ONE_IN):
            continue
        if found := features(tokenize(example.text)):
            right = {"now": example.topic.removeprefix(NOW) if own else CALM}
            yield from [(found, right)] * (NOW_TIMES if own else 1)


def too_few(examples: Sequence[Example], topics: Collection[str]) -> list[str]:
    """Return topics, from the pack or a row, that have too few different examples."""
    seen = Counter(topic for topic, _ in {(example.topic, example.text) for example in examples})
    wanted = {*topics, *seen, ORDINARY}
    return sorted(topic for topic in wanted if seen[topic] < FEWEST)


def going_on(
    base: Model, messages: Sequence[Labelled], *, without: Collection[str] = ()
) -> LearningState:
    """Return the base's state, extended with the classes that are new in these messages.

    ``without``: heads that are trained separately.
    """
    new = fit.fresh(messages)
    old = {head: () if head in without else base.classes[head] for head in HEADS}
    state = LearningState(
        {head: (*old[head], *sorted(set(new.classes[head]) - set(old[head]))) for head in HEADS}
    )
    places = state.columns()
    pairs = [(head, name) for head in HEADS for name in base.classes[head]]
    kept = [at for at, pair in enumerate(pairs) if pair[0] not in without]
    columns = [places[pairs[at]] for at in kept]
    state.bias[columns] = np.array(base.bias, np.float32)[kept] / SCALE
    to = np.full(len(pairs), -1)
    to[kept] = columns
    lengths, table = (np.frombuffer(one, np.uint8) for one in base.table())
    buckets, column = np.repeat(np.arange(BUCKETS), lengths), to[table[::2]]
    known = column >= 0
    weights = (table[1::2].astype(np.float32) - OFFSET) / SCALE
    state.rows[buckets[known], column[known]] = weights[known]
    steps = np.frombuffer(base.rest[:BUCKETS], np.uint8).astype(np.float32)
    seen = FIRST_PACE * np.exp2((steps - 1) / 8)
    state.paces = np.where(steps > 0, seen, FIRST_PACE).astype(np.float32)
    return state


def mark(example: Example) -> int:
    """Return a short hash by which the base recognizes a row that it was trained on."""
    row = "\t".join((example.topic, example.about, example.language, example.text))
    return zlib.crc32(row.encode())


def new_to(base: Model, examples: Sequence[Example]) -> list[Example]:
    """Return the examples that the base was not trained on: only these examples change weights."""
    planes = np.frombuffer(base.rest[BUCKETS:], np.uint8).reshape(4, -1)
    steps = np.ascontiguousarray(planes.T).view("<u4")
    marks = set(np.cumsum(steps, dtype=np.uint32).tolist())
    return [example for example in examples if mark(example) not in marks]


def learn(examples: Sequence[Example], base: Model, *, fingerprint: str) -> bytes:
    """Train the base on new examples. The same examples and base always give the same model."""
    new = new_to(base, examples)
    origins = new_topics.origins(base, new)
    messages = list(labelled([example for example in new if example.writer != COUNSELOR]))
    messages += labelled(new_topics.replayed(examples, origins, mark), copies=0)
    theirs = [example for example in new if example.writer == COUNSELOR]
    reaching: list[Labelled] = []
    for found, given in labelled(theirs, copies=REACHING_COPIES):
        reaching.append((found, {"topic": given["topic"]}))
        messages.append((found, {head: given[head] for head in given if head != "topic"}))
    hears_more = any(example.topic.startswith(NOW) for example in new)
    state = going_on(base, messages + reaching, without={"now"} if hears_more else ())
    known = state.rows != 0
    new_topics.begin(state, origins)
    fit.fit(state, messages, rounds=ROUNDS, enough=ENOUGH, dropped=0.0)
    if reaching:
        state.paces = FIRST_PACE * (state.paces / FIRST_PACE) ** np.float32(KEPT_PACE)
        fit.fit(state, reaching, rounds=ROUNDS, enough=REACHING_ENOUGH, dropped=REACHING_DROPPED)
    fit.prune(state, known)
    return packed(state, emergency_head(examples) if hears_more else None, examples=fingerprint)


def emergency_head(examples: Sequence[Example]) -> LearningState:
    """Train the head that detects emergencies separately, so that no other head changes."""
    messages = list(emergencies(examples))
    sketch = unpack(packed(_of_emergencies(messages)))
    for example in examples:
        if (
            example.topic == "danger"
            and example.writer != TABLES
            and not mark(example) % DANGER_ONE_IN
        ):
            found = features(tokenize(example.text))
            kinds = sketch.chances(found).now
            messages.append((found, {"now": max(EMERGENCIES, key=kinds.__getitem__)}))
    return _of_emergencies(messages)


def _of_emergencies(messages: Sequence[Labelled]) -> LearningState:
    state = fit.fresh(messages)
    state.paces[:] = NOW_PACE
    fit.fit(state, messages, rounds=NOW_ROUNDS, dropped=NOW_DROPPED)
    return state


def packed(
    state: LearningState,
    now: LearningState | None = None,
    *,
    examples: str = "",
    rest: bytes = b"",
) -> bytes:
    """Return the state as a model's bytes. ``now``: the last head, if it was trained separately."""
    bias, rows = fit.weights(state)
    classes = state.classes
    if now is not None:
        above, more = len(bias), fit.weights(now)
        bias += more[0]
        classes = {**classes, "now": now.classes["now"]}
        for bucket, pairs in more[1].items():
            own = {above + at: weight for at, weight in pairs.items()}
            rows[bucket] = {**rows.get(bucket, {}), **own}
    return pack_up(classes, bias, rows, examples=examples, rest=rest)


def misspelt(text: str, *, times: int) -> Iterator[str]:
    """Yield at most ``times`` misspellings of the text, always the same ones."""
    dice = Random(zlib.crc32(text.encode()))  # noqa: S311  for training, not secret
    for _ in range(times):
        words = text.split()
        long = [at for at, word in enumerate(words) if len(word) >= _SHORTEST]
        for at in dice.sample(long, min(len(long), 1 + len(words) // _ONE_IN)):
            words[at] = _slip(words[at], dice)
        copy = " ".join(words)
        if copy != text:
            yield copy


def _slip(word: str, dice: Random) -> str:
    """Omit a letter, double it, swap it with the next one, or replace it with a neighboring key."""
    at = dice.randrange(1, len(word))
    before, letter, after = word[:at], word[at], word[at + 1 :]
    kind = dice.randrange(4)
    if kind == 0:
        return before + after
    if kind == 1:
        return before + letter + letter + after
    if kind == 2 and after:
        return before + after[0] + letter + after[1:]
    return before + dice.choice(_BESIDE.get(letter) or letter) + after


def pack_up(
    classes: Mapping[str, Sequence[str]],
    bias: Sequence[int],
    rows: Mapping[int, Mapping[int, int]],
    *,
    examples: str,
    rest: bytes = b"",
) -> bytes:
    """Return a model as bytes. ``rows``: bucket → class → weight, from -127 to 127."""
    lengths, pairs = bytearray(BUCKETS), bytearray()
    for bucket in sorted(rows):
        lengths[bucket] = len(rows[bucket])
        for one, weight in sorted(rows[bucket].items()):
            pairs += bytes((one, weight + OFFSET))
    head = {
        "format": FORMAT if classes.get("now") else WITHOUT_NOW,
        "features": VERSION,
        "classes": {name: list(classes.get(name, ())) for name in HEADS},
        "bias": list(bias),
        "examples": examples,
    }
    line = json.dumps(head, separators=(",", ":"), sort_keys=True).encode()
    # All classes come first, then all weights, which takes a seventh less space than pairs.
    columns = pairs[::2] + pairs[1::2]
    # This strategy suits small, nearly random numbers: the result is 2% smaller.
    pack = zlib.compressobj(level=9, wbits=_GZIP, strategy=zlib.Z_FILTERED)
    return pack.compress(line + b"\n" + lengths + columns + rest) + pack.flush()

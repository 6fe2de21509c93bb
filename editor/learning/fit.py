"""Multinomial logistic regression with AdaGrad: one step per message, for three heads at once.

Training can be resumed: a state stores each bucket's step size (its pace), so new examples
hardly change what the base learned from thousands of ordinary messages. The step rule is from
Duchi, Hazan and Singer (2011), with one pace per bucket.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sms.understanding.classifier import HEADS, SCALE
from sms.understanding.features import BUCKETS

RATE = 1.0
FIRST_PACE = 0.02  # starting pace of a bucket that has never been seen
DROPPED = 0.35  # share of a message's features omitted each time, so no feature decides alone
LEARNT = 0.9  # a message whose correct classes have this probability skips two rounds
LEAST = 0.89  # smaller weights are dropped, to keep the file small
FEWEST = 2  # minimum number of messages in which a bucket must appear
_BIAS_RATE = 0.02

Floats = NDArray[np.float32]
Labelled = tuple[Sequence[int], Mapping[str, str]]  # buckets, head → class


@dataclass(slots=True)
class LearningState:
    """A model in training, with a row of weights for each bucket and a column for each class."""

    classes: Mapping[str, tuple[str, ...]]
    bias: Floats = field(init=False)
    rows: Floats = field(init=False)
    paces: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.bias = np.zeros(len(self.columns()), np.float32)
        self.rows = np.zeros((BUCKETS, len(self.bias)), np.float32)
        self.paces = np.full(BUCKETS, FIRST_PACE, np.float32)

    def columns(self) -> dict[tuple[str, str], int]:
        """Return (head, class) → column number."""
        pairs = [(head, name) for head in HEADS for name in self.classes[head]]
        return {pair: at for at, pair in enumerate(pairs)}

    def parts(self) -> dict[str, slice]:
        found, start = {}, 0
        for head in HEADS:
            found[head] = slice(start, start + len(self.classes[head]))
            start = found[head].stop
        return found


def fresh(messages: Iterable[Labelled]) -> LearningState:
    """Return an untrained state for the classes of these messages."""
    seen: dict[str, set[str]] = {head: set() for head in HEADS}
    for _, labels in messages:
        for head, name in labels.items():
            seen[head].add(name)
    return LearningState({head: tuple(sorted(seen[head])) for head in HEADS})


def fit(
    state: LearningState,
    messages: Sequence[Labelled],
    *,
    rounds: int,
    enough: float = 1.0,
    dropped: float = DROPPED,
    closed: bool = False,
    seed: int = 7,
    tell: Callable[[int, float], None] = lambda _round, _loss: None,
) -> None:
    """Train ``state`` on these messages.

    ``enough``: at this probability and above, no weight is moved. ``closed``: move only existing
    weights, to compensate for pruned ones.
    """
    columns, parts = state.columns(), state.parts()
    seen = Counter(bucket for found, _ in messages for bucket in found)
    buckets = [
        np.array([one for one in found if seen[one] >= FEWEST or not dropped], np.int64)
        for found, _ in messages
    ]
    wanted = [
        [(parts[head], columns[head, name] - parts[head].start) for head, name in labels.items()]
        for _, labels in messages
    ]
    dice = np.random.default_rng(seed)
    due = np.zeros(len(messages), np.int64)  # for each message, the next round that uses it
    for turn in range(rounds):
        order = dice.permutation(np.flatnonzero(due <= turn))
        loss = 0.0
        for at in order:
            kept = buckets[at][dice.random(len(buckets[at])) >= dropped]
            if len(kept):
                belief = _step(state, kept, wanted[at], enough, closed=closed)
                loss -= float(np.log2(max(belief, 1e-9)))
                if belief > LEARNT:
                    due[at] = turn + 3
        tell(turn, loss / max(1, len(order)))


def _step(
    state: LearningState,
    kept: NDArray[np.int64],
    right: Sequence[tuple[slice, int]],
    enough: float,
    *,
    closed: bool,
) -> float:
    """Move weights for a message; return its lowest correct-class probability before the move."""
    scale = np.float32(1 / np.sqrt(len(kept)))
    rows = state.rows[kept]
    logits = rows.sum(axis=0) * scale + state.bias
    slopes = np.zeros_like(logits)
    least = 1.0
    for part, place in right:
        powers = np.exp(logits[part] - logits[part].max())
        powers /= powers.sum()
        least = min(least, float(powers[place]))
        slopes[part] = powers
        slopes[part.start + place] -= 1
    if least > enough:
        return least
    if enough == 1.0:  # a few new examples must not make their classes likelier for all messages
        state.bias -= np.float32(_BIAS_RATE) * slopes
    slopes *= scale
    paces = state.paces[kept] + slopes @ slopes
    state.paces[kept] = paces
    moved = rows - (RATE / np.sqrt(paces))[:, None] * slopes
    if closed:
        moved[rows == 0] = 0
    state.rows[kept] = moved
    return least


def prune(state: LearningState, known: NDArray[np.bool_] | None = None) -> None:
    """Remove small weights, except those that are already ``known``."""
    small = np.abs(state.rows) < LEAST
    state.rows[small if known is None else small & ~known] = 0


def weights(state: LearningState) -> tuple[list[int], dict[int, dict[int, int]]]:
    """Return the biases and weights as integers, in the model's scale."""
    whole = np.clip(np.rint(state.rows * SCALE), -127, 127).astype(np.int8)
    rows: dict[int, dict[int, int]] = {}
    buckets, columns = np.nonzero(whole)
    kept = whole[buckets, columns].tolist()
    for bucket, at, weight in zip(buckets.tolist(), columns.tolist(), kept, strict=True):
        rows.setdefault(bucket, {})[at] = weight
    return [int(one) for one in np.rint(state.bias * SCALE)], rows

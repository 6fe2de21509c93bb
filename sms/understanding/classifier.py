"""A linear model of messages: what one is about, who it is about, and in which language it is.

Its weights are learnt from examples (sms/learning, docs/understanding.md). ``predict`` is pure.
"""

import gzip
import json
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from math import exp, sqrt
from pathlib import Path
from struct import Struct

from sms.understanding import features
from sms.understanding.features import BUCKETS
from sms.understanding.normalise import Tokens

BASE = Path(__file__).resolve().parent / "base.bin.gz"
FORMAT = 1
ORDINARY = "ordinary"  # the class of what asks for nothing
ANSWER = "answer."  # before the name of a question that follows a first answer
HEADS = ("topic", "about", "language")
SCALE = 16  # a weight is kept as a whole number of sixteenths
LONG = 8  # weights of a row that is kept as one number
_OFFSET = 128  # makes every weight of a lane positive
MOST_BYTES = 16 * 1024 * 1024  # unpacked


class ModelError(Exception):
    """A model cannot be used; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """Probabilities of each head's classes. Without a known word all are empty."""

    topic: Mapping[str, float] = field(default_factory=dict)
    about: Mapping[str, float] = field(default_factory=dict)
    language: Mapping[str, float] = field(default_factory=dict)


class Model:
    """Weights by bucket: for each a run of (class, weight) bytes."""

    def __init__(
        self,
        classes: Mapping[str, Sequence[str]],
        bias: Sequence[int],
        lengths: bytes,
        pairs: bytes,
        *,
        examples: str = "",
        rest: bytes = b"",
    ) -> None:
        """``classes`` by head; ``lengths``: pairs of each bucket; ``examples``: hash of the file
        that the model was learnt from; ``rest``: what the base keeps for who goes on learning.
        """
        self.classes = {head: tuple(classes[head]) for head in HEADS}
        self.examples = examples
        self.rest = rest
        self.bias = tuple(bias)
        self._starts = array("I", [0])
        total = 0
        for length in lengths:
            total += length
            self._starts.append(total)
        self._places, self._weights = pairs[::2], array("b", [one - 128 for one in pairs[1::2]])
        ends: list[int] = []
        for head in HEADS:
            ends.append((ends[-1] if ends else 0) + len(self.classes[head]))
        self._slices = [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]
        whole = len(lengths) == BUCKETS and 2 * total == len(pairs) and len(self.bias) == ends[-1]
        if not whole or max(self._places, default=0) >= ends[-1]:
            raise ModelError("The model is not whole; run `porchlight learn` again.")
        self._lanes = Struct(f"<{len(self.bias)}I")
        # A long row is one number with a lane for each class: one addition in place of many.
        self._long = {
            bucket: self._as_lanes(row) for bucket, row in self.rows() if len(row) >= LONG
        }

    def _as_lanes(self, row: Sequence[tuple[int, int]]) -> int:
        lanes = [_OFFSET] * len(self.bias)
        for place, weight in row:
            lanes[place] += weight
        return int.from_bytes(self._lanes.pack(*lanes), "little")

    def rows(self) -> Iterator[tuple[int, list[tuple[int, int]]]]:
        """Each bucket that says something, with (class, weight) pairs."""
        for bucket in range(BUCKETS):
            start, end = self._starts[bucket], self._starts[bucket + 1]
            if start < end:
                pairs = zip(self._places[start:end], self._weights[start:end], strict=True)
                yield bucket, list(pairs)

    def predict(self, tokens: Tokens) -> Prediction:
        """The probabilities for one message."""
        return self.chances(features.features(tokens))

    def chances(self, found: Sequence[int]) -> Prediction:
        """The probabilities for a message of these buckets."""
        if not found:
            return Prediction()
        starts, places, weights = self._starts, self._places, self._weights
        long = [self._long[bucket] for bucket in found if bucket in self._long]
        total = sum(long).to_bytes(self._lanes.size, "little")
        scores = [lane - _OFFSET * len(long) for lane in self._lanes.unpack(total)]
        for bucket in found:
            start, end = starts[bucket], starts[bucket + 1]
            if start < end < start + LONG:
                for place, weight in zip(places[start:end], weights[start:end], strict=True):
                    scores[place] += weight
        scale = 1 / (SCALE * sqrt(len(found)))
        logits = [s * scale + b / SCALE for s, b in zip(scores, self.bias, strict=True)]
        return Prediction(
            *(
                dict(zip(self.classes[head], _softmax(logits[part]), strict=True))
                for head, part in zip(HEADS, self._slices, strict=True)
            )
        )


def _softmax(logits: Sequence[float]) -> list[float]:
    top = max(logits)
    powers = [exp(logit - top) for logit in logits]
    total = sum(powers)
    return [power / total for power in powers]


def pack_up(
    classes: Mapping[str, Sequence[str]],
    bias: Sequence[int],
    rows: Mapping[int, Mapping[int, int]],
    *,
    examples: str,
    rest: bytes = b"",
) -> bytes:
    """A model as bytes. ``rows``: bucket → class → weight, -127 to 127."""
    lengths, pairs = bytearray(BUCKETS), bytearray()
    for bucket in sorted(rows):
        lengths[bucket] = len(rows[bucket])
        for one, weight in sorted(rows[bucket].items()):
            pairs += bytes((one, weight + 128))
    head = {
        "format": FORMAT,
        "features": features.VERSION,
        "classes": {name: list(classes[name]) for name in HEADS},
        "bias": list(bias),
        "examples": examples,
    }
    line = json.dumps(head, separators=(",", ":"), sort_keys=True).encode()
    return gzip.compress(line + b"\n" + lengths + pairs + rest, compresslevel=9, mtime=0)


def unpack(data: bytes) -> Model:
    """The model of such bytes. ModelError where they are damaged or of another version."""
    try:
        with gzip.GzipFile(fileobj=BytesIO(data)) as file:
            plain = file.read(MOST_BYTES + 1)
        line, _, rest = plain.partition(b"\n")
        head = json.loads(line)
        known = (head["format"], head["features"])
        classes = {name: tuple(head["classes"][name]) for name in HEADS}
        bias, examples = tuple(head["bias"]), head["examples"]
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise ModelError("The model is damaged; run `porchlight learn` again.") from error
    if known != (FORMAT, features.VERSION):
        raise ModelError(
            f"The model is of version {known[0]}.{known[1]}, this program reads"
            f" {FORMAT}.{features.VERSION}; run `porchlight learn` again."
        )
    lengths, rest = rest[:BUCKETS], rest[BUCKETS:]
    pairs, rest = rest[: 2 * sum(lengths)], rest[2 * sum(lengths) :]
    return Model(classes, bias, lengths, pairs, examples=examples, rest=rest)


@cache
def shipped() -> Model:
    """The model that ships with the program, for a pack that brings none."""
    return unpack(BASE.read_bytes())

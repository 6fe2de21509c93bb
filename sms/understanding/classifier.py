"""A linear model that predicts a message's topic, person, language, and whether it is an emergency.

It learns its weights from examples (editor/learning, docs/develop/understanding.md). ``predict`` is
pure.
"""

import gzip
import json
import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import accumulate, pairwise
from math import exp, sqrt
from pathlib import Path
from struct import Struct
from weakref import WeakValueDictionary

from messages.message import message
from sms.understanding import features
from sms.understanding.features import BUCKETS
from sms.understanding.normalise import Tokens

BASE = Path(__file__).resolve().parent / "base.bin.gz"
FORMAT = 3
WITHOUT_NOW = 2  # the format without "now": such a model recognizes no emergencies
HEADS = ("topic", "about", "language", "now")
CALM = "no"  # the class of "now" that means "not an emergency"
SCALE = 16  # weights are stored as whole sixteenths
LONG = 18  # rows with this many weights become one number; a limit of 14 would take 2.5 MB more
BLOCK = 16  # buckets per index entry
MOST_ADDED = 256  # maximum long rows added at a time: more could overflow a lane's 16 bits
_LONG_ROW = re.compile(rb"[%c-\xff]" % LONG, re.DOTALL)
OFFSET = 128  # offset that makes every weight in a lane or a file positive
_SIGNED = bytes((byte - OFFSET) % 256 for byte in range(256))  # a file's byte → a signed byte
MOST_BYTES = 16 * 1024 * 1024  # maximum size of an unpacked model


class ModelError(Exception):
    """A model cannot be used; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """The probabilities of each head's classes; all empty if the model knows none of the words."""

    topic: Mapping[str, float] = field(default_factory=dict)
    about: Mapping[str, float] = field(default_factory=dict)
    language: Mapping[str, float] = field(default_factory=dict)
    now: Mapping[str, float] = field(default_factory=dict)


class Model:
    """A model's weights by bucket. Each bucket has a run of (class, weight) bytes."""

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
        """``classes``: by head; ``lengths``: pairs per bucket; ``examples``: hash of the file that
        the model learned from; ``rest``: the base's data for further learning."""
        self.classes = {head: tuple(classes.get(head, ())) for head in HEADS}
        self.examples = examples
        self.rest = rest
        self.bias = tuple(bias)
        self._begin = [one / SCALE for one in bias]
        self._lengths, self._pairs = lengths, pairs
        blocks = (2 * sum(lengths[at : at + BLOCK]) for at in range(0, len(lengths), BLOCK))
        self._blocks = array("I", accumulate(blocks, initial=0))
        ends = list(accumulate((len(self.classes[head]) for head in HEADS), initial=0))
        self._slices = [slice(start, end) for start, end in pairwise(ends)]
        sized = len(lengths) == BUCKETS and self._blocks[-1] == len(pairs)
        if not sized or len(self.bias) != ends[-1] or max(pairs[::2], default=0) >= ends[-1]:
            raise ModelError(message("model.not-whole"))
        self._lanes = Struct(f"<{len(self.bias)}H")
        # A long row is one number with a lane per class, so one addition replaces many. About five
        # thousand rows for common words make up half of the rows that messages use.
        self._long = {
            found.start(): self._as_lanes(self._row(found.start()))
            for found in _LONG_ROW.finditer(lengths)
        }

    def _added(self, rows: Sequence[int]) -> list[int]:
        """Return the sum that long rows add to each class, with an offset for each row."""
        return list(self._lanes.unpack(sum(rows).to_bytes(self._lanes.size, "little")))

    def _as_lanes(self, row: Sequence[tuple[int, int]]) -> int:
        lanes = [OFFSET] * len(self.bias)
        for place, weight in row:
            lanes[place] += weight
        return int.from_bytes(self._lanes.pack(*lanes), "little")

    def table(self) -> tuple[bytes, bytes]:
        """Return the number of weights in each bucket, and each weight's class and offset value."""
        return self._lengths, self._pairs

    def _row(self, bucket: int) -> list[tuple[int, int]]:
        return list(_read(self._run(bucket)))

    def _run(self, bucket: int) -> bytes:
        """Return a bucket's pairs. Storing each bucket's position would take four times the space
        of storing its number of pairs."""
        start = self._blocks[bucket // BLOCK]
        start += 2 * sum(self._lengths[bucket - bucket % BLOCK : bucket])
        return self._pairs[start : start + 2 * self._lengths[bucket]]

    def predict(self, tokens: Tokens) -> Prediction:
        return self.chances(features.features(tokens))

    def chances(self, found: Sequence[int]) -> Prediction:
        if not found:
            return Prediction()
        lengths, lanes = self._lengths, self._long
        long = [lanes[bucket] for bucket in found if bucket in lanes]
        short = [self._run(one) for one in found if lengths[one] and one not in lanes]
        scores = self._added(long[:MOST_ADDED])
        for at in range(MOST_ADDED, len(long), MOST_ADDED):
            more = self._added(long[at : at + MOST_ADDED])
            scores = [one + other for one, other in zip(scores, more, strict=True)]
        for place, weight in _read(b"".join(short)):
            scores[place] += weight
        scale, above = 1 / (SCALE * sqrt(len(found))), OFFSET * len(long)
        # exp cannot overflow: a message has too few features for a sum that large.
        powers = [exp((s - above) * scale + b) for s, b in zip(scores, self._begin, strict=True)]
        return Prediction(
            *(
                _shares(self.classes[head], powers[part])
                for head, part in zip(HEADS, self._slices, strict=True)
            )
        )


def _read(pairs: bytes) -> Iterator[tuple[int, int]]:
    """Read bytes as (class, weight) pairs."""
    return zip(pairs[::2], array("b", pairs[1::2].translate(_SIGNED)), strict=True)


def _shares(names: Sequence[str], powers: Sequence[float]) -> dict[str, float]:
    share = 1 / sum(powers) if powers else 0.0
    return dict(zip(names, [power * share for power in powers], strict=True))


def unpack(data: bytes, *, to_learn: bool = False) -> Model:
    """Return the model in these bytes. Raises ModelError if it is damaged or of another version.

    ``to_learn``: include the base's data for further learning, which a running line doesn't need.
    """
    try:
        with gzip.GzipFile(fileobj=BytesIO(data)) as file:
            plain = file.read(MOST_BYTES + 1)
        line, _, rest = plain.partition(b"\n")
        head = json.loads(line)
        known = (head["format"], head["features"])
        given = {"now": [], **head["classes"]}
        classes = {name: tuple(given[name]) for name in HEADS}
        bias, examples = tuple(head["bias"]), head["examples"]
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise ModelError(message("model.damaged")) from error
    if known not in {(FORMAT, features.VERSION), (WITHOUT_NOW, features.VERSION)}:
        raise ModelError(
            message(
                "model.other-version",
                known=known[0],
                known2=known[1],
                format=FORMAT,
                version=features.VERSION,
            )
        )
    lengths, rest = rest[:BUCKETS], rest[BUCKETS:]
    count = sum(lengths)
    columns, rest = rest[: 2 * count], rest[2 * count :]
    if len(columns) < 2 * count:
        raise ModelError(message("model.not-whole"))
    pairs = bytearray(2 * count)
    pairs[::2], pairs[1::2] = columns[:count], columns[count:]
    kept = rest if to_learn else b""
    return Model(classes, bias, lengths, bytes(pairs), examples=examples, rest=kept)


_SHARED: WeakValueDictionary[Path, Model] = WeakValueDictionary()


def shipped() -> Model:
    """Return the model that ships with the program, for a pack without a model.

    It is read once, and freed with the last script that uses it: most packs have their own model.
    """
    model = _SHARED.get(BASE)
    if model is None:
        model = _SHARED[BASE] = unpack(BASE.read_bytes())
    return model

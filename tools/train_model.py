"""Trains sms/understanding/classifier.json.gz, for sentences that no table of words knows.

    python tools/train_model.py            the file, the same bytes for the same sentences
    python tools/train_model.py --check    cross-validation per topic, as docs/sms.md reports it

The sentences are tools/training/*.txt. A line with {choices} stands for many; a cross-validation
holds out whole lines. A multinomial logistic regression by AdaGrad in plain Python, so that anybody
can run it.
"""

import argparse
import gzip
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from math import exp, sqrt
from pathlib import Path
from random import Random
from zlib import crc32

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sms.understanding import classifier  # noqa: E402  the tree is put on the path first
from sms.understanding.classifier import CRISIS, ORDINARY, Model, features  # noqa: E402
from sms.understanding.normalise import tokenize  # noqa: E402

TRAINING = Path(__file__).resolve().parent / "training"
VARIANTS = {
    "needs": 20,
    "more": 12,
    "ordinary": 14,
    "wide": 16,
    "chat": 14,
    "stories": 16,
    "everyday": 12,
}  # of one line, at most
EPOCHS = 16
LEARNT = 0.9  # belief in the right class above which a sentence is left out of the next two rounds
RATE = 0.5
SHRINK = 2e-5  # of every weight a step touches
DROPPED = 0.5  # of a sentence's features are left out each time, so that no single one decides
# times a sentence that stands for itself alone is taken, so that it weighs as much as one with
# choices
TWICE = 5
# ordinary messages are also taken two or three at a time: real ones are longer than a sentence
JOINED = 5_000
FEWEST = 4  # sentences a feature must be seen in
SMALLEST = 0.4  # weights below are not kept
FOLDS = 5
_CHOICE = re.compile(r"\{([^{}]*)\}")

Example = tuple[tuple[str, ...], str, int]  # features, class, number of the line


def expand(line: str, most: int) -> list[str]:
    """Sentences of a line, ``most`` at most, chosen the same way every time."""
    parts = _CHOICE.split(line)
    chance = Random(crc32(line.encode()))  # noqa: S311  a training, no secret
    found: dict[str, None] = {}
    for _ in range(most * 3):
        chosen = (
            part if at % 2 == 0 else chance.choice(part.split("|")) for at, part in enumerate(parts)
        )
        found.setdefault(" ".join("".join(chosen).split()))
        if len(found) == most:
            break
    return list(found)


def sentences() -> Iterator[tuple[str, str, int]]:
    """Every sentence with its topic and the number of its line."""
    number = 0
    for name, most in VARIANTS.items():
        topic = ORDINARY
        for line in (TRAINING / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                topic = line.strip("[]")
            elif line and not line.startswith("#"):
                number += 1
                for sentence in expand(line, most):
                    yield sentence, topic, number


def joined(texts: list[tuple[str, str, int]]) -> Iterator[tuple[str, str, int]]:
    """Ordinary sentences of the same share of a cross-validation, two or three as one message."""
    chance = Random(11)  # noqa: S311
    for fold in range(FOLDS):
        plain = [one for one in texts if one[1] == ORDINARY and one[2] % FOLDS == fold]
        for _ in range(JOINED // FOLDS):
            chosen = chance.sample(plain, chance.choice((2, 3)))
            yield " ".join(one[0] for one in chosen), ORDINARY, chosen[0][2]


def examples() -> list[Example]:
    """The sentences as features, rare ones several times."""
    texts = list(sentences())
    lines = Counter(line for _, _, line in texts)
    found: list[Example] = []
    for text, topic, line in (*texts, *joined(texts)):
        times = TWICE if topic != ORDINARY and lines[line] < TWICE else 1
        found += [(tuple(sorted(features(tokenize(text)))), topic, line)] * times
    return found


def train(data: list[Example]) -> tuple[tuple[str, ...], list[int], dict[str, tuple[int, ...]]]:
    """Classes, biases and the weights that are worth keeping, as whole numbers."""
    seen = Counter(feature for found, _, _ in data for feature in found)
    classes = tuple(sorted({topic for _, topic, _ in data}))
    index = {topic: at for at, topic in enumerate(classes)}
    count = len(classes)
    weights = {feature: [0.0] * count for feature, times in seen.items() if times >= FEWEST}
    paces = {feature: [1.0] * count for feature in weights}
    bias = [0.0] * count
    chance = Random(7)  # noqa: S311
    order = list(range(len(data)))
    due = [0] * len(data)  # the round in which a sentence is looked at again
    for turn in range(EPOCHS):
        chance.shuffle(order)
        for at in order:
            if due[at] > turn:
                continue
            found, topic, _ = data[at]
            kept = [
                feature for feature in found if feature in weights and chance.random() >= DROPPED
            ]
            if not kept:
                continue
            scale = 1 / sqrt(len(kept))
            rows = [weights[feature] for feature in kept]
            logits = [
                sum(column) * scale + b
                for column, b in zip(zip(*rows, strict=True), bias, strict=True)
            ]
            top = max(logits)
            powers = [exp(logit - top) for logit in logits]
            total = sum(powers)
            if powers[index[topic]] > LEARNT * total:
                due[at] = turn + 3
            for one in range(count):
                slope = powers[one] / total - (one == index[topic])
                if abs(slope) < 0.004:
                    continue
                bias[one] -= 0.02 * slope
                step = slope * scale
                for feature, row in zip(kept, rows, strict=True):
                    pace = paces[feature]
                    pace[one] += step * step
                    row[one] -= RATE * step / sqrt(pace[one]) + SHRINK * row[one]
    kept_weights: dict[str, tuple[int, ...]] = {}
    for feature, row in sorted(weights.items()):
        flat = [(at, round(classifier.SCALE * w)) for at, w in enumerate(row) if abs(w) >= SMALLEST]
        if flat:
            kept_weights[feature] = tuple(value for pair in flat for value in pair)
    return classes, [round(classifier.SCALE * b) for b in bias], kept_weights


def check(data: list[Example]) -> None:
    """Print, per topic, how often the model spoke and was right on lines it was not trained on."""
    texts = list(sentences())
    texts += joined(texts)
    outcome: dict[str, Counter[str]] = defaultdict(Counter)
    for fold in range(FOLDS):
        model = Model(*train([one for one in data if one[2] % FOLDS != fold]))
        for text, topic, line in texts:
            if line % FOLDS == fold:
                prediction = model.predict(tokenize(text))
                said = prediction.topic if prediction.is_sure else ORDINARY
                kind = "right" if said == topic else "silent" if said == ORDINARY else "wrong"
                outcome[topic][kind] += 1
                outcome[topic]["alarm"] += topic == ORDINARY and said in CRISIS
    for topic, found in sorted(outcome.items()):
        total = found["right"] + found["silent"] + found["wrong"]
        shares = {
            kind: f"{found[kind] / total:.1%}" for kind in ("right", "silent", "wrong", "alarm")
        }
        print(
            f"| {topic or '(nothing)'} | {total} | {shares['right']} | {shares['silent']} |"
            f" {shares['wrong']} |"
        )
        if topic == ORDINARY:
            print(f"  as a crisis: {found['alarm']} = {shares['alarm']}")


def main() -> int:
    """Write the file, or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="cross-validate instead of writing")
    options = parser.parse_args()
    data = examples()
    print(
        f"{len(data)} sentences, {Counter(topic == ORDINARY for _, topic, _ in data)[True]} of them"
        " ordinary"
    )
    if options.check:
        check(data)
        return 0
    classes, bias, weights = train(data)
    body = {"classes": classes, "bias": bias, "weights": weights}
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    classifier.FILE.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    print(
        f"{classifier.FILE.name}: {len(weights)} features,"
        f" {classifier.FILE.stat().st_size // 1024} KB"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

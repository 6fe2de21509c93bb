"""Trains sms/understanding/base.bin.gz on the shipped pack's examples and ordinary messages.

    python tools/train_base.py FOLDER    the same folder and examples give the same weights

FOLDER has real ordinary messages, one per line, in files named <corpus>.<language>.txt. They ask
for nothing and are not part of the project; docs/develop/understanding.md names the corpora and
explains how they were cleaned. Training takes minutes on one core.
"""

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from content.rules.answers import ANSWER, ORDINARY  # noqa: E402
from editor import example_rows  # noqa: E402
from editor.learning import fit, learn  # noqa: E402
from editor.learning.fit import FIRST_PACE, Labelled, LearningState  # noqa: E402
from sms.understanding import classifier  # noqa: E402
from sms.understanding import examples as examples_file  # noqa: E402  the tree is put on the path
from sms.understanding.examples import Example  # noqa: E402
from tools.california import PACK, pack  # noqa: E402

ROUNDS, SETTLING, SKETCHED = 8, 3, 4
SEEDS = (7, 21)  # each gives the messages a different order; the mean of the results is kept
COARSE = 0.5  # a base's weights are rounded to this step: as accurate as 0.25, and 8% smaller
# Leave out an "ordinary" line if a draft model trained only on the examples gives it these chances:
# people do ask each other "who is this", and some lines in the corpora are sad.
ANSWERED, SAD = 0.5, 0.9


def corpora(folder: Path) -> Iterator[Example]:
    """Yield every line of every file as an ordinary message."""
    for path in sorted(folder.glob("*.*.txt")):
        language = path.name.split(".")[-2]
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield Example(line, ORDINARY, language)


def harmless(sketch: classifier.Model, messages: Iterable[Labelled]) -> Iterator[Labelled]:
    """Yield the ordinary messages that are unlikely to be a need or a question to the line."""
    for found, labels in messages:
        topic = sketch.chances(found).topic
        asked = sum(chance for name, chance in topic.items() if name.startswith(ANSWER))
        if asked < ANSWERED and topic["suicide"] < SAD:
            yield found, labels


def mean(states: Iterable[LearningState]) -> LearningState:
    """Average several states with the same classes, each trained in a different order."""
    made, count = None, 0
    for state in states:
        count += 1
        if made is None:
            made = state
        else:
            made.bias += state.bias
            made.rows += state.rows
            made.paces += state.paces
    if made is None:
        raise ValueError("no state to take the mean of")
    made.bias /= count
    made.rows /= count
    made.paces /= count
    return made


def coarsen(state: LearningState) -> None:
    """Round the weights to multiples of a step, so that they compress well."""
    np.rint(state.rows / COARSE, out=state.rows)
    state.rows *= COARSE


def paces(state: LearningState) -> bytes:
    """Return each bucket's pace as one byte, in eighths of a power of two; 0 if never seen."""
    steps = np.clip(8 * np.rint(np.log2(state.paces / FIRST_PACE)) + 1, 1, 255)
    return bytes(np.where(state.paces > FIRST_PACE, steps, 0).astype(np.uint8))


def rest(state: LearningState, examples: Sequence[Example]) -> bytes:
    """Return the data that the base keeps: paces, then each mark's distance from the previous mark.

    All low bytes of the distances come first, then the next bytes, to save two-fifths of the space.
    """
    marks = np.unique(np.array([learn.mark(example) for example in examples], "<u4"))
    steps = np.diff(marks, prepend=np.uint32(0))
    return paces(state) + steps.view(np.uint8).reshape(-1, 4).T.tobytes()


def main(folder: Path) -> int:
    """Train the model and write the file."""
    data = examples_file.read(PACK / examples_file.FILE)
    shipped = pack()
    found, problems = example_rows.parse(
        data,
        topics=[keyword.topic for keyword in shipped.keywords],
        languages=shipped.languages,
    )
    if problems:
        sys.exit("\n".join(map(str, problems)))
    messages = list(learn.labelled(found))
    sketch = fit.fresh(messages)
    fit.fit(sketch, messages, rounds=SKETCHED)
    fit.prune(sketch)
    small_talk = list(corpora(folder))
    ordinary = list(learn.labelled(small_talk, copies=0))
    kept = list(harmless(classifier.unpack(learn.packed(sketch)), ordinary))
    print(f"{len(found)} examples, {len(kept)} of {len(ordinary)} ordinary messages", flush=True)
    messages += kept
    start = time.monotonic()

    def tell(turn: int, loss: float) -> None:
        print(f"round {turn + 1}: {loss:.3f} bits, {time.monotonic() - start:.0f} s", flush=True)

    def taught(seed: int) -> LearningState:
        state = fit.fresh(messages)
        fit.fit(state, messages, rounds=ROUNDS, seed=seed, tell=tell)
        return state

    state = mean(map(taught, SEEDS))
    fit.prune(state)
    fit.fit(state, messages, rounds=SETTLING, closed=True, seed=11, tell=tell)
    coarsen(state)
    made = learn.packed(
        state,
        learn.emergency_head([*found, *small_talk]),
        examples=examples_file.fingerprint(data),
        rest=rest(state, found),
    )
    classifier.BASE.write_bytes(made)
    print(f"{classifier.BASE.name}: {len(made) // 1024} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

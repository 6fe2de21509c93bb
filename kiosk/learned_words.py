"""Reads single words that suggest a student's need, learned from the text line's examples.

tools/train_search.py writes the file. Each line has a word and one or two topics with weights.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("learned_words.txt")
_HEAD = "# Written by tools/train_search.py from sms/examples.csv. Do not edit.\n"
_TENTHS = 10
LANGUAGES = ("en", "es")


def written(words: Iterable[tuple[str, Mapping[str, float]]]) -> str:
    """Return the text of the file with these words."""
    lines = (
        " ".join([word, *(f"{topic} {round(gain * _TENTHS)}" for topic, gain in gains.items())])
        for word, gains in words
    )
    return _HEAD + "\n".join(lines) + "\n"


@cache
def of_topics() -> Mapping[str, Mapping[str, float]]:
    """Return each topic's words with their weights."""
    found: dict[str, dict[str, float]] = {}
    for line in FILE.read_text(encoding="utf-8").splitlines()[1:]:
        word, *told = line.split()
        for topic, tenths in zip(told[::2], told[1::2], strict=True):
            found.setdefault(topic, {})[word] = int(tenths) / _TENTHS
    return found

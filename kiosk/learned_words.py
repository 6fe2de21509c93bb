"""Reads single words that suggest a student's need, learned from the text line's examples.

tools/train_search.py writes the file. Each line has a word and one or two topics with weights.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("learned_words.txt")
TENTHS = 10
LANGUAGES = ("en", "es")


@cache
def of_topics() -> Mapping[str, Mapping[str, float]]:
    """Return each topic's words with their weights."""
    found: dict[str, dict[str, float]] = {}
    for line in FILE.read_text(encoding="utf-8").splitlines()[1:]:
        word, *told = line.split()
        for topic, tenths in zip(told[::2], told[1::2], strict=True):
            found.setdefault(topic, {})[word] = int(tenths) / TENTHS
    return found

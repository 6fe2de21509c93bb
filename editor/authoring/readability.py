"""Measures the readability of English: long words, and a school grade for longer texts."""

import re
from collections.abc import Sequence
from pathlib import Path

LONG_TEXT = 100  # minimum words for a grade; a grade for seven words means nothing
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_STOP = re.compile(r"[.!?]+")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^aeiouytd]ed|[^aeiouysxzcgh]es|[^aeiouyl]e)$")

# Words of three or more syllables that are still plain: a ten-year-old says or hears them daily.
FAMILIAR = frozenset(Path(__file__).with_name("familiar_words.txt").read_text("utf-8").split())


def words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def hard(text: str) -> list[str]:
    """Return unfamiliar words of three or more syllables in an English text."""
    return [word for word in words(text) if word not in FAMILIAR and syllables(word) >= 3]


def syllables(word: str) -> int:
    """Count an English word's syllables, by a rule of thumb."""
    bare = word.casefold().removesuffix("'s").removesuffix("’s")
    return max(1, len(_VOWELS.findall(bare)) - bool(_SILENT.search(bare)))


def grade(texts: Sequence[str]) -> float | None:
    """Return the school grade of a text with at least LONG_TEXT words; None for a shorter one."""
    text = " ".join(texts)
    every = words(text)
    if len(every) < LONG_TEXT:
        return None
    # A "sentence" of one or two words is an abbreviation or an exclamation.
    return flesch_kincaid(every, sum(len(words(part)) > 2 for part in _STOP.split(text)))


def flesch_kincaid(every: Sequence[str], sentences: int) -> float:
    """Return the grade of these words in this many sentences (Kincaid et al. 1975), rounded."""
    per_word = sum(map(syllables, every)) / len(every)
    return round(0.39 * len(every) / max(1, sentences) + 11.8 * per_word - 15.59, 1)

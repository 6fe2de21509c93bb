"""How hard an English text is to read, sentence by sentence.

A sentence of ``LONG`` words or more is graded by textstat's Flesch-Kincaid. A shorter one would get
a grade that means nothing (seven words come out at -2 or 11), so it is judged by rule: at most one
word of four or more syllables. Names of services and what stands for a placeholder count as one
easy word: no plainer word can be put in their place.
"""

import re
import warnings
from collections.abc import Iterator

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it imports pkg_resources, which warns that it will go
    import textstat

GRADE = 6.0
WORDS = 14
LONG = 10
_SENTENCE = re.compile(r"(?<=[.!?…:])[\"”’)]*\s+")
_FILLED = re.compile(r"\{[^{}]*\}|%\(\w+\)s")


def sentences(text: str, names: tuple[str, ...] = ()) -> Iterator[str]:
    """The sentences of a text, with every name and every placeholder as one easy word."""
    for name in names:
        text = text.replace(name, "Sam")
    yield from (part for part in _SENTENCE.split(_FILLED.sub("nine", text)) if part)


def faults(sentence: str, easy: frozenset[str] = frozenset()) -> list[str]:
    """What makes a sentence too hard; ``easy`` are words that every reader here knows or must
    learn."""
    words = re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", sentence)
    plain = ["easy" if word.casefold() in easy else word for word in words]
    found = [f"{len(words)} words"] if len(words) > WORDS else []
    if len(words) >= LONG:
        grade = float(textstat.flesch_kincaid_grade(" ".join(plain) + "."))
        found += [f"grade {grade}"] if grade > GRADE else []
    hard = [word for word in plain if textstat.syllable_count(word) >= 4]
    if len(hard) > 1 or (len(words) < LONG and hard and len(hard) * 3 > len(words)):
        found.append("hard words: " + ", ".join(hard))
    return found

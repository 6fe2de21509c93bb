"""How hard an English text is to read, sentence by sentence.

A sentence of ``LONG`` words or more is graded by Flesch-Kincaid. A shorter one would get a grade
that means nothing (seven words come out at -2 or 11), so it is judged by rule: at most one word of
four or more syllables. Names of services and what stands for a placeholder count as one easy word:
no plainer word can be put in their place.
"""

import re
from collections.abc import Iterator

from editor.authoring.plain_language import HIGHEST_GRADE
from editor.authoring.readability import FAMILIAR, flesch_kincaid, syllables

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
        grade = flesch_kincaid(plain, sentences=1)
        found += [f"grade {grade}"] if grade > HIGHEST_GRADE else []
    hard = [word for word in plain if word.casefold() not in FAMILIAR and syllables(word) >= 4]
    if len(hard) > 1 or (len(words) < LONG and hard and len(hard) * 3 > len(words)):
        found.append("hard words: " + ", ".join(hard))
    return found

"""Judges how hard an English text is to read, sentence by sentence.

Grades sentences of ``LONG`` or more words by Flesch-Kincaid. A shorter one would get a meaningless
grade (seven words give -2 or 11), so a rule judges it: at most one word with four or more
syllables. Names of services and placeholders' values count as one easy word: no plainer word can
replace them.
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
    """Yield a text's sentences, with every name and placeholder as one easy word."""
    for name in names:
        text = text.replace(name, "Sam")
    yield from (part for part in _SENTENCE.split(_FILLED.sub("nine", text)) if part)


def faults(sentence: str, easy: frozenset[str] = frozenset()) -> list[str]:
    """Return what makes a sentence too hard; ``easy``: words that every reader here knows or must
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

"""How hard a text is to read: words a child may not know, and a school grade for longer texts.

Owns the counting of syllables, the list of long words that every child knows, and the one door to
textstat, which is there for developers only. Refuses to judge a short text by a formula: on seven
words a grade means nothing.
"""

import re
import warnings
from collections.abc import Sequence
from importlib.util import find_spec

LONG_TEXT = 100  # words, from which a grade means something
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^aeiouytd]ed|[^aeiouysxzcgh]es|[^aeiouyl]e)$")

# Three syllables and more, and yet plain: what a ten-year-old says or hears every day.
_FAMILIAR = """
adult adults afternoon alcohol already ambulance animal animals another answering anybody anymore anyone anything
anywhere area areas basketball beautiful bicycle birthday cafeteria california camera careful carefully cellular
company computer computers counseling counselor counselors country december decided different dinosaur disappear
elementary emergencies emergency emoji english evening every everybody everyday everyone everything everywhere
exactly example exciting families family favorite february federal finally firefighter firefighters following
forever forgotten friendliest gasoline government grandfather grandmother grandparent grandparents happening happier
homeland hospital hospitals hotline however idea ideas important information interesting internet interpreter
interpreters january language languages librarian library lifeline likely machinery medicine memory message messages
mexican minority national neighborhood newspaper nobody nobody's november number numbers october officer officers
online operator passenger photograph photographs police policeman potato president principal private probably radio
relative relatives remember remembers restaurant safeline saturday security september several somebody somebody's
someone something sometimes somewhere spanish suddenly teenager teenagers telephone telephones television together
tomato tomorrow translation understand understanding understands unhappy united usually vegetable video videophone
videos visitor wednesday whatever whenever wherever whoever yesterday
"""
FAMILIAR = frozenset(_FAMILIAR.split())


def words(text: str) -> list[str]:
    """The words of a text, in small letters."""
    return [word.casefold() for word in _WORD.findall(text)]


def hard(text: str) -> list[str]:
    """The words of an English text with three syllables or more that are not on the list of
    familiar ones."""
    return [word for word in words(text) if word not in FAMILIAR and syllables(word) >= 3]


def syllables(word: str) -> int:
    """How many syllables an English word has, to a rule of thumb."""
    bare = word.casefold().removesuffix("'s").removesuffix("’s")
    return max(1, len(_VOWELS.findall(bare)) - bool(_SILENT.search(bare)))


def can_grade() -> bool:
    """Whether a grade can be worked out here: textstat is installed for developers only."""
    return find_spec("textstat") is not None


def grade(texts: Sequence[str]) -> float | None:
    """The school grade (Flesch-Kincaid) of an English text of LONG_TEXT words or more; None for a
    shorter one."""
    if not can_grade() or len(words(" ".join(texts))) < LONG_TEXT:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it imports what setuptools no longer likes
        from textstat import textstat  # noqa: PLC0415  for developers only
    return float(textstat.flesch_kincaid_grade(" ".join(texts)))

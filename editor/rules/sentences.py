"""Rules about sentence length, which depend on the reader and on how a language is written."""

import re
from collections.abc import Iterator

from content.model import language as languages
from content.model.pack import Pack
from content.rules.locations import Where
from messages.message import Finding, Severity, message

STUDENT_WORDS = 20  # maximum per sentence; more words are an error
ADULT_WORDS = 28  # maximum per sentence for school staff; more words cause a warning
_SYLLABIC = frozenset({"hmn", "vi"})  # spaces separate syllables: "học sinh" is one word
_SYLLABLES = 1.6  # syllables per word in languages written with a space after every syllable
SENTENCE = re.compile(r"(?<=[.!?…؟।])[\"'”’)\]]*\s+|\n+")
ADULT_TEXT = re.compile(r"staff:|law:|partner:[^:]+:(?:does|serves|status)$")


def problems(pack: Pack, where: Where) -> Iterator[Finding]:
    staff = {f"resource:{entry.id}" for entry in pack.resources if "student" not in entry.audience}
    for language in filter(languages.spaced, pack.texts):
        for key, text in pack.texts[language].items():
            adult = ADULT_TEXT.match(key) is not None or key.rpartition(":")[0] in staff
            most = ADULT_WORDS if adult else STUDENT_WORDS
            if language.partition("-")[0] in _SYLLABIC:
                most = int(most * _SYLLABLES)
            for words in too_long(text, most):
                beginning = " ".join(words[:5])
                kind: Severity = "note" if adult else "wrong"
                yield where.problem(
                    key,
                    message("rule.sentence", count=len(words), beginning=beginning, most=most),
                    language=language,
                    kind=kind,
                )


def too_long(text: str, most: int, ends: re.Pattern[str] = SENTENCE) -> Iterator[list[str]]:
    """Yield the words of each sentence with more than ``most`` words. A placeholder is one word."""
    for sentence in ends.split(re.sub(r"\{[^{}]*\}", "x", text)):
        if len(words := sentence.split()) > most:
            words = [word for word in words if any(char.isalnum() for char in word)]
        if len(words) > most:
            yield words

"""Recognizes whole messages that people text after a first answer (second_messages.toml). Pure.

Nothing about a sender is remembered, so each answer must be safe after any earlier message.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from content.model.pack import Keyword, Words
from sms.understanding.abbreviations import read
from sms.understanding.keyword_matcher import Matcher, is_small
from sms.understanding.normalise import Tokens
from sms.understanding.sayings import sayings

FILE = Path(__file__).with_name("second_messages.toml")
WRONG = "a:wrong"  # the code that answers somebody who says that a reply did not fit
SHORT = "a:short"  # the code that answers messages without words: emoji, "?", "..."
MOST_JOINED = 16  # maximum words in a message that is read in parts
FEW, VERY_FEW = 14, 4  # maximum words in a short message, and in a very short message
OTHER = "other"  # stands for a language that the line does not have
_KINDS = {"answer": "a", "line": "line"}  # table in the file → beginning of the reply's code
_LEADS, _TAILS = sayings("language", "before"), sayings("language", "after")
_LONGEST_LEAD, _LONGEST_TAIL = (max(map(len, ways)) for ways in (_LEADS, _TAILS))
_OTHERS = {" ".join(name): OTHER for name in sayings("language", "others")}


class Rules(NamedTuple):
    """The file's rules. ``order``: codes, most urgent first; ``links``: words that join two
    messages, by language; ``refers``: words that refer to something said before."""

    matchers: Mapping[str, Matcher]
    order: tuple[str, ...]
    links: Mapping[str, frozenset[str]]
    refers: frozenset[str]


def answer(tokens: Tokens, language: str) -> tuple[str, str]:
    """Return the code (without a language) of the answer to a whole message, and the language.

    Returns "" and ``language`` if the message is not in the file. If two languages have the
    message, the given language wins.
    """
    if not tokens.words and not tokens.signed:
        return (SHORT if tokens.folded else "", language)
    own = rules().matchers
    for tag in sorted(own, key=lambda tag: tag != language):
        if hits := own[tag].find(tokens):
            return hits[0].topic, tag
    return (SHORT if not tokens.words else "", language)


def joined(tokens: Tokens, language: str) -> tuple[str, str]:
    """Answer two or three of the file's messages in a row ("ok i told her, she was mad").

    Answers the most urgent part. Returns "" if other words are left, or if a part says too little
    by itself: "a man" and "in my room" say more together.
    """
    said = tuple(read(tokens.joined))
    if len(said) > MOST_JOINED:
        return "", language
    own, order = rules().matchers, rules().order
    for tag in sorted(own, key=lambda tag: tag != language):
        if parts := _parts(own[tag], said, rules().links[tag]):
            return min(parts, key=order.index), tag
    return "", language


def corrected(tokens: Tokens) -> tuple[str, ...]:
    """Return the other words of a message that begins or ends by saying that a reply was wrong.

    "Not bullying. Teacher hit. You understand wrong." returns the words "teacher hit". Returns ()
    if the message does not say that, or says nothing else.
    """
    said = tuple(read(tokens.joined))
    for matcher in rules().matchers.values():
        start = max((end for at, end in _wrong(matcher, said[:MOST_JOINED]) if at == 0), default=0)
        rest = said[start:]
        tail = rest[-MOST_JOINED:]
        ends = (at for at, end in _wrong(matcher, tail) if end == len(tail))
        kept = rest[: len(rest) - len(tail) + min(ends, default=len(tail))]
        if kept != said:
            return kept
    return ()


def _wrong(matcher: Matcher, said: Sequence[str]) -> list[tuple[int, int]]:
    """Return where the words say that a reply was wrong: (start, end) of each place."""
    return [(at, end) for hit, at, end in matcher.whole_spans(said) if hit.topic == WRONG]


def points_back(tokens: Tokens) -> bool:
    """Whether a short message refers to something said before, or is very short."""
    said = read(tokens.joined)
    pointing = len(said) <= VERY_FEW or not rules().refers.isdisjoint(said)
    return len(said) <= FEW and pointing


def _parts(matcher: Matcher, said: Sequence[str], links: frozenset[str]) -> tuple[str, ...]:
    """Return the codes of the fewest messages that cover all words except fillers and links."""
    spans = [one for one in matcher.whole_spans(said) if one[0].topic in rules().order]
    reached: dict[int, tuple[str, ...]] = {0: ()}
    for at in range(len(said)):
        if at not in reached:
            continue
        steps: list[tuple[int, tuple[str, ...]]] = [
            (end, (hit.topic,)) for hit, start, end in spans if start == at
        ]
        if is_small(said[at]) or said[at] in links:
            steps.append((at + 1, ()))
        for end, more in steps:
            parts = (*reached[at], *more)
            if end not in reached or len(parts) < len(reached[end]):
                reached[end] = parts
    return reached.get(len(said), ())


def language_wanted(tokens: Tokens, known: Mapping[str, str]) -> str:
    """Return the language that a message asks for ("do you speak tagalog"), as a tag.

    OTHER means a language that the line does not have; "" means that the message asks for none.
    ``known``: a language's name → its tag.
    """
    said, size = tokens.words, len(tokens.words)
    for start in range(min(size, _LONGEST_LEAD + 1)):
        if start and said[:start] not in _LEADS:
            continue
        for end in range(size, max(start, size - _LONGEST_TAIL - 1), -1):
            if end == size or said[end:] in _TAILS:
                name = " ".join(said[start:end])
                if found := known.get(name) or _OTHERS.get(name, ""):
                    return found
    return ""


@cache
def rules() -> Rules:
    """Return the file's rules. Reads and compiles them once."""
    given = tomllib.loads(FILE.read_text(encoding="utf-8"))
    joined = given["joined"]
    return Rules(
        {tag: Matcher(_keywords(tag, given[tag])) for tag in given if "classes" in given[tag]},
        tuple(joined["order"]),
        {tag: frozenset(words) for tag, words in joined["links"].items()},
        frozenset(given["refers"]["words"]),
    )


def _keywords(language: str, tables: Mapping[str, Any]) -> list[Keyword]:
    rules = [
        (f"{code}:{name}", tuple(said["whole"]))
        for kind, code in _KINDS.items()
        for name, said in tables.get(kind, {}).items()
    ]
    classes = {name: tuple(members) for name, members in tables["classes"].items()}
    return [
        Keyword(
            topic=code,
            priority=place,
            max_segments={},
            words={language: Words(alone=whole)},
            classes={language: classes},
        )
        for place, (code, whole) in enumerate(rules)
    ]

"""Whole messages that people text behind a first answer, by second_messages.toml. Pure.

Nothing is remembered about a sender, so the answer to each is safe whatever came before.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from content.model.pack import Keyword, Words
from sms.understanding.keyword_matcher import Matcher
from sms.understanding.normalise import Tokens
from sms.understanding.sayings import sayings

FILE = Path(__file__).with_name("second_messages.toml")
SHORT = "a:short"  # answers what holds no word: emoji, "?", "..."
OTHER = "other"  # a language that the line does not have
_KINDS = {"answer": "a", "line": "line"}  # table of the file → how the code of a reply begins
_LEADS, _TAILS = sayings("language", "before"), sayings("language", "after")
_OTHERS = {" ".join(name): OTHER for name in sayings("language", "others")}


def answer(tokens: Tokens, language: str) -> tuple[str, str]:
    """The code of the answer to a whole message, without its language; and its language.

    "" and ``language`` where the message is none of them. Of two languages that know it, the
    given one.
    """
    if not tokens.words and not tokens.signed:
        return (SHORT if tokens.folded else "", language)
    own = matchers()
    for tag in sorted(own, key=lambda tag: tag != language):
        if hits := own[tag].find(tokens):
            return hits[0].topic, tag
    return (SHORT if not tokens.words else "", language)


def language_wanted(tokens: Tokens, known: Mapping[str, str]) -> str:
    """The tag of the language that a message asks for ("do you speak tagalog"), OTHER for one that
    the line does not have; "" if it asks for none.

    ``known``: what a language is called → its tag.
    """
    said = tokens.words
    for start in range(len(said)):
        for end in range(len(said), start, -1):
            leads = not start or said[:start] in _LEADS
            if leads and (end == len(said) or said[end:] in _TAILS):
                name = " ".join(said[start:end])
                if found := known.get(name) or _OTHERS.get(name, ""):
                    return found
    return ""


@cache
def matchers() -> Mapping[str, Matcher]:
    """Return the rules of each language. Reads and compiles them once."""
    given = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {tag: Matcher(_keywords(tag, tables)) for tag, tables in given.items()}


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

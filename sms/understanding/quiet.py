"""Recognizes sentences that ask the line to stop texting, using quiet.toml's patterns. Pure.

A sentence about a third person is not a request to us: "make him stop texting me" never matches.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from content.model.edit_distance import Nearby
from sms.understanding.abbreviations import speak
from sms.understanding.dictionary import ordinary
from sms.understanding.normalise import Tokens, words

FILE = Path(__file__).with_name("quiet.toml")
FEW = 2  # words around a request that add nothing, such as "hi" and "please"
MOST_WORDS = 40  # a longer message tells a story
_CLAUSE = re.compile(r"[.,;:!?\n()\"…-]+")
_WORD = re.compile(r"\w+")
_ENDS = r"(?=\. |$)"
_LISTS = ("leads", "asks", "inside", "bare", "anywhere")
_SHORTEST = 3  # minimum letters of a word that may be misspelled
_LEADS = "{0,6}"  # limited, like all repeats here, so that a hostile text does not take long
_MORE = {"?": "?", "*": "{0,5}"}


class _Patterns:
    """The patterns of one language, compiled once. In a text, a space follows each word."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        sets = given["sets"]
        leads, begins = _either(given["leads"]), _either(given["begins"])
        asks, inside, anywhere = (
            "|".join("".join(_step(step, sets) for step in one.split()) for one in given[name])
            for name in ("asks", "inside", "anywhere")
        )
        free = "".join(f"(?<! {re.escape(word)} )" for word in given["not_behind"])
        self._requests = (
            re.compile(rf"(?:(?<=\. )|(?<= )(?={begins} ))(?:{leads} ){_LEADS}(?:{asks})"),
            re.compile(rf"(?<= ){free}(?:{inside})"),
            re.compile(rf"(?<= )(?:{anywhere})"),
        )
        self._bare = re.compile(rf"(?<=\. ){_either(given['bare'])} (?=\. |$)")
        self._about, self._others = frozenset(given["about"]), frozenset(given["others"])
        listed = (*(given[name] for name in _LISTS), *sets.values())
        known = {word for one in listed for entry in one for word in _WORD.findall(entry)}
        self._known = frozenset(known | self._others)
        self._nearby = Nearby(known, most=1)

    def around(self, clauses: Sequence[tuple[str, ...]]) -> int | None:
        """Count the words around a request; None if there is no request or it is about others."""
        said = "".join(f" . {' '.join(map(self._spelt, clause))}" for clause in clauses) + " "
        for pattern in (*self._requests, self._bare):
            for found in pattern.finditer(said):
                around = f"{said[: found.start()]} {said[found.end() :]}".split()
                is_bare = pattern is self._bare
                if self._others.isdisjoint(around) and not (
                    is_bare and self._about.isdisjoint(around)
                ):
                    return sum(word != "." for word in around)
        return None

    def _spelt(self, word: str) -> str:
        """Return the patterns' spelling of a word if it is one letter off and not a word itself."""
        if len(word) < _SHORTEST or word in self._known or word in ordinary():
            return word
        near = self._nearby.find(word)
        return near[0] if len(near) == 1 else word


def words_around(tokens: Tokens) -> int | None:
    """Count a message's words around a request, in any wording, that this line stop texting. None
    means that there is no such request."""
    if not 1 < len(tokens.words) <= MOST_WORDS:
        return None
    found = (words(clause) for clause in _CLAUSE.split(tokens.folded))
    clauses = [speak(clause) for clause in found if clause]
    found_in = (one.around(clauses) for one in patterns())
    return next((number for number in found_in if number is not None), None)


@cache
def patterns() -> tuple[_Patterns, ...]:
    """Return every language's patterns. Reads and compiles them once, in 60 ms."""
    given = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(_Patterns(language) for language in given.values())


def _step(step: str, sets: Mapping[str, list[str]]) -> str:
    if step == "~":
        return r"(?:\S+ ){0,6}"
    often = _MORE.get(step[-1], "")
    plain = step[:-1] if often else step
    entries = sets[plain[1:-1]] if plain.startswith("<") else plain.split("|")
    ends = [entry for entry in entries if entry == "$"]
    said = f"(?:{_either([entry for entry in entries if entry != '$'])} ){often}"
    return f"(?:{_ENDS}|{said})" if ends and len(entries) > 1 else _ENDS if ends else said


def _either(entries: list[str]) -> str:
    longest_first = sorted(entries, key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, longest_first))})"

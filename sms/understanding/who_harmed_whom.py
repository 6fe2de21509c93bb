"""Read from the words which person did harm to which: "i hit her", "she slapped me".

The phrases are in who_harmed_whom.toml. Nobody who may have been hurt is told to stop, so a
second person who acts counts as one who harms, unless the words are known to be harmless.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from content.model.pack import Keyword, Words
from content.rules.rule_phrases import class_in, steps
from sms.understanding.abbreviations import read, speak
from sms.understanding.keyword_matcher import Matcher
from sms.understanding.normalise import Tokens, words

FILE = Path(__file__).with_name("who_harmed_whom.toml")
_KINDS = ("did", "surely", "harmed", "defended", "threat", "acts")
_GONE = ("",)  # in place of harmless words: no phrase goes across it


@dataclass(frozen=True, slots=True)
class HarmSaid:
    """``did``: the writer did it to somebody; ``harmed``: somebody did it to the writer.

    Anyone who says that they defended themselves was harmed. ``others``: somebody else acts,
    perhaps to harm. ``surely``: the words alone say that the writer did it. ``threat``: the writer
    may yet.
    """

    did: bool = False
    harmed: bool = False
    others: bool = False
    surely: bool = False
    threat: bool = False

    @property
    def alone(self) -> bool:
        """Whether nobody but the writer does anything."""
        return not (self.harmed or self.others)


NOTHING_SAID = HarmSaid()


def harm_said(tokens: Tokens, *, may_be_actor: bool = True) -> HarmSaid:
    """Return what a message says of it. ``may_be_actor``: it matters even without a word of it."""
    said = tuple(read(tokens.joined))
    found = _kinds(said)
    if not may_be_actor and found.isdisjoint({"did", "surely", "threat"}):
        return NOTHING_SAID
    left = _without_harmless(said)
    found_left = _kinds(left) if left != said else found
    defended = "defended" in found
    return HarmSaid(
        did=not (defended or found.isdisjoint({"did", "surely"})),
        harmed=defended or "harmed" in found_left,
        others="acts" in found_left or not _others().isdisjoint(left),
        surely="surely" in found,
        threat="threat" in found,
    )


def _kinds(said: tuple[str, ...]) -> frozenset[str]:
    return frozenset(hit.topic for hit in _matcher().find(Tokens("", said, said)))


def _without_harmless(said: Sequence[str]) -> tuple[str, ...]:
    known, longest = _harmless()
    left: list[str] = []
    at = 0
    while at < len(said):
        sizes = range(min(longest, len(said) - at), 0, -1)
        size = next((size for size in sizes if tuple(said[at : at + size]) in known), 0)
        left += _GONE if size else (said[at],)
        at += size or 1
    return tuple(left)


@cache
def _given() -> Mapping[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@cache
def _others() -> frozenset[str]:
    return frozenset(word for one in _given()["others"].values() for word in one["words"])


@cache
def _harmless() -> tuple[frozenset[tuple[str, ...]], int]:
    """The phrases that say no harm, and how many words the longest has."""
    found = frozenset(
        speak(words(phrase))
        for language, one in _given()["harmless"].items()
        for pattern in one["phrases"]
        for phrase in _spelt_out(pattern, _given()["classes"][language])
    )
    return found, max(map(len, found))


def _spelt_out(pattern: str, classes: Mapping[str, Sequence[str]]) -> Iterable[str]:
    """Each way to say a pattern; classes within classes included."""
    parts = []
    for step in steps(pattern):
        name = class_in(step)
        members = classes[name] if name else ()
        parts.append([one for said in members for one in _spelt_out(said, classes)] or [step])
    return map(" ".join, product(*parts))


@cache
def _matcher() -> Matcher:
    given = _given()
    return Matcher(
        Keyword(
            topic=name,
            priority=number,
            max_segments={},
            words={tag: Words(phrases=tuple(one["phrases"])) for tag, one in given[name].items()},
            classes=given["classes"],
        )
        for number, name in enumerate(_KINDS)
    )

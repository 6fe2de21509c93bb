"""Reads who harmed whom from the words: "i hit her", "she slapped me".

The phrases are in who_harmed_whom.toml. A person who may have been hurt is never told to stop, so
another person who acts counts as doing harm unless the words are known to be harmless.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from content.model.pack import Case, Keyword, Words
from sms.understanding.abbreviations import read
from sms.understanding.keyword_matcher import Matcher
from sms.understanding.normalise import Tokens

FILE = Path(__file__).with_name("who_harmed_whom.toml")
_KINDS = ("harmless", "did", "surely", "harmed", "defended", "threat", "acts")


@dataclass(frozen=True, slots=True)
class HarmSaid:
    """``did``: the writer harmed somebody; ``harmed``: somebody harmed the writer.

    Anyone who says that they defended themselves counts as harmed. ``others``: somebody else does
    something that may be harmful. ``surely``: the words are enough to show that the writer did
    harm. ``threat``: the writer may yet do harm.
    """

    did: bool = False
    harmed: bool = False
    others: bool = False
    surely: bool = False
    threat: bool = False

    @property
    def alone(self) -> bool:
        """Whether nobody but the writer acts."""
        return not (self.harmed or self.others)


NOTHING_SAID = HarmSaid()


class _Rules(NamedTuple):
    """The file's rules. ``others``: words for a person who may act."""

    matcher: Matcher
    others: frozenset[str]


def harm_said(tokens: Tokens, *, may_be_actor: bool = True) -> HarmSaid:
    """Return who harmed whom. ``may_be_actor``: check even if no words say "I did it"."""
    said = tuple(read(tokens.joined))
    found = [(hit.case, start, end) for hit, start, end in _rules().matcher.spans(said)]
    kinds = {kind for kind, _, _ in found}
    if not may_be_actor and kinds.isdisjoint({"did", "surely", "threat"}):
        return NOTHING_SAID
    harmless = _harmless(found, len(said))
    left = {kind for kind, start, end in found if not _is_harmless(harmless, start, end)}
    defended = "defended" in left
    return HarmSaid(
        did=not (defended or kinds.isdisjoint({"did", "surely"})),
        harmed=defended or "harmed" in left,
        others="acts" in left
        or any(word in _rules().others for word, at in zip(said, harmless, strict=True) if not at),
        surely="surely" in kinds,
        threat="threat" in kinds,
    )


def _harmless(found: Iterable[tuple[str, int, int]], size: int) -> list[int]:
    """Number the harmless phrases, the longest at each word, and mark their words with numbers."""
    longest: dict[int, int] = {}
    for kind, start, end in found:
        if kind == "harmless":
            longest[start] = max(end, longest.get(start, 0))
    marks = [0] * size
    at = 0
    for start, end in sorted(longest.items()):
        if start >= at:
            marks[start:end] = [start + 1] * (end - start)
            at = end
    return marks


def _is_harmless(marks: Sequence[int], start: int, end: int) -> bool:
    """Return whether one harmless phrase covers all words: "he got mad" hides no "mad and hit"."""
    return marks[start] > 0 and marks[start] == marks[end - 1]


@cache
def _rules() -> _Rules:
    """Return the file's rules. Reads and compiles them once."""
    given = tomllib.loads(FILE.read_text(encoding="utf-8"))
    cases = {
        name: Case(
            priority=number,
            words={tag: Words(phrases=tuple(one["phrases"])) for tag, one in given[name].items()},
        )
        for number, name in enumerate(_KINDS)
    }
    keyword = Keyword(
        topic="", priority=0, max_segments={}, words={}, classes=given["classes"], case=cases
    )
    others = frozenset(word for one in given["others"].values() for word in one["words"])
    return _Rules(Matcher([keyword]), others)

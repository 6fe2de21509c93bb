"""Finds the topics a message is about: words, phrases, misspellings, in every language of the pack at once.

Owns compiling a pack's words and matching against them. Refuses whole-message rules (optout.py, numbers, names) and to
choose a reply. A misspelling is looked for only in a token that is no ordinary word of either language, and never
becomes a word that carriers keep for themselves.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from content.model import Keyword
from content.reserved import is_reserved
from content.spelling import Nearby
from sms.normalise import Heard, spellings, words
from sms.textspeak import SPOKEN, speak

How = Literal["exact", "phrase", "typo"]
GAP = "~"  # in a phrase: up to GAP_WORDS words of the message may stand here
GAP_WORDS = 3
MIN_LETTERS = 3  # a shorter word is never a misspelling of anything
_RANK: dict[How, int] = {"exact": 0, "phrase": 1, "typo": 2}


@dataclass(frozen=True, slots=True)
class Hit:
    """A topic that the message is about. ``languages`` are those whose words were found."""

    topic: str
    how: How
    languages: frozenset[str]


class _Target(NamedTuple):
    """Where a pattern leads."""

    topic: str
    language: str
    how: How


class _Place(NamedTuple):
    """One word of the message: how it may be read, whether that is a guess, and which token as sent it came from."""

    readings: tuple[str, ...]
    guessed: bool
    token: int


@dataclass(slots=True)
class _Node:
    """A step of the patterns' tree: the next words, what may follow a gap, and the patterns that end here.

    A tree, because hundreds of phrases begin with "i": their common beginning is looked at once.
    """

    after: "dict[str, _Node]" = field(default_factory=dict)
    gap: "_Node | None" = None
    targets: tuple[_Target, ...] = ()


class Matcher:
    """The pack's words, compiled once. ``find`` is pure."""

    def __init__(self, keywords: Iterable[Keyword], ordinary: Collection[str]) -> None:
        """``ordinary`` are the words never taken for misspellings; the pack's own words need not be taken out."""
        self._priority: dict[str, int] = {}
        self._root = _Node()
        self._vocabulary: set[str] = set()
        self._glued: dict[str, tuple[_Target, ...]] = {}
        self._alone: dict[tuple[str, ...], tuple[_Target, ...]] = {}
        self._ordinary = ordinary
        for keyword in keywords:
            self._priority[keyword.topic] = keyword.priority
            for language, lists in keyword.words.items():
                for alias in lists.aliases:
                    self._learn(alias, _Target(keyword.topic, language, "exact"))
                for phrase in lists.phrases:
                    self._learn(phrase, _Target(keyword.topic, language, "phrase"))
                for whole in lists.alone:
                    alone = speak(words(whole))
                    self._alone[alone] = (*self._alone.get(alone, ()), _Target(keyword.topic, language, "exact"))
        self._nearby = Nearby(word for word in self._vocabulary if word.isalpha() and not is_reserved(word))

    def find(self, heard: Heard) -> tuple[Hit, ...]:
        """All topics of a message, the most urgent first."""
        best: dict[str, How] = {}
        languages: dict[str, set[str]] = {}
        for target, how in self._hits(heard.joined):
            if _RANK[how] <= _RANK[best.get(target.topic, "typo")]:
                best[target.topic] = how
            languages.setdefault(target.topic, set()).add(target.language)
        order = sorted(best, key=lambda topic: (self._priority[topic], _RANK[best[topic]], topic))
        return tuple(Hit(topic, best[topic], frozenset(languages[topic])) for topic in order)

    def _learn(self, pattern: str, target: _Target) -> None:
        """Put a pattern into the tree. One of several words without a gap is known written as one word, too."""
        pieces = [speak(words(piece)) for piece in pattern.split(GAP)]
        steps = [word for piece in pieces for word in (GAP, *piece)][1:]
        node = self._root
        for step in steps:
            if step == GAP:
                node.gap = node.gap or _Node()
                node = node.gap
            else:
                self._vocabulary.add(step)
                node = node.after.setdefault(step, _Node())
        node.targets = (*node.targets, target)
        if len(steps) > 1 and GAP not in steps:
            for glued in {"".join(steps), "".join(words(pattern))}:
                if glued in self._ordinary:
                    continue
                self._glued[glued] = (*self._glued.get(glued, ()), target)

    def _hits(self, tokens: tuple[str, ...]) -> Iterator[tuple[_Target, How]]:
        for target in self._alone.get(speak(tokens), ()):
            yield target, "exact"
        for token in tokens:
            for target in self._glued.get(token, ()):
                yield target, target.how
        places = [place for index, token in enumerate(tokens) for place in self._read(index, token)]
        for start in range(len(places)):
            for target, guessed in _step(self._root, places, start, False):
                yield target, "typo" if guessed else target.how

    def _read(self, index: int, token: str) -> Iterator[_Place]:
        """The readings of a token. Only one that is neither ours nor ordinary is guessed at."""
        for word in SPOKEN.get(token) or (token,):
            if word in self._vocabulary or len(word) < MIN_LETTERS or word in self._ordinary:
                yield _Place((word,), guessed=False, token=index)
                continue
            forms = spellings(word)
            known = tuple(form for form in forms if form in self._vocabulary)
            if not known and not any(form in self._ordinary for form in forms):
                known = self._nearby.find(forms[-1] if forms else word)
            if known:
                yield _Place(known, guessed=True, token=index)
            else:
                yield _Place((word,), guessed=False, token=index)


def _step(node: _Node, places: list[_Place], at: int, guessed: bool) -> Iterator[tuple[_Target, bool]]:
    """The patterns that go on from ``node`` with the word at ``at``, and whether one of their words was guessed."""
    for reading in places[at].readings:
        child = node.after.get(reading)
        if child is not None:
            yield from _end(child, places, at, guessed or places[at].guessed)


def _end(node: _Node, places: list[_Place], at: int, guessed: bool) -> Iterator[tuple[_Target, bool]]:
    """The patterns that end at ``node``, whose last word stood at ``at``, and those that go on from there."""
    for target in node.targets:
        yield target, guessed
    after = at + 1
    if after < len(places) and node.after:
        yield from _step(node, places, after, guessed)
    if node.gap is not None:
        last = places[at].token + GAP_WORDS + 1
        while after < len(places) and places[after].token <= last:
            yield from _step(node.gap, places, after, guessed)
            after += 1

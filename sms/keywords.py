"""Finds the topics a message is about: words, phrases, misspellings, in every language of the pack at once.

Owns compiling a pack's words and matching against them. Refuses whole-message rules (optout.py, numbers, names) and to
choose a reply. A misspelling is looked for only in a token that is no ordinary word of either language, and never
becomes a word that carriers keep for themselves.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from content.model import Keyword
from content.reserved import is_reserved
from sms.distance import Nearby
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


@dataclass(frozen=True, slots=True)
class _Target:
    """Where a pattern leads. ``words`` are the words after its first one, with GAP among them."""

    topic: str
    language: str
    how: How
    words: tuple[str, ...] = ()


class _Place(NamedTuple):
    """One word of the message: how it may be read, whether that is a guess, and which token as sent it came from."""

    readings: tuple[str, ...]
    guessed: bool
    token: int


class Matcher:
    """The pack's words, compiled once. ``find`` is pure."""

    def __init__(self, keywords: Iterable[Keyword], ordinary: Collection[str]) -> None:
        """``ordinary`` are the words never taken for misspellings; the pack's own words need not be taken out."""
        self._priority: dict[str, int] = {}
        self._starts: dict[str, list[_Target]] = {}
        self._glued: dict[str, list[_Target]] = {}
        self._alone: dict[tuple[str, ...], list[_Target]] = {}
        self._ordinary = ordinary
        for keyword in keywords:
            self._priority[keyword.topic] = keyword.priority
            for language, lists in keyword.words.items():
                for alias in lists.aliases:
                    self._learn(alias, _Target(keyword.topic, language, "exact"))
                for phrase in lists.phrases:
                    self._learn(phrase, _Target(keyword.topic, language, "phrase"))
                for whole in lists.alone:
                    target = _Target(keyword.topic, language, "exact")
                    self._alone.setdefault(speak(words(whole)), []).append(target)
        self._vocabulary = set(self._starts) | {
            word for targets in self._starts.values() for target in targets for word in target.words
        }
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
        """Index a pattern by its first word. A pattern of several words without a gap is known written as one, too."""
        pieces = [speak(words(piece)) for piece in pattern.split(GAP)]
        first, *rest = [word for piece in pieces for word in (GAP, *piece)][1:]
        self._starts.setdefault(first, []).append(_Target(target.topic, target.language, target.how, tuple(rest)))
        if rest and GAP not in rest:
            for glued in {"".join((first, *rest)), "".join(words(pattern))}:
                if glued not in self._ordinary:
                    self._glued.setdefault(glued, []).append(target)

    def _hits(self, tokens: tuple[str, ...]) -> Iterator[tuple[_Target, How]]:
        for target in self._alone.get(speak(tokens), ()):
            yield target, "exact"
        for token in tokens:
            for target in self._glued.get(token, ()):
                yield target, target.how
        places = [place for index, token in enumerate(tokens) for place in self._read(index, token)]
        for start, place in enumerate(places):
            for reading in place.readings:
                for target in self._starts.get(reading, ()):
                    used = _follow(places, start, target.words)
                    if used is not None:
                        guessed = place.guessed or any(places[k].guessed for k in used)
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


def _follow(places: list[_Place], start: int, rest: tuple[str, ...]) -> tuple[int, ...] | None:
    """Where the words of ``rest`` stand after ``start``; None if they do not."""
    if not rest:
        return ()
    if rest[0] != GAP:
        after = range(start + 1, min(start + 2, len(places)))
        return _take(places, after, rest)
    last = places[start].token + GAP_WORDS + 1
    after = range(start + 1, len(places))
    return _take(places, [k for k in after if places[k].token <= last], rest[1:])


def _take(places: list[_Place], after: Iterable[int], rest: tuple[str, ...]) -> tuple[int, ...] | None:
    for k in after:
        if rest[0] in places[k].readings:
            used = _follow(places, k, rest[1:])
            if used is not None:
                return (k, *used)
    return None

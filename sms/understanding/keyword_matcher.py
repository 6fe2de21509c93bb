"""Finds a message's topics by words, phrases and misspellings, in all languages at once.

Ordinary words are never misspellings; no misspelling becomes a carrier's own word.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from content.model.edit_distance import Nearby
from content.model.pack import Keyword
from content.model.reserved_words import is_reserved
from content.model.word_groups import of_words
from sms.understanding.abbreviations import SPOKEN, speak
from sms.understanding.normalise import Tokens, spellings, words
from sms.understanding.pattern_tree import FILLERS, GAP, Match, Position, Tree, steps

How = Literal["exact", "phrase", "typo"]
MIN_LETTERS = 3  # a shorter word is never a misspelling
_DROPS_G = 5  # letters: "odin" is no overdose, "thin" no thing
_DROP_THEIR_G = frozenset({"bein", "doin", "goin"})
MOST_GUESSED = 320  # letters of misspelt words looked up per message: about forty words
_RANK: dict[How, int] = {"exact": 0, "phrase": 1, "typo": 2}
_FRAME_AFTER = 2  # who asks ("im a teacher") decides the topic, but after danger and suicide


@dataclass(frozen=True, slots=True)
class Hit:
    """A topic, and the languages of its words. ``whole``: a pattern is the whole message."""

    topic: str
    how: How
    languages: frozenset[str]
    whole: bool = field(default=False, compare=False)


class _Target(NamedTuple):
    """What a pattern stands for. ``topic``: "" for a figure of speech."""

    topic: str
    language: str
    how: How
    frame: bool = False


_NOWHERE = _Target("", "", "exact")


class Matcher:
    """The pack's words, compiled once. ``find`` is pure."""

    def __init__(
        self, keywords: Iterable[Keyword], ordinary: Collection[str], *, figures: Iterable[str] = ()
    ) -> None:
        """``ordinary``: never misspellings. ``figures``: a pattern wholly inside one is ignored."""
        self._priority: dict[str, int] = {}
        self._tree: Tree[_Target] = Tree()
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
                for frame in lists.frames:
                    self._learn(frame, _Target(keyword.topic, language, "phrase", frame=True))
                for whole in lists.alone:
                    alone = speak(words(whole))
                    self._alone[alone] = (
                        *self._alone.get(alone, ()),
                        _Target(keyword.topic, language, "exact"),
                    )
        self._nearby = Nearby(
            word for word in self._vocabulary if word.isalpha() and not is_reserved(word)
        )
        for figure in figures:
            self._tree.learn(steps(figure), _NOWHERE)
        self._groups = {
            word: tuple(name for name in names if name in self._tree.groups)
            for word, names in of_words().items()
        }
        self._vocabulary |= {word for word, names in self._groups.items() if names}

    def find(self, tokens: Tokens) -> tuple[Hit, ...]:
        """All topics of a message, the most urgent first."""
        best: dict[str, How] = {}
        languages: dict[str, set[str]] = {}
        frames: set[str] = set()
        wholes: set[str] = set()
        for target, how, whole in self._matches(tokens.joined):
            if _RANK[how] <= _RANK[best.get(target.topic, "typo")]:
                best[target.topic] = how
            languages.setdefault(target.topic, set()).add(target.language)
            if target.frame:
                frames.add(target.topic)
            if whole:
                wholes.add(target.topic)

        def urgency(topic: str) -> tuple[float, int, str]:
            priority = self._priority[topic]
            return (
                min(priority, _FRAME_AFTER + 0.5) if topic in frames else priority,
                _RANK[best[topic]],
                topic,
            )

        return tuple(
            Hit(topic, best[topic], frozenset(languages[topic]), topic in wholes)
            for topic in sorted(best, key=urgency)
        )

    def _learn(self, pattern: str, target: _Target) -> None:
        """A pattern of several words without a gap is also learnt as one word."""
        found = steps(pattern)
        plain = {step for step in found if step != GAP and not step.startswith("<")}
        self._vocabulary |= plain
        self._tree.learn(found, target)
        if len(found) > 1 and len(plain) == len(set(found)):
            for glued in {"".join(found), "".join(words(pattern))}:
                if glued not in self._ordinary:
                    self._glued[glued] = (*self._glued.get(glued, ()), target)

    def _matches(self, words: tuple[str, ...]) -> Iterator[tuple[_Target, How, bool]]:
        """The matches that count; the message as a single known word counts whatever is in it."""
        for target in self._alone.get(speak(words), ()):
            yield target, "exact", True
        near = _Guesses(self._nearby)
        places = [
            place for index, word in enumerate(words) for place in self._read(index, word, near)
        ]
        found = list(self._tree.at(places))
        if self._glued.keys() & set(words):
            first = {place.token: at for at, place in reversed(list(enumerate(places)))}
            found += [
                Match(target, False, 1 << first[index])
                for index, word in enumerate(words)
                for target in self._glued.get(word, ())
            ]
        for one in _outermost(found):
            whole = all(place.filler or one.mask >> at & 1 for at, place in enumerate(places))
            yield one.target, "typo" if one.guessed else one.target.how, whole

    def _with_its_g(self, word: str) -> str:
        """ "livin" is "living" where a pattern has the one and none has the other."""
        long = len(word) >= _DROPS_G or word in _DROP_THEIR_G
        dropped = long and word.endswith("in") and word not in self._vocabulary
        return f"{word}g" if dropped and f"{word}g" in self._vocabulary else word

    def _read(self, index: int, token: str, near: "_Guesses") -> Iterator[Position]:
        """The readings of a token. Guesses only at one neither known nor ordinary."""
        for written in SPOKEN.get(token) or (token,):
            word = self._with_its_g(written)
            if word in self._vocabulary or len(word) < MIN_LETTERS or word in self._ordinary:
                yield Position((word, *self._groups.get(word, ())), False, index, word in FILLERS)
                continue
            forms = spellings(word)
            known = tuple(form for form in forms if form in self._vocabulary)
            if not known and not any(form in self._ordinary for form in forms):
                known = near.find(forms[-1] if forms else word)
            if not known:
                yield Position((word,), False, index, any(form in FILLERS for form in forms))
            else:
                groups = {group for form in known for group in self._groups.get(form, ())}
                yield Position((*known, *sorted(groups)), True, index, False)


class _Guesses:
    """Looks up a message's misspelt words, each once, within a budget of letters."""

    def __init__(self, nearby: Nearby) -> None:
        self._nearby = nearby
        self._found: dict[str, tuple[str, ...]] = {}
        self._left = MOST_GUESSED

    def find(self, word: str) -> tuple[str, ...]:
        """The nearest known words; none when the message's letters are used up."""
        if word not in self._found:
            self._found[word] = self._nearby.find(word) if self._left >= len(word) else ()
            self._left -= len(word)
        return self._found[word]


def _outermost(found: list[Match[_Target]]) -> Iterator[Match[_Target]]:
    """Drops matches inside a longer one or a figure: "wont let me leave my job" is about work."""
    figures = {one.mask for one in found if not one.target.topic}
    # Compared only with matches sharing the first place: all with all took 13 ms.
    sharing: dict[int, list[int]] = {}
    for mask in {one.mask for one in found}:
        rest = mask
        while rest:
            place = rest & -rest
            sharing.setdefault(place, []).append(mask)
            rest ^= place
    for one in found:
        mask = one.mask
        inside = any(mask & other == mask and mask != other for other in sharing[mask & -mask])
        if not inside and mask not in figures:
            yield one

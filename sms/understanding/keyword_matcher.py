"""Finds whole-message keywords and the safety phrases: the few rules that no model may overrule."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from content.model.pack import Keyword
from sms.understanding.abbreviations import read, speak
from sms.understanding.normalise import Tokens, words
from sms.understanding.sayings import sayings

How = Literal["exact", "phrase"]
MOST_FILLERS = 4  # in a row inside a phrase
FILLERS = frozenset(word for (word,) in sayings("phrase", "fillers"))


@dataclass(frozen=True, slots=True)
class Hit:
    """A topic by a rule, and the language of the rule. ``how``: "exact" is the whole message."""

    topic: str
    how: How
    language: str


class _Node(dict[str, "_Node"]):
    hit: Hit | None = None


class Matcher:
    """The pack's rules, compiled once. ``find`` is pure."""

    def __init__(self, keywords: Iterable[Keyword]) -> None:
        self._whole: dict[tuple[str, ...], Hit] = {}
        self._root = _Node()
        # The most urgent topic has the word, where two have it.
        for keyword in sorted(keywords, key=lambda one: one.priority, reverse=True):
            for language, lists in keyword.words.items():
                for alone in lists.alone:
                    self._whole[_steps(alone)] = Hit(keyword.topic, "exact", language)
                for phrase in lists.phrases:
                    node = self._root
                    for step in _steps(phrase):
                        node = node.setdefault(step, _Node())
                    node.hit = Hit(keyword.topic, "phrase", language)
        self._priority = {keyword.topic: keyword.priority for keyword in keywords}

    def find(self, tokens: Tokens) -> tuple[Hit, ...]:
        """The keyword that is the whole message, else the phrases in it, the most urgent first."""
        said = tuple(read(tokens.joined))
        whole = self._whole.get(said) or self._whole.get(
            tuple([word for word in said if word not in FILLERS])
        )
        if whole:
            return (whole,)
        found = {hit.topic: hit for hit in self._phrases(said)}
        return tuple(found[topic] for topic in sorted(found, key=self._priority.__getitem__))

    def _phrases(self, said: Sequence[str]) -> Iterator[Hit]:
        for start, first in enumerate(said):
            node = self._root.get(first)
            at, skipped = start + 1, 0
            while node is not None:
                if node.hit:
                    yield node.hit
                if at == len(said):
                    break
                deeper = node.get(said[at])
                if deeper is None and (said[at] not in FILLERS or skipped == MOST_FILLERS):
                    break
                node, skipped = (deeper, 0) if deeper is not None else (node, skipped + 1)
                at += 1


def _steps(pattern: str) -> tuple[str, ...]:
    return speak(words(pattern))

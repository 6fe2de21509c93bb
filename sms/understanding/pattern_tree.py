"""A trie of word patterns: "~" for up to three words, "<family>" for a group, fillers skipped."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from content.model.word_groups import GROUPS, name_in
from sms.understanding.abbreviations import speak
from sms.understanding.normalise import words

GAP = "~"
GAP_WORDS = 3
# In a row inside a pattern; unlimited, "all all all …" takes quadratic time.
MOST_FILLERS = 8
# Words of both languages that change nothing about those around them.
_FILLERS = """
    just really rly so very like literally lowkey highkey fr actually fucking fuckin fkn fking
    freaking frickin damn totally always even probably prob maybe already still also basically sorta
    kinda um uh omg pls please lately again sometimes often constantly ever all fuking effing legit
    muy mucho ya pues nomas siempre tan tambien solo neta wey guey bien aveces todavia ahorita otra
    vez
"""
FILLERS = frozenset(_FILLERS.split())
Target = TypeVar("Target")


class Position(NamedTuple):
    """One word of the message: its readings, whether guessed, its token, whether a filler."""

    readings: tuple[str, ...]
    guessed: bool
    token: int
    filler: bool


class Match(NamedTuple, Generic[Target]):
    """A pattern found in the message. ``mask``: a bit for each place used."""

    target: Target
    guessed: bool
    mask: int


@dataclass(slots=True)
class _Node(Generic[Target]):
    """A trie node: hundreds of phrases begin with "i"."""

    after: "dict[str, _Node[Target]]" = field(default_factory=dict)
    gap: "_Node[Target] | None" = None
    targets: tuple[Target, ...] = ()


def steps(pattern: str) -> tuple[str, ...]:
    """Folded words with short forms spelt out, groups and gaps as written. KeyError."""
    found: list[str] = []
    plain: list[str] = []
    for part in (*pattern.split(), GAP):
        group = name_in(part)
        if part != GAP and not group:
            plain.append(part)
            continue
        found += speak(words(" ".join(plain)))
        plain = []
        if group and group not in GROUPS:
            raise KeyError(part)
        found.append(part)
    return tuple(found[:-1])


class Tree(Generic[Target]):
    """Patterns, compiled once. ``at`` is pure."""

    def __init__(self) -> None:
        self._root: _Node[Target] = _Node()
        self.groups: set[str] = set()

    def learn(self, pattern: tuple[str, ...], target: Target) -> None:
        """Add a pattern, given by its ``steps``."""
        node = self._root
        for step in pattern:
            if step == GAP:
                node.gap = node.gap or _Node()
                node = node.gap
            else:
                if name_in(step):
                    self.groups.add(step)
                node = node.after.setdefault(step, _Node())
        node.targets = (*node.targets, target)

    def at(self, places: Sequence[Position]) -> Iterator[Match[Target]]:
        """Every pattern in the message. Uses a stack: generators took three times as long."""
        count = len(places)
        for start in range(count):
            todo = [(self._root, start, False, 0)]
            while todo:
                node, at, guessed, mask = todo.pop()
                place = places[at]
                for reading in place.readings:
                    child = node.after.get(reading)
                    if child is None:
                        continue
                    used, guess = mask | 1 << at, guessed or place.guessed
                    for target in child.targets:
                        yield Match(target, guess, used)
                    for after in range(
                        at + 1, min(count, at + 2 + MOST_FILLERS) if child.after else 0
                    ):
                        todo.append((child, after, guess, used))
                        if not places[after].filler:
                            break
                    if child.gap is not None:
                        last = place.token + GAP_WORDS + 1
                        todo += [
                            (child.gap, after, guess, used)
                            for after in range(at + 1, min(count, at + 4 * GAP_WORDS))
                            if places[after].token <= last
                        ]

"""Finds whole-message keywords and the safety phrases: the few rules that no model may overrule."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from content.model.pack import Keyword, Words
from content.model.rule_phrases import ANY, MOST_ANY, Classes, class_in, least, steps
from sms.understanding.abbreviations import read, speak
from sms.understanding.normalise import Tokens, is_emoji, words
from sms.understanding.sayings import sayings

How = Literal["exact", "phrase"]
MOST_FILLERS = 4  # in a row inside a phrase
FILLERS = frozenset(word for (word,) in sayings("phrase", "fillers"))
_LAST = 1 << 16  # a topic's own phrase comes after those of its cases


@dataclass(frozen=True, slots=True)
class Hit:
    """A topic by a rule, and the language of the rule. ``how``: "exact" is the whole message.

    ``case``: the topic's case that the rule belongs to. ``about``: "friend" if the rule says so,
    "me" if the case has rules that would.
    """

    topic: str
    how: How
    language: str
    case: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class _Rule:
    """A phrase's hit. ``voids``: it takes back what the case's own phrases found.

    ``whole``: only where nothing but small words stands around it.
    """

    hit: Hit
    rank: int
    voids: bool = False
    whole: bool = False


class _Node(dict[str, list["_Node"]]):
    """What may come next. ``is_end``: reached by every phrase of a class, so no word's own."""

    rules: tuple[_Rule, ...] = ()
    numbers: tuple[tuple[int, "_Node"], ...] = ()
    after_any: "_Node | None" = None
    ends: "dict[tuple[int, str], _Node] | None" = None
    is_end = False


class Matcher:
    """The pack's rules, compiled once. ``find`` is pure."""

    def __init__(self, keywords: Iterable[Keyword]) -> None:
        keywords = tuple(keywords)
        self._whole: dict[tuple[str, ...], Hit] = {}
        self._root = _Node()
        # The most urgent topic has the word, where two have it.
        for keyword in sorted(keywords, key=lambda one: one.priority, reverse=True):
            self._learn(keyword, keyword.words, Hit(keyword.topic, "phrase", ""), _LAST)
            for name, case in keyword.case.items():
                hit = Hit(keyword.topic, "phrase", "", name, "me" if case.friend else "")
                friend = Hit(keyword.topic, "phrase", "", name, "friend")
                self._learn(keyword, case.words, hit, 2 * case.priority + 1)
                self._learn(keyword, case.friend, friend, 2 * case.priority)
                for language, phrases in case.unless.items():
                    for phrase in phrases:
                        self._add(keyword, language, phrase, _Rule(hit, 0, voids=True))
        self._priority = {keyword.topic: keyword.priority for keyword in keywords}

    def _learn(self, keyword: Keyword, rules: Mapping[str, Words], of: Hit, rank: int) -> None:
        for language, lists in rules.items():
            hit = Hit(of.topic, "phrase", language, of.case, of.about)
            for alone in lists.alone:
                whole = Hit(of.topic, "exact", language, of.case, of.about)
                if "{" in alone or any(map(is_emoji, alone)):
                    self._add(keyword, language, alone, _Rule(whole, rank, whole=True))
                else:
                    self._whole[_spoken(alone)] = whole
            for phrase in lists.phrases:
                self._add(keyword, language, phrase, _Rule(hit, rank))

    def _add(self, keyword: Keyword, language: str, phrase: str, rule: _Rule) -> None:
        node = _grown(self._root, steps(phrase), keyword.classes.get(language, {}))
        own = (one for one in node.rules if one.voids or one.hit.topic == rule.hit.topic)
        node.rules = (*(node.rules if rule.voids else own), rule)

    def find(self, tokens: Tokens) -> tuple[Hit, ...]:
        """The keyword that is the whole message, else the phrases in it, the most urgent first."""
        plain = tuple(read(tokens.joined))
        whole = self._whole.get(plain) or self._whole.get(
            tuple([word for word in plain if word not in FILLERS])
        )
        if whole:
            return (whole,)
        rules = [*self._phrases(read(tokens.signed) if tokens.signed else plain)]
        if not rules:
            return ()
        void = {(rule.hit.topic, rule.hit.case) for rule in rules if rule.voids}
        found: dict[str, Hit] = {}
        for rule in sorted(rules, key=lambda rule: (self._priority[rule.hit.topic], rule.rank)):
            if (rule.hit.topic, rule.hit.case) not in void:
                found.setdefault(rule.hit.topic, rule.hit)
        return tuple(found.values())

    def _phrases(self, said: Sequence[str]) -> Iterator[_Rule]:
        for start, first in enumerate(said):
            if first in self._root or (self._root.numbers and first.isdigit()):
                for rule, end in _from(self._root, said, start):
                    around = (*said[:start], *said[end:]) if rule.whole else ()
                    if all(map(_is_small, around)):
                        yield rule


def _is_small(word: str) -> bool:
    return word in FILLERS or is_emoji(word)


def _from(root: _Node, said: Sequence[str], start: int) -> Iterator[tuple[_Rule, int]]:
    """Every phrase that begins with that word, and where it ends."""
    todo = [(node, start + 1, 0) for node in _next(root, said[start])]
    seen = set()
    while todo:
        node, at, skipped = todo.pop()
        if (id(node), at) in seen:
            continue
        seen.add((id(node), at))
        yield from ((rule, at) for rule in node.rules)
        if node.after_any is not None:
            last = min(at + MOST_ANY, len(said))
            todo += [(node.after_any, later, 0) for later in range(at, last + 1)]
        if at == len(said):
            continue
        todo += [(deeper, at + 1, 0) for deeper in _next(node, said[at])]
        if is_emoji(said[at]):
            todo.append((node, at + 1, skipped))
        elif said[at] in FILLERS and skipped < MOST_FILLERS:
            todo.append((node, at + 1, skipped + 1))


def _next(node: _Node, word: str) -> Iterator[_Node]:
    yield from node.get(word, ())
    if node.numbers and word.isdigit():
        yield from (then for fewest, then in node.numbers if int(word[:9]) >= fewest)


def _grown(
    node: _Node, pattern: Sequence[str], classes: Classes, end: _Node | None = None
) -> _Node:
    """The node at the end of a phrase that begins at ``node``; ``end``: where it must end."""
    flat = [word for step in pattern for word in ((step,) if step[0] == "{" else _spoken(step))]
    for place, step in enumerate(flat, 1):
        last = end if place == len(flat) else None
        name, fewest = class_in(step), least(step)
        if name:
            node = _class(node, name, classes, last)
        elif fewest is not None:
            then = _Node() if last is None else last
            node.numbers = (*node.numbers, (fewest, then))
            node = then
        elif step == ANY:
            node.after_any = _Node() if node.after_any is None else node.after_any
            node = node.after_any
        else:
            node = _word(node, step, last)
    return node


def _class(node: _Node, name: str, classes: Classes, end: _Node | None) -> _Node:
    ends = node.ends = {} if node.ends is None else node.ends
    key = (id(classes), name)  # another topic or language means other words by that name
    if end is None and key in ends:
        return ends[key]
    then = end
    if then is None:
        then = ends[key] = _Node()
        then.is_end = True
    for member in classes.get(name, ()):
        _grown(node, steps(member), classes, then)
    return then


def _word(node: _Node, word: str, end: _Node | None) -> _Node:
    known = node.setdefault(word, [])
    if end is None:
        end = next((then for then in known if not then.is_end), None)
        end = _Node() if end is None else end
    if not any(then is end for then in known):
        known.append(end)
    return end


def _spoken(pattern: str) -> tuple[str, ...]:
    return (pattern,) if is_emoji(pattern) else speak(words(pattern))

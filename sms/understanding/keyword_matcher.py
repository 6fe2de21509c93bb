"""Finds whole-message keywords and safety phrases: the few rules that no model may override."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from content.model.pack import Keyword, Words
from content.rules.rule_phrases import ANY, MOST_ANY, Classes, class_in, least, steps
from sms.understanding.abbreviations import read, speak
from sms.understanding.normalise import Tokens, is_emoji, words
from sms.understanding.sayings import single

How = Literal["exact", "phrase"]
MOST_FILLERS = 4  # maximum filler words in a row inside a phrase
FILLERS = single("phrase", "fillers")
MOST_WHOLE = 40  # maximum words in a message that a rule with braces may match as a whole
_NUMBER = "#"  # stands for any number as a first word; words never contain this sign
_Ends = dict[tuple[int, int], tuple[int, ...]]  # class and word index → ends of the class's phrases
_LAST = 1 << 16  # ranks a topic's own phrases after those of its cases


@dataclass(frozen=True, slots=True)
class Hit:
    """A topic that a rule found, and the rule's language. ``how``: "exact" for a whole message.

    ``case``: the topic's case that the rule belongs to. ``about``: "friend" if the rule is about
    a friend, "me" if only other rules of the case are.
    """

    topic: str
    how: How
    language: str
    case: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class _Rule:
    """A phrase's hit. ``voids``: the phrase cancels hits of the case's own phrases.

    ``whole``: the phrase counts only if there are just fillers and emoji around it.
    """

    hit: Hit
    rank: int
    voids: bool = False
    whole: bool = False


class _Node:
    """The possible next steps of a phrase. ``is_end``: a member of a class is complete here.

    ``opening``: for each word, the classes that may begin with it, if there are many classes.
    """

    __slots__ = ("after_any", "classes", "is_end", "numbers", "opening", "rules", "words")

    def __init__(self) -> None:
        self.words: dict[str, _Node] = {}
        self.numbers: tuple[tuple[int, _Node], ...] = ()
        self.classes: tuple[tuple[_Class, _Node], ...] = ()
        self.after_any: _Node | None = None
        self.rules: tuple[_Rule, ...] = ()
        self.is_end = False
        self.opening: Mapping[str, Sequence[tuple[_Class, _Node]]] | None = None

    @property
    def is_leaf(self) -> bool:
        """Whether a member of a class ends here and no member continues."""
        return self.is_end and not (self.words or self.numbers or self.classes)

    def first(self) -> dict[str, bool]:
        """Return the words that may begin a phrase here; True if the word is a whole phrase.
        "#" stands for any number."""
        found = {
            _NUMBER if word.isdigit() else word: then.is_leaf and not word.isdigit()
            for word, then in self.words.items()
        }
        if self.numbers:
            found[_NUMBER] = False
        for one, then in self.classes:
            for word, is_all in one.first.items():
                found[word] = found.get(word, True) and is_all and then.is_leaf
        return found


_NO_WORDS: dict[str, _Node] = {}  # shared by all nodes at which a phrase can only end


class _Class:
    """The phrases of a named class, compiled once for all rules that use the class."""

    def __init__(self) -> None:
        self.root = _Node()

    @cached_property
    def first(self) -> Mapping[str, bool]:
        """Return the result of ``_Node.first`` for the class's phrases."""
        return self.root.first()


class Matcher:
    """The pack's rules, compiled once. ``find`` is pure."""

    def __init__(self, keywords: Iterable[Keyword]) -> None:
        keywords = tuple(keywords)
        compiler = _Compiler()
        # If two topics have the same keyword, it leads to the more urgent topic.
        for keyword in sorted(keywords, key=lambda one: one.priority, reverse=True):
            compiler.learn(keyword)
        self._whole, self._root = compiler.whole, compiler.compiled()
        self._priority = {keyword.topic: keyword.priority for keyword in keywords}
        self._first = frozenset(self._root.first())

    def find(self, tokens: Tokens) -> tuple[Hit, ...]:
        """Return the keyword that is the whole message, or the phrases in it, most urgent first."""
        plain = tuple(read(tokens.joined))
        whole = self._whole.get(plain) or self._whole.get(
            tuple([word for word in plain if word not in FILLERS])
        )
        if whole:
            return (whole,)
        found_at = self._phrases(read(tokens.signed) if tokens.signed else plain)
        rules = [rule for rule, _, _ in found_at]
        if not rules:
            return ()
        void = {(rule.hit.topic, rule.hit.case) for rule in rules if rule.voids}
        found: dict[str, Hit] = {}
        for rule in sorted(rules, key=lambda rule: (self._priority[rule.hit.topic], rule.rank)):
            if (rule.hit.topic, rule.hit.case) not in void:
                found.setdefault(rule.hit.topic, rule.hit)
        return tuple(found.values())

    def spans(self, said: Sequence[str]) -> Iterator[tuple[Hit, int, int]]:
        """Yield each phrase found in spelled-out words, with the indexes of its start and end."""
        return ((rule.hit, start, end) for rule, start, end in self._phrases(said))

    def whole_spans(self, said: Sequence[str]) -> Iterator[tuple[Hit, int, int]]:
        """Yield the same for phrases that match only if those words are the whole message."""
        for start in range(len(said)):
            for end in range(start + 1, len(said) + 1):
                if hit := self._whole.get(tuple(said[start:end])):
                    yield hit, start, end
        yield from ((rule.hit, start, end) for rule, start, end in self._found(said) if rule.whole)

    def _phrases(self, said: Sequence[str]) -> Iterator[tuple[_Rule, int, int]]:
        for rule, start, end in self._found(said):
            if not rule.whole or _is_whole(said, start, end):
                yield rule, start, end

    def _found(self, said: Sequence[str]) -> Iterator[tuple[_Rule, int, int]]:
        ends: _Ends = {}
        for start, word in enumerate(said):
            if (_NUMBER if word.isdigit() else word) in self._first:
                for node, end in _reached(self._root, said, start, ends):
                    yield from ((rule, start, end) for rule in node.rules)


def _is_whole(said: Sequence[str], start: int, end: int) -> bool:
    return len(said) <= MOST_WHOLE and all(map(is_small, (*said[:start], *said[end:])))


def is_small(word: str) -> bool:
    """Whether a word does not change the meaning of the words around it."""
    return word in FILLERS or is_emoji(word)


def _reached(
    root: _Node, said: Sequence[str], start: int, ends: _Ends
) -> Iterator[tuple[_Node, int]]:
    """Yield the ends of phrases that begin at ``start``, as nodes with the next word's index."""
    todo = [(root, start, 0)]
    seen = set()
    while todo:
        node, at, skipped = todo.pop()
        if (id(node), at) in seen:
            continue
        seen.add((id(node), at))
        if node.rules or node.is_end:
            yield node, at
        if node.after_any is not None:
            last = min(at + MOST_ANY, len(said))
            todo += [(node.after_any, later, 0) for later in range(at, last + 1)]
        if at == len(said):
            continue
        if (deeper := node.words.get(said[at])) is not None:
            todo.append((deeper, at + 1, 0))
        if node.numbers or node.classes:
            todo += [(then, end, 0) for then, end in _next(node, said, at, ends)]
        if node is not root and skipped < MOST_FILLERS and is_small(said[at]):
            todo.append((node, at + 1, skipped + 1))


def _next(node: _Node, said: Sequence[str], at: int, ends: _Ends) -> Iterator[tuple[_Node, int]]:
    """Yield the nodes to which a number or a class of phrases leads from the word at ``at``."""
    word = said[at]
    if node.numbers and word.isdigit():
        yield from ((then, at + 1) for fewest, then in node.numbers if int(word[:9]) >= fewest)
    if not node.classes:
        return
    first = _NUMBER if word.isdigit() else word
    for one, then in node.classes if node.opening is None else node.opening.get(first, ()):
        if (is_all := one.first.get(first)) is None:
            continue
        if is_all:
            yield then, at + 1
            continue
        key = (id(one), at)
        if key not in ends:
            ends[key] = ()  # a class that contains itself matches nothing
            ends[key] = tuple({end for _, end in _reached(one.root, said, at, ends)})
        yield from ((then, end) for end in ends[key])


class _Compiler:
    """Builds one tree from all topics' phrases. ``whole``: hits by a message's words."""

    def __init__(self) -> None:
        self.whole: dict[tuple[str, ...], Hit] = {}
        self._root = _Node()
        self._growers: dict[tuple[str, str], _Grower] = {}
        self._spelt: dict[str, str] = {}  # stores each word once, even if many phrases use it

    def learn(self, keyword: Keyword) -> None:
        self._learn(keyword, keyword.words, Hit(keyword.topic, "phrase", ""), _LAST)
        for name, case in keyword.case.items():
            hit = Hit(keyword.topic, "phrase", "", name, "me" if case.friend else "")
            friend = Hit(keyword.topic, "phrase", "", name, "friend")
            self._learn(keyword, case.words, hit, 2 * case.priority + 1)
            self._learn(keyword, case.friend, friend, 2 * case.priority)
            void = _Rule(hit, 0, voids=True)
            for language, phrases in case.unless.items():
                for phrase in phrases:
                    self._add(keyword, language, phrase, void)

    def _learn(self, keyword: Keyword, rules: Mapping[str, Words], of: Hit, rank: int) -> None:
        for language, lists in rules.items():
            alone_is = Hit(of.topic, "exact", language, of.case, of.about)
            whole = _Rule(alone_is, rank, whole=True)
            for alone in lists.alone:
                if "{" in alone or any(map(is_emoji, alone)):
                    self._add(keyword, language, alone, whole)
                else:
                    self.whole[_spoken(alone)] = alone_is
            rule = _Rule(Hit(of.topic, "phrase", language, of.case, of.about), rank)
            for phrase in lists.phrases:
                self._add(keyword, language, phrase, rule)

    def _add(self, keyword: Keyword, language: str, phrase: str, rule: _Rule) -> None:
        key = (keyword.topic, language)
        if key not in self._growers:
            self._growers[key] = _Grower(keyword.classes.get(language, {}), self._spelt)
        node = self._growers[key].grown(self._root, phrase)
        own = (one for one in node.rules if one.voids or one.hit.topic == rule.hit.topic)
        node.rules = (*(node.rules if rule.voids else own), rule)

    def compiled(self) -> _Node:
        """Return the root of the tree, in which equal branches are shared."""
        known: dict[Hashable, _Node] = {}
        for grower in self._growers.values():
            for one in grower.classes.values():
                one.root = _shared(one.root, known)
        root = _shared(self._root, known)
        opening: dict[str, list[tuple[_Class, _Node]]] = {}
        for one, then in root.classes:
            for word in one.first:
                opening.setdefault(word, []).append((one, then))
        root.opening = opening
        return root


def _shared(node: _Node, known: dict[Hashable, _Node]) -> _Node:
    """Return the known node with the same branches, or add a copy of this node and return it."""
    kept = _Node()
    kept.words = {word: _shared(then, known) for word, then in node.words.items()} or _NO_WORDS
    kept.numbers = tuple((fewest, _shared(then, known)) for fewest, then in node.numbers)
    kept.classes = tuple((one, _shared(then, known)) for one, then in node.classes)
    kept.after_any = node.after_any and _shared(node.after_any, known)
    kept.rules, kept.is_end = node.rules, node.is_end
    key = (
        frozenset((word, id(then)) for word, then in kept.words.items()),
        tuple((fewest, id(then)) for fewest, then in kept.numbers),
        tuple((id(one), id(then)) for one, then in kept.classes),
        id(kept.after_any),
        tuple(map(id, kept.rules)),
        kept.is_end,
    )
    return known.setdefault(key, kept)


class _Grower:
    """Compiles the phrases of one topic and language."""

    def __init__(self, classes: Classes, spelt: dict[str, str]) -> None:
        self._given, self._spelt = classes, spelt
        self.classes: dict[str, _Class] = {}

    def grown(self, root: _Node, phrase: str) -> _Node:
        """Add a phrase that begins at ``root``; return the node at its end."""
        node = root
        for step in steps(phrase):
            fewest, name = least(step), class_in(step)
            if fewest is not None:
                then = _Node()
                node.numbers = (*node.numbers, (fewest, then))
                node = then
            elif step == ANY:
                node.after_any = _Node() if node.after_any is None else node.after_any
                node = node.after_any
            elif name:
                node = self._after_class(node, name)
            else:
                for word in _spoken(step):
                    node = node.words.setdefault(self._spelt.setdefault(word, word), _Node())
        return node

    def _after_class(self, node: _Node, name: str) -> _Node:
        if name not in self.classes:
            one = self.classes[name] = _Class()
            for member in self._given.get(name, ()):
                self.grown(one.root, member).is_end = True
        own = self.classes[name]
        for one, then in node.classes:
            if one is own:
                return then
        then = _Node()
        node.classes = (*node.classes, (own, then))
        return then


def _spoken(pattern: str) -> tuple[str, ...]:
    return (pattern,) if is_emoji(pattern) else speak(words(pattern))

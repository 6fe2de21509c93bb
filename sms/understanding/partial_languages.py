"""Crisis words and scripts of a pack's partial languages.

Matched as written, with or without marks, never guessed: no English or Spanish may match.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import NamedTuple

from content.model.pack import Keyword, Pack, Words
from sms.understanding import scripts
from sms.understanding.normalise import Tokens
from sms.understanding.pattern_tree import GAP, Position, Tree

_IN_SCRIPT = {"Arabic": "ar", "Cyrillic": "ru", "Gurmukhi": "pa", "Han": "zh", "Hangul": "ko"}
# "I miss you to death" in Chinese: words inside one of these do not count.
_FIGURES = ("想死你", "想死妳", "想死我了", "笑死", "救命恩人")
_LEAST = 1_000  # a word for help or for a language says less than any topic


class Sense(NamedTuple):
    """A topic in a language, "" for the general answer. Lowest ``priority`` first."""

    priority: int
    topic: str
    language: str


class PartialMatch(NamedTuple):
    """``how``: ``phrase``, ``exact`` (a word for help) or ``general`` (the script alone)."""

    sense: Sense
    how: str


class PartialLanguages:
    """Words of a pack's partial languages, compiled once. ``find`` is pure."""

    def __init__(self, pack: Pack, spoken: Collection[str]) -> None:
        """``spoken``: languages with a general answer; words of others are ignored."""
        self._tree: Tree[Sense] = Tree()
        self._starts: set[str] = set()
        self._runs: dict[str, Sense] = {}
        self._whole: dict[str, Sense] = {}
        for sense, words in _lists(pack, spoken):
            for pattern in (*words.aliases, *words.phrases, *words.frames):
                self._learn(pattern, sense)
            for whole in words.alone:
                self._whole.setdefault(_joined(scripts.kept(whole)), sense)
        self._by_script = {
            script: tag
            for script, short in _IN_SCRIPT.items()
            for tag in spoken
            if tag.partition("-")[0] == short
        }
        self._vietnamese = "vi" in spoken

    def find(self, text: str, tokens: Tokens) -> PartialMatch | None:
        """The most urgent sense or None. Whole words only: Hmong "kill me" begins "kill myself"."""
        by_script = self._language(text, tokens)
        found = list(self._said(text, tokens))
        if found:
            sense = min(found, key=lambda one: (one.priority, one.language != by_script))
            return PartialMatch(sense, "phrase" if sense.topic else "exact")
        return PartialMatch(Sense(_LEAST, "", by_script), "general") if by_script else None

    def _learn(self, pattern: str, sense: Sense) -> None:
        if scripts.unspaced(pattern):
            self._runs.setdefault(scripts.squeezed(scripts.kept(pattern)), sense)
            return
        steps = tuple(
            step
            for part in pattern.split()
            for step in ((GAP,) if part == GAP else scripts.tokens(scripts.kept(part)))
        )
        self._starts.add(steps[0])
        self._tree.learn(steps, sense)

    def _language(self, text: str, tokens: Tokens) -> str:
        """The language of the message's script; "" for Latin letters, except Vietnamese ones."""
        if text.isascii():
            return ""
        if self._vietnamese and scripts.has_vietnamese_letters(text):
            return "vi"
        by_script = self._by_script.get(scripts.main_script(tokens.folded), "")
        # A Russian message of look-alike letters only ("нет"), without a Latin letter.
        return by_script or self._by_script.get(scripts.only_script(text), "")

    def _said(self, text: str, tokens: Tokens) -> Iterator[Sense]:
        kept = "" if text.isascii() else scripts.kept(text)
        words = scripts.tokens(kept) if kept else tokens.words
        forms = [scripts.readings(word) for word in words]
        for whole in {" ".join(words), " ".join(form[-1] for form in forms)} & self._whole.keys():
            yield self._whole[whole]
        if not all(self._starts.isdisjoint(form) for form in forms):
            found = list(
                self._tree.at(
                    [Position(form, False, index, False) for index, form in enumerate(forms)]
                )
            )
            masks = {one.mask for one in found}
            yield from (
                one.target
                for one in found
                if not any(one.mask | mask == mask != one.mask for mask in masks)
            )
        if scripts.unspaced(kept):
            run = scripts.squeezed(kept)
            for figure in _FIGURES:
                run = run.replace(figure, " ")
            known = [pattern for pattern in self._runs if pattern in run]
            yield from (
                self._runs[one] for one in known if not any(one in other != one for other in known)
            )


def _lists(pack: Pack, spoken: Collection[str]) -> Iterator[tuple[Sense, Words]]:
    """Crisis words, and each language's words for itself and for help."""
    for keyword in pack.keywords:
        for language in pack.partial:
            if language in spoken and language in keyword.words:
                yield Sense(keyword.priority, keyword.topic, language), keyword.words[language]
    for language, words in pack.line_words.items():
        if language in spoken:
            yield Sense(_LEAST, "", language), words


def _joined(kept: str) -> str:
    return " ".join(scripts.tokens(kept))


def without(keyword: Keyword, languages: Collection[str]) -> Keyword:
    """Without these languages' words, which the matcher must not guess at."""
    return replace(
        keyword, words={tag: words for tag, words in keyword.words.items() if tag not in languages}
    )

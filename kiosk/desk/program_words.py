"""What the program says in English (commands, doctor, facts to compare), in the desk's language.

A sentence comes whole and is known again by its template: the catalogue ``locale/program`` has it
with {} for each part, of which each is looked up in its turn. What is unknown stays English.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import NamedTuple

from messages.message import Piece, Pieces, merged

# What a pack brings may be of any length and form, and a page must be made at once.
_LONGEST, _LOOKUPS, _DEEPEST = 1200, 300, 30
_TOGETHER = 6  # sentences that one template may hold
_TRIED = 3  # templates of one text, those with most words first
_FIELD = re.compile(r"\{(\w*)\}")
_BETWEEN = re.compile(r"(?<=[.?!)”])\s+|;\s+")
_PROSE = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")  # no name, hash, number or address
_FRAGMENT = 9  # letters: a template with fewer is sure only where all its parts are known


class _Template(NamedTuple):
    longest: str  # of its words, to see at once that a sentence is another
    pattern: re.Pattern[str]
    said: tuple[str | int, ...]  # words, and numbers of parts
    is_fragment: bool


class ProgramWords:
    """``known``: English to translated, with {} or {name} for parts; {0}, {1} in another order."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._whole = {english: text for english, text in known.items() if "{" not in english}
        cut = sorted(known.keys() - self._whole, key=lambda one: (-len(one), one))
        self._templates = [_template(english, known[english]) for english in cut]

    def told(self, text: str) -> Pieces:
        """The sentences of a text, English only where they must be."""
        if not self._whole:  # the page itself is English
            return (Piece(text),)
        return tuple(merged(_Search(self._whole, self._templates).told(text)))


class _Search:
    """One text: what was found of its parts, so that none is looked up twice."""

    def __init__(self, whole: Mapping[str, str], templates: Sequence[_Template]) -> None:
        self._whole, self._templates = whole, templates
        self._found: dict[str, Pieces] = {}
        self._depth = 0

    def told(self, text: str) -> Pieces:
        if text in self._found:
            return self._found[text]
        if len(text) > _LONGEST or len(self._found) > _LOOKUPS or self._depth > _DEEPEST:
            return (Piece(text, True),)
        unknown = (Piece(text, bool(_PROSE.search(text))),)
        self._depth += 1
        self._found[text] = unknown  # where it is a part of itself
        self._found[text] = _first_or_least(chain(self._readings(text), [unknown]))
        self._depth -= 1
        return self._found[text]

    def _readings(self, text: str) -> Iterator[Pieces]:
        if text in self._whole:
            yield (Piece(self._whole[text]),)
            return
        fitting = (
            (one, found)
            for one in self._templates
            if one.longest in text and (found := one.pattern.fullmatch(text))
        )
        for one, found in islice(fitting, _TRIED):
            filled = tuple(self._filled(one.said, found.groups()))
            if not (one.is_fragment and _unknown(filled)):
                yield filled
        for gap in islice(_BETWEEN.finditer(text), _TOGETHER):
            yield (*self.told(text[: gap.start()]), Piece(gap[0]), *self.told(text[gap.end() :]))
        if "/" in text and all(one in self._whole for one in text.split("/")):
            yield (Piece("/".join(self._whole[one] for one in text.split("/"))),)

    def _filled(self, said: Iterable[str | int], parts: Sequence[str]) -> Iterator[Piece]:
        for one in said:
            yield from (Piece(one),) if isinstance(one, str) else self.told(parts[one])


def _template(english: str, translated: str) -> _Template:
    names, words = _FIELD.findall(english), _FIELD.sub("\0", english).split("\0")
    at = iter(range(len(names)))
    said: list[str | int] = []
    for index, piece in enumerate(_FIELD.split(translated)):
        if index % 2 == 0:
            said.append(piece)
        elif piece.isdigit():
            said.append(int(piece))
        else:
            said.append(names.index(piece) if piece else next(at))
    return _Template(
        max(words, key=len),
        re.compile("(.*?)".join(map(re.escape, words)), re.DOTALL),
        tuple(said),
        sum(letter.isalpha() for letter in "".join(words)) < _FRAGMENT,
    )


def _first_or_least(readings: Iterable[Pieces]) -> Pieces:
    """The first that is known whole, else the first with the fewest English letters."""
    least: Pieces = ()
    for reading in readings:
        if not least or _unknown(reading) < _unknown(least):
            least = reading
        if not _unknown(least):
            break
    return least


def _unknown(pieces: Pieces) -> int:
    return sum(len(piece.text) for piece in pieces if piece.english)

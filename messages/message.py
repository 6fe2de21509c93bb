"""A message: a code with values. Its words come from a catalog, by code, where a person reads it.

``messages/en.toml`` and ``messages/es.toml`` hold them; {name} stands for a value. Two forms are
for one and for more, chosen by ``count``.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias, TypeVar, Union

import msgspec

from messages import template

Part: TypeAlias = Union[str, int, "Message"]
Value: TypeAlias = Union[str, int, "Message", tuple[Part, ...]]
P = TypeVar("P", bound=Part)
Severity = Literal["ok", "note", "wrong"]
VERBATIM = "verbatim"  # words of somebody else, such as a pack's check or a library
_FOLDER = Path(__file__).parent


class Message(msgspec.Struct, frozen=True):
    """``code``: of its words; ``where``: file and line, or a setting; ``args``: the values."""

    code: str
    where: str = ""
    args: dict[str, Value] = {}

    def __str__(self) -> str:
        return in_words(self, "en")

    def __hash__(self) -> int:
        return hash((self.code, self.where, *self.args))


class Finding(NamedTuple):
    """A message for a technician or an author. ``wrong``: fix it first; ``note``: to know.

    ``file`` and ``line``, or the row and column of a sheet (``line``, ``key``): where an author
    finds it.
    """

    kind: Severity
    message: Message
    file: str = ""
    line: int = 0
    key: str = ""

    @classmethod
    def at(
        cls, file: str, line: int, words: str, kind: Severity = "wrong", *, key: str = ""
    ) -> "Finding":
        """Make an author's: what is wrong, and how to fix it."""
        return cls(kind, verbatim(words), file, line, key)

    def __str__(self) -> str:
        if self.file:
            return f"{self.file}:{self.line}: {self.message}"
        row, column = f"row {self.line}" * bool(self.line), f"column {self.key}" * bool(self.key)
        place = ", ".join(filter(None, (row, column)))
        return f"{place}: {self.message}" if place else str(self.message)


def by_place(found: Iterable[Finding]) -> list[Finding]:
    """Return each once, in the order of their files and lines."""
    return sorted(set(found), key=lambda one: (one.file, one.line, str(one.message)))


class Piece(NamedTuple):
    """Words of a message. ``english``: they have no translation."""

    text: str
    english: bool = False


Pieces = tuple[Piece, ...]


def message(code: str, /, **args: object) -> Message:
    """Make a message without a place; an error counts as what it says, other values as strings."""
    return Message(code, args={name: _value(one) for name, one in args.items()})


def verbatim(text: str) -> Message:
    """Wrap words that no catalog has."""
    return Message(VERBATIM, args={"text": text})


def of_error(error: BaseException) -> Message:
    """Return the message that an error was raised with, else its own words or class."""
    given = error.args[0] if len(error.args) == 1 else None
    return given if isinstance(given, Message) else verbatim(str(error) or type(error).__name__)


def cause(error: OSError) -> Message:
    """Return why the system refused something, in its own words."""
    return verbatim(error.strerror) if error.strerror else of_error(error)


def kept(said: Message | None, english: str) -> Message:
    """Return a message from the disk; of another version, with other codes, its English words."""
    try:
        return said if said is not None and in_words(said, "en") else verbatim(english)
    except (LookupError, TypeError):
        return verbatim(english)


def both(said: tuple[Message, ...], english: tuple[str, ...]) -> tuple[Message, ...]:
    """Return the messages of a record that keeps their English words, too."""
    return tuple(kept(*pair) for pair in zip_longest(said[: len(english)], english))


def in_order(*said: Part, between: str = "text.then") -> Message:
    """Join sentences, a space between two, or what the words of another code have there."""
    first, *others = said
    for one in others:
        first = message(between, first=first, next=one)
    return first if isinstance(first, Message) else verbatim(str(first))


def known(code: str, otherwise: P) -> Message | P:
    """Make the message of a code, or return a value as it is where no catalog has that code."""
    return message(code) if code in catalog("en") else otherwise


def _value(given: object) -> Value:
    if isinstance(given, Message | int | str):
        return given
    if isinstance(given, BaseException):
        return of_error(given)
    if isinstance(given, tuple):
        return tuple(one if isinstance(one, Message | int) else str(one) for one in given)
    return str(given)


def pieces(said: Message | str, language: str) -> Pieces:
    """Return its words in that language, marked where they are English for lack of others."""
    return tuple(merged(_pieces(said, language)))


def in_words(said: Value, language: str) -> str:
    """Return its words in that language, without the marks."""
    return "".join(piece.text for piece in _pieces(said, language))


def has_english(found: Iterable[Piece]) -> bool:
    """Whether any of the words have no translation."""
    return any(piece.english for piece in found)


@cache
def catalog(language: str) -> Mapping[str, str | tuple[str, str]]:
    """Code to words; none where the language has no catalog."""
    try:
        table = tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {
        f"{area}.{name}": words if isinstance(words, str) else (words[0], words[1])
        for area, rows in table.items()
        for name, words in rows.items()
    }


def _pieces(said: Value, language: str) -> Iterator[Piece]:
    if isinstance(said, tuple | list):
        for index, one in enumerate(said):
            yield from (Piece(", "),) if index else ()
            yield from _pieces(one, language)
    elif not isinstance(said, Message):
        yield Piece(str(said))
    elif said.code == VERBATIM:
        yield Piece(str(said.args["text"]), language != "en")
    else:
        known = catalog(language).get(said.code)
        form = catalog("en")[said.code] if known is None else known
        words = form if isinstance(form, str) else form[said.args["count"] != 1]
        for index, part in enumerate(template.split(words)):
            if index % 2 == 0:
                yield Piece(part, known is None)
            else:
                yield from _pieces(said.args[part], language)


def merged(found: Iterable[Piece]) -> Iterator[Piece]:
    """Join neighbors of one kind; a space is of the kind of the words before it."""
    last = Piece("")
    for piece in found:
        if not piece.text:
            continue
        if not last.text:
            last = piece
        elif piece.english == last.english or not piece.text.strip():
            last = Piece(last.text + piece.text, last.english)
        else:
            yield last
            last = piece
    if last.text:
        yield last

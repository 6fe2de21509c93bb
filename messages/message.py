"""A message is a code with values. A catalog supplies the words for it when a person reads it.

The catalogs are ``messages/en.toml`` and ``messages/es.toml``; {name} stands for a value. If there
are two forms, they are the singular and the plural, chosen by ``count``.
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
VERBATIM = "verbatim"  # code for words from elsewhere, such as a pack's check or a library
EDITOR = "../editor/en"  # words that only an editor's installation has; read when first needed
_FOLDER = Path(__file__).parent


class Message(msgspec.Struct, frozen=True):
    """``code`` selects the words; ``where``: a file and line, or a setting; ``args``: values."""

    code: str
    where: str = ""
    args: dict[str, Value] = {}

    def __str__(self) -> str:
        return in_words(self, "en")

    def __hash__(self) -> int:
        return hash((self.code, self.where, *self.args))


class Finding(NamedTuple):
    """A message for a technician or an author. ``wrong``: must be fixed. ``note``: good to know.

    ``file`` and ``line``, or a sheet's row and column (``line``, ``key``), tell an author
    where the problem is.
    """

    kind: Severity
    message: Message
    file: str = ""
    line: int = 0
    key: str = ""

    @classmethod
    def at(
        cls, file: str, line: int, said: Message | str, kind: Severity = "wrong", *, key: str = ""
    ) -> "Finding":
        """Make a finding that tells an author what is wrong and how to fix it."""
        return cls(kind, said if isinstance(said, Message) else verbatim(said), file, line, key)

    def __str__(self) -> str:
        if self.file:
            return f"{self.file}:{self.line}: {self.message}"
        row, column = f"row {self.line}" * bool(self.line), f"column {self.key}" * bool(self.key)
        place = ", ".join(filter(None, (row, column)))
        return f"{place}: {self.message}" if place else str(self.message)


def by_place(found: Iterable[Finding]) -> list[Finding]:
    """Return each finding once, ordered by file and line."""
    return sorted(set(found), key=lambda one: (one.file, one.line, str(one.message)))


class Piece(NamedTuple):
    """Some words of a message. ``english``: True if they are not translated."""

    text: str
    english: bool = False


Pieces = tuple[Piece, ...]


def message(code: str, /, **args: object) -> Message:
    """Make a message without a location. Errors become their text; other values become strings."""
    return Message(code, args={name: _value(one) for name, one in args.items()})


class CodedError(Exception):
    """An error that people read as the message with which it is raised, or with that code."""

    def __init__(self, said: Message | str, /, **args: object) -> None:
        super().__init__(said if isinstance(said, Message) else message(said, **args))


def verbatim(text: str) -> Message:
    """Wrap words that are not in any catalog."""
    return Message(VERBATIM, args={"text": text})


def of_error(error: BaseException) -> Message:
    """Return the message with which an error was raised, otherwise the error's text or class."""
    given = error.args[0] if len(error.args) == 1 else None
    return given if isinstance(given, Message) else verbatim(str(error) or type(error).__name__)


def cause(error: OSError) -> Message:
    """Return the operating system's reason for an error, in its own words."""
    return verbatim(error.strerror) if error.strerror else of_error(error)


def kept(said: Message | None, english: str) -> Message:
    """Return a stored message, or its English words if this version does not know its code."""
    try:
        return said if said is not None and in_words(said, "en") else verbatim(english)
    except (LookupError, TypeError):
        return verbatim(english)


def both(said: tuple[Message, ...], english: tuple[str, ...]) -> tuple[Message, ...]:
    """Return the messages of a record that also keeps their English words."""
    return tuple(kept(*pair) for pair in zip_longest(said[: len(english)], english))


def in_order(*said: Part, between: str = "text.then") -> Message:
    """Join sentences with spaces, or with the words that the given code stands for."""
    first, *others = said
    for one in others:
        first = message(between, first=first, next=one)
    return first if isinstance(first, Message) else verbatim(str(first))


def known(code: str, otherwise: P) -> Message | P:
    """Return the code's message, or ``otherwise`` if no catalog has that code."""
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
    """Return the message's words in a language, marking words without a translation as English."""
    return tuple(merged(_pieces(said, language)))


def in_words(said: Value, language: str) -> str:
    """Return the message's words in a language, without marks."""
    return "".join(piece.text for piece in _pieces(said, language))


def has_english(found: Iterable[Piece]) -> bool:
    """Whether any of the message's words are not translated."""
    return any(piece.english for piece in found)


@cache
def catalog(language: str) -> Mapping[str, str | tuple[str, str]]:
    """Return code → words, or an empty mapping if the language has no catalog."""
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
        form = known or catalog("en").get(said.code) or catalog(EDITOR)[said.code]
        words = form if isinstance(form, str) else form[said.args["count"] != 1]
        for index, part in enumerate(template.split(words)):
            if index % 2 == 0:
                yield Piece(part, known is None)
            else:
                yield from _pieces(said.args[part], language)


def merged(found: Iterable[Piece]) -> Iterator[Piece]:
    """Join neighboring pieces of the same kind; a space has the kind of the words before it."""
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

"""A command's report to the server that started it: one JSON object on standard output."""

import io
from typing import Generic, TypeVar

import msgspec

from messages.message import Message, of_error, verbatim

T = TypeVar("T")


class Report(msgspec.Struct, Generic[T], frozen=True):
    """The outcome of a command: its exit code (0: done), messages and result."""

    code: int
    said: tuple[Message, ...] = ()
    result: T | None = None

    @property
    def text(self) -> str:
        """The command's sentences in English, one per line."""
        return "\n".join(map(str, self.said))


class Heard(io.StringIO):
    """A stream that collects messages; from a printed line, it keeps only the words."""

    def __init__(self) -> None:
        super().__init__()
        self._said: list[Message] = []

    def hear(self, one: object) -> None:
        """Record a message, an error's text, or the words of anything else."""
        found = of_error(one) if isinstance(one, BaseException) else one
        self._said = [*self.said, found if isinstance(found, Message) else verbatim(str(found))]

    @property
    def said(self) -> tuple[Message, ...]:
        return (*self._said, *map(verbatim, self.getvalue().splitlines()))

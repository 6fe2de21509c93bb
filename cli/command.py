"""What a command is: a function from a Context to an exit code, and its parsers.

A module of this folder has ``add(verbs)``, which adds its parsers and sets ``run`` on them. Exit
codes: 0 done, 1 a problem was found, 2 the settings or the call are wrong.
"""

from __future__ import annotations

import sys
import tomllib
from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TextIO, TypeAlias

if TYPE_CHECKING:
    from msgspec import Struct

    from settings.load import Secrets
    from settings.schema import Settings


Answer: TypeAlias = "Callable[[Struct | Sequence[Struct] | bytes | bool], None]"


class Context(NamedTuple):
    """What a command is handed. ``answer``: takes the result for a server that asks."""

    settings: Settings
    secrets: Secrets
    given: Namespace
    clock: Callable[[], datetime]
    answer: Answer | None = None

    @property
    def now(self) -> datetime:
        """An aware time in UTC."""
        return self.clock()

    @property
    def today(self) -> date:
        """The day where the school is."""
        from runtime.installation import local_day

        return local_day(self.now)


Verbs: TypeAlias = "_SubParsersAction[ArgumentParser]"
Command: TypeAlias = Callable[[Context], int]
# Group of the help → module → its verbs → what the help says of each.
VerbTable: TypeAlias = Mapping[str, Mapping[str, Mapping[str, str]]]


def read_verbs(file: Path) -> VerbTable:
    """The verbs that a distribution brings, in the order of the help."""
    return tomllib.loads(file.read_text("utf-8"))


def say(*sentences: object, to: TextIO | None = None) -> int:
    """Print them, a line each; a server that asks gets messages as such. Exit code 0."""
    out = to or sys.stdout
    take: Callable[[object], None] = getattr(out, "hear", partial(print, file=out))
    for sentence in sentences:
        take(sentence)
    return 0


def secret(question: str) -> str:
    """Read one line: unseen on a terminal, else from standard input, for a set-up script."""
    from getpass import getpass

    return getpass(question) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")


def failed(*sentences: object) -> int:
    """Say them on standard error; exit code 1."""
    say(*sentences, to=sys.stderr)
    return 1

"""The interface of a command: its parsers, and a function that turns a Context into an exit code.

Each module in this folder has ``add(verbs)``, which adds its parsers and sets their ``run``. Exit
codes: 0 for success, 1 if a problem was found, 2 if the settings or the arguments are wrong.
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
    """A command's input. ``answer`` receives the result if a server runs the command."""

    settings: Settings
    secrets: Secrets
    given: Namespace
    clock: Callable[[], datetime]
    answer: Answer | None = None

    @property
    def now(self) -> datetime:
        """The current time, timezone-aware, in UTC."""
        return self.clock()

    @property
    def today(self) -> date:
        """The date at the school."""
        from runtime.installation import local_day

        return local_day(self.now)


Verbs: TypeAlias = "_SubParsersAction[ArgumentParser]"
Command: TypeAlias = Callable[[Context], int]
# Maps each group in the help to its modules, their verbs and each verb's help text.
VerbTable: TypeAlias = Mapping[str, Mapping[str, Mapping[str, str]]]


def read_verbs(file: Path) -> VerbTable:
    """Return the verbs that a distribution provides, in the order in which the help lists them."""
    return tomllib.loads(file.read_text("utf-8"))


def say(*sentences: object, to: TextIO | None = None) -> int:
    """Print a sentence per line, or pass Message objects to a calling server. Return 0."""
    out = to or sys.stdout
    take: Callable[[object], None] = getattr(out, "hear", partial(print, file=out))
    for sentence in sentences:
        take(sentence)
    return 0


def secret(question: str) -> str:
    """Read one line: hidden at a terminal, otherwise from standard input (for setup scripts)."""
    from getpass import getpass

    return getpass(question) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")


def failed(*sentences: object) -> int:
    """Print the sentences on standard error; return exit code 1."""
    say(*sentences, to=sys.stderr)
    return 1

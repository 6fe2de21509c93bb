"""What a command is: a function from a Context to an exit code, and its parsers.

A module of this folder has ``add(verbs)``, which adds its parsers and sets ``run`` on them. Exit
codes: 0 done, 1 a problem was found, 2 the settings or the call are wrong.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple, TypeAlias

from runtime.installation import local_day
from settings.load import Secrets
from settings.schema import Settings


class Context(NamedTuple):
    """What a command is handed. ``given``: its arguments."""

    settings: Settings
    secrets: Secrets
    given: Namespace
    clock: Callable[[], datetime]

    @property
    def now(self) -> datetime:
        """An aware time in UTC."""
        return self.clock()

    @property
    def today(self) -> date:
        """The day where the school is."""
        return local_day(self.now)


Verbs: TypeAlias = "_SubParsersAction[ArgumentParser]"
Command: TypeAlias = Callable[[Context], int]

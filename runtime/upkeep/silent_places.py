"""Files and folders that do not answer, as on a share whose server is gone: whoever looks waits."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TypeVar

from messages.message import message
from system.bounded import Pool

T = TypeVar("T")
PATIENCE_SECONDS = 5.0
MOST = 100  # entries of a folder that are looked at


class SilentPlaceError(Exception):
    """A file or folder does not answer. The message names it in a sentence."""


def run(call: Callable[[], T], places: Callable[[], Iterable[Path]]) -> T:
    """What ``call`` returns or raises while all of ``places`` answer; else SilentPlaceError."""
    answer = _pool().submit(call)
    while not Pool.is_done(answer, PATIENCE_SECONDS):
        if place := silent(places):
            raise SilentPlaceError(message("place.silent", place=place))
    return answer.result()


def silent(places: Callable[[], Iterable[Path]]) -> Path | None:
    """The first that does not answer, or whose entries do not."""
    at: list[Path] = []

    def look() -> None:
        for place in places():
            at.append(place)
            with suppress(OSError, ValueError):
                place.stat()  # before its entries: since Python 3.13 a file refuses at once
                for path in islice(place.iterdir(), MOST):
                    at.append(path)
                    path.stat()

    looked, seen = _pool().submit(look), 0
    while not Pool.is_done(looked, PATIENCE_SECONDS):
        if len(at) == seen > 0:
            return at[-1]
        seen = len(at)
    return None


def _pool() -> Pool:
    return Pool("looking", 1)

"""Detects files and folders that do not respond, such as on a share whose server is down."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TypeVar

from messages.message import message
from system.bounded import Pool

T = TypeVar("T")
PATIENCE_SECONDS = 5.0
MOST = 100  # maximum entries checked per folder


class SilentPlaceError(Exception):
    """A file or folder is not responding. The message is a sentence that names it."""


def run(call: Callable[[], T], places: Callable[[], Iterable[Path]]) -> T:
    """Return the result of ``call`` or raise its error, or SilentPlaceError if a place hangs."""
    answer = _pool().submit(call)
    while not Pool.is_done(answer, PATIENCE_SECONDS):
        if place := silent(places):
            raise SilentPlaceError(message("place.silent", place=place))
    return answer.result()


def silent(places: Callable[[], Iterable[Path]]) -> Path | None:
    """Return the first place that is not responding, or whose entries are not."""
    at: list[Path] = []

    def look() -> None:
        for place in places():
            at.append(place)
            with suppress(OSError, ValueError):
                place.stat()  # this comes first: in Python 3.13, iterdir fails at once for a file
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

"""Newline-delimited JSON read line by line, with a bound on the length of a line."""

from collections.abc import Iterator
from typing import BinaryIO


def lines(file: BinaryIO, most: int) -> Iterator[tuple[int, bytes | None]]:
    """Number and bytes of each non-blank line; None for one of more than ``most`` bytes."""
    number = 0
    while line := file.readline(most + 1):
        number += 1
        if len(line) > most:
            yield number, None
            while line and not line.endswith(b"\n"):
                line = file.readline(most)
        elif line.strip():
            yield number, line

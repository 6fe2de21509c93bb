"""Reads newline-delimited JSON line by line, with a limit on line length."""

from collections.abc import Iterator
from typing import BinaryIO


def lines(file: BinaryIO, most: int) -> Iterator[tuple[int, bytes | None]]:
    """Yield each non-blank line's number and bytes (None for a line longer than ``most`` bytes)."""
    number = 0
    while line := file.readline(most + 1):
        number += 1
        if len(line) > most:
            yield number, None
            while line and not line.endswith(b"\n"):
                line = file.readline(most)
        elif line.strip():
            yield number, line

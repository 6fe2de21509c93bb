"""A file of one JSON object a line, read a line at a time.

Owns the bound of a line: whatever stands in the file, memory holds no more than one. Refuses to
know what a line means.
"""

from collections.abc import Iterator
from typing import BinaryIO


def lines(file: BinaryIO, most: int) -> Iterator[tuple[int, bytes | None]]:
    """Each line that is not blank with its number, None for one of more than ``most`` bytes, its
    end included."""
    number = 0
    while line := file.readline(most + 1):
        number += 1
        if len(line) > most:
            yield number, None
            while line and not line.endswith(b"\n"):
                line = file.readline(most)
        elif line.strip():
            yield number, line

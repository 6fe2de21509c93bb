"""Ordinary English and Spanish words, which are never treated as misspellings.

tools/make/words.py makes words.txt.gz. Its license is in words.LICENSE.md.
"""

import gzip
from array import array
from bisect import bisect_left, insort
from collections.abc import Container, Hashable, Iterable
from functools import cache
from pathlib import Path

FILE = Path(__file__).resolve().parent / "words.txt.gz"


class Hashed(Container[Hashable]):
    """A set of things, stored as sorted 64-bit hashes in a tenth of a normal set's memory."""

    def __init__(self, things: Iterable[Hashable]) -> None:
        self._hashes = array("q", sorted(set(map(hash, things))))

    def __contains__(self, thing: object) -> bool:
        wanted = hash(thing)
        place = bisect_left(self._hashes, wanted)
        return place < len(self._hashes) and self._hashes[place] == wanted

    def __len__(self) -> int:
        return len(self._hashes)

    def add(self, things: Iterable[Hashable]) -> None:
        for thing in things:
            if thing not in self:
                insort(self._hashes, hash(thing))


@cache
def ordinary() -> Hashed:
    """Return about 36,000 folded words of three or more letters, read once (0.3 MB, 30 ms)."""
    return Hashed(gzip.decompress(FILE.read_bytes()).decode("ascii").split())

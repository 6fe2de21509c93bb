"""Ordinary words of English and Spanish, never taken for misspellings.

tools/make/words.py makes words.txt.gz; licence: words.LICENSE.md.
"""

import gzip
from array import array
from bisect import bisect_left
from collections.abc import Container
from functools import cache
from pathlib import Path

FILE = Path(__file__).resolve().parent / "words.txt.gz"


class Dictionary(Container[str]):
    """Words by their 64-bit hashes in order: a tenth of the memory of a set of them."""

    def __init__(self, words: list[str]) -> None:
        self._hashes = array("q", sorted(map(hash, words)))

    def __contains__(self, word: object) -> bool:
        wanted = hash(word)
        place = bisect_left(self._hashes, wanted)
        return place < len(self._hashes) and self._hashes[place] == wanted

    def __len__(self) -> int:
        return len(self._hashes)


@cache
def ordinary() -> Dictionary:
    """Some 36,000 folded words of three letters or more. Read once: 0.3 MB and 30 ms."""
    return Dictionary(gzip.decompress(FILE.read_bytes()).decode("ascii").split())

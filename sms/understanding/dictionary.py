"""Ordinary words of English and Spanish, never taken for misspellings.

tools/make/words.py makes words.txt.gz; licence: words.LICENSE.md.
"""

import gzip
from functools import cache
from pathlib import Path

FILE = Path(__file__).resolve().parent / "words.txt.gz"


@cache
def ordinary() -> frozenset[str]:
    """Some 36,000 folded words of three letters or more. Read once: about 4 MB and 15 ms."""
    return frozenset(gzip.decompress(FILE.read_bytes()).decode("ascii").split())

"""What the model sees of a message: words, neighbours and groups of letters, as numbers.

Letters let a misspelt word share most of its features with the right one. The numbers are hashes,
so that a model is a table of fixed size and holds no word of anybody's.
"""

from itertools import pairwise
from zlib import crc32

from sms.understanding.abbreviations import read
from sms.understanding.normalise import Tokens

VERSION = 1  # of what is below: a model learnt from other features means nothing
BUCKETS = 1 << 18
MOST_WORDS = 120  # read of a message: its last ones
_LONGEST = 40  # letters of a word that are read
_GRAM = 4  # letters
_STEM = 5
_UNSPACED = "\u1100"  # from here on (Hangul, kana, Han) a letter says as much as a short word


def features(tokens: Tokens) -> list[int]:
    """The buckets of a message, each once; empty without a word."""
    words = read(tokens.joined)[-MOST_WORDS:]
    if not words:
        return []
    found = {f"w{word}" for word in words}
    for word in words:
        found.update(_letters(word[:_LONGEST]))
    found.update(f"b{left} {right}" for left, right in pairwise(words))
    found.update(f"k{left} {right}" for left, right in zip(words, words[2:], strict=False))
    found.add(f"^{words[0]}")
    return list({crc32(name.encode()) % BUCKETS for name in found})


def _letters(word: str) -> list[str]:
    """Groups of letters. Not cached: no sender's words are kept."""
    if word > _UNSPACED:
        return [
            *(f"c{char}" for char in word),
            *(f"d{pair[0]}{pair[1]}" for pair in pairwise(word)),
        ]
    if len(word) < _GRAM:
        return []
    framed = f"<{word}>"
    grams = [f"#{framed[at : at + _GRAM]}" for at in range(len(framed) - _GRAM + 1)]
    return [*grams, f"s{word[:_STEM]}"] if len(word) > _STEM else grams

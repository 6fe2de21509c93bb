"""What the model sees of a message: words, neighbours and groups of letters, as numbers.

Emoji of things and acts are words: "he 🔪 at me". Letters let a misspelt word share most of its
features with the right one. The numbers are hashes, so that a model is a table of fixed size and
holds no word of anybody's.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from zlib import crc32

from sms.understanding.abbreviations import read
from sms.understanding.normalise import Tokens

VERSION = 5  # of what is below: a model learnt from other features means nothing
BUCKETS = 1 << 20
MOST_WORDS = 120  # read of a message: its last ones
_LONGEST = 40  # letters of a word that are read
_GRAM = 5  # letters
_STEM = 5
_SHORTEST = 4  # letters of a word that is read by groups, too
_UNSPACED = "\u1100"  # from here on (Hangul, kana, Han) a letter says as much as a short word
_EMOJI = Path(__file__).with_name("emoji.toml")
_FEWEST_WORDS = 2  # of a message whose emoji are read: no picture alone says anything


def features(tokens: Tokens) -> list[int]:
    """The buckets of a message, each once; empty without a word."""
    words = read(spelled_out(tokens))[-MOST_WORDS:]
    if not words:
        return []
    stems = [word[:_STEM] for word in words]
    names = [f"^{words[0]}"]
    names += [f"{left} {right}" for left, right in pairwise(stems)]
    names += [f"{left}  {right}" for left, right in zip(stems, stems[2:], strict=False)]
    for word in set(words):
        names.append(f" {word}")
        if word > _UNSPACED:
            names += word[:_LONGEST]
            names += map("".join, pairwise(word[:_LONGEST]))
        elif len(word) >= _SHORTEST:
            framed = f"<{word[:_LONGEST]}>"
            names += [framed[at : at + _GRAM] for at in range(len(framed) - _GRAM + 1)]
    # Encoded all at once: no name holds a line end. No sender's words are kept for the next time.
    return list({one % BUCKETS for one in map(crc32, "\n".join(names).encode().split(b"\n"))})


def spelled_out(tokens: Tokens) -> tuple[str, ...]:
    """Return the words of a message with those of its emoji in their places, each row once."""
    if not tokens.signed or len(tokens.words) < _FEWEST_WORDS:
        return tokens.joined
    known = _names()
    said: list[str] = []
    before = ""
    for word in tokens.signed:
        if word not in known:
            said += [word] if word[0].isalnum() else []
        elif word != before:
            said += known[word]
        before = word
    return tuple(said)


@cache
def _names() -> Mapping[str, tuple[str, ...]]:
    given = tomllib.loads(_EMOJI.read_text(encoding="utf-8"))["words"]
    return {emoji: tuple(name.split()) for emoji, name in given.items()}

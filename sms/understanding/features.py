"""Turns a message into numbers for the model: its words, word pairs and groups of letters.

Emoji of things and acts are words: "he 🔪 at me". Letter groups let a misspelled word share most of
its features with the correct one. The numbers are hashes, so a model is a table of fixed size that
contains nobody's words.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from zlib import crc32

from sms.understanding.abbreviations import read
from sms.understanding.normalise import Tokens

VERSION = 5  # version of these features: a model that learned from other features is useless
BUCKETS = 1 << 20
MOST_WORDS = 120  # maximum number of words read per message, counted from its end
_LONGEST = 40  # maximum letters read per word
_GRAM = 5  # letters in a group
_STEM = 5
_SHORTEST = 4  # minimum letters of a word that is also read in groups
_UNSPACED = "\u1100"  # from here on (Hangul, kana, Han), a character says as much as a short word
_EMOJI = Path(__file__).with_name("emoji.toml")
_FEWEST_WORDS = 2  # minimum words in a message for its emoji to be read: just an emoji says nothing


def features(tokens: Tokens) -> list[int]:
    """Return a message's buckets, each once; empty if the message has no words."""
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
    # Encode all at once: no name contains a newline. No sender's words are cached.
    return list({one % BUCKETS for one in map(crc32, "\n".join(names).encode().split(b"\n"))})


def spelled_out(tokens: Tokens) -> tuple[str, ...]:
    """Return a message's words with its emoji as words; a run of the same emoji counts once."""
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

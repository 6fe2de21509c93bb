"""Emoji of things and acts as words, for the model: "he 🔪 at me"."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from sms.understanding.normalise import Tokens

FILE = Path(__file__).with_name("emoji.toml")
_FEWEST_WORDS = 2  # of a message whose emoji are read: no picture alone says anything


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
    given = tomllib.loads(FILE.read_text(encoding="utf-8"))["words"]
    return {emoji: tuple(name.split()) for emoji, name in given.items()}

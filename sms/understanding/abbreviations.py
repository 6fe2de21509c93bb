"""Expands texting abbreviations and contractions in messages and packs (abbreviations.toml)."""

import tomllib
from pathlib import Path

from sms.understanding.normalise import is_plain, plain

FILE = Path(__file__).with_name("abbreviations.toml")
SPOKEN: dict[str, tuple[str, ...]] = {
    short: tuple(spoken.split())
    for short, spoken in tomllib.loads(FILE.read_text(encoding="utf-8")).items()
}


def read(words: tuple[str, ...]) -> list[str]:
    """Spell out short forms, shorten runs of a letter, and read digits among letters as letters."""
    spoken = speak(words)
    return list(spoken) if is_plain(spoken) else [plain(word) for word in spoken]


def speak(words: tuple[str, ...]) -> tuple[str, ...]:
    """Spell out every short form."""
    if SPOKEN.keys().isdisjoint(words):
        return words
    spoken: list[str] = []
    for word in words:
        if word in SPOKEN:
            spoken += SPOKEN[word]
        else:
            spoken.append(word)
    return tuple(spoken)

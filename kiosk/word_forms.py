"""Words without their endings, and as they sound, for the search (search_words.toml). Pure."""

import tomllib
from pathlib import Path

WORDS = tomllib.loads(Path(__file__).with_name("search_words.toml").read_text("utf-8"))
ENDINGS = sorted(set(WORDS["endings"].split()), key=lambda ending: (-len(ending), ending))
SOUNDS = [pair.split(">") for pair in WORDS["sounds"].split()]
_STEM, _SINGULAR = 4, 3  # letters that must remain when an ending, or an "s", is removed


def stem(word: str) -> str:
    """Return the word without its longest ending, if enough letters remain."""
    for ending in ENDINGS:
        least = _SINGULAR if ending == "s" else _STEM
        if len(word) >= len(ending) + least and word.endswith(ending):
            return word[: -len(ending)]
    return word


def sound(word: str) -> str:
    """Return the word as it sounds, roughly."""
    for spelled, said in SOUNDS:
        word = word.replace(spelled, said)
    return word


def is_number(word: str) -> bool:
    return word.isascii() and word.isdigit()

"""Finds words that name a harm; home, School info, titles, addresses and slips must have none."""

import re
import unicodedata
from itertools import takewhile
from pathlib import Path

_FILE = Path(__file__).parents[1] / "sensitive_words.txt"
_STEMS = (line for line in _FILE.read_text("utf-8").splitlines() if not line.startswith("#"))
_HARM = re.compile("|".join(_STEMS), re.IGNORECASE)


def named(text: str) -> str:
    """Return the first whole word in a text that names harm, as written; "" if there is none."""
    found = _HARM.search(text)
    if not found:
        return ""
    before = takewhile(_joins, reversed(text[: found.start()]))
    return "".join([*reversed([*before]), found[0], *takewhile(_joins, text[found.end() :])])


def _joins(char: str) -> bool:
    """Return whether this is a letter or mark inside a word, in a script that has word spaces."""
    return unicodedata.category(char)[0] in "LM" and not "\u3040" <= char <= "\u9fff"

"""Finds words that name harm: home, School info, titles, addresses and slips must not have any."""

import re
import unicodedata
from itertools import takewhile
from pathlib import Path

_FILE = Path(__file__).parents[1] / "sensitive_words.txt"
_STEMS = (line for line in _FILE.read_text("utf-8").splitlines() if not line.startswith("#"))
_HARM = re.compile("|".join(_STEMS), re.IGNORECASE)


def named(text: str) -> str:
    """Return the first complete word that names harm in a text, as written; "" if there is none."""
    found = _HARM.search(text)
    if not found:
        return ""
    before = takewhile(_joins, reversed(text[: found.start()]))
    return "".join([*reversed([*before]), found[0], *takewhile(_joins, text[found.end() :])])


def _joins(char: str) -> bool:
    """Whether this continues a word: a letter or mark, unless the script has no word spaces."""
    return unicodedata.category(char)[0] in "LM" and not "\u3040" <= char <= "\u9fff"

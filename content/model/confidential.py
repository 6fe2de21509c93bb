"""Decides whether a service's location is confidential, and finds words that would reveal it.

By default, a shelter's or home's location is confidential, as abusers look for the people there.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from content.model.edit_distance import fold

WORDS = Path(__file__).with_name("confidential_words.toml")
_WAYS = (
    "Street|St|Avenue|Ave|Boulevard|Blvd|Road|Rd|Drive|Dr|Lane|Ln|Court|Ct|Place|Pl|Way|Highway|Hwy"
    "|Terrace|Circle|Parkway|Pkwy|Square"
)
_NUMBERED = rf"\d{{1,6}}[A-Za-z]?\s+(?:[\w.'’-]+\s+){{0,4}}?(?:{_WAYS})\b"
_STREET = re.compile(
    rf"\b(?:{_NUMBERED}|(?:[A-Z][\w.'’-]+\s+){{1,3}}(?:Street|Avenue|Boulevard|Road|Drive|Lane)\b"
    r"|P\.?\s?O\.?\s+Box\b|(?:calle|avenida)\s+\w+)",
)
_ANY_CASE = re.compile(
    r"\b\d{1,6}[a-z]?\s+(?:[\w.'’-]+\s+){0,4}?(?:street|avenue|ave|boulevard|blvd|road|lane)\b",
    re.IGNORECASE,
)
_MAP_HOST = re.compile(
    r"(?:^|\.)(?:maps?\.[a-z.]+|openstreetmap\.org|osm\.org|mapquest\.com|waze\.com|what3words\.com"
    r"|w3w\.co)$"
)
_MAP_PATH = re.compile(r"^/(?:maps?|directions?)(?:/|$)", re.IGNORECASE)


def is_confidential(mark: bool | None, named: Iterable[str], described: str = "") -> bool:
    """Whether the location is secret. ``mark``: the entry's own statement, None if it has none.
    ``named``: its name and categories; ``described``: its organization and its description."""
    if mark is not None:
        return mark
    words = _words()
    return any(
        _has(text, words["described"]) or _has(text, words["named"]) for text in named
    ) or _has(described, words["described"])


def street_in(text: str) -> str:
    found = _STREET.search(text) or _ANY_CASE.search(text)
    return found[0] if found else ""


def is_map(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").casefold()
    except ValueError:
        return False
    shared = host in {"goo.gl", "g.page"}
    return shared or bool(_MAP_HOST.search(host) or _MAP_PATH.search(parts.path))


def _has(text: str, phrases: frozenset[tuple[str, ...]]) -> bool:
    words = tuple(fold(text))
    longest = max(map(len, phrases))
    return any(
        words[at : at + size] in phrases
        for at in range(len(words))
        for size in range(1, longest + 1)
    )


@cache
def _words() -> Mapping[str, frozenset[tuple[str, ...]]]:
    read: Mapping[str, Sequence[str]] = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return {name: frozenset(tuple(phrase.split()) for phrase in of) for name, of in read.items()}

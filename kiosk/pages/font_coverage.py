"""Checks whether a language's fonts have every letter that its pages need.

``make fonts`` creates static/fonts/coverage.json. Languages not listed there use system fonts.
"""

import json
import tomllib
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from kiosk.edition.assets import STATIC

COVERAGE = STATIC / "fonts" / "coverage.json"
_LATIN = "noto-latin"  # every non-Latin script needs this font in addition to its own
_FILES = tomllib.loads(Path(__file__).with_name("fonts.toml").read_text("utf-8"))


def main_font(language: str) -> str:
    return f"fonts/{_FILES['screen'].get(language, 'atkinson-latin')}.woff2"


def on_paper(language: str) -> Sequence[str]:
    """Return a language's fonts on paper, in the order they are searched for a letter."""
    files: Sequence[str] = _FILES["paper"].get(language, ("atkinson-latin", "atkinson-latin-ext"))
    return files


def only_language(address: str) -> str:
    """Return the language if only one needs the font at this address; "" for other assets."""
    stems = ((tag, stem) for tag, stem in _FILES["screen"].items() if stem != _LATIN)
    return next((tag for tag, stem in stems if f"/{stem}" in address), "")


def letters_beyond(known: Collection[int], text: str) -> str:
    """Return a text's letters that are not in these code points, in order, without repeats."""
    return "".join(sorted(c for c in set(text) if drawn(c) and ord(c) not in known))


@lru_cache
def coverage() -> Mapping[str, frozenset[int]]:
    """Map each language to the code points of its fonts."""
    table: dict[str, str] = json.loads(COVERAGE.read_text("utf-8"))
    return {language: frozenset(_points(spans)) for language, spans in table.items()}


def drawn(char: str) -> bool:
    """Return whether a font must draw this character; false for spaces and invisible marks."""
    return unicodedata.category(char)[0] not in "ZC"


def _points(spans: str) -> Iterator[int]:
    for span in spans.split():
        first, _, last = span.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)

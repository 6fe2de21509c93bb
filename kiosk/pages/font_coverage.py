"""Whether a language's fonts have every letter that its pages need.

``make fonts`` makes static/fonts/coverage.json; unlisted languages use system fonts.
"""

import json
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, time
from functools import lru_cache

from content.model.language import KNOWN, own_name
from content.model.pack import Pack
from kiosk.edition.assets import STATIC
from kiosk.pages.dates import calendar
from kiosk.pages.ui_strings import Wording
from messages.message import Finding

COVERAGE = STATIC / "fonts" / "coverage.json"
_LATIN = "noto-latin"  # every script but ours needs it beside its own
_MAIN = {
    "ar": "noto-arabic",
    "ko": "noto-kr",
    "pa": "noto-gurmukhi",
    "ru": "noto-cyrillic",
    "vi": _LATIN,
    "zh-Hant": "noto-tc",
}
_CODE = "kiosk/locale"


def main_font(language: str) -> str:
    return f"fonts/{_MAIN.get(language, 'atkinson-latin')}.woff2"


def only_language(address: str) -> str:
    """The language that alone needs the font at this address; "" for any other asset."""
    stems = ((tag, stem) for tag, stem in _MAIN.items() if stem != _LATIN)
    return next((tag for tag, stem in stems if f"/{stem}" in address), "")


def needed(pack: Pack, language: str) -> Iterator[tuple[str, str]]:
    """(place, text) of all that the screen may show in that language."""
    yield from pack.texts.get(language, {}).items()
    if language == pack.default:
        yield from _names(pack)
    for english, said in Wording(language).messages():
        yield f'{_CODE}/{language}.po: "{english}"', said
    yield "the language's name", own_name(language)
    for tag in KNOWN:
        yield "the names of languages", Wording(language).named([tag])
    words = calendar(language)
    for name in words.days:
        yield "the days", name
    for month in range(1, 13):
        yield "the months", words.date(date(2026, month, 28))
    for hour in range(24):
        yield "the hours", words.clock(time(hour))


def letters_beyond(known: Collection[int], text: str) -> str:
    """The letters of a text that fonts with these code points do not have, in order, each once."""
    return "".join(sorted(c for c in set(text) if drawn(c) and ord(c) not in known))


def problems(pack: Pack, languages: Iterable[str]) -> Iterator[Finding]:
    """Every text with a letter missing from its language's fonts."""
    for language in languages:
        known = coverage().get(language)
        if known is None:
            continue
        for where, text in needed(pack, language):
            if lacking := letters_beyond(known, text):
                codes = " ".join(f"U+{ord(char):04X}" for char in lacking)
                message = (
                    f'"{where}" ({language}) holds {lacking} ({codes}), which the fonts of that'
                    " language do not have; write it otherwise, or run: make fonts"
                )
                file = f"po/{language}.po" if language != pack.default else "pack.toml"
                yield Finding.at(file, 1, message)


@lru_cache
def coverage() -> Mapping[str, frozenset[int]]:
    """Language → code points of its fonts."""
    table: dict[str, str] = json.loads(COVERAGE.read_text("utf-8"))
    return {language: frozenset(_points(spans)) for language, spans in table.items()}


def drawn(char: str) -> bool:
    """Whether a font must draw it: not spaces and invisible marks."""
    return unicodedata.category(char)[0] not in "ZC"


def _names(pack: Pack) -> Iterator[tuple[str, str]]:
    """Names and sources, which pages show untranslated."""
    for resource in pack.resources:
        yield (
            f"resource:{resource.id}",
            " ".join([resource.organization, *(s.kind for s in resource.sources)]),
        )
    for partner in pack.partners:
        yield f"partner:{partner.id}", f"{partner.organization} {partner.grades}"
    for county in pack.counties:
        yield f"county:{county.fips}", " ".join([county.name, *(s.kind for s in county.sources)])
    for law in pack.laws:
        yield f"law:{law.id}", law.citation
    for name, fact in pack.facts.items():
        yield f"fact:{name}", fact


def _points(spans: str) -> Iterator[int]:
    for span in spans.split():
        first, _, last = span.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)

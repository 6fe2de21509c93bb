"""Finds every problem that `check` reports in a pack's source, its replies and its pages.

An installation makes every page of a pack before serving it; this module reports pages that fail.
"""

from collections.abc import Iterable, Iterator
from datetime import date, time
from pathlib import Path

from content.model.language import KNOWN, own_name
from content.model.pack import Pack
from content.model.pack_folder import read
from kiosk import render
from kiosk.pages.dates import calendar
from kiosk.pages.font_coverage import coverage, letters_beyond
from kiosk.pages.ui_strings import Wording
from kiosk.render import Beside, RenderError
from messages.message import Finding, message
from runtime import installation
from settings.schema import Kiosk, Settings

_CODE = "kiosk/locale"


def judged(settings: Settings, folder: Path) -> tuple[Pack | None, list[Finding]]:
    pack, found = read(folder)
    if pack is not None and not installation.errors(found):
        found = [*found, *problems(settings, pack)]
    return pack, found


def problems(settings: Settings, pack: Pack) -> list[Finding]:
    replies = [one for judge in installation.checks(settings) for one in judge(pack)]
    return [*of_pages(pack), *replies]


def of_pages(
    pack: Pack, *, kiosk: Kiosk | None = None, today: date = date(2026, 1, 1)
) -> list[Finding]:
    """Return the first reason why pages cannot be made, and every character without a glyph."""
    found = list(of_letters(pack, pack.languages))
    screen = kiosk or Kiosk(languages=pack.languages)
    try:
        render.check_pages(pack, kiosk=screen, today=today, beside=Beside())
    except RenderError as problem:
        found.append(Finding.at("pack.toml", 1, str(problem)))
    return found


def of_letters(pack: Pack, languages: Iterable[str]) -> Iterator[Finding]:
    for language in languages:
        known = coverage().get(language)
        if known is None:
            continue
        for where, text in needed(pack, language):
            if lacking := letters_beyond(known, text):
                codes = " ".join(f"U+{ord(char):04X}" for char in lacking)
                file = f"po/{language}.po" if language != pack.default else "pack.toml"
                yield Finding.at(
                    file,
                    1,
                    message(
                        "author.no-glyph",
                        where=where,
                        language=language,
                        signs=lacking,
                        codes=codes,
                    ),
                )


def needed(pack: Pack, language: str) -> Iterator[tuple[str, str]]:
    """Yield (place, text) for everything that the screen may show in that language."""
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


def _names(pack: Pack) -> Iterator[tuple[str, str]]:
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

"""Applies an author's lists: things never to print, and translations that may match the English."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from content.model import phone_numbers, placeholders
from content.model.pack import Pack, Phrase, Resource
from content.rules.channels import other_numbers
from content.rules.locations import Where
from content.rules.translations import longest
from editor.rules.whole_texts import bare_words
from messages.message import Finding, message

Rule = Literal["secrecy", "blame", "fear", "permission", "capitals", "sentence", "words", "grade"]
_DIGITS_ONLY = re.compile(r"[0-9 ().+-]+")
_WORD_TO = re.compile(r"(?i)(\w+) to ([0-9 ().+-]+)")
_BY_TEXT = re.compile(r"(?i)([0-9 ().+-]+?) by text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Never:
    """An entry in never-print.toml: a phrase or number that must never appear, and the reason."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """An entry in same.toml: a translation that may match the English, and the reason."""

    language: str
    key: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """An entry in answers.toml: a text or entry that may break a rule. ``language``: "" for all."""

    key: str
    rule: Rule
    reason: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Lists:
    """All lists in a pack's source. A built pack has none; its texts were checked earlier."""

    never: tuple[Never, ...]
    same: tuple[Same, ...]
    answers: tuple[Waiver, ...]


def problems(pack: Pack, where: Where, lists: Lists) -> Iterator[Finding]:
    """Yield texts and numbers that must never be printed, and missing translations."""
    for never in lists.never:
        yield from _number(never, pack, where)
    for language in pack.languages:
        if language != pack.default:
            yield from _same(pack, language, where, lists)
        yield from _said(pack, language, where, lists)
    for entry in lists.same:
        if entry.key.rpartition(":")[0] in where.unread:
            continue
        if entry.language not in pack.languages or entry.key not in pack.texts[pack.default]:
            yield where.problem(
                f"same:{entry.key}",
                message("author.same-unknown", key=entry.key, language=entry.language),
            )


def _same(pack: Pack, language: str, where: Where, lists: Lists) -> Iterator[Finding]:
    """Yield translations that match the English: most of these are really missing translations."""
    listed = {entry.key for entry in lists.same if entry.language == language}
    english = pack.texts[pack.default]
    for key, text in pack.texts.get(language, {}).items():
        equal = (
            text == english.get(key)
            and re.search(r"[^\W\d_]", placeholders.without(text)) is not None
        )
        if equal and key not in listed:
            yield where.problem(key, message("author.same-as-english", key=key), language=language)
        elif key in listed and not equal:
            yield where.problem(
                f"same:{key}", message("author.same-differs", key=key, language=language)
            )


def _said(pack: Pack, language: str, where: Where, lists: Lists) -> Iterator[Finding]:
    """Yield texts that contain a phrase from never-print.toml once placeholders are filled."""
    never = [
        (bare_words(entry.text), entry)
        for entry in lists.never
        if re.search(r"[^\W\d_]", entry.text)
    ]
    printed = [(f"resource:{r.id}/organization", r.organization) for r in pack.resources]
    printed += [(f"partner:{p.id}/organization", p.organization) for p in pack.partners]
    for key, text in chain(
        pack.texts.get(language, {}).items(), printed if language == pack.default else ()
    ):
        extra = longest(key, pack, language)
        try:
            said = placeholders.fill(Phrase(text, language), pack, owner=key, extra=extra)
        except KeyError:  # reported by content/rules/translations.py
            continue
        plain = bare_words(said)
        for forbidden, entry in never:
            if forbidden in plain:
                yield where.problem(
                    key,
                    message("author.never-print", text=entry.text, reason=entry.reason),
                    language=language,
                )


def _number(never: Never, pack: Pack, where: Where) -> Iterator[Finding]:
    """Yield forbidden uses of a number: every use, only texting, or only with a keyword."""
    said = never.text.strip()
    if match := _WORD_TO.fullmatch(said):
        found = _texted(pack.resources, phone_numbers.digits(match[2]), word=match[1])
    elif match := _BY_TEXT.fullmatch(said):
        found = _texted(pack.resources, phone_numbers.digits(match[1]), word="")
    elif _DIGITS_ONLY.fullmatch(said):
        found = _printed(pack, phone_numbers.digits(said))
    else:
        found = iter(())
    for place in found:
        yield where.problem(place, message("author.never-print", text=said, reason=never.reason))


def _texted(resources: Iterable[Resource], wanted: str, *, word: str) -> Iterator[str]:
    for resource in resources:
        for index, channel in enumerate(resource.channels):
            if channel.kind == "sms" and phone_numbers.digits(channel.number) == wanted:
                words = {given.casefold() for given in channel.keyword.values()}
                if not word or word.casefold() in words:
                    yield f"resource:{resource.id}/channels/{index}/number"


def _printed(pack: Pack, wanted: str) -> Iterator[str]:
    """Yield places that print the number; a long number also matches by its last digits."""
    places = [
        (f"resource:{resource.id}/channels/{index}/number", channel.number)
        for resource in pack.resources
        for index, channel in enumerate(resource.channels)
    ]
    places += [(place, number) for place, number, _ in other_numbers(pack)]
    for place, number in places:
        found = phone_numbers.digits(number)
        if found == wanted or (len(wanted) >= 7 and found.endswith(wanted)):
            yield place

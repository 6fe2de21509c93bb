"""Finds changed numbers: compares the numbers, words to send and hosts of two packs.

``changes.json`` next to a published pack contains the signers' notes on such changes.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from content.model.pack import Channel, County, Pack, Partner, Resource, Words

FILE = "changes.json"
WORDS, NAMES = "words:", "names"  # subjects that are not entries: see Change


class Change(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One number, word to text or web host, before and after; "" for one that did not exist.

    ``resource`` is a resource's id, or ``partner:<id>``, ``county:<fips>``, ``words:<language>``,
    ``names``. ``key`` names the place: ``voice.1``, ``sms.1.keyword.es``, a partner's
    ``staff_number``, a county's ``after-hours.1``. For words and names, it is what a student texts;
    old and new are then the topics or partners that answer it.
    """

    resource: str
    key: str
    old: str
    new: str


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A change that the signers intended, and why. The note counts only for exactly this change."""

    change: Change
    reason: str


def between(
    old: Pack, new: Pack, remembered: Mapping[str, Mapping[str, str]] = MappingProxyType({})
) -> tuple[Change, ...]:
    """Return every number, word and host that differs, for entries in both packs; sorted.

    A word to text counts only if it moved to another answer. ``remembered``: for entries that are
    withdrawn in ``old``, the numbers that were last shown, as in ``of_entries``.
    """
    before, after = of_entries(old) | dict(remembered), of_entries(new)
    return tuple(
        sorted(
            Change(
                resource=name, key=key, old=before[name].get(key, ""), new=after[name].get(key, "")
            )
            for name in before.keys() & after.keys()
            for key in _compared(name, before[name], after[name])
            if before[name].get(key, "") != after[name].get(key, "")
        )
    )


def encode(notes: Iterable[Note]) -> bytes:
    """Return the notes as the bytes of ``changes.json``; equal notes give equal bytes."""
    return msgspec.json.encode(sorted(notes, key=lambda note: note.change), order="sorted")


def decode(data: bytes) -> tuple[Note, ...]:
    """Return the notes in a ``changes.json``. Raises msgspec's ValidationError or DecodeError."""
    return msgspec.json.decode(data, type=tuple[Note, ...])


def reason(change: Change, notes: Iterable[Note]) -> str:
    """Return why the signers made exactly this change; "" if they gave no reason.

    If a number changed twice while a machine was off, the machine sees only the first and the last
    value; a chain of notes also explains that change.
    """
    onward: dict[str, list[Note]] = {}
    for note in notes:
        same = (note.change.resource, note.change.key) == (change.resource, change.key)
        if same and note.reason.strip():
            onward.setdefault(note.change.old, []).append(note)
    reached = {change.old: ""}
    todo = [change.old]
    while todo:
        here = todo.pop(0)
        for note in onward.get(here, ()):
            if note.change.new not in reached:
                reached[note.change.new] = "; then: ".join(
                    filter(None, (reached[here], note.reason.strip()))
                )
                todo.append(note.change.new)
    return reached.get(change.new, "") if change.new != change.old else ""


def _compared(name: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[str]:
    words = name == NAMES or name.startswith(WORDS)
    return before.keys() & after.keys() if words else before.keys() | after.keys()


def of_entries(pack: Pack) -> dict[str, Mapping[str, str]]:
    """Return every number, word and host, by its entry and its place there, as in a Change."""
    return dict(_all(pack))


def _all(pack: Pack) -> Iterator[tuple[str, Mapping[str, str]]]:
    named: tuple[Resource | Partner, ...] = (*reversed(pack.resources), *pack.partners)
    for resource in pack.resources:
        yield resource.id, dict(_of_channels(resource.channels))
    for partner in pack.partners:
        yield f"partner:{partner.id}", dict(_of_partner(partner))
    for county in pack.counties:
        yield f"county:{county.fips}", dict(_of_county(county))
    for language in sorted({tag for keyword in pack.keywords for tag in keyword.words}):
        yield f"{WORDS}{language}", _answered(pack, language)
    yield (
        NAMES,
        {name.casefold(): entry.id for entry in named for name in entry.names},
    )


def _answered(pack: Pack, language: str) -> Mapping[str, str]:
    """Map each text a student may send to the (most urgent) topic that answers it."""
    topics: dict[str, str] = {}
    for keyword in sorted(
        pack.keywords, key=lambda keyword: (keyword.priority, keyword.topic), reverse=True
    ):
        for word in spoken(keyword.words.get(language, Words())):
            topics[word] = keyword.topic
    return topics


def spoken(words: Words) -> frozenset[str]:
    return frozenset(word.casefold() for word in (*words.phrases, *words.alone))


def _of_partner(partner: Partner) -> Iterator[tuple[str, str]]:
    if partner.web:
        yield "web.1", host(partner.web)
    if partner.staff_number:
        yield "staff_number", partner.staff_number


def _of_county(county: County) -> Iterator[tuple[str, str]]:
    seen: dict[str, int] = {}
    for entry in county.numbers:
        seen[entry.when] = seen.get(entry.when, 0) + 1
        yield f"{entry.when}.{seen[entry.when]}", entry.number


def host(url: str) -> str:
    """Return the part of an address that shows whose site it is."""
    return urlsplit(url).hostname or url


def places(channels: Iterable[Channel]) -> Iterator[tuple[str, Channel]]:
    """Yield each channel with the name of its place: ``voice.1``, ``voice.2``, ``sms.1``."""
    seen: dict[Literal["voice", "sms", "chat", "web", "tty", "videophone"], int] = {}
    for channel in channels:
        seen[channel.kind] = seen.get(channel.kind, 0) + 1
        yield f"{channel.kind}.{seen[channel.kind]}", channel


def _of_channels(channels: Iterable[Channel]) -> Iterator[tuple[str, str]]:
    for place, channel in places(channels):
        if channel.number:
            yield place, channel.number
        if channel.url:
            yield f"{place}.url" if channel.number else place, host(channel.url)
        for language, word in channel.keyword.items():
            yield f"{place}.keyword.{language}", word

"""Rules about an entry's values: those that its author must give, and their form."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from content.model.attestation import Source
from content.model.pack import Channel, Pack, Resource
from content.rules.locations import Where
from messages.message import Finding

_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_STATE = re.compile(r"[A-Z]{2}")
_FIPS = re.compile(r"[0-9]{5}")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_OLDEST_AGE = 120
_REACHING = ("voice", "sms", "chat", "web")


def problems(pack: Pack, where: Where) -> Iterator[Finding]:
    yield from _head(pack, where)
    for resource in pack.resources:
        yield from _resource(resource, where)
        for number, channel in enumerate(resource.channels):
            yield from _channel(channel, f"resource:{resource.id}/channels/{number}", where)
    for partner in pack.partners:
        yield from _sources(partner.sources, f"partner:{partner.id}", where)
    for law in pack.laws:
        yield from _sources(law.sources, f"law:{law.id}", where)
        if not law.citation.strip():
            yield where.problem(
                f"law:{law.id}/citation", "the citation is empty; write the law's name and number"
            )
    yield from _counties(pack, where)
    yield from _named_nowhere(pack, where)
    yield from _codes(pack, where)


def _named_nowhere(pack: Pack, where: Where) -> Iterator[Finding]:
    """Yield marks that refer to missing texts, and topics that the text line does not have."""
    for key, reader in pack.unread_by.items():
        if key not in pack.texts[pack.default]:
            entry, _, text = key.rpartition(":")
            message = f'there is no text "{text}" for {reader} to read; write a key from this file'
            yield where.problem(f"{entry}/unread_by/{reader}", message)
    replied = {keyword.topic for keyword in pack.keywords}
    for topic in pack.topics:
        if topic.id not in replied and f"sms:{topic.id}" not in where.unread:
            message = (
                f'the text line has no answer for the topic "{topic.id}"; add sms/{topic.id}.toml'
            )
            yield where.problem(f"topic:{topic.id}", message)


def _head(pack: Pack, where: Where) -> Iterator[Finding]:
    for number, tag in enumerate(pack.languages):
        if not _TAG.fullmatch(tag) or tag in pack.languages[:number]:
            message = (
                f'"{tag}" is not a language tag, or appears twice; write each tag once, such'
                ' as "es" or "zh-Hant"'
            )
            yield where.problem(f"pack/languages/{number}", message)
    if pack.default not in pack.languages:
        yield where.problem(
            "pack/default",
            f'the default language "{pack.default}" is not in the list of languages; add it there',
        )
    for number, tag in enumerate(pack.unchecked):
        if tag not in pack.languages:
            message = f'"{tag}" is not a language of this pack; remove it from unchecked'
            yield where.problem(f"pack/unchecked/{number}", message)
    for number, tag in enumerate(pack.partial):
        if tag not in pack.languages or tag == pack.default:
            message = (
                f'"{tag}" is the default language, or not a language of this pack; remove it'
                " from partial"
            )
            yield where.problem(f"pack/partial/{number}", message)
    for name, fact in pack.facts.items():
        if not fact.strip():
            yield where.problem(
                f"pack/facts/{name}", f'the fact "{name}" is empty; write its value or remove it'
            )


def _resource(resource: Resource, where: Where) -> Iterator[Finding]:
    key = f"resource:{resource.id}"
    if resource.status == "reviewing":
        yield where.problem(
            f"{key}/status",
            '"reviewing" cannot be a file\'s status; write live, draft or withdrawn',
        )
    yield from _sources(resource.sources, key, where)
    if not resource.audience:
        yield where.problem(
            f"{key}/audience", 'the audience is empty; write ["student"] or ["staff"]'
        )
    youngest, oldest = resource.minimum_age, resource.maximum_age
    if not 0 <= (youngest or 0) <= (_OLDEST_AGE if oldest is None else oldest) <= _OLDEST_AGE:
        message = f"ages {youngest} to {oldest} are not a range; correct minimum_age or maximum_age"
        yield where.problem(f"{key}/minimum_age", message)
    if resource.status == "live" and not any(
        channel.kind in _REACHING for channel in resource.channels
    ):
        message = (
            "students cannot reach this; add a voice, sms, chat or web channel, or make it a draft"
        )
        yield where.problem(f"{key}/channels", message)
    yield from _area(resource, where)


def _channel(channel: Channel, at: str, where: Where) -> Iterator[Finding]:
    if channel.keyword and channel.kind != "sms":
        yield where.problem(f"{at}/keyword", "only an sms channel has a keyword; remove it here")
    if channel.press and channel.kind != "voice":
        yield where.problem(
            f"{at}/press", "only a voice channel has keys to press; remove them here"
        )
    if channel.hours == "listed" and not channel.open:
        message = (
            'hours = "listed" needs "open", which is missing; add it or write hours = "unknown"'
        )
        yield where.problem(f"{at}/hours", message)
    if channel.hours != "listed" and channel.open:
        message = f'"open" lists hours, but hours = "{channel.hours}"; write hours = "listed"'
        yield where.problem(f"{at}/open", message)
    try:
        ZoneInfo(channel.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = (
            f'"{channel.timezone}" is not a time zone; write one such as "America/Los_Angeles"'
        )
        yield where.problem(f"{at}/timezone", message)
    for number, opening in enumerate(channel.open):
        if not opening.days or len(set(opening.days)) != len(opening.days):
            yield where.problem(
                f"{at}/open/{number}/days",
                'the list of days is empty or repeats a day; write days = ["mo", "tu"]',
            )


def _area(resource: Resource, where: Where) -> Iterator[Finding]:
    key, area = f"resource:{resource.id}/area", resource.area
    if not (area.us or area.states or area.counties):
        message = 'the area is empty; write us = true, or states = ["CA"], or counties = ["06001"]'
        yield where.problem(key, message)
    for number, state in enumerate(area.states):
        if not _STATE.fullmatch(state):
            yield where.problem(
                f"{key}/states/{number}", f'"{state}" is not a postal code such as "CA"'
            )
    for number, county in enumerate(area.counties):
        if not _FIPS.fullmatch(county):
            message = f'"{county}" is not the five-digit FIPS code of a county, such as "06001"'
            yield where.problem(f"{key}/counties/{number}", message)


def _sources(sources: Sequence[Source], key: str, where: Where) -> Iterator[Finding]:
    """Require a source for the entry. A source's date is a day, a month, a year, or words."""
    if not sources:
        yield where.problem(
            f"{key}/sources", "there is no source; add [[sources]] that says where you read this"
        )
    for number, source in enumerate(sources):
        at = f"{key}/sources/{number}"
        if not source.kind.strip():
            yield where.problem(f"{at}/kind", "the source has no kind; write its kind")
        if source.url and not re.match(r"https?://[^\s/]+", source.url):
            yield where.problem(
                f"{at}/url", f'"{source.url}" is not an address; begin with https:// or leave it ""'
            )
        if source.date and not _dated(source.date):
            message = (
                f'"{source.date}" is not a date; write "2026-09-14", "2026-09", "2026", or words'
            )
            yield where.problem(f"{at}/date", message)


def _dated(text: str) -> bool:
    if re.search(r"[^\W\d_]", text):
        return True
    match = _DATE.fullmatch(text)
    if match is None:
        return False
    try:
        date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return False
    return True


def _counties(pack: Pack, where: Where) -> Iterator[Finding]:
    names: set[str] = set()
    for county in pack.counties:
        key = f"county:{county.fips}"
        if not _FIPS.fullmatch(county.fips):
            yield where.problem(
                f"{key}/fips", f'"{county.fips}" is not a five-digit FIPS code, such as "06001"'
            )
        if county.name in names:
            yield where.problem(
                f"{key}/name", f'the county "{county.name}" appears twice; keep one of them'
            )
        names.add(county.name)
        if county.confidence == "low" and county.numbers:
            message = "a county with low confidence must not have numbers; write numbers = []"
            yield where.problem(f"{key}/numbers", message)
        yield from _sources(county.sources, key, where)


def _codes(pack: Pack, where: Where) -> Iterator[Finding]:
    """Check a topic's codes for missing languages and for languages that the pack does not have."""
    for topic in pack.topics:
        for language in sorted(set(pack.complete) - set(topic.codes)):
            message = (
                f'the language "{language}" has no code; add it: codes = {{ {language} = "..." }}'
            )
            yield where.problem(f"topic:{topic.id}/codes", message)
        for language in sorted(set(topic.codes) - set(pack.languages)):
            message = (
                f'"{language}" is not a language of this pack; remove its code or add it to'
                " pack.toml"
            )
            yield where.problem(f"topic:{topic.id}/codes/{language}", message)

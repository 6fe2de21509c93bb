"""Rules about an entry's values: those that its author must give, and their form."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from content.model.attestation import Source
from content.model.pack import Channel, Pack, Resource
from content.rules.locations import Where
from messages.message import Finding, message

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
            yield where.problem(f"law:{law.id}/citation", message("rule.citation"))
    yield from _counties(pack, where)
    yield from _named_nowhere(pack, where)
    yield from _codes(pack, where)


def _named_nowhere(pack: Pack, where: Where) -> Iterator[Finding]:
    """Yield marks that refer to missing texts, and topics that the text line does not have."""
    for key, reader in pack.unread_by.items():
        if key not in pack.texts[pack.default]:
            entry, _, text = key.rpartition(":")
            yield where.problem(
                f"{entry}/unread_by/{reader}", message("rule.unread-text", text=text, reader=reader)
            )
    replied = {keyword.topic for keyword in pack.keywords}
    for topic in pack.topics:
        if topic.id not in replied and f"sms:{topic.id}" not in where.unread:
            yield where.problem(f"topic:{topic.id}", message("rule.no-answer", topic=topic.id))


def _head(pack: Pack, where: Where) -> Iterator[Finding]:
    for number, tag in enumerate(pack.languages):
        if not _TAG.fullmatch(tag) or tag in pack.languages[:number]:
            yield where.problem(f"pack/languages/{number}", message("rule.language-tag", tag=tag))
    if pack.default not in pack.languages:
        yield where.problem("pack/default", message("rule.default-language", language=pack.default))
    for number, tag in enumerate(pack.unchecked):
        if tag not in pack.languages:
            yield where.problem(f"pack/unchecked/{number}", message("rule.unchecked", language=tag))
    for number, tag in enumerate(pack.partial):
        if tag not in pack.languages or tag == pack.default:
            yield where.problem(f"pack/partial/{number}", message("rule.partial", language=tag))
    for name, fact in pack.facts.items():
        if not fact.strip():
            yield where.problem(f"pack/facts/{name}", message("rule.empty-fact", name=name))


def _resource(resource: Resource, where: Where) -> Iterator[Finding]:
    key = f"resource:{resource.id}"
    if resource.status == "reviewing":
        yield where.problem(f"{key}/status", message("rule.reviewing"))
    yield from _sources(resource.sources, key, where)
    if not resource.audience:
        yield where.problem(f"{key}/audience", message("rule.audience"))
    youngest, oldest = resource.minimum_age, resource.maximum_age
    if not 0 <= (youngest or 0) <= (_OLDEST_AGE if oldest is None else oldest) <= _OLDEST_AGE:
        yield where.problem(
            f"{key}/minimum_age", message("rule.ages", youngest=youngest, oldest=oldest)
        )
    if resource.status == "live" and not any(
        channel.kind in _REACHING for channel in resource.channels
    ):
        yield where.problem(f"{key}/channels", message("rule.unreachable"))
    yield from _area(resource, where)


def _channel(channel: Channel, at: str, where: Where) -> Iterator[Finding]:
    if channel.keyword and channel.kind != "sms":
        yield where.problem(f"{at}/keyword", message("rule.keyword"))
    if channel.press and channel.kind != "voice":
        yield where.problem(f"{at}/press", message("rule.press"))
    if channel.hours == "listed" and not channel.open:
        yield where.problem(f"{at}/hours", message("rule.hours-missing"))
    if channel.hours != "listed" and channel.open:
        yield where.problem(f"{at}/open", message("rule.hours-unlisted", hours=channel.hours))
    try:
        ZoneInfo(channel.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield where.problem(f"{at}/timezone", message("rule.timezone", timezone=channel.timezone))
    for number, opening in enumerate(channel.open):
        if not opening.days or len(set(opening.days)) != len(opening.days):
            yield where.problem(f"{at}/open/{number}/days", message("rule.days"))


def _area(resource: Resource, where: Where) -> Iterator[Finding]:
    key, area = f"resource:{resource.id}/area", resource.area
    if not (area.us or area.states or area.counties):
        yield where.problem(key, message("rule.area"))
    for number, state in enumerate(area.states):
        if not _STATE.fullmatch(state):
            yield where.problem(f"{key}/states/{number}", message("rule.state", state=state))
    for number, county in enumerate(area.counties):
        if not _FIPS.fullmatch(county):
            yield where.problem(f"{key}/counties/{number}", message("rule.county", county=county))


def _sources(sources: Sequence[Source], key: str, where: Where) -> Iterator[Finding]:
    """Require a source for the entry. A source's date is a day, a month, a year, or words."""
    if not sources:
        yield where.problem(f"{key}/sources", message("rule.no-source"))
    for number, source in enumerate(sources):
        at = f"{key}/sources/{number}"
        if not source.kind.strip():
            yield where.problem(f"{at}/kind", message("rule.source-kind"))
        if source.url and not re.match(r"https?://[^\s/]+", source.url):
            yield where.problem(f"{at}/url", message("rule.source-address", url=source.url))
        if source.date and not _dated(source.date):
            yield where.problem(f"{at}/date", message("rule.source-date", date=source.date))


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
            yield where.problem(f"{key}/fips", message("rule.fips", county=county.fips))
        if county.name in names:
            yield where.problem(f"{key}/name", message("rule.county-twice", name=county.name))
        names.add(county.name)
        if county.confidence == "low" and county.numbers:
            yield where.problem(f"{key}/numbers", message("rule.county-low"))
        yield from _sources(county.sources, key, where)


def _codes(pack: Pack, where: Where) -> Iterator[Finding]:
    """Check a topic's codes for missing languages and for languages that the pack does not have."""
    for topic in pack.topics:
        for language in sorted(set(pack.complete) - set(topic.codes)):
            add = f'codes = {{ {language} = "..." }}'
            said = message("rule.no-code", language=language, add=add)
            yield where.problem(f"topic:{topic.id}/codes", said)
        for language in sorted(set(topic.codes) - set(pack.languages)):
            yield where.problem(
                f"topic:{topic.id}/codes/{language}",
                message("rule.code-language", language=language),
            )

"""Rules about entries: required values, references, and what a pack must have."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from content.model.attestation import Source
from content.model.county_hotline import COUNTY
from content.model.pack import Pack, Resource
from content.rules.locations import Where
from content.rules.wording import ascii_digits
from messages.message import Finding

# the others may be withdrawn, which every machine's staff must agree to (review/policy.py)
ALWAYS_LIVE = ("911", "988")
PINNED_IDS = ("911", "988", "nhth", "ctl", "childhelp", "ncmec")
_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_STATE = re.compile(r"[A-Z]{2}")
_FIPS = re.compile(r"[0-9]{5}")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_PHONE_LIKE = re.compile(r"[0-9](?:[ .-]?[0-9]){6,}")
_OLDEST_AGE = 120


def problems(pack: Pack, where: Where) -> Iterator[Finding]:
    """What is wrong with the entries as such, channels and texts apart."""
    yield from _head(pack, where)
    yield from _hidden_numbers(pack, where)
    for resource in pack.resources:
        yield from _resource(resource, where)
    for partner in pack.partners:
        yield from _sources(partner.sources, f"partner:{partner.id}", where)
    for law in pack.laws:
        yield from _sources(law.sources, f"law:{law.id}", where)
        if not law.citation.strip():
            yield where.problem(
                f"law:{law.id}/citation", "the citation is empty; write the law's name and number"
            )
    yield from _counties(pack, where)
    yield from _references(pack, where)
    yield from _crisis(pack, where)


def _head(pack: Pack, where: Where) -> Iterator[Finding]:
    for number, tag in enumerate(pack.languages):
        if not _TAG.fullmatch(tag) or tag in pack.languages[:number]:
            message = (
                f'"{tag}" is not a language tag, or stands twice; write each once, such as "es" or'
                ' "zh-Hant"'
            )
            yield where.problem(f"pack/languages/{number}", message)
    if pack.default not in pack.languages:
        yield where.problem(
            "pack/default", f'the default "{pack.default}" is not among the languages; add it there'
        )
    for number, tag in enumerate(pack.unchecked):
        if tag not in pack.languages:
            message = f'"{tag}" is not a language of this pack; remove it from unchecked'
            yield where.problem(f"pack/unchecked/{number}", message)
    for number, tag in enumerate(pack.partial):
        if tag not in pack.languages or tag == pack.default:
            message = (
                f'"{tag}" is the default or no language of this pack; only another of its languages'
                " is partial"
            )
            yield where.problem(f"pack/partial/{number}", message)
    for name, fact in pack.facts.items():
        if not fact.strip():
            yield where.problem(
                f"pack/facts/{name}", f'the fact "{name}" is empty; write its value or remove it'
            )
        if _PHONE_LIKE.search(ascii_digits(fact)):
            message = (
                f'the fact "{name}" looks like a phone number; make it a channel of a resource'
            )
            yield where.problem(f"pack/facts/{name}", message)


def _hidden_numbers(pack: Pack, where: Where) -> Iterator[Finding]:
    """A number in a name is shown as it stands, and no rule for numbers sees it."""
    named = [(f"resource:{entry.id}/organization", entry.organization) for entry in pack.resources]
    named += [(f"partner:{entry.id}/organization", entry.organization) for entry in pack.partners]
    named += [(f"partner:{entry.id}/grades", entry.grades) for entry in pack.partners]
    named += [(f"law:{entry.id}/citation", entry.citation) for entry in pack.laws]
    named += [(f"county:{entry.fips}/name", entry.name) for entry in pack.counties]
    for place, said in named:
        if _PHONE_LIKE.search(ascii_digits(said)):
            yield where.problem(
                place, f'"{said}" holds what looks like a phone number; make it a channel'
            )


def _resource(resource: Resource, where: Where) -> Iterator[Finding]:
    key = f"resource:{resource.id}"
    if resource.status == "reviewing":
        yield where.problem(
            f"{key}/status", '"reviewing" is no status of a file; write live, draft or withdrawn'
        )
    yield from _sources(resource.sources, key, where)
    if not resource.audience:
        yield where.problem(
            f"{key}/audience", 'the audience is empty; write ["student"] or ["staff"]'
        )
    youngest, oldest = resource.minimum_age, resource.maximum_age
    if not 0 <= (youngest or 0) <= (_OLDEST_AGE if oldest is None else oldest) <= _OLDEST_AGE:
        message = (
            f"the ages {youngest} to {oldest} are not a range; correct minimum_age or maximum_age"
        )
        yield where.problem(f"{key}/minimum_age", message)
    yield from _area(resource, where)


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
    """Something must say where the entry was read; a date is a day, a month, a year, or words."""
    if not sources:
        yield where.problem(
            f"{key}/sources", "there is no source; add [[sources]] with what this was read from"
        )
    for number, source in enumerate(sources):
        at = f"{key}/sources/{number}"
        if not source.kind.strip():
            yield where.problem(f"{at}/kind", "the source does not say what it is; write its kind")
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
                f"{key}/name", f'the county "{county.name}" stands twice; keep one of them'
            )
        names.add(county.name)
        if county.confidence == "low" and county.numbers:
            message = "a county of low confidence has no numbers to print; write numbers = []"
            yield where.problem(f"{key}/numbers", message)
        yield from _sources(county.sources, key, where)


def _references(pack: Pack, where: Where) -> Iterator[Finding]:
    """Everything that an entry points at must be there."""
    resources = {resource.id for resource in pack.resources} | {COUNTY}
    topics = {topic.id for topic in pack.topics}

    def missing(kind: str, wanted: str, known: set[str], place: str) -> Iterator[Finding]:
        if wanted not in known and f"{kind}:{wanted}" not in where.unread:
            yield where.problem(
                place, f'there is no {kind} "{wanted}"; correct the id or add its file'
            )

    for key, reader in pack.unread_by.items():
        if key not in pack.texts[pack.default]:
            entry, _, text = key.rpartition(":")
            message = f'there is no text "{text}" that {reader} could read; name one of this file'
            yield where.problem(f"{entry}/unread_by/{reader}", message)
    for topic in pack.topics:
        for number, wanted in enumerate(topic.resources):
            yield from missing(
                "resource", wanted, resources, f"topic:{topic.id}/resources/{number}"
            )
        for number, wanted in enumerate(topic.also):
            yield from missing("topic", wanted, topics, f"topic:{topic.id}/also/{number}")
    for group in pack.groups:
        for number, wanted in enumerate(group.topics):
            yield from missing("topic", wanted, topics, f"group:{group.id}/topics/{number}")
        for number, wanted in enumerate(group.resources):
            yield from missing(
                "resource", wanted, resources, f"group:{group.id}/resources/{number}"
            )
    for partner in pack.partners:
        place = f"partner:{partner.id}/resource"
        yield from missing("resource", partner.resource, resources - {COUNTY}, place)
    replied = {keyword.topic for keyword in pack.keywords}
    for keyword in pack.keywords:
        yield from missing("topic", keyword.topic, topics, f"sms:{keyword.topic}/topic")
    for topic in pack.topics:
        if topic.id not in replied and f"sms:{topic.id}" not in where.unread:
            message = (
                f'the text line has no answer for the topic "{topic.id}"; add sms/{topic.id}.toml'
            )
            yield where.problem(f"topic:{topic.id}", message)


def _crisis(pack: Pack, where: Where) -> Iterator[Finding]:
    """The pinned set is whole; every topic has a crisis hotline for the whole state."""
    pinned = {resource.id: resource.status for resource in pack.resources if resource.pinned}
    for wanted in PINNED_IDS:
        allowed = {"live"} if wanted in ALWAYS_LIVE else {"live", "withdrawn"}
        if pinned.get(wanted) not in allowed and f"resource:{wanted}" not in where.unread:
            message = (
                f'the pinned crisis set lacks "{wanted}"; restore it in'
                " content/packs/pinned/resources"
            )
            yield where.problem(f"resource:{wanted}", message)
    reachable = {resource.id for resource in pack.resources if _answers_anywhere(resource)}
    for topic in pack.topics:
        unread = any(f"resource:{wanted}" in where.unread for wanted in topic.resources)
        if not unread and not reachable.intersection(topic.resources):
            message = (
                "no crisis line among the resources answers in the whole state; add one, such"
                " as 988"
            )
            yield where.problem(f"topic:{topic.id}/resources", message)


def _answers_anywhere(resource: Resource) -> bool:
    wide = resource.area.us or bool(resource.area.states)
    return (
        wide
        and resource.urgency == "crisis"
        and resource.status == "live"
        and "student" in resource.audience
    )

"""Exports a pack as HSDS 3.1 and 3.2 (docs/editor/hsds.md). The same pack gives the same feed."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from content.model import language
from content.model.pack import DAYS, Channel, County, Opening, Pack, Resource
from content.model.placeholders import ZIP_KEYWORD, fill
from content.review.number_changes import Change

VERSION = "3.2"
_TYPES = {"voice": "voice", "sms": "text", "tty": "textphone", "videophone": "video"}
_CALLED = {
    "voice": "By phone",
    "sms": "By text",
    "chat": "Chat",
    "web": "Website",
    "tty": "TTY",
    "videophone": "Video",
}
_ONLINE = ("web", "chat")
_NAMES = {
    "en": "English",
    "es": "Spanish",
    "vi": "Vietnamese",
    "ko": "Korean",
    "ar": "Arabic",
    "ru": "Russian",
}
Row = dict[str, Any]
# namespace of our ids: an id stays the same as long as its object exists
_SPACE = UUID("6f0b1b8e-5d0e-5c55-9a2b-0d2f3c5a9f11")
_TAXONOMY = "Porchlight topics"


def services(
    pack: Pack, *, changes: Iterable[Change] = (), changed_on: date | None = None
) -> list[Row]:
    """Return live resources and county hotlines as services, with ``changes`` as their metadata."""
    live = [resource for resource in pack.resources if resource.status == "live"]
    by_resource: dict[str, list[Change]] = {}
    for change in changes:
        by_resource.setdefault(change.resource, []).append(change)
    found = [_service(one, pack, by_resource.get(one.id, []), changed_on) for one in live]
    return found + [_county(county) for county in pack.counties if county.numbers]


def page(contents: list[Row]) -> Row:
    """Return all services as the only page of an API's list."""
    return {
        "total_items": len(contents),
        "total_pages": 1,
        "page_number": 1,
        "size": len(contents),
        "first_page": True,
        "last_page": True,
        "empty": not contents,
        "contents": contents,
    }


def _service(resource: Resource, pack: Pack, changes: list[Change], changed_on: date | None) -> Row:
    me = identifier("service", resource.id)
    text = {name: _text(pack, resource.id, name) for name in ("name", "blurb", "for", "private")}
    online = [channel for channel in resource.channels if channel.kind in _ONLINE]
    first = next((one for one in online if one.kind == "web"), online[0] if online else None)
    more = [one for one in online if one is not first]
    row: Row = {
        "id": me,
        "organization_id": identifier("organization", resource.organization),
        "name": text["name"],
        "description": text["blurb"],
        "additional_urls": [_address(me, one) for one in more],
        "status": "active",
        "eligibility_description": text["for"],
        "phones": [
            _phone(resource.id, n, one)
            for n, one in enumerate(resource.channels)
            if one.kind in _TYPES
        ],
        "schedules": list(_schedules(resource)),
        "service_areas": [_area(me, name) for name in _area_names(resource, pack)],
        "service_at_locations": [_place(me, channel) for channel in online],
        "languages": [_language(me, tag) for tag in _spoken(resource.channels)],
        "organization": _organization(resource.organization),
        "attributes": [
            *topics(resource, pack, me),
            urgency(resource, me),
            passes_on(resource, me, text["private"]),
        ],
        "metadata": [
            metadata(me, change, changed_on, pack.name) for change in changes if changed_on
        ],
    }
    row |= {"url": first.url} if first else {}
    row |= {"minimum_age": resource.minimum_age} if resource.minimum_age is not None else {}
    row |= {"maximum_age": resource.maximum_age} if resource.maximum_age is not None else {}
    row |= {"fees_description": "Free."} if resource.cost == "free" else {}
    row |= {"assured_date": resource.checked_on.isoformat()} if resource.checked_on else {}
    if any(channel.interpreters for channel in resource.channels):
        row["interpretation_services"] = "Interpreters can join."
    return row


def _text(pack: Pack, resource: str, name: str) -> str:
    key = f"resource:{resource}:{name}"
    return fill(pack.say(pack.default, key), pack, owner=key)


def _organization(name: str) -> Row:
    # HSDS does not require this empty list, but a common validator does.
    return {
        "id": identifier("organization", name),
        "name": name,
        "description": name,
        "additional_websites": [],
    }


def _phone(owner: str, number: int, channel: Channel) -> Row:
    me = identifier("phone", owner, str(number))
    row: Row = {"id": me, "number": channel.number, "type": _TYPES[channel.kind]}
    row["languages"] = [_language(me, tag) for tag in channel.languages]
    if said := " ".join(_said(channel)):
        row["description"] = said
    return row


def _said(channel: Channel) -> Iterator[str]:
    """Yield facts for which HSDS has no field: short codes, keywords to text, keys to press."""
    if not channel.number.startswith("+"):
        yield "A short code: use it as it is, without a country code."
    words = {tag: word for tag, word in channel.keyword.items() if word != ZIP_KEYWORD}
    yield from (f"{_name(tag)}: text {word}." for tag, word in words.items())
    if len(words) < len(channel.keyword):
        yield "Text your five-digit ZIP code."
    yield from (f"{_name(tag)}: press {key}." for tag, key in channel.press.items())


def _schedules(resource: Resource) -> Iterator[Row]:
    for number, channel in enumerate(resource.channels):
        called = _CALLED[channel.kind]
        if channel.hours == "24/7":
            every = Opening(days=DAYS, opens_at="00:00", closes_at="24:00")
            yield _schedule(resource.id, f"{number}", every, f"{called}: day and night, every day.")
        for span, opening in enumerate(channel.open):
            said = (
                f"{called}: {opening.opens_at} to {opening.closes_at}, time of {channel.timezone}."
            )
            yield _schedule(resource.id, f"{number}.{span}", opening, said)


def _schedule(owner: str, number: str, opening: Opening, said: str) -> Row:
    """Return one weekly rule. HSDS's ``timezone`` is an offset; the description names the zone."""
    return {
        "id": identifier("schedule", owner, number),
        "freq": "WEEKLY",
        "byday": ",".join(day.upper() for day in opening.days),
        "opens_at": opening.opens_at,
        "closes_at": "23:59" if opening.closes_at == "24:00" else opening.closes_at,
        "description": said,
    }


def _area_names(resource: Resource, pack: Pack) -> Iterator[str]:
    names = {county.fips: f"{county.name} County" for county in pack.counties}
    if resource.area.us:
        yield "United States"
    yield from resource.area.states
    yield from (names.get(fips, f"County {fips}") for fips in resource.area.counties)


def _area(owner: str, name: str) -> Row:
    return {"id": identifier("area", owner, name), "service_id": owner, "name": name}


def _place(owner: str, channel: Channel) -> Row:
    place = identifier("location", owner, channel.url)
    location = {
        "id": place,
        "location_type": "virtual",
        "url": channel.url,
        "name": _CALLED[channel.kind],
    }
    return {
        "id": identifier("at", owner, channel.url),
        "service_id": owner,
        "location_id": place,
        "location": location,
    }


def _address(owner: str, channel: Channel) -> Row:
    return {
        "id": identifier("url", owner, channel.url),
        "label": _CALLED[channel.kind],
        "url": channel.url,
    }


def _spoken(channels: Iterable[Channel]) -> list[str]:
    return list(dict.fromkeys(tag for channel in channels for tag in channel.languages))


def _language(owner: str, tag: str) -> Row:
    code = tag.partition("-")[0]  # ISO 639 codes do not include the script
    return {"id": identifier("language", owner, tag), "name": _name(tag), "code": code}


def _name(tag: str) -> str:
    return _NAMES.get(tag, language.own_name(tag))


def _county(county: County) -> Row:
    me = identifier("county", county.fips)
    name = f"{county.name} County child-abuse reporting line"
    kinds = {"tty": "textphone"}
    phones: list[Row] = [
        {
            "id": identifier("phone", me, str(n)),
            "number": one.number,
            "type": kinds.get(one.when, "voice"),
            **({} if one.when == "any" else {"description": one.when.replace("-", " ")}),
        }
        for n, one in enumerate(county.numbers)
    ]
    return {
        "id": me,
        "organization_id": identifier("organization", f"{county.name} County"),
        "name": name,
        "additional_urls": [],
        "status": "active",
        "phones": phones,
        "service_areas": [_area(me, f"{county.name} County")],
        "organization": _organization(f"{county.name} County"),
    }


def identifier(*names: str) -> str:
    """Return the UUID for one of our objects, the same in every export."""
    return str(uuid5(_SPACE, "/".join(names)))


def _term(code: str, name: str, description: str) -> Row:
    return {
        "id": identifier("term", code),
        "code": code,
        "name": name,
        "description": description,
        "taxonomy": _TAXONOMY,
        "language": "en",
    }


def topics(resource: Resource, pack: Pack, owner: str) -> Iterator[Row]:
    """Yield the topics that name the resource, as terms in our own taxonomy."""
    for topic in pack.topics:
        if resource.id in topic.resources:
            key = f"topic:{topic.id}"
            title, lead = (
                fill(pack.say(pack.default, f"{key}:{name}"), pack, owner=key)
                for name in ("title", "lead")
            )
            yield _attribute(owner, _term(topic.id, title, lead))


def urgency(resource: Resource, owner: str) -> Row:
    """Return how soon a student needs the service; HSDS has no field for that either."""
    return _attribute(
        owner,
        _term(f"urgency-{resource.urgency}", resource.urgency, "How soon a student needs it."),
    )


def passes_on(resource: Resource, owner: str, said: str) -> Row:
    """Return the card's sentence on what a line may pass on; HSDS has no field for that."""
    term = _term(
        f"passes-on-{resource.passes_on}", resource.passes_on, "What the line may pass on."
    )
    return {**_attribute(owner, term), "value": said}


def _attribute(owner: str, term: Mapping[str, Any]) -> Row:
    return {
        "id": identifier("attribute", owner, str(term["code"])),
        "link_id": owner,
        "taxonomy_term_id": term["id"],
        "link_entity": "service",
        "taxonomy_term": dict(term),
    }


def metadata(owner: str, change: Change, changed_on: date, by: str) -> Row:
    """Return a changed number, keyword or host as an entry in HSDS's change log."""
    return {
        "id": identifier("metadata", owner, change.key, change.old, change.new),
        "resource_id": owner,
        "resource_type": "service",
        "last_action_date": changed_on.isoformat(),
        "last_action_type": "update",
        "field_name": change.key,
        "previous_value": change.old,
        "replacement_value": change.new,
        "updated_by": by,
    }

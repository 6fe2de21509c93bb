"""Rules about entries with a confidential location: none of their texts or addresses may reveal it.

An entry has no field for a street, so only its words could reveal it. Anything that the rules
refuse never reaches a screen, text line, slip, spreadsheet or feed.
"""

import re
from collections.abc import Iterator

from content.model.confidential import is_confidential, is_map, street_in
from content.model.language import own_name
from content.model.pack import Pack, Partner, Resource
from content.rules.locations import Where
from messages.message import Finding, message

# These are English, because packs are written in it and a translation adds nothing.
_NAMED = r"((?:St\. )?[A-Z][\w’'-]*(?: (?:de |del |la )*(?:St\. )?[A-Z][\w’'-]*)*)"
_TOWN = re.compile(rf"\b(?:in|at|near|around|outside|from) (?:the )?{_NAMED}")
_AFTER_NAME = re.compile(rf", {_NAMED}$")  # "Safe Nights, Selma"


def problems(pack: Pack, where: Where) -> Iterator[Finding]:
    for resource in pack.resources:
        key = f"resource:{resource.id}"
        if _is_hidden(pack, resource, key, "blurb"):
            yield from _maps(resource, where)
            yield from _told(pack, resource.organization, key, where)
    for partner in pack.partners:
        key = f"partner:{partner.id}"
        if _is_hidden(pack, partner, key, "does"):
            if is_map(partner.web):
                yield where.problem(f"{key}/web", message("confidential.map", url=partner.web))
            yield from _told(pack, partner.organization, key, where)


def _is_hidden(pack: Pack, entry: Resource | Partner, key: str, described: str) -> bool:
    own = pack.texts.get(pack.default, {})
    named = [own.get(f"{key}:name", entry.organization)]
    about = f"{entry.organization}. {own.get(f'{key}:{described}', '')}"
    return is_confidential(entry.confidential, named, about)


def _maps(resource: Resource, where: Where) -> Iterator[Finding]:
    for number, channel in enumerate(resource.channels):
        if is_map(channel.url):
            place = f"resource:{resource.id}/channels/{number}/url"
            yield where.problem(place, message("confidential.map", url=channel.url))


def _told(pack: Pack, organization: str, key: str, where: Where) -> Iterator[Finding]:
    if place := street_in(organization):
        yield where.problem(f"{key}/organization", message("confidential.street", place=place))
    for language, texts in pack.texts.items():
        for name, text in texts.items():
            if not name.startswith(f"{key}:"):
                continue
            if place := street_in(text):
                said = message("confidential.street", place=place)
                yield where.problem(name, said, language=language)
            if language == pack.default:
                for town in _towns(name, text, pack, organization):
                    yield where.problem(name, message("confidential.town", place=town))


def _towns(name: str, text: str, pack: Pack, organization: str) -> Iterator[str]:
    """Yield names after "in" or "near" that are not a county, a language or the organization."""
    known = {"California", "English", "Spanish", *map(own_name, pack.languages)}
    known |= {f"{county.name} County" for county in pack.counties} | set(organization.split())
    after = _AFTER_NAME.finditer(text) if name.endswith(":name") else ()
    for found in (*_TOWN.finditer(text), *after):
        town = found[1].rstrip("’'")
        if town not in known and not set(town.split()) <= known:
            yield town

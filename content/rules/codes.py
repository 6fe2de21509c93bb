"""Rules about ids and codes; a code is an address (/en/t/42) and a text to send ("42")."""

import re
from collections.abc import Iterator

from content.model import county_hotline
from content.model.county_hotline import COUNTY
from content.model.pack import Pack
from content.rules.locations import Where
from messages.message import Finding, message

HOTLINES = frozenset({"211", "311", "411", "511", "611", "711", "811", "911", "988"})
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CODE = re.compile(r"[1-9][0-9]{0,3}")


def problems(pack: Pack, where: Where) -> Iterator[Finding]:
    for kind, ids in _ids(pack).items():
        seen: set[str] = set()
        for entry in ids:
            key = f"{kind}:{entry}"
            if not _ID.fullmatch(entry):
                yield where.problem(f"{key}/id", message("code.no-id", id=entry))
            if entry in seen or (kind == "resource" and entry == COUNTY):
                yield where.problem(f"{key}/id", message("code.id-taken", id=entry, kind=kind))
            seen.add(entry)
    yield from _codes(pack, where)
    numbers = [code.number for code in pack.short_codes]
    for number in sorted({number for number in numbers if numbers.count(number) > 1}):
        yield where.problem(f"short_code:{number}/number", message("code.twice", number=number))


def _ids(pack: Pack) -> dict[str, list[str]]:
    return {
        "resource": [entry.id for entry in pack.resources],
        "topic": [entry.id for entry in pack.topics],
        "group": [entry.id for entry in pack.groups],
        "partner": [entry.id for entry in pack.partners],
        "law": [entry.id for entry in pack.laws],
        "staff": [entry.id for entry in pack.staff],
        "county": [entry.fips for entry in pack.counties],
        "sms": [entry.topic for entry in pack.keywords],
    }


def _codes(pack: Pack, where: Where) -> Iterator[Finding]:
    owners: dict[str, str] = {county_hotline.CODE: "the county line"}
    for place, code, owner in _coded(pack):
        if not _CODE.fullmatch(code):
            yield where.problem(place, message("code.no-code", code=code))
        elif code in HOTLINES:
            yield where.problem(place, message("code.hotline", code=code))
        elif code in owners:
            yield where.problem(place, message("code.taken", code=code, owner=owners[code]))
        owners.setdefault(code, owner)


def _coded(pack: Pack) -> Iterator[tuple[str, str, str]]:
    for group in pack.groups:
        yield f"group:{group.id}/code", group.code, f'the group "{group.id}"'
    for topic in pack.topics:
        for language, code in topic.codes.items():
            yield f"topic:{topic.id}/codes/{language}", code, f'the topic "{topic.id}" ({language})'
    for resource in pack.resources:
        yield f"resource:{resource.id}/code", resource.code, f'the resource "{resource.id}"'
    for partner in pack.partners:
        yield f"partner:{partner.id}/code", partner.code, f'the partner "{partner.id}"'

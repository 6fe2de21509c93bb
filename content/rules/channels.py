"""Rules about channels: numbers, addresses, hours, and what must never be printed."""

import re
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from content.model import phone_numbers
from content.model.pack import Channel, Pack
from content.model.placeholders import ZIP_KEYWORD
from content.rules.locations import Where
from messages.message import Finding, message

_ONLINE = ("chat", "web")
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00")
_WORD = re.compile(r"[A-Z0-9]{1,20}")
_PRESS = re.compile(r"[0-9*#]{1,3}")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")


def problems(pack: Pack, where: Where) -> Iterator[Finding]:
    for resource in pack.resources:
        key = f"resource:{resource.id}"
        for number, channel in enumerate(resource.channels):
            yield from _channel(channel, pack, f"{key}/channels/{number}", where)
    for place, number_, _ in other_numbers(pack):
        if fault := phone_numbers.problem(number_, short_codes=(), kind=None):
            yield where.problem(place, fault)
    for partner in pack.partners:
        if partner.web and (fault := address_problem(partner.web)):
            yield where.problem(f"partner:{partner.id}/web", fault)


def address_problem(url: str) -> str:
    """Return a sentence on what is wrong with a web address; "" if students may be sent there."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return f'"{url}" is not a web address; copy it again from the page itself'
    if parts.scheme != "https":
        return f'"{url}" must begin with https://'
    host = parts.netloc
    if parts.username is not None or port is not None or _is_ip(host) or not _HOST.fullmatch(host):
        return (
            f'"{url}" must begin with a host name in lowercase letters, such as'
            " https://example.org/page"
        )
    if re.search(r"[\s<>\"'{}\\^`|]", url) or not url.isascii():
        return (
            f'"{url}" contains a character that web addresses cannot have; copy it again'
            " from the page itself"
        )
    return ""


def _is_ip(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _channel(channel: Channel, pack: Pack, at: str, where: Where) -> Iterator[Finding]:
    if channel.kind in _ONLINE:
        if channel.number:
            yield where.problem(f"{at}/number", message("channel.has-number", kind=channel.kind))
        if fault := address_problem(channel.url):
            lacks = message("channel.no-url", kind=channel.kind)
            yield where.problem(f"{at}/url", fault if channel.url else lacks)
    else:
        if channel.url:
            yield where.problem(f"{at}/url", message("channel.has-url", kind=channel.kind))
        fault = phone_numbers.problem(
            channel.number, short_codes=pack.short_codes, kind=channel.kind
        )
        if fault:
            lacks = message("channel.no-number", kind=channel.kind)
            yield where.problem(f"{at}/number", fault if channel.number else lacks)
    for language, word in channel.keyword.items():
        if word != ZIP_KEYWORD and not _WORD.fullmatch(word):
            said = message("channel.keyword", word=word, zip=ZIP_KEYWORD)
            yield where.problem(f"{at}/keyword/{language}", said)
    for language, keys in channel.press.items():
        if not _PRESS.fullmatch(keys):
            yield where.problem(f"{at}/press/{language}", message("channel.no-key", keys=keys))
    yield from _hours(channel, at, where)


def _hours(channel: Channel, at: str, where: Where) -> Iterator[Finding]:
    for number, opening in enumerate(channel.open):
        place = f"{at}/open/{number}"
        times = (opening.opens_at, opening.closes_at)
        for name, time in zip(("opens_at", "closes_at"), times, strict=True):
            if not _TIME.fullmatch(time):
                yield where.problem(f"{place}/{name}", message("channel.no-time", time=time))
        if all(_TIME.fullmatch(time) for time in times) and times[0] >= times[1]:
            said = message("channel.overnight", opens=times[0], closes=times[1])
            yield where.problem(f"{place}/closes_at", said)


def other_numbers(pack: Pack) -> Iterator[tuple[str, str, str]]:
    """Yield the place, number and owner of every number that does not belong to a channel."""
    for partner in pack.partners:
        if partner.staff_number:
            yield f"partner:{partner.id}/staff_number", partner.staff_number, partner.organization
    for county in pack.counties:
        for index, entry in enumerate(county.numbers):
            yield f"county:{county.fips}/numbers/{index}/number", entry.number, county.name

"""Rules for services in the directory; the publisher and the kiosks apply the same ones."""

import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

import msgspec

from content.directory.model import (
    MAX_LINE,
    AreaServed,
    DirectoryError,
    DirectoryService,
    ServicePhone,
)
from content.model import phone_numbers, zips_and_counties
from content.rules.wording import ascii_digits, unseen
from messages.message import Finding, message

LENGTHS = {
    "name": 160,
    "organization": 160,
    "what": 1200,
    "hours": 400,
    "street": 160,
    "city": 80,
    "url": 300,
}
_AREAS = '{"us": true}, {"states": ["CA"]} or {"counties": ["06001"]}'
MOST_PHONES, MOST_TAGS, MOST_PLACES = 8, 24, 3200
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", re.ASCII)
_ZIP = re.compile(r"\d{5}", re.ASCII)
_COUNTY = re.compile(r"06\d{3}", re.ASCII)
_STATE = re.compile(r"[A-Z]{2}", re.ASCII)
_TAG = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.ASCII)
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.ASCII)
_MARKUP = re.compile(r"[<>]|&(?:#\w+|[A-Za-z]+);")
# Matches seven or more digits that could be dialed; a street number is shorter.
_DIALLED = re.compile(
    r"(?<!\d)(?:(?:\+?1[ .-]?)?\(?\d{3}\)?[ .\u2010-\u2015-]{0,2})?\d{3}["
    r" .\u2010-\u2015-]?\d{4}(?!\d)",
    re.ASCII,
)
_TEXTED = re.compile(r"\b(?:text|sms)\b[^.]{0,40}?\b(?:to|at)\s+\d{3,6}\b", re.IGNORECASE)


def parse(line: bytes) -> DirectoryService:
    """Return the service in a line. Raises DirectoryError that names a field of the wrong shape."""
    if len(line) > MAX_LINE:
        raise DirectoryError(message("service.line", count=len(line), most=MAX_LINE))
    try:
        return msgspec.json.decode(line, type=DirectoryService)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise DirectoryError(f"{_path(str(error))}") from error


def flaws(service: DirectoryService) -> Iterator[Finding]:
    if not _ID.fullmatch(service.id):
        yield _flaw("id", "service.no-id", id=service.id[:80])
    yield from _texts(service)
    if not service.name:
        yield _flaw("name", "service.no-name")
    if not service.phones and not service.url and not service.address.street:
        yield _flaw("phones", "service.no-way")
    if len(service.phones) > MOST_PHONES:
        yield _flaw("phones", "service.phones", count=len(service.phones), most=MOST_PHONES)
    for number, phone in enumerate(service.phones[:MOST_PHONES]):
        yield from _phone(phone, f"phones.{number}")
    if service.url and (code := _address(service.url)):
        yield _flaw("url", code, url=service.url[:80], most=LENGTHS["url"])
    yield from _day(service.updated)
    yield from _area(service.area, service.address.zip)
    for name, tags in (("languages", service.languages), ("categories", service.categories)):
        if len(tags) > MOST_TAGS:
            yield _flaw(name, "service.many", count=len(tags), most=MOST_TAGS)
    for number, tag in enumerate(service.languages[:MOST_TAGS]):
        if not _TAG.fullmatch(tag):
            yield _flaw(f"languages.{number}", "service.no-tag", tag=tag[:40])


def _path(said: str) -> str:
    """Put the field first in msgspec's "Expected `str`, got `int` - at `$.phones[0].number`"."""
    found = re.fullmatch(r"(.*?) - at `\$\.?(.*)`", said)
    if not found or not found[2]:
        return f"the line is not a service: {said}"
    where = re.sub(r"\[(\d+|\.\.\.)\]", r".\1", found[2])
    return f"{where}: {found[1]}"


def _texts(service: DirectoryService) -> Iterator[Finding]:
    shown = {
        "name": service.name,
        "organization": service.organization,
        "what": service.what,
        "hours": service.hours,
        "address.street": service.address.street,
        "address.city": service.address.city,
        **{f"categories.{n}": text for n, text in enumerate(service.categories[:MOST_TAGS])},
    }
    for field, text in shown.items():
        if not text:
            continue
        most = LENGTHS.get(field.rpartition(".")[2], 80)
        if len(text) > most:
            yield _flaw(field, "service.long", letters=len(text), most=most)
        if text != text.strip():
            yield _flaw(field, "service.space")
        if found := _MARKUP.search(text):
            yield _flaw(field, "service.markup", found=found[0])
        ordinary = text.isascii() and text.isprintable()
        hidden = "" if ordinary else next((char for char in text if unseen(char)), "")
        if hidden:
            yield _flaw(field, "service.unseen", letter=f"{ord(hidden):04X}")
        plain = text if ordinary else ascii_digits(text)
        if found := _DIALLED.search(plain) or _TEXTED.search(plain):
            yield _flaw(field, "service.number", found=found[0])


def _phone(phone: ServicePhone, field: str) -> Iterator[Finding]:
    if words := phone_numbers.problem(phone.number, short_codes=()):
        if re.fullmatch(r"\d{3,6}", phone.number, re.ASCII):
            code = "service.short-or-zip" if len(phone.number) == 5 else "service.short"
            yield _flaw(f"{field}.number", code, number=phone.number)
        else:
            yield Finding.at("", 0, words, key=f"{field}.number")
    if not re.fullmatch(r"\d{0,8}", phone.extension, re.ASCII):
        yield _flaw(f"{field}.extension", "service.no-extension", found=phone.extension[:20])


def _address(url: str) -> str:
    """Return the code for what is wrong with a web address, or ""."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "service.no-address"
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LENGTHS["url"]
    if parts.scheme not in ("https", "http") or not plain:
        return "service.no-plain-address"
    if parts.username is not None or port is not None or not _HOST.fullmatch(parts.hostname or ""):
        return "service.no-host"
    return ""


def _day(value: str) -> Iterator[Finding]:
    try:
        right = date.fromisoformat(value).isoformat() == value
    except ValueError:
        right = False
    if not right:
        yield _flaw("updated", "service.no-date", found=value[:40])


def _area(area: AreaServed, zip_code: str) -> Iterator[Finding]:
    if not (area.us or area.states or area.counties):
        yield _flaw("area", "service.no-area", examples=_AREAS)
    if max(len(area.zips), len(area.counties), len(area.states)) > MOST_PLACES:
        yield _flaw("area", "service.places", most=MOST_PLACES)
        return
    known = zips_and_counties.fips()
    for number, county in enumerate(area.counties):
        if not _COUNTY.fullmatch(county) or county not in known:
            yield _flaw(f"area.counties.{number}", "service.no-county", found=county[:20])
    for number, state in enumerate(area.states):
        if not _STATE.fullmatch(state):
            yield _flaw(f"area.states.{number}", "service.no-state", found=state[:20])
    fields = [("address.zip", zip_code)] if zip_code else []
    fields += [(f"area.zips.{number}", one) for number, one in enumerate(area.zips)]
    for field, one in fields:
        if not _ZIP.fullmatch(one):
            yield _flaw(field, "service.no-zip", found=one[:20])
        elif area.counties and not area.us and not area.states:
            yield from _outside(field, one, area)


def _outside(field: str, zip_code: str, area: AreaServed) -> Iterator[Finding]:
    """Warn of a ZIP code that is partly in an omitted county: people there miss the service."""
    left_out = [
        county for county in zips_and_counties.counties_of(zip_code) if county not in area.counties
    ]
    if left_out:
        also = message("service.also-in", zip=zip_code, counties=" and ".join(left_out))
        yield Finding("note", also, key=field)


def _flaw(field: str, code: str, **parts: object) -> Finding:
    """Return one problem with a service and its field, such as ``phones.0.number``."""
    return Finding("wrong", message(code, **parts), key=field)

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
from messages.message import Finding, Severity

LENGTHS = {
    "name": 160,
    "organization": 160,
    "what": 1200,
    "hours": 400,
    "street": 160,
    "city": 80,
    "url": 300,
}
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
        raise DirectoryError(f"the line has {len(line)} bytes; the limit is {MAX_LINE}")
    try:
        return msgspec.json.decode(line, type=DirectoryService)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise DirectoryError(f"{_path(str(error))}") from error


def flaws(service: DirectoryService) -> Iterator[Finding]:
    if not _ID.fullmatch(service.id):
        yield _flaw(
            "id",
            f'"{service.id[:80]}" is not a valid id; use at most 80 letters, digits, ".",'
            ' "_" and "-"',
        )
    yield from _texts(service)
    if not service.name:
        yield _flaw("name", "the name is empty; write what people call the service")
    if not service.phones and not service.url and not service.address.street:
        yield _flaw(
            "phones",
            "without a number, address or web page, nobody could reach this service; add one",
        )
    if len(service.phones) > MOST_PHONES:
        words = f"there are {len(service.phones)} numbers; write at most {MOST_PHONES}"
        yield _flaw("phones", words)
    for number, phone in enumerate(service.phones[:MOST_PHONES]):
        yield from _phone(phone, f"phones.{number}")
    if service.url and (message := _address(service.url)):
        yield _flaw("url", message)
    yield from _day(service.updated)
    yield from _area(service.area, service.address.zip)
    for name, tags in (("languages", service.languages), ("categories", service.categories)):
        if len(tags) > MOST_TAGS:
            yield _flaw(name, f"there are {len(tags)}; write at most {MOST_TAGS}")
    for number, tag in enumerate(service.languages[:MOST_TAGS]):
        if not _TAG.fullmatch(tag):
            yield _flaw(
                f"languages.{number}",
                f'"{tag[:40]}" is not a language tag; write a tag such as "es" or "zh-Hant"',
            )


def _path(message: str) -> str:
    """Put the field first in msgspec's "Expected `str`, got `int` - at `$.phones[0].number`"."""
    found = re.fullmatch(r"(.*?) - at `\$\.?(.*)`", message)
    if not found or not found[2]:
        return f"the line is not a service: {message}"
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
            yield _flaw(field, f"the text has {len(text)} characters; at most {most} are shown")
        if text != text.strip():
            yield _flaw(field, "the text begins or ends with a space; remove it")
        if found := _MARKUP.search(text):
            yield _flaw(field, f'"{found[0]}" is HTML; write plain text')
        ordinary = text.isascii() and text.isprintable()
        hidden = "" if ordinary else next((char for char in text if unseen(char)), "")
        if hidden:
            yield _flaw(
                field,
                f"the text contains an invisible character (U+{ord(hidden):04X}); type it again",
            )
        plain = text if ordinary else ascii_digits(text)
        if found := _DIALLED.search(plain) or _TEXTED.search(plain):
            yield _flaw(
                field,
                f'"{found[0]}" is a phone number in a text; list it under phones, where'
                " numbers are checked",
            )


def _phone(phone: ServicePhone, field: str) -> Iterator[Finding]:
    if message := phone_numbers.problem(phone.number, short_codes=()):
        if re.fullmatch(r"\d{3,6}", phone.number, re.ASCII):
            as_zip = ", or a ZIP code" if len(phone.number) == 5 else ""
            message = (
                f'"{phone.number}" is a short code{as_zip}; short codes belong in a pack.'
                " Write +1 and ten digits"
            )
        yield _flaw(f"{field}.number", message)
    if not re.fullmatch(r"\d{0,8}", phone.extension, re.ASCII):
        yield _flaw(
            f"{field}.extension",
            f'"{phone.extension[:20]}" is not an extension; write up to eight digits',
        )


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return f'"{url[:80]}" is not a web address'
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LENGTHS["url"]
    if parts.scheme not in ("https", "http") or not plain:
        return (
            f'"{url[:80]}" is not a web address; write https:// and plain letters, at most'
            f" {LENGTHS['url']} characters"
        )
    if parts.username is not None or port is not None or not _HOST.fullmatch(parts.hostname or ""):
        return f'"{url[:80]}" needs a plain host name, without a user name, port or IP address'
    return ""


def _day(value: str) -> Iterator[Finding]:
    try:
        right = date.fromisoformat(value).isoformat() == value
    except ValueError:
        right = False
    if not right:
        yield _flaw("updated", f'"{value[:40]}" is not a date; write a date such as 2026-11-30')


def _area(area: AreaServed, zip_code: str) -> Iterator[Finding]:
    if not (area.us or area.states or area.counties):
        yield _flaw(
            "area",
            'the area is empty; write {"us": true}, {"states": ["CA"]} or {"counties": ["06001"]}',
        )
    if max(len(area.zips), len(area.counties), len(area.states)) > MOST_PLACES:
        yield _flaw("area", f"it lists more than {MOST_PLACES} places")
        return
    known = zips_and_counties.fips()
    for number, county in enumerate(area.counties):
        if not _COUNTY.fullmatch(county) or county not in known:
            yield _flaw(
                f"area.counties.{number}",
                f'"{county[:20]}" is not a county in California; write the county\'s FIPS code',
            )
    for number, state in enumerate(area.states):
        if not _STATE.fullmatch(state):
            yield _flaw(
                f"area.states.{number}",
                f'"{state[:20]}" is not a state; write two letters, such as "CA"',
            )
    fields = [("address.zip", zip_code)] if zip_code else []
    fields += [(f"area.zips.{number}", one) for number, one in enumerate(area.zips)]
    for field, one in fields:
        if not _ZIP.fullmatch(one):
            yield _flaw(field, f'"{one[:20]}" is not a ZIP code; write five digits')
        elif area.counties and not area.us and not area.states:
            yield from _outside(field, one, area)


def _outside(field: str, zip_code: str, area: AreaServed) -> Iterator[Finding]:
    """Warn of a ZIP code that is partly in an omitted county: people there miss the service."""
    left_out = [
        county for county in zips_and_counties.counties_of(zip_code) if county not in area.counties
    ]
    if left_out:
        message = (
            f"ZIP code {zip_code} is also in {' and '.join(left_out)}, which area.counties"
            " does not list"
        )
        message += "; add it, unless the service does not accept those people"
        yield _flaw(field, message, "note")


def _flaw(field: str, words: str, kind: Severity = "wrong") -> Finding:
    """Return one problem with a service: the field, such as ``phones.0.number``, and a sentence."""
    return Finding.at("", 0, words, kind, key=field)

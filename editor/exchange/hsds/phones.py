"""Turns a phone entry of a feed into a number to draft, or a question.

Take care: a wrong number is worse than no number.
"""

import re
import unicodedata
from collections.abc import Collection
from functools import partial

from content.model import phone_numbers
from content.model.pack import Channel, ChannelKind
from content.model.zips_and_counties import counties_of
from editor.exchange.hsds.drafts import need
from editor.exchange.hsds.schema import Phone
from messages.message import Finding, Message, message

KINDS: dict[str, ChannelKind] = {"voice": "voice", "text": "sms", "sms": "sms"}
KINDS |= {"tty": "tty", "tdd": "tty", "textphone": "tty"}
DROPPED = frozenset({"fax", "pager", "video", "modem", "telex"})
_DASHES = re.compile(r"[‐-―−]")
_EXTENSION = re.compile(
    r"(?:^|(?<=[\d\s,;.)]))(?:ext(?:ension)?|x)\.?:?\s*#?(\d{1,8})\s*$", re.IGNORECASE
)
_PLAIN = re.compile(r"[0-9 ().+/-]*")
_BETWEEN = re.compile(r"[,;|/\n&]|\bor\b|\band\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d{3}[^0-9]{0,3}\d{4}")
_LONG_ZIP = re.compile(r"[0-9]{5}-?[0-9]{4}")
_LIST = re.compile(r"[\[{]|\(\D")
_FALSE = frozenset({"false", "0", "no", "n", "inactive"})
_FLAGS = ("isactive", "is_active", "active", "status")


def read(
    phone: Phone, at: str, path: str, *, zips: Collection[str]
) -> tuple[Channel | None, Finding | None]:
    """Return the number to draft and any doubt, or a question or note if it can't be drafted.

    ``zips``: the ZIP codes in the same record.
    """
    kind = phone.type.strip().casefold()
    of_number = partial(need, at, f"{path}/number", phone.number)
    if _inactive(phone):
        return None, of_number(message("feed.inactive"), note=True)
    if kind in DROPPED:
        return None, of_number(message("feed.other-number", kind=kind), note=True)
    cell = unicodedata.normalize("NFKC", _DASHES.sub("-", phone.number)).strip(" \t\n\"'“”‘’")
    cell = cell.removeprefix("tel:").strip()
    extension = phone.extension.strip()
    if found := _EXTENSION.search(cell):
        cell, extension = cell[: found.start()].strip(" ,;"), extension or found[1]
    whole = f"+1{phone_numbers.digits(cell)}"
    fault = phone_numbers.problem(whole, short_codes=(), kind=KINDS.get(kind))
    if ask := _fault(cell, zips) or fault:
        return None, of_number(ask)
    if kind not in KINDS:
        asked = f'the type "{phone.type}" is unknown' if kind else "it has no type"
        return None, of_number(message("feed.untyped", what=asked, number=whole))
    if not extension:
        return Channel(kind=KINDS[kind], number=whole), None
    doubt = message("feed.extension", extension=extension, number=whole)
    asked_too = need(at, f"{path}/extension", phone.extension or phone.number, doubt)
    return Channel(kind=KINDS[kind], number=whole), asked_too


def _fault(cell: str, zips: Collection[str]) -> Message | None:
    """Return why the cell is not clearly one complete number; None if it is."""
    found = re.sub(r"[^0-9]", "", cell)
    inactive = bool(re.search(r"(?i)active\W+false", cell))
    faults = (
        (not cell, "feed.number-missing"),
        (_LIST.match(cell) and inactive, "feed.number-list-inactive"),
        (_LIST.match(cell), "feed.number-list"),
        (
            cell.startswith("+") and not cell.startswith("+1") and not _BETWEEN.search(cell),
            "feed.number-foreign",
        ),
        (len(found) > 11 or len(_NUMBER.findall(cell)) > 1, "feed.numbers-several"),
        (not _PLAIN.fullmatch(cell), "feed.number-not-plain"),
        (_zip_like(cell, found, zips), "feed.number-zip"),
        (len(found) in (3, 5, 6), "feed.number-short"),
        (len(found) == 7, "feed.number-area"),
    )
    return next((message(code) for holds, code in faults if holds), None)


def _zip_like(cell: str, found: str, zips: Collection[str]) -> bool:
    if len(found) != 5 and not _LONG_ZIP.fullmatch(cell):
        return False
    return found[:5] in zips or bool(counties_of(found[:5]))


def _inactive(phone: Phone) -> bool:
    extra = {name.casefold(): value for name, value in phone.row.items()}
    return any(str(extra[flag]).strip().casefold() in _FALSE for flag in _FLAGS if flag in extra)

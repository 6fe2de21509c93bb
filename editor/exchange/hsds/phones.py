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
from messages.message import Finding

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

_SEVERAL = (
    "the cell contains several numbers; write one channel, with its kind, for each correct number"
)
_NOT_PLAIN = "this is not one plain number; copy the number from the service's own page"
_ZIP_LIKE = (
    "this looks like a ZIP code in the phone column; check whether this row's columns are shifted"
)
_SHORT_CODE = "this is a short code; add it to the list of short codes (shortcodes.toml) by hand"


def read(
    phone: Phone, at: str, path: str, *, zips: Collection[str]
) -> tuple[Channel | None, Finding | None]:
    """Return the number to draft and any doubt, or a question or note if it can't be drafted.

    ``zips``: the ZIP codes in the same record.
    """
    kind = phone.type.strip().casefold()
    of_number = partial(need, at, f"{path}/number", phone.number)
    if _inactive(phone):
        return None, of_number("the feed marks this number as inactive", note=True)
    if kind in DROPPED:
        said = f"this is a {kind} number, which students cannot call or text"
        return None, of_number(said, note=True)
    cell = unicodedata.normalize("NFKC", _DASHES.sub("-", phone.number)).strip(" \t\n\"'“”‘’")
    cell = cell.removeprefix("tel:").strip()
    extension = phone.extension.strip()
    if found := _EXTENSION.search(cell):
        cell, extension = cell[: found.start()].strip(" ,;"), extension or found[1]
    whole = f"+1{phone_numbers.digits(cell)}"
    ask = _fault(cell, zips)
    ask = ask or phone_numbers.problem(whole, short_codes=(), kind=KINDS.get(kind))
    if ask:
        return None, of_number(ask)
    if kind not in KINDS:
        asked = f'the type "{phone.type}" is unknown' if kind else "it has no type"
        return None, of_number(
            f"{asked}; if {whole} is correct, add it and say whether it is for calls or texts"
        )
    doubt = (
        f"this has the extension {extension}, which a card cannot show; check whether {whole}"
        " alone reaches the service"
    )
    written = phone.extension or phone.number
    asked_too = need(at, f"{path}/extension", written, doubt) if extension else None
    return Channel(kind=KINDS[kind], number=whole), asked_too


def _fault(cell: str, zips: Collection[str]) -> str:
    """Return a sentence on why the cell is not clearly one complete number; "" if it is."""
    found = re.sub(r"[^0-9]", "", cell)
    several = len(found) > 11 or len(_NUMBER.findall(cell)) > 1
    foreign = cell.startswith("+") and not cell.startswith("+1") and not _BETWEEN.search(cell)
    inactive = (
        ", and at least one is marked inactive" if re.search(r"(?i)active\W+false", cell) else ""
    )
    is_list = (
        f"the cell contains a list, not one number{inactive}; write the correct number by hand"
    )
    faults = (
        (not cell, "there is no number; find it on the service's own page, or leave it out"),
        (bool(_LIST.match(cell)), is_list),
        (foreign, "this is a foreign number; find a US number"),
        (several, _SEVERAL),
        (not _PLAIN.fullmatch(cell), _NOT_PLAIN),
        (_zip_like(cell, found, zips), _ZIP_LIKE),
        (len(found) in (3, 5, 6), _SHORT_CODE),
        (len(found) == 7, "this has no area code; find the whole number"),
    )
    return next((sentence for holds, sentence in faults if holds), "")


def _zip_like(cell: str, found: str, zips: Collection[str]) -> bool:
    if len(found) != 5 and not _LONG_ZIP.fullmatch(cell):
        return False
    return found[:5] in zips or bool(counties_of(found[:5]))


def _inactive(phone: Phone) -> bool:
    extra = {name.casefold(): value for name, value in phone.row.items()}
    return any(str(extra[flag]).strip().casefold() in _FALSE for flag in _FLAGS if flag in extra)

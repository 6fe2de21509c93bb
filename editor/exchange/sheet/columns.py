"""Reads and writes one cell of the editors' spreadsheet.

A cell that a spreadsheet program could run as a formula is exported with a leading '.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from content.model import phone_numbers
from content.model.pack import DAYS, Channel, Resource
from content.rules.channels import address_problem
from messages.message import CodedError, verbatim
from system.csv_cells import inert

Level = Literal["resource", "channel", "text"]
_DATE_LIKE = re.compile(r"\d{1,4}[-/.]\d{1,2}([-/.]\d{1,4})?\s*$")
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d+")
_WHOLE = re.compile(r"(\d+)[.,]0+")
_STRAIGHT = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "\u00a0": " "})
_SPAN = re.compile(
    r"((?:(?:mo|tu|we|th|fr|sa|su)[ ,]+)+)(\d{1,2}:\d\d) ?[-–] ?(\d{1,2}:\d\d)", re.IGNORECASE
)
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_YES, _NO = frozenset({"yes", "true", "1"}), frozenset({"no", "false", "0"})


class CellError(CodedError):
    """A cell cannot be read; the message says what it contains and what to write instead."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the location of its value in a file, and how the value is written and read."""

    name: str
    level: Level
    written: Callable[[Any], str]
    read: Callable[[str], Any]


def guarded(cell: str) -> str:
    """Return the cell made safe, so that it can't run as a formula or turn into a date."""
    return f"'{cell}" if _DATE_LIKE.match(cell) else inert(cell)


def bare(cell: str) -> str:
    """Undo ``guarded``; keep whatever a person typed."""
    return cell[1:] if cell.startswith("'") and guarded(cell[1:]) != cell[1:] else cell


def plain(cell: str) -> str:
    """Clean a code-like cell: remove quotes around it and odd spaces, and turn 988.0 into 988."""
    text = unicodedata.normalize("NFKC", cell.translate(_STRAIGHT)).strip(" \t\n\"'")
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text


def _number(cell: str) -> str:
    text = plain(cell)
    if _SHORTENED.fullmatch(text):
        raise CellError("sheet.shortened", cell=cell)
    found = phone_numbers.digits(text)
    plainly = re.fullmatch(r"[0-9 ()+./-]+", text) and not re.match(r"\+(?!1)", text)
    return f"+1{found}" if plainly and len(found) == 10 else text


def _whole(cell: str) -> int:
    text = plain(cell)
    if not re.fullmatch(r"[0-9]{1,4}", text):
        raise CellError("sheet.not-whole", cell=cell)
    return int(text)


def _yes(cell: str) -> bool:
    text = plain(cell).casefold()
    if text in _YES or text in _NO:
        return text in _YES
    raise CellError("sheet.not-yes-or-no", cell=cell)


def _text(cell: str) -> str:
    text = " ".join(cell.translate(_STRAIGHT).split(" ")).strip()
    if (
        "\n" in text
        or "\r" in text
        or any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in text)
    ):
        raise CellError("sheet.one-line")
    return text


def _one_of(field: str, of: type) -> Callable[[str], str]:
    allowed = [str(one) for one in get_args(get_type_hints(of)[field])]

    def read(cell: str) -> str:
        text = plain(cell).casefold()
        if text not in allowed:
            raise CellError("sheet.one-of", cell=cell, names=", ".join(allowed))
        return text

    return read


def _hours(cell: str) -> str:
    text = plain(cell).casefold()
    if text in ("always", "24/7"):
        return "24/7"
    if text in ("listed", "unknown"):
        return text
    raise CellError("sheet.hours", cell=cell)


def _open(cell: str) -> list[dict[str, Any]]:
    spans = []
    for part in filter(None, (one.strip() for one in plain(cell).split(";"))):
        match = _SPAN.fullmatch(part)
        if match is None:
            raise CellError("sheet.open", part=part)
        days = re.split(r"[ ,]+", match[1].strip(" ,").casefold())
        opens, closes = (f"{time:0>5}" for time in (match[2], match[3]))
        if opens >= closes:
            raise CellError("sheet.open-order", part=part)
        spans.append(
            {"days": [day for day in DAYS if day in days], "opens_at": opens, "closes_at": closes}
        )
    return spans


def _written_open(spans: Iterable[dict[str, Any]]) -> str:
    return "; ".join(
        f"{' '.join(one['days'])} {one['opens_at']}-{one['closes_at']}" for one in spans
    )


def _tags(cell: str) -> list[str]:
    tags = [one for one in re.split(r"[\s,;]+", plain(cell)) if one]
    for tag in tags:
        if not _TAG.fullmatch(tag):
            raise CellError("sheet.tag", tag=tag)
    return tags


def _pairs(cell: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for part in filter(None, (one.strip() for one in plain(cell).split(";"))):
        tag, sign, value = (one.strip() for one in part.partition("="))
        if not sign or not value or not _TAG.fullmatch(tag) or tag in pairs:
            raise CellError("sheet.pairs", part=part)
        pairs[tag] = value
    return pairs


def _area(cell: str) -> dict[str, Any]:
    wide, sign, narrow = plain(cell).replace(",", " ").partition("counties")
    if sign and wide.strip():  # a whole state, plus counties listed separately
        return _area(wide) | _area(sign + narrow)
    kind, *codes = (wide + sign + narrow).split() or [""]  # [""]: only quotes or commas
    if kind.upper() == "US" and not codes:
        return {"us": True}
    if kind.casefold() == "counties" and codes:
        if short := next((code for code in codes if not re.fullmatch(r"\d{5}", code)), ""):
            raise CellError("sheet.county", code=short)
        return {"counties": codes}
    if all(re.fullmatch(r"[A-Z]{2}", code) for code in (kind, *codes)):
        return {"states": [kind, *codes]}
    raise CellError("sheet.area", cell=cell)


def _written_area(area: dict[str, Any]) -> str:
    wide = ["US"] if area.get("us") else area.get("states", ())
    counties = ["counties", *area["counties"]] if area.get("counties") else ()
    return " ".join((*wide, *counties))


def _zone(cell: str) -> str:
    try:
        return ZoneInfo(plain(cell)).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CellError("sheet.zone", cell=cell) from error


def _url(cell: str) -> str:
    text = cell.strip()
    if fault := address_problem(text):
        raise CellError(verbatim(fault))
    return text


def _paired(pairs: dict[str, str]) -> str:
    return "; ".join(f"{tag}={value}" for tag, value in pairs.items())


def _yes_or_no(found: object) -> str:
    return "yes" if found else "no"


COLUMNS = (
    Column("status", "resource", str, _one_of("status", Resource)),
    Column("organization", "resource", str, _text),
    *(
        Column(name, "resource", str, _one_of(name, Resource))
        for name in ("answers", "urgency", "passes_on", "cost", "confidence")
    ),
    *(
        Column(name, "resource", str, _whole)
        for name in ("review_every_days", "minimum_age", "maximum_age")
    ),
    Column("confidential", "resource", _yes_or_no, _yes),
    Column("area", "resource", _written_area, _area),
    Column("kind", "channel", str, _one_of("kind", Channel)),
    Column("number", "channel", phone_numbers.display, _number),
    Column("url", "channel", str, _url),
    Column("hours", "channel", lambda found: "always" if found == "24/7" else str(found), _hours),
    Column("open", "channel", _written_open, _open),
    Column("timezone", "channel", str, _zone),
    Column("languages", "channel", " ".join, _tags),
    Column("interpreters", "channel", _yes_or_no, _yes),
    Column("keyword", "channel", _paired, _pairs),
    Column("press", "channel", _paired, _pairs),
    *(Column(name, "text", str, _text) for name in ("name", "blurb", "for", "say", "private")),
)

"""A district's schools: the settings with each row of schools.csv applied, and each row's faults.

If a cell is empty, the value in desk-settings.toml in the school's data folder applies.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec.structs import replace

from messages.message import Message, message
from settings import desk_file
from settings.schema import DESK, MAY_BE_OFF, Kiosk, Settings
from system import csv_cells, files

MOST_BYTES, MOST_SCHOOLS = 1_000_000, 1000
LONGEST_NAME, LONGEST_ADDRESS = 60, 40
SUGGESTED = 5  # addresses named to someone who typed an unknown one
COLUMNS = ("address", "name", "counties", "languages", "time_zone", "topics_off")
FOLDER = "schools"  # in data_dir: a folder per address, with the school's school.toml
# The server or an exported folder already uses these addresses, so no school can.
TAKEN = frozenset(
    {"audio", "beat", "healthz", "leave", "metrics", "pack", "pages", "readyz", "search", "sms"}
    | {"staff", "static", "voice"}
)
_ADDRESS = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_BETWEEN = re.compile(r"[,;|/\n]")
_QUOTES = "\"'“”„‟‘’«» \t\r\n\u00a0"
_LANGUAGES = {tag.casefold(): tag for tag in Kiosk().languages}


class Schools(NamedTuple):
    """Each school's settings by its address. ``unserved``: why other schools in the table are not
    served; ``damaged``: errors in the desk's settings files of schools that are served."""

    settings: Mapping[str, Settings]
    unserved: tuple[Message, ...] = ()
    damaged: tuple[Message, ...] = ()

    @property
    def problems(self) -> tuple[Message, ...]:
        return self.unserved + self.damaged


class _RowError(Exception):
    """A cell is unusable. Its arguments are the column and a Message that says what to write."""


def raw(settings: Settings) -> bytes | None:
    """Return the bytes of the table and of the schools' desk settings, to detect changes.

    Returns None if the table cannot be read now.
    """
    if settings.kiosk.schools is None:
        return None
    try:
        files_at_desk = (settings.server.data_dir / FOLDER).glob(f"*/{desk_file.FILE}")
        folders = sorted(file.parent for file in files_at_desk)
        at_desk = [bytes(folder) + desk_file.raw(folder) for folder in folders]
        return b"\0".join([_bytes(settings.kiosk.schools), *at_desk])
    except (OSError, ValueError):
        return None


def read(settings: Settings) -> Schools:
    """Read the table, if there is one."""
    file = settings.kiosk.schools
    if file is None:
        return Schools({})
    try:
        table = csv_cells.read(_bytes(file), name=file.name)
    except OSError as error:
        return Schools({}, (message("schools.unreadable", file=file, why=error.strerror or error),))
    except (ValueError, csv_cells.CellsError) as error:
        return Schools({}, (message("schools.unreadable", file=file, why=error),))
    if problem := _header(file, table.header):
        return Schools({}, (problem,))
    found: dict[int, tuple[str, Settings]] = {}
    problems: list[Message] = []
    for row in table.rows[:MOST_SCHOOLS]:
        at = partial(message, "schools.row", file=file.name, row=row.number)
        try:
            found[row.number] = _school(settings, row)
        except _RowError as error:
            column, what = error.args
            problems.append(at(column=column.replace("_", " "), what=what))
    if len(table.rows) > MOST_SCHOOLS:
        problems.append(message("schools.many", file=file, most=MOST_SCHOOLS))
    # Only the office knows which of two schools a shared address means, so it serves neither.
    shared = {one for one, times in Counter(a for a, _ in found.values()).items() if times > 1}
    for number, (address, _) in found.items():
        if address in shared:
            rows = ", ".join(str(n) for n, (other, _) in found.items() if other == address)
            what = message("schools.twice", address=address, rows=rows)
            at = partial(message, "schools.row", file=file.name, row=number)
            problems.append(at(column="address", what=what))
    served = {address: own for address, own in found.values() if address not in shared}
    folders = (own.kiosk.school_file.parent for own in served.values())
    damaged = tuple(one for folder in folders for one in desk_file.read(folder)[1])
    return Schools(served, tuple(problems), damaged)


def find(settings: Settings, address: str) -> Settings | Message:
    """Return a school's settings, or a message if no usable row has this address."""
    found = read(settings).settings
    near = get_close_matches(address, found, SUGGESTED, 0) or "–"
    return found.get(address) or message("schools.unknown", address=address, known=", ".join(near))


def shares_county_line(school: Kiosk, installation: Kiosk) -> bool:
    """Return whether the county line in the installation's settings is also for this school.

    The line belongs to the settings' counties, so the school must be in exactly these.
    """
    return {*school.counties} == {*installation.counties}


def _bytes(file: Path) -> bytes:
    return files.read_plain(Path(file).resolve(), most=MOST_BYTES)


def _header(file: Path, header: tuple[str, ...]) -> Message | None:
    known = ", ".join(column.replace("_", " ") for column in COLUMNS)
    for column in header:
        if column and column not in COLUMNS:
            return message("schools.odd-column", file=file, column=column, known=known)
    if "address" not in header:
        return message("schools.no-column", file=file, known=known)
    return None


def _school(settings: Settings, row: csv_cells.CsvRow) -> tuple[str, Settings]:
    """Return a row's address, and the settings with the row's cells applied. Raises _RowError."""
    for column, cell in row.cells.items():
        if csv_cells.is_formula(cell.strip(_QUOTES)):
            raise _RowError(column, message("schools.formula"))
    if row.beyond:
        raise _RowError(COLUMNS[-1], message("schools.beyond"))
    address = _address(row.cells["address"].strip(_QUOTES))
    kiosk, sms = settings.kiosk, settings.sms
    cells = {name: row.cells.get(name, "") for name in COLUMNS}
    given = {"school": _name(cells["name"].strip(_QUOTES)), "zone": _zone(cells["time_zone"])}
    lists = {
        "counties": tuple(_counties(cells["counties"])),
        "languages": tuple(_languages(cells["languages"])),
    }
    cells_given = {key: value for key, value in {**given, **lists}.items() if value}
    folder = settings.server.data_dir / FOLDER / address
    at_desk = desk_file.read(folder)[0]
    # An empty answer, like an empty cell, means the settings' value.
    kept = {key.partition(".")[2]: at_desk[key] for key in desk_file.OF_SCHOOL if at_desk.get(key)}
    known = {**kept, **cells_given}
    off = tuple(dict.fromkeys([*sms.topics_off, *_topics(cells["topics_off"])]))
    own = replace(
        kiosk,
        **known,
        base=f"/{address}",
        schools=None,
        school_file=folder / "school.toml",
    )
    if not shares_county_line(own, kiosk):
        own = replace(own, county_line="")
    origins = {
        **{f"kiosk.{name}": DESK for name in kept},
        **{f"kiosk.{name}": str(kiosk.schools) for name in cells_given},
    }
    sms = replace(sms, topics_off=off)
    return address, replace(settings, kiosk=own, sms=sms, origins=origins)


def _address(cell: str) -> str:
    if not _ADDRESS.fullmatch(cell) or len(cell) > LONGEST_ADDRESS:
        example = "-".join(re.findall(r"[a-z0-9]+", cell.casefold()))[:LONGEST_ADDRESS].strip("-")
        raise _RowError("address", message("schools.address", example=example or "lincoln"))
    # A page's first folder is its language: "es" would mean Spanish.
    if cell in TAKEN or len(cell) == 2 or cell in _LANGUAGES:
        raise _RowError("address", message("schools.taken", address=cell))
    return cell


def _name(cell: str) -> str:
    if len(cell) > LONGEST_NAME or not cell.isprintable():
        raise _RowError("name", message("schools.name", most=LONGEST_NAME))
    return cell


def _zone(cell: str) -> str:
    name = cell.strip(_QUOTES)
    try:
        return ZoneInfo(name).key if name else ""
    except (OSError, ValueError, ZoneInfoNotFoundError) as error:
        raise _RowError("time_zone", message("schools.zone", zone=name)) from error


def _counties(cell: str) -> Iterator[str]:
    """Yield the counties' names. The pack shown may not have them (runtime/health/pack.py)."""
    for one in _parts(cell):
        bare = re.sub(r"\s+county$", "", one, flags=re.IGNORECASE)
        yield bare.title() if bare.islower() or bare.isupper() else bare


def _languages(cell: str) -> Iterator[str]:
    for one in _parts(cell):
        if one.casefold() not in _LANGUAGES:
            known = ", ".join(_LANGUAGES.values())
            raise _RowError("languages", message("schools.language", tag=one, known=known))
        yield _LANGUAGES[one.casefold()]


def _topics(cell: str) -> Iterator[str]:
    for one in _parts(cell):
        if one.casefold() not in MAY_BE_OFF:
            raise _RowError("topics_off", message("schools.topic", topic=one))
        yield one.casefold()


def _parts(cell: str) -> list[str]:
    """Return the distinct texts in a cell that lists several."""
    found = (part.strip(_QUOTES) for part in _BETWEEN.split(cell))
    return list(dict.fromkeys(part for part in found if part))

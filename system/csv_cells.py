"""Reads the CSV of spreadsheet programs (UTF-8, UTF-16; comma, semicolon, tab), and writes CSV."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

_SEPARATORS = ",;\t"
_SAVE_AS = 'save the file as "CSV UTF-8"'
_RUNS = tuple("=+-@\t\r'＝＋－＠")  # spreadsheet programs run a cell that begins with one of these


class CellsError(Exception):
    """The file can't be read as a table. The message names the file and the row."""


@dataclass(frozen=True, slots=True)
class CsvRow:
    """A row: its number in a spreadsheet (header: 1), cells by column, and extra cells."""

    number: int
    cells: dict[str, str]
    beyond: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A header and its rows, without empty rows."""

    header: tuple[str, ...]
    rows: tuple[CsvRow, ...]


def read(data: bytes, *, name: str) -> CsvTable:
    """Return the table in ``data``, with lowercase header names. Raises CellsError for ``name``."""
    text = _text(data, name)
    lines = text.split("\n", 1)
    skipped = 0
    separator = ""
    if lines[0].strip().casefold() in ("sep=;", "sep=,", "sep=\t"):
        separator, skipped = lines[0].strip()[4:] or "\t", 1
        text = lines[1] if len(lines) > 1 else ""
    first = text.split("\n", 1)[0]
    separator = separator or max(_SEPARATORS, key=first.count)
    numbered = _rows(text, separator, name, skipped)
    header_row, header = next(((number, row) for number, row in numbered if any(row)), (1, []))
    names = tuple(cell.strip().strip('"“”').casefold().replace(" ", "_") for cell in header)
    while names and not names[-1]:
        names = names[:-1]
    if not names:
        raise CellsError(
            f"{name}: the file is empty; its first row must contain the names of the columns"
        )
    if twice := next((one for one in names if one and names.count(one) > 1), ""):
        raise CellsError(
            f'{name} row {header_row}: the column "{twice}" appears twice; keep one of them'
        )
    rows = []
    for number, row in numbered:
        if not any(cell.strip() for cell in row):
            continue
        beyond = tuple(cell for cell in row[len(names) :] if cell.strip())
        padded = [*row, *[""] * (len(names) - len(row))]
        rows.append(CsvRow(number, dict(zip(names, padded, strict=False)), beyond))
    return CsvTable(names, tuple(rows))


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet program would run the cell as a formula."""
    return cell.startswith(_RUNS)


def inert(cell: str) -> str:
    """Return the cell, with a leading ' if a spreadsheet program would run it as a formula."""
    return f"'{cell}" if is_formula(cell) else cell


def written(rows: Iterable[Iterable[str]], guard: Callable[[str], str] = inert) -> str:
    """Return the rows as CSV, with every cell passed through ``guard``."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(map(guard, row) for row in rows)
    return out.getvalue()


def _rows(text: str, separator: str, name: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    number = skipped
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            number += 1
            yield number, row
    except csv.Error as error:
        raise CellsError(
            f"{name} row {number + 1}: not a row of cells ({error}); {_SAVE_AS}"
        ) from error


def _text(data: bytes, name: str) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise CellsError(
            f"{name} line {row}: a character is not valid Unicode; {_SAVE_AS}"
        ) from error

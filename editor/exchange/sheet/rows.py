"""Converts between the editors' spreadsheet, one row per channel, and the resources' files.

A missing row does not remove anything. A sheet that is older than its file is refused.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from content.model import phone_numbers
from content.model.pack import ShortCode
from editor.exchange.sheet.columns import COLUMNS, CellError, Column, bare, guarded, plain
from messages.message import Finding, Message, message, of_error
from system import csv_cells, toml_text
from system.csv_cells import CsvRow, CsvTable
from system.toml_edit import TablePath, appended, changed

KEYS = ("resource", "channel", "as_of")
NEW = "new"
_REACHING = frozenset({"number", "url", "keyword"})
_CHECKED = ("checked_on", "checked_by", "first_checked_on", "first_checked_by")


@dataclass(frozen=True, slots=True)
class Edit:
    """One changed value: its location in a resource's file, and its old and new value or None."""

    resource: str
    path: TablePath
    old: Any
    new: Any
    row: int
    column: str

    def __str__(self) -> str:
        place = (
            f"channel {int(self.path[1]) + 1} {self.path[2]}"
            if self.path[0] == "channels"
            else self.path[-1]
        )
        old, new = ("nothing" if one is None else repr(one) for one in (self.old, self.new))
        return f"{self.resource}: {place}: {old} becomes {new} (row {self.row})"


def as_of(text: str) -> str:
    """Return a file's fingerprint, starting with a letter so that spreadsheets do not change it."""
    return f"v{sha256(text.encode()).hexdigest()[:10]}"


def written(files: Mapping[str, str]) -> bytes:
    """Return all resources (id → the file's text) as CSV, in UTF-8 with a byte order mark."""
    rows = [(*KEYS, *(column.name for column in COLUMNS))]
    for name, text in sorted(files.items()):
        data = toml_text.loads(text)
        count = len(data.get("channels", ()))
        for index in range(max(1, count)):
            cells = (_written(column, _found(data, _path(column, index))) for column in COLUMNS)
            rows.append((name, str(index + 1) if count else "", as_of(text), *cells))
    return csv_cells.written(rows, guarded).encode("utf-8-sig")


def edits(
    table: CsvTable, files: Mapping[str, str], short_codes: Sequence[ShortCode]
) -> tuple[list[Edit], list[Finding]]:
    """Return the sheet's changes and every bad cell. If any cell is bad, nothing is written."""
    columns = {column.name: column for column in COLUMNS}
    faults = [
        cell_fault(1, name, message("sheet.no-such-column"))
        for name in table.header
        if name not in columns and name not in KEYS
    ]
    faults += [
        cell_fault(1, name, message("sheet.column-missing"))
        for name in KEYS
        if name not in table.header
    ]
    if faults:
        return [], faults
    found: list[Edit] = []
    seen: dict[tuple[str, str], int] = {}
    for line in table.rows:
        row = _Row(line, files)
        if fault := row.fault(seen):
            faults.append(fault)
            continue
        named = (columns[name] for name in table.header if name in columns)
        changes = [one for column in named for one in _compare(row, column, short_codes)]
        found += (one for one in changes if isinstance(one, Edit))
        faults += (one for one in changes if isinstance(one, Finding))
    found = list(_agreed(found, faults))
    return [*found, *_unchecked(found, files)], faults


def applied(text: str, of_one: Iterable[Edit]) -> str:
    """Apply a resource's edits to its file's text. Raises EditError."""
    added: dict[int, dict[str, Any]] = {}
    tables: dict[TablePath, dict[str, Any]] = {}
    before = len(toml_text.loads(text).get("channels", ()))
    for edit in of_one:
        *table, key = edit.path
        new = edit.path[0] == "channels" and int(edit.path[1]) >= before
        values = added.setdefault(edit.row, {}) if new else tables.setdefault(tuple(table), {})
        values[str(key)] = edit.new
    for path, values in tables.items():
        text = changed(text, path, values)
    for values in added.values():
        text = appended(text, "channels", values)
    return text


class _Row:
    def __init__(self, line: CsvRow, files: Mapping[str, str]) -> None:
        self.line, self.number = line, line.number
        self.resource = bare(line.cells["resource"]).strip().removesuffix(".0")
        self.channel = line.cells["channel"].strip().casefold().removesuffix(".0")
        self._text = files.get(self.resource)
        self._known = ", ".join(sorted(files))
        self.data: dict[str, Any] = toml_text.loads(self._text) if self._text is not None else {}
        self.new = self.channel == NEW
        self.index = (
            int(self.channel) - 1 if self.channel.isascii() and self.channel.isdigit() else None
        )
        if self.new:
            # any index greater than the last one
            self.index = len(self.data.get("channels", ())) + line.number

    def fault(self, seen: dict[tuple[str, str], int]) -> Finding | None:
        first = seen.setdefault((self.resource, self.channel), self.number)
        count = len(self.data.get("channels", ()))
        stamp = self.line.cells["as_of"].strip()
        if self.line.beyond:
            return cell_fault(self.number, "", message("sheet.more-cells"))
        if self._text is None:
            said = message("sheet.no-resource", name=self.resource, known=self._known[:200])
            return cell_fault(self.number, "resource", said)
        if stamp != as_of(self._text) and not (self.new and not self.line.cells["as_of"]):
            return cell_fault(self.number, "as_of", message("sheet.outdated", name=self.resource))
        if not (self.new or (not self.channel and not count) or self.index in range(count)):
            said = message("sheet.channel", channel=self.channel, most=count, new=NEW)
            return cell_fault(self.number, "channel", said)
        if not self.new and first != self.number:
            return cell_fault(self.number, "", message("sheet.same-channel", row=first))
        return None


def _compare(
    row: _Row, column: Column, short_codes: Sequence[ShortCode]
) -> Iterator[Edit | Finding]:
    """Yield the change that one cell makes, or its fault; an empty cell removes the value."""
    cell = bare(row.line.cells[column.name])
    fault = partial(cell_fault, row.number, column.name)
    if row.index is None and column.level == "channel":
        if cell.strip():
            yield fault(message("sheet.new-channel", new=NEW))
        return
    path = _path(column, row.index or 0)
    old = _found(row.data, path)
    if _written(column, old) in (cell, plain(cell)):
        return
    try:
        new = column.read(cell) if cell.strip() else None
    except CellError as error:
        yield fault(of_error(error))
        return
    wrong = ""
    if column.name == "number" and new and new != old:
        kind: Any = row.line.cells.get("kind", "").strip().casefold() or None
        wrong = phone_numbers.problem(new, short_codes=short_codes, kind=kind)
    if wrong:
        yield fault(wrong)
    elif column.name == "area" and new is None:
        yield fault(message("sheet.area-empty"))
    elif column.name == "area":
        for key in ("us", "states", "counties"):
            before, after = (old or {}).get(key), (new or {}).get(key)
            if before != after:
                yield Edit(row.resource, ("area", key), before, after, row.number, "area")
    elif new != old:
        yield Edit(row.resource, path, old, new, row.number, column.name)


def _agreed(found: list[Edit], faults: list[Finding]) -> Iterator[Edit]:
    """Yield each value once. A resource's rows repeat its values and must agree."""
    first: dict[tuple[str, TablePath], Edit] = {}
    for edit in found:
        known = first.setdefault((edit.resource, edit.path), edit)
        if known is edit:
            yield edit
        elif known.new != edit.new:
            faults.append(
                cell_fault(edit.row, edit.column, message("sheet.rows-differ", row=known.row))
            )


def _unchecked(found: list[Edit], files: Mapping[str, str]) -> Iterator[Edit]:
    """Remove each new number's check marks, because nobody has checked the number yet."""
    touched = {
        edit.resource: edit
        for edit in found
        if edit.path[0] == "channels" and edit.path[2] in _REACHING
    }
    for resource, edit in touched.items():
        data = toml_text.loads(files[resource])
        for key in _CHECKED:
            if key in data:
                yield Edit(resource, (key,), data[key], None, edit.row, edit.column)


def _path(column: Column, index: int) -> TablePath:
    if column.level == "channel":
        return ("channels", index, column.name)
    return ("text", column.name) if column.level == "text" else (column.name,)


def _found(data: Any, path: TablePath) -> Any:
    for key in path:
        if isinstance(key, int):
            data = data[key] if isinstance(data, list) and key < len(data) else None
        else:
            data = data.get(key) if isinstance(data, dict) else None
    return data


def _written(column: Column, value: Any) -> str:
    return "" if value is None else column.written(value)


def cell_fault(row: int, column: str, said: Message | str) -> Finding:
    """Return a finding about a cell, or about the whole row if no column is given."""
    return Finding.at("", row, said, key=column)

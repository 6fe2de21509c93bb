"""Reads services from HSDS files: JSON, ndjson, a folder or zip of CSV files, or a data package.

Sizes are limited, archives are not unpacked to disk, and no path leads out of the package.
"""

import json
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from editor import ndjson
from editor.exchange.hsds import csv_tables, json_records
from editor.exchange.hsds.drafts import need
from editor.exchange.hsds.schema import FeedError
from messages.message import Finding, message, verbatim
from system.csv_cells import CellsError, CsvRow, CsvTable, read

MB = 1024 * 1024
MOST_JSON, MOST_LINE, MOST_NDJSON = 32 * MB, 2 * MB, 512 * MB
MOST_TABLE, MOST_PACKAGE = 64 * MB, 256 * MB
MOST_FILES = 300
_DESCRIPTOR = "datapackage.json"


def services(path: Path, needs: list[Finding]) -> Iterator[dict[str, Any]]:
    """Yield every service in the file or folder; add the rest to ``needs``. Raises FeedError."""
    try:
        if path.is_dir():
            yield from _folder(path, needs)
        elif not path.is_file():
            raise FeedError("feed.no-file", path=path)
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                names = sorted(one for one in archive.namelist() if not one.endswith("/"))
                yield from _package(names, partial(_in_archive, archive), path.name, needs)
        elif path.suffix.casefold() in (".ndjson", ".jsonl"):
            yield from _lines(path, needs)
        elif path.suffix.casefold() == ".csv":
            raise FeedError("feed.one-table", name=path.name)
        elif path.name == _DESCRIPTOR:
            yield from _folder(path.parent, needs)
        else:
            value = parsed(_limited(path, MOST_JSON), path.name)
            yield from of_value(value, path.name, needs)
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, CellsError) as error:
        raise FeedError(
            verbatim(str(error) if isinstance(error, CellsError) else f"{path}: {error}")
        ) from error


def parsed(data: bytes, name: str) -> Any:
    """Parse a JSON value. Raises FeedError if it is invalid."""
    try:
        return json.loads(data.decode("utf-8-sig"))
    except RecursionError as error:
        raise FeedError("feed.too-deep", name=name) from error
    except ValueError as error:
        start = data[:60].decode("utf-8", "replace").strip()
        page = (
            " (this is a web page; use the address of the API itself)"
            if start.startswith("<")
            else ""
        )
        raise FeedError("feed.not-json", name=name, page=page, why=str(error)[:120]) from error


def of_value(value: Any, name: str, needs: list[Finding]) -> Iterator[dict[str, Any]]:
    """Yield every service in a JSON value, including tables as JSON. Raises FeedError."""
    tables = csv_tables.from_json(value) if isinstance(value, dict) and value else {}
    if not tables:
        yield from json_records.services(value, name, needs)
        return
    json_records.check_depth(value, name)
    as_cells: dict[str, CsvTable] = {}
    for file, rows in tables.items():
        found = [(n, row) for n, row in enumerate(rows, 1) if isinstance(row, dict)]
        lines = tuple(
            CsvRow(n, {key: _cell(cell) for key, cell in row.items()}) for n, row in found
        )
        as_cells[file] = CsvTable((), lines)
    yield from csv_tables.services(as_cells, needs)


def _cell(found: Any) -> str:
    return "" if found is None else found if isinstance(found, str) else json.dumps(found)


def _lines(path: Path, needs: list[Finding]) -> Iterator[dict[str, Any]]:
    """Read ndjson, which has one record per line. Only broken lines are skipped."""
    if path.stat().st_size > MOST_NDJSON:
        raise FeedError("feed.ndjson-too-large", name=path.name, most=MOST_NDJSON // MB)
    with path.open("rb") as file:
        for number, line in ndjson.lines(file, MOST_LINE):
            at = f"{path.name} line {number}"
            if line is None:
                needs.append(
                    need(at, "record", "", message("feed.long-line", most=MOST_LINE // MB))
                )
                continue
            try:
                yield from json_records.services(parsed(line, at), at, needs)
            except FeedError as error:
                needs.append(need(at, "record", "", str(error)))


def _limited(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise FeedError("feed.file-too-large", name=path.name, most=most // MB)
    return data


def _folder(root: Path, needs: list[Finding]) -> Iterator[dict[str, Any]]:
    names = sorted(path.name for path in root.glob("*") if path.is_file())
    yield from _package(names, partial(_in_folder, root), root.name, needs)


def _in_folder(root: Path, name: str, most: int) -> bytes:
    path = root / name
    if not path.resolve().is_relative_to(root.resolve()) or path.is_symlink():
        raise FeedError("feed.link", name=name)
    return _limited(path, most)


def _in_archive(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """Read a file with a size limit, because the archive's list of sizes cannot be trusted."""
    with archive.open(name) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise FeedError("feed.unpacked-too-large", name=name, most=most // MB)
    return data


def _package(
    found: list[str], load: Callable[[str, int], bytes], name: str, needs: list[Finding]
) -> Iterator[dict[str, Any]]:
    names = [one for one in found if not _hidden(one)]
    if len(names) > MOST_FILES:
        raise FeedError("feed.many-files", name=name, count=len(names))
    described = next((one for one in names if PurePosixPath(one).name == _DESCRIPTOR), "")
    tables = [one for one in names if one.casefold().endswith(".csv")]
    if described:
        tables = _described(parsed(load(described, MB), described), described, names)
    yield from csv_tables.services(_tables(tables, load), needs)


def _hidden(name: str) -> bool:
    """Return whether macOS (in archives) or an editor (in folders) left this hidden file."""
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)


def _described(descriptor: Any, file: str, names: list[str]) -> list[str]:
    """Return the listed tables that exist. HSDS lists more tables than most publishers provide."""
    if not isinstance(descriptor, dict) or not isinstance(descriptor.get("resources"), list):
        raise FeedError("feed.no-resources", file=file)
    json_records.check_version(descriptor, file)
    folder = PurePosixPath(file).parent
    paths = [str(one.get("path", "")) for one in descriptor["resources"] if isinstance(one, dict)]
    for path in paths:
        if ".." in PurePosixPath(path).parts or path.startswith("/") or "://" in path:
            raise FeedError("feed.outside", file=file, path=path[:80])
    inside = [(folder / path).as_posix() for path in paths]
    return [path for path in inside if path in names and path.casefold().endswith(".csv")]


def _tables(names: list[str], load: Callable[[str, int], bytes]) -> dict[str, CsvTable]:
    left = MOST_PACKAGE
    tables: dict[str, CsvTable] = {}
    bases = [PurePosixPath(name).name.casefold() for name in names]
    if twice := next((base for base in bases if bases.count(base) > 1), ""):
        raise FeedError("feed.table-twice", table=twice)
    for name in names:
        data = load(name, min(left, MOST_TABLE))
        left -= len(data)
        if data.strip():
            tables[name] = read(data, name=name)
    return tables

"""Builds a directory's shards, which are then signed, from a file with one JSON object per line.

The same source always gives the same bytes. To save memory, a temporary SQLite file sorts lines.
"""

import hashlib
import math
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from content.directory import confidential
from content.directory import model as directory
from content.directory.model import (
    AreaServed,
    DirectoryError,
    DirectoryService,
    Shard,
    ShardList,
)
from content.directory.rules import flaws, parse
from content.rules.wording import unseen
from editor import ndjson
from messages.message import Finding, Message, message

MOST_SHOWN = 200  # maximum problems listed; that many usually have one cause


@dataclass(frozen=True, slots=True)
class Built:
    """``problems``: the first MOST_SHOWN. ``index``: None on error. ``written``: new shards."""

    problems: list[Finding]
    errors: int
    warnings: int
    index: ShardList | None = None
    written: tuple[str, ...] = ()


@dataclass(slots=True)
class _Report:
    """Counts all problems, and keeps the first MOST_SHOWN problems."""

    file: str
    problems: list[Finding] = field(default_factory=list)
    errors: int = 0
    warnings: int = 0

    def add(self, line: int, said: Message | str, *, warning: bool = False) -> None:
        if warning:
            self.warnings += 1
        else:
            self.errors += 1
        if len(self.problems) < MOST_SHOWN:
            self.problems.append(Finding.at(self.file, line, said, "note" if warning else "wrong"))


def build(source: Path, out: Path, *, name: str, origin: str, day: date, area: AreaServed) -> Built:
    """Check ``source`` and write index.json and the changed shards into ``out``.

    ``name``: the directory's name ("211 Sacramento"). ``origin``: its source. ``day``: the
    data's date. Shards no longer listed are removed. Raises DirectoryError.
    """
    for what, text in (("name", name), ("source", origin)):
        if not text.strip() or len(text) > 200 or any(unseen(char) for char in text):
            raise DirectoryError(message("shards.name-unusable", what=what))
    report = _Report(str(source))
    with (
        tempfile.TemporaryDirectory(dir=_made(out).parent) as folder,
        closing(_sorter(Path(folder))) as lines,
    ):
        many = _judge(source, lines, report)
        if not many and not report.errors:
            report.add(1, message("shards.no-services"))
        if report.errors:
            return Built(report.problems, report.errors, report.warnings)
        buckets = _buckets(out, many)
        shards, written = _write(lines, buckets, out)
    index = ShardList(
        format=directory.FORMAT,
        name=name,
        source=origin,
        date=day.isoformat(),
        area=area,
        buckets=buckets,
        shards=tuple(shards),
    )
    _sweep(out, index)
    (out / directory.INDEX).write_bytes(directory.encode_index(index))
    return Built(report.problems, 0, report.warnings, index, tuple(written))


def _made(out: Path) -> Path:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DirectoryError(message("shards.folder", out=out, why=error.strerror)) from error
    return out


def _sorter(folder: Path) -> sqlite3.Connection:
    lines = sqlite3.connect(folder / "lines", isolation_level=None)
    # This temporary database is private and does not need to survive a power failure.
    for setting in (
        "journal_mode = off",
        "synchronous = off",
        "cache_size = -8000",
        "temp_store = file",
    ):
        lines.execute(f"pragma {setting}")
    lines.execute("create table service (id text primary key, number integer, body blob)")
    lines.execute("begin")
    return lines


def _judge(source: Path, lines: sqlite3.Connection, report: _Report) -> int:
    """Check each line and keep the valid lines; return how many are valid."""
    many = 0
    for number, line in _lines(source, report):
        before = report.errors
        try:
            service = parse(line)
        except DirectoryError as error:
            report.add(number, str(error))
            continue
        for flaw in flaws(service):
            report.add(
                number,
                f"{service.id[:80]}: {flaw.key}: {flaw.message}",
                warning=flaw.kind == "note",
            )
        shown = _public(number, service, report)
        row = (service.id, number, directory.encode(shown))
        if report.errors == before:
            if lines.execute("insert or ignore into service values (?, ?, ?)", row).rowcount == 0:
                same = lines.execute("select number from service where id = ?", (service.id,))
                said = message("shards.same-id", name=service.id, first=same.fetchone()[0])
                report.add(number, said)
            many += 1
    return many


def _places_in_names(service: DirectoryService) -> Iterator[tuple[str, str]]:
    """Yield (value, location) if a confidential service's name or category reveals its location."""
    if not confidential.hidden(service):
        return
    named = {"name": service.name, "organization": service.organization}
    named |= {f"categories.{number}": text for number, text in enumerate(service.categories)}
    for where, text in named.items():
        if place := confidential.place_in(text, service.address):
            yield where, place


def _public(number: int, service: DirectoryService, report: _Report) -> DirectoryService:
    """Return the part that may be published; report facts omitted for a confidential service."""
    for where, place in _places_in_names(service):
        report.add(
            number, message("shards.place-named", id=service.id[:80], where=where, place=place[:80])
        )
    shown = confidential.public(service)
    if shown == service:
        return service
    report.add(number, message("shards.place-left-out", id=service.id[:80]), warning=True)
    for flaw in flaws(shown):
        if flaw.key == "phones":
            report.add(number, message("shards.unreachable", id=service.id[:80]))
    return shown


def _lines(source: Path, report: _Report) -> Iterator[tuple[int, bytes]]:
    """Yield each line with its number, except for blank lines and lines over the maximum length."""
    try:
        with source.open("rb") as file:
            for number, line in ndjson.lines(file, directory.MAX_LINE + 2):  # with the line ending
                if line is None:
                    report.add(number, message("shards.long-line", most=directory.MAX_LINE))
                else:
                    yield number, line.strip()
    except OSError as error:
        raise DirectoryError(
            message("shards.unreadable", source=source, why=error.strerror)
        ) from error


def buckets_for(services: int) -> int:
    """Return a power of two near the square root of 1.6 × ``services``, the cheapest for clients.

    A changed service costs its shard (560 bytes per service) plus the lists (350 bytes per shard,
    in index.json and the role's metadata).
    """
    best = math.sqrt(1.6 * max(services, 1))
    return min(directory.MOST_SHARDS, 1 << max(0, round(math.log2(best))))


def _buckets(out: Path, many: int) -> int:
    """Return the best shard count; keep an old one within a factor of 4, so no service moves."""
    best = buckets_for(many)
    try:
        old = directory.read_index((out / directory.INDEX).read_bytes()).buckets
    except (OSError, DirectoryError):
        return best
    return old if best / 4 <= old <= best * 4 else best


def _write(lines: sqlite3.Connection, buckets: int, out: Path) -> tuple[list[Shard], list[str]]:
    """Write every shard that is not empty; return the shards and the names of changed ones."""
    shards, written = [], []
    lines.create_function("bucket", 1, partial(directory.bucket_of, buckets=buckets))
    ids = lines.execute("select bucket(id) as shard, id from service order by shard, id")
    for bucket, found in groupby(ids, itemgetter(0)):
        one = "select body from service where id = ?"  # sorting the bodies would take more memory
        bodies = [lines.execute(one, (name,)).fetchone()[0] for _, name in found]
        data = b"".join(body + b"\n" for body in bodies)
        name = directory.shard_name(bucket)
        if len(data) > directory.MAX_SHARD:
            raise DirectoryError(
                message("shards.too-large", name=name, bytes=len(data), most=directory.MAX_SHARD)
            )
        shards.append(
            Shard(name=name, sha256=hashlib.sha256(data).hexdigest(), services=len(bodies))
        )
        file = out / name
        if not file.is_file() or file.read_bytes() != data:
            file.write_bytes(data)
            written.append(name)
    return shards, written


def _sweep(out: Path, index: ShardList) -> None:
    named = {shard.name for shard in index.shards}
    for file in out.glob("*.ndjson"):
        if file.name not in named:
            file.unlink()

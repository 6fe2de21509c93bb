"""Finds what no file written by a store may contain: a text's topic, or its answer's code."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

# Each has a colon or a letter that no hash has: none occurs by chance in thousands of rows.
TOPICS = (b"danger", b"suicide", b"trafficking", b"runaway", b"basics")
CODES = (b":first", b":more", b"line:", b"place:", b"partner:", b"silent:")
Seen = tuple[str, bytes]


def files(folder: Path, *, but: str = "") -> Iterator[Seen]:
    """Yield every file below as it is now; ``but``: a folder in which topics are allowed."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not (but and but in path.relative_to(folder).parts):
            yield str(path.relative_to(folder)), path.read_bytes()


def dumped(database: Path) -> Seen:
    """Return the database as SQLite's own backup writes it."""
    with closing(sqlite3.connect(database)) as source, source:
        return "dump", "\n".join(source.iterdump()).encode()


def told(seen: Iterable[Seen]) -> list[tuple[str, str]]:
    """Return which file contains which of them."""
    return [
        (name, mark.decode()) for name, said in seen for mark in (*TOPICS, *CODES) if mark in said
    ]

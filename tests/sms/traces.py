"""What may stand in no file that a store writes: the topic of a text, the code of its answer."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

# Each has a letter that no hash has, or a colon: none comes up by chance among thousands of rows.
TOPICS = (b"danger", b"suicide", b"trafficking", b"runaway", b"basics")
CODES = (b":first", b":more", b"line:", b"place:", b"partner:", b"silent:")
Seen = tuple[str, bytes]


def files(folder: Path, *, but: str = "") -> Iterator[Seen]:
    """Every file below, as it is now; ``but``: a folder in which topics stand rightly."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not (but and but in path.relative_to(folder).parts):
            yield str(path.relative_to(folder)), path.read_bytes()


def dumped(database: Path) -> Seen:
    """What SQLite's own backup makes of it."""
    with closing(sqlite3.connect(database)) as source, source:
        return "dump", "\n".join(source.iterdump()).encode()


def told(seen: Iterable[Seen]) -> list[tuple[str, str]]:
    """Which file names what."""
    return [
        (name, mark.decode()) for name, said in seen for mark in (*TOPICS, *CODES) if mark in said
    ]

"""The directory on a kiosk: one SQLite file, updated by a refresh and read by search.

Every service is checked against the rules: a signature does not prove that an entry is correct.
"""

import hashlib
import os
import shutil
import sqlite3
import stat
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path

from content.directory.model import (
    FOLDER,
    MAX_LINE,
    MAX_SHARD,
    DirectoryError,
    Shard,
    ShardList,
    bucket_of,
    read_index,
    shard_name,
)
from content.directory.rules import flaws, parse
from content.directory.words import CONFIDENTIAL_BY, FOLDED_BY, columns, spelt
from messages.message import message
from system import files

FILE = "services.sqlite"
SUFFIXES = ("", "-journal", "-wal", "-shm")  # suffixes of the file and of SQLite's files next to it
# A file's contents depend on its shards, on our tables and on the way that words are folded.
VERSION = f"2 {FOLDED_BY} {CONFIDENTIAL_BY}"
MOST_VALUE = 2_000_000  # maximum bytes in one value; the list of shards is the longest value
# The names of the tables that FTS5 adds differ between versions of SQLite.
_SCHEMA = (
    "select type, name, sql from sqlite_master where type != 'table' or name not like 'found\\__%'"
    " escape '\\'"
)
# If more than one shard in this many changed, we write a new file and leave the old one as it is.
BESIDE = 8
# These errors mean that the file is in use, or the disk is full or read-only; a retry may work.
_OF_THE_DISK = frozenset(
    (
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    )
)
TABLES = """
create table fact (name text primary key, value text) without rowid;
create table shard (name text primary key, sha256 text, services integer) without rowid;
create table service (number integer primary key, id text, shard text, body blob);
create index service_shard on service (shard);
create virtual table found using fts5(title, more, place, content = '', detail = column);
create table word (word text primary key, uses integer) without rowid;
create table form (form integer, word text, primary key (form, word)) without rowid;
"""


def is_ours(index_path: Path) -> bool:
    """Whether this is a plain file in a plain folder, with nothing next to it but a plain journal.

    SQLite would hang on a FIFO, and would apply a write-ahead log that somebody planted.
    """
    names = {suffix: index_path.with_name(index_path.name + suffix) for suffix in SUFFIXES}
    try:
        if not stat.S_ISDIR(index_path.parent.lstat().st_mode) or not stat.S_ISREG(
            names[""].lstat().st_mode
        ):
            return False
        journal = names["-journal"]
        if os.path.lexists(journal) and not stat.S_ISREG(journal.lstat().st_mode):
            return False
        return not any(os.path.lexists(names[suffix]) for suffix in ("-wal", "-shm"))
    except OSError:
        return False


def present(index_path: Path) -> list[str]:
    """Return the database's files that exist. Raises OSError for an unreadable folder."""
    try:
        there = {path.name for path in index_path.parent.iterdir()}
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [index_path.name + suffix for suffix in SUFFIXES if index_path.name + suffix in there]


def path_in(data_dir: Path) -> Path:
    return data_dir / FOLDER / FILE


def held(index_path: Path) -> dict[str, str]:
    """Return the SHA-256 of each shard in the file, by name; empty if the file cannot be used."""
    try:
        with closing(opened(index_path)) as database:
            return dict(database.execute("select name, sha256 from shard"))
    except (sqlite3.Error, OSError):
        return {}


def update(index_path: Path, fetched: Mapping[str, Path], *, index: bytes) -> ShardList:
    """Update the file to match ``index`` (verified bytes); an error leaves the file unchanged.

    ``fetched`` maps shards to files and includes at least the ``wanted`` shards. Raises OSError,
    or DirectoryError if a shard is missing or invalid.
    """
    listed = read_index(index)
    index_path.parent.mkdir(parents=True, exist_ok=True)
    clear_away(index_path.parent)
    have = held(index_path)
    changed = [shard for shard in listed.shards if have.get(shard.name) != shard.sha256]
    missing = next((shard.name for shard in changed if shard.name not in fetched), "")
    if missing:
        raise DirectoryError(message("shard.missing", file=f"{FOLDER}/{missing}"))
    try:
        if have and len(changed) * BESIDE <= len(listed.shards):
            with closing(opened(index_path)) as database:
                _change(database, listed, fetched, index)
        else:
            with _beside(index_path, copy=bool(have)) as database:
                _change(database, listed, fetched, index)
    except sqlite3.Error as error:
        raise _raised(index_path, error) from error
    return listed


def facts(listed: ShardList, index: bytes) -> dict[str, str]:
    """Return the facts, by name, that a file made from this list records about itself."""
    return {
        "version": VERSION,
        "name": listed.name,
        "date": listed.date,
        "source": listed.source,
        "services": str(listed.services),
        "index": index.decode(),
    }


def drop(index_path: Path) -> None:
    """Remove the directory; the next refresh builds it again."""
    for suffix in SUFFIXES:
        files.remove(index_path.with_name(index_path.name + suffix))


def opened(index_path: Path) -> sqlite3.Connection:
    """Open the file for writing and undo a killed run's work. Raises sqlite3.Error if not ours.

    The schema is compared first: a planted view could use all memory or never finish.
    """
    if not is_ours(index_path):
        raise sqlite3.OperationalError("there is no such directory file")
    database = sqlite3.connect(index_path, isolation_level=None, timeout=10)
    try:
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_VALUE)
        _set_up(database)
        if sorted(database.execute(_SCHEMA)) != _fresh_schema():
            raise sqlite3.DatabaseError("its tables are not those of a directory")
        version = database.execute("select value from fact where name = 'version'").fetchone()
        if version != (VERSION,):
            raise sqlite3.DatabaseError("it was made by another version")
    except sqlite3.Error:
        database.close()
        raise
    return database


@cache
def _fresh_schema() -> list[tuple[str, str, str]]:
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(TABLES)
        return sorted(database.execute(_SCHEMA))


def _set_up(database: sqlite3.Connection) -> None:
    for setting in (
        "journal_mode = delete",
        "synchronous = full",
        "cache_size = -16000",
        "temp_store = memory",
    ):
        database.execute(f"pragma {setting}")


@contextmanager
def _beside(index_path: Path, *, copy: bool) -> Iterator[sqlite3.Connection]:
    """Yield a new file, then rename it; until the rename, search uses the old file."""
    with files.replacing(index_path) as new:
        if copy:
            shutil.copyfile(index_path, new)
        with closing(sqlite3.connect(new, isolation_level=None)) as database:
            _set_up(database)
            database.execute("pragma synchronous = off")  # the file is synced once, before renaming
            if not copy:
                database.executescript(TABLES)
            yield database
        # SQLite must not replay the old file's journals into the new one.
        for suffix in SUFFIXES[1:]:
            files.remove(index_path.with_name(index_path.name + suffix))
        if not index_path.is_file() or index_path.is_symlink():
            files.remove(index_path)


def _change(
    database: sqlite3.Connection, listed: ShardList, fetched: Mapping[str, Path], index: bytes
) -> None:
    database.execute("begin immediate")
    try:
        have = dict(database.execute("select name, sha256 from shard"))
        for name in have.keys() - {shard.name for shard in listed.shards}:
            _replace(database, name, {})
            database.execute("delete from shard where name = ?", (name,))
        for shard in (one for one in listed.shards if have.get(one.name) != one.sha256):
            _replace(database, shard.name, _lines(shard, fetched[shard.name], listed))
            row = (shard.name, shard.sha256, shard.services)
            database.execute("insert or replace into shard values (?, ?, ?)", row)
        database.executemany(
            "insert or replace into fact values (?, ?)", facts(listed, index).items()
        )
        database.execute("commit")
    except BaseException:
        with suppress(sqlite3.Error):
            database.execute("rollback")
        raise


def _lines(shard: Shard, file: Path, listed: ShardList) -> dict[str, bytes]:
    """Return a shard's lines by id. Raises DirectoryError, which names the file and line."""
    where = f"{FOLDER}/{shard.name}"
    with file.open("rb") as opened:
        data = opened.read(MAX_SHARD + 1)
    if hashlib.sha256(data).hexdigest() != shard.sha256:
        raise DirectoryError(message("shard.other", file=where))
    found: dict[str, bytes] = {}
    for number, line in enumerate(data.splitlines(), start=1):
        if len(line) > MAX_LINE:
            raise DirectoryError(message("shard.long", at=f"{where}:{number}", most=MAX_LINE))
        try:
            service = parse(line)
        except DirectoryError as error:
            raise DirectoryError(f"{where}:{number}: {error}.") from error
        wrong = next((flaw for flaw in flaws(service) if flaw.kind == "wrong"), None)
        if wrong:
            at = f"{where}:{number}: {service.id[:80]}"
            raise DirectoryError(message("shard.wrong", at=at, key=wrong.key, why=wrong.message))
        if service.id in found or shard_name(bucket_of(service.id, listed.buckets)) != shard.name:
            raise DirectoryError(message("shard.twice", at=f"{where}:{number}", id=service.id))
        found[service.id] = line
    if len(found) != shard.services:
        count, listed_as = len(found), shard.services
        raise DirectoryError(message("shard.count", file=where, count=count, listed=listed_as))
    return found


def _replace(database: sqlite3.Connection, shard: str, lines: Mapping[str, bytes]) -> None:
    """Replace a shard's services with these; do not touch unchanged services."""
    rows = database.execute(
        "select id, number, body from service where shard = ?", (shard,)
    ).fetchall()
    uses: Counter[str] = Counter()
    for name, number, body in rows:
        if lines.get(name) != body:
            uses.subtract(_unlist(database, number, body))
    have = {name for name, _number, body in rows if lines.get(name) == body}
    for name, body in lines.items():
        if name not in have:
            uses.update(_list(database, name, shard, body))
    _count(database, uses)


def _list(database: sqlite3.Connection, name: str, shard: str, body: bytes) -> set[str]:
    row = (name, shard, body)
    number = database.execute(
        "insert into service (id, shard, body) values (?, ?, ?)", row
    ).lastrowid
    title, more, place = columns(parse(body))
    database.execute(
        "insert into found (rowid, title, more, place) values (?, ?, ?, ?)",
        (number, title, more, place),
    )
    return {*title.split(), *more.split()}


def _unlist(database: sqlite3.Connection, number: int, body: bytes) -> set[str]:
    title, more, place = columns(parse(body))
    # To delete from a contentless FTS5 table, we must give it the old row again.
    row = (number, title, more, place)
    database.execute(
        "insert into found (found, rowid, title, more, place) values ('delete', ?, ?, ?, ?)", row
    )
    database.execute("delete from service where number = ?", (number,))
    return {*title.split(), *more.split()}


def _count(database: sqlite3.Connection, uses: Mapping[str, int]) -> None:
    """Store how many services contain each word, and the variants that match its misspellings."""
    for word, more in uses.items():
        if not more:
            continue
        row = database.execute("select uses from word where word = ?", (word,)).fetchone()
        now = (row[0] if row else 0) + more
        if now > 0:
            database.execute("insert or replace into word values (?, ?)", (word, now))
        else:
            database.execute("delete from word where word = ?", (word,))
        if row is None and now > 0:
            database.executemany("insert or ignore into form values (?, ?)", spelt(word))
        elif row and now <= 0:
            database.executemany("delete from form where form = ? and word = ?", spelt(word))


def clear_away(folder: Path) -> None:
    """Remove files that a killed run left in the folder."""
    for left in folder.glob(f"{files.TEMPORARY}*"):
        files.remove(left)


def _raised(index_path: Path, error: sqlite3.Error) -> Exception:
    if error.sqlite_errorcode & 0xFF in _OF_THE_DISK:
        return OSError(f"{index_path} cannot be written: {error}")
    with suppress(OSError):
        drop(index_path)
    return DirectoryError(message("shard.damaged", file=index_path, error=error))

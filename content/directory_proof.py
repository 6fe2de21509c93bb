"""What proves the directory's file on a kiosk: the file held against its own list, and copies of that list as signed.

Owns both halves of the proof. ``kept_list`` reads every service in the file and holds it against the list that the file
keeps; the folders ``signed-*`` beside the file keep that list with the metadata that vouches for it (boot.py verifies
it). A folder is named by its list, so that one is there for the old list and for the new whenever power is lost in an
update. Refuses to judge a signature, and to read the words that search goes by: an edited file could hide a service or
bring up another one, but not change a number.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from pathlib import Path

from content import directory_index, disk
from content.directory import FOLDER, INDEX, DirectoryError, read_index

SIGNED = "signed-"
LISTED = f"{FOLDER}/{INDEX}"  # the list's path in the repository
# What FTS5 makes beside its table is named in words that differ between versions of SQLite.
_SCHEMA = "select type, name, sql from sqlite_master where type != 'table' or name not like 'found\\__%' escape '\\'"


def kept_list(index_path: Path) -> bytes:
    """The list in the file, once every service, count and name in the file was found to be what it says.

    Reads the whole file, and holds one shard's names in memory. DirectoryError where anything differs.
    """
    try:
        with closing(directory_index.opened(index_path)) as database:
            return _judged(database)
    except (sqlite3.Error, OSError, LookupError, TypeError, ValueError) as error:
        raise DirectoryError(f"{index_path.name} cannot be read: {error}.") from error


def keep(data_dir: Path, made: Path, index: bytes) -> None:
    """Put a finished folder that vouches for this list among the copies. OSError."""
    place = _copy(data_dir, index)
    disk.sync_tree(made)
    disk.remove(place)
    made.replace(place)
    disk.sync(place.parent)


def keep_only(data_dir: Path, index: bytes) -> None:
    """Remove the copies of every other list."""
    for copy in copies(data_dir):
        if copy != _copy(data_dir, index):
            disk.remove(copy)


def is_kept(data_dir: Path, index: bytes) -> bool:
    """Whether a copy of this list is there."""
    return _copy(data_dir, index).is_dir()


def copies(data_dir: Path) -> Iterator[Path]:
    """The folders that vouch for a list, each with its own metadata."""
    yield from sorted((data_dir / FOLDER).glob(f"{SIGNED}*"))


def forget(data_dir: Path) -> None:
    """Take the directory away with all that vouched for it: the next refresh fetches it anew. OSError."""
    directory_index.drop(directory_index.path_in(data_dir))
    for copy in copies(data_dir):
        disk.remove(copy)


def _copy(data_dir: Path, index: bytes) -> Path:
    return data_dir / FOLDER / f"{SIGNED}{hashlib.sha256(index).hexdigest()[:16]}"


def _judged(database: sqlite3.Connection) -> bytes:
    facts = dict(database.execute("select name, value from fact"))
    index = str(facts["index"]).encode()
    listed = read_index(index)
    if facts != directory_index.facts(listed, index):
        raise ValueError("what it says of itself is not what its list says")
    if sorted(database.execute(_SCHEMA)) != _fresh_schema():
        raise ValueError("it holds other tables than ours")
    named = {shard.name: (shard.sha256, shard.services) for shard in listed.shards}
    if dict(_shards(database)) != named:
        raise ValueError("its services are not those of its list")
    if {name: told for name, *told in database.execute("select * from shard")} != {
        k: list(v) for k, v in named.items()
    }:
        raise ValueError("it names other shards than its list")
    return index


def _shards(database: sqlite3.Connection) -> Iterator[tuple[str, tuple[str, int]]]:
    """Each shard that a service names, the SHA-256 of its lines and how many they are.

    Rows are taken from the table, not through its index, and read by number, as search does: so what is judged here is
    what is shown, also where the two were made to differ.
    """
    rows = database.execute("select shard, number from service not indexed order by shard, id")
    for shard, numbers in groupby(rows, key=lambda row: row[0]):
        digest, count = hashlib.sha256(), 0
        for _shard, number in numbers:
            [body] = database.execute("select cast(body as blob) from service where number = ?", (number,)).fetchone()
            digest.update(body + b"\n")
            count += 1
        yield shard, (digest.hexdigest(), count)


def _fresh_schema() -> list[tuple[str, str, str]]:
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(directory_index.TABLES)
        return sorted(database.execute(_SCHEMA))

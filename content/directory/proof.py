"""Verifies that the directory's file on this machine matches the signed data.

Metadata in ``signed-<hash of list>`` vouches for the list. Search words are not verified: someone
who edits the file could hide a service, but not change a number.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from itertools import groupby
from pathlib import Path

from content.directory import index as directory_index
from content.directory.model import FOLDER, INDEX, DirectoryError, read_index
from system import files

SIGNED = "signed-"
LISTED = f"{FOLDER}/{INDEX}"  # the list's path in the repository


def kept_list(index_path: Path, *, vouched: Callable[[bytes], bool] = bool) -> bytes:
    """Compare every service with the file's list, then return the list. Raises DirectoryError.

    ``vouched`` checks the list first: an unsigned list could have any length.
    """
    try:
        with closing(directory_index.opened(index_path)) as database:
            return _judged(database, vouched)
    except (sqlite3.Error, OSError, LookupError, TypeError, ValueError, MemoryError) as error:
        raise DirectoryError(f"{index_path.name} cannot be read: {error}.") from error


def directory_doubt(data_dir: Path, root: bytes | None) -> str:
    """Return why search must not use the directory; "" if it may, or none exists. Never raises."""
    index_path = directory_index.path_in(data_dir)
    try:
        if not index_path.parent.is_symlink() and not directory_index.present(index_path):
            return ""
        if root is None:
            return "[content] root is not set, so the directory cannot be verified"
        kept_list(index_path, vouched=partial(_vouched_list, data_dir, root))
    except DirectoryError as error:
        return str(error).rstrip(".")
    # even if something is wrong here, the pack must still be judged
    except Exception as error:  # noqa: BLE001
        return f"{index_path.name} cannot be checked: {type(error).__name__}: {error}"
    return ""


def _vouched_list(data_dir: Path, root: bytes, index: bytes) -> bool:
    from content.trust import tuf_offline  # noqa: PLC0415  tuf: not loaded by the server

    copy = copy_of(data_dir, index)
    try:
        return tuf_offline.file(copy, tuf_offline.read(copy, root), LISTED) == index
    except tuf_offline.ChainError:
        return False


def keep(data_dir: Path, made: Path, index: bytes) -> None:
    """Add a finished folder that vouches for this list to the copies. Raises OSError."""
    place = copy_of(data_dir, index)
    files.sync_tree(made)
    files.remove(place)
    made.replace(place)
    files.sync(place.parent)


def keep_only(data_dir: Path, index: bytes) -> None:
    for copy in copies(data_dir):
        if copy != copy_of(data_dir, index):
            files.remove(copy)


def copies(data_dir: Path) -> Iterator[Path]:
    """Yield the folders that vouch for a list, each with its own metadata."""
    yield from sorted((data_dir / FOLDER).glob(f"{SIGNED}*"))


def forget(data_dir: Path) -> None:
    """Remove the directory and everything that vouched for it. Raises OSError."""
    directory_index.drop(directory_index.path_in(data_dir))
    for copy in copies(data_dir):
        files.remove(copy)


def tidy(data_dir: Path) -> None:
    """Remove a killed refresh's files, and anything at the folder's path that is not a folder."""
    folder = data_dir / FOLDER
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        files.remove(folder)
    directory_index.clear_away(folder)


def copy_of(data_dir: Path, index: bytes) -> Path:
    return data_dir / FOLDER / f"{SIGNED}{hashlib.sha256(index).hexdigest()[:16]}"


def _judged(database: sqlite3.Connection, vouched: Callable[[bytes], bool]) -> bytes:
    rows = database.execute("select name, value from fact limit 100").fetchall()
    index = str(dict(rows)["index"]).encode()
    listed = read_index(index)
    # Compare rows, not a dict: a table edited by hand may contain the same name twice.
    if sorted(rows) != sorted(directory_index.facts(listed, index).items()):
        raise DirectoryError("its own description does not match its list")
    if not vouched(index):
        raise DirectoryError("nobody signed its list")
    named = [(shard.name, shard.sha256, shard.services) for shard in listed.shards]
    held = database.execute("select name, sha256, services from shard").fetchmany(len(named) + 1)
    if held != sorted(named):
        raise DirectoryError("its shards do not match its list")
    if database.execute("select count(*) from service").fetchone() != (listed.services,):
        raise DirectoryError("its services are not those of its list")
    if list(_shards(database)) != sorted(named):
        raise DirectoryError("its services are not those of its list")
    _sound(database)
    return index


def _sound(database: sqlite3.Connection) -> None:
    """Raise DirectoryError if a failing disk damaged the search index."""
    uncounted = "select count(*) from word where typeof(uses) != 'integer'"
    if database.execute(uncounted).fetchone() != (0,):
        raise DirectoryError("its words are damaged")
    try:
        database.execute("insert into found (found) values ('integrity-check')")
    except sqlite3.OperationalError as error:
        # a read-only database cannot run this check
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_READONLY:
            raise


def _shards(database: sqlite3.Connection) -> Iterator[tuple[str, str, int]]:
    """Yield each shard's name, its lines' SHA-256 and their number, from the rows that are shown.

    Reads by row number, as search does, because somebody could have tampered with an SQL index.
    """
    rows = database.execute("select shard, number from service not indexed order by shard, id")
    for shard, numbers in groupby(rows, key=lambda row: row[0]):
        digest, count = hashlib.sha256(), 0
        for _shard, number in numbers:
            [body] = database.execute(
                "select cast(body as blob) from service where number = ?", (number,)
            ).fetchone()
            digest.update(body + b"\n")
            count += 1
        yield shard, digest.hexdigest(), count

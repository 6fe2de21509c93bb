"""Atomic, durable file writes: after a power outage, a file has either its old or its new bytes."""

import errno
import hashlib
import os
import secrets
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Annotated, BinaryIO, TypeVar

import msgspec

T = TypeVar("T")
# A cheap value that changes when a polled file changes; never rely on it for security.
Stamp = tuple[object, ...]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]  # in state files, always with a time zone

TEMPORARY = ".tmp-"
DEEPEST = 16  # maximum levels of nested folders; our own folders are at most four deep
MOST_LINE = 4096  # maximum bytes in a key file
MOST_RECORD = 4 * 2**20  # maximum bytes in a state file; the longest has a refused pack's problems


def temporary(folder: Path) -> Path:
    """Return a new name in ``folder`` for an unfinished file, without creating the file."""
    return folder / f"{TEMPORARY}{secrets.token_hex(8)}"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path that atomically replaces ``path`` at the end; on error, remove it."""
    new = temporary(path.parent)
    try:
        yield new
        sync(new)
        no_folder(path)
        new.replace(path)
    except BaseException:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise
    with suppress(OSError):
        # The rename took effect, so an error would wrongly deny a change. Without this sync, a
        # power outage loses at most the rename: the old file is still whole.
        sync(path.parent)


def replace(path: Path, data: bytes, *, mode: int = 0o666) -> None:
    """Write a whole file with ``replacing``. ``mode`` is subject to the umask. Raises OSError."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with replacing(path) as new, os.fdopen(os.open(new, flags, mode), "wb") as file:
        file.write(data)


def remove(path: Path) -> None:
    """Remove a file, a link or a whole folder, as far as the disk allows."""
    if path.is_dir() and not path.is_symlink():
        try:
            shutil.rmtree(path, ignore_errors=True)
        except RecursionError:  # there are a thousand nested folders
            subprocess.run(["rm", "-rf", "--", str(path)], check=False, stderr=subprocess.DEVNULL)  # noqa: S607
    else:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def make_folder(path: Path) -> None:
    """Make the folder. Remove anything else at its path, even a link. Raises OSError."""
    no_link(path)
    if os.path.lexists(path) and not path.is_dir():
        remove(path)
    path.mkdir(parents=True, exist_ok=True)


def no_link(path: Path) -> None:
    """Remove a link at the path of one of our folders, because its target is not ours to clean."""
    if path.is_symlink():
        remove(path)


def is_plain(path: Path, *, most: int = sys.maxsize) -> bool:
    """Whether the path is a plain file of at most ``most`` bytes, not a link or a pipe."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size <= most


def stamp(path: Path) -> Stamp:
    """Return a value that changes when the file does; () if the file is missing. Raises OSError."""
    try:
        return _signature(path.lstat())
    except (FileNotFoundError, NotADirectoryError):
        return ()


def folder_stamp(folder: Path, *, most: int) -> Stamp:
    """Return the stamps of a folder and at most ``most`` entries; () if missing. Raises OSError."""
    try:
        found: list[Stamp] = [(str(folder), folder.lstat().st_ino)]
        with os.scandir(folder) as entries:
            listed = list(islice(entries, most))
    except (FileNotFoundError, NotADirectoryError):
        return ()
    for entry in listed:
        with suppress(FileNotFoundError):  # the file was replaced after the listing
            found.append((entry.path, *_signature(entry.stat(follow_symlinks=False))))
    return tuple(sorted(found, key=str))


def _signature(of: os.stat_result) -> Stamp:
    return of.st_ino, of.st_size, of.st_mtime_ns, of.st_ctime_ns


def no_folder(path: Path) -> None:
    """Remove a folder at the path of a file."""
    if path.is_dir() and not path.is_symlink():
        remove(path)


def files_below(folder: Path, deepest: int = DEEPEST) -> Iterator[Path]:
    """Yield every path below, except folders, in order. Raises OSError if nested too deeply."""
    if not folder.is_dir():
        return
    if deepest < 0:
        raise OSError(errno.EINVAL, "folders are nested too deep", str(folder))
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or not path.is_dir():
            yield path
        else:
            yield from files_below(path, deepest - 1)


def sync(path: Path) -> None:
    """Wait until the file's or folder's own entry is on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Wait until every file below the folder is on disk, then every folder, innermost first."""
    for directory, _, files in os.walk(folder, topdown=False):
        for name in files:
            sync(Path(directory, name))
        sync(Path(directory))


@contextmanager
def plain(path: Path) -> Iterator[BinaryIO]:
    """Open a plain file for reading. Raises OSError for a link or FIFO."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(f"{path.name} is not a regular file")
        yield file


def read_plain(path: Path, *, most: int) -> bytes:
    """Read a plain file. Raises ValueError above ``most`` bytes, OSError for a link or FIFO."""
    with plain(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise ValueError(f"{path.name} is larger than {most} bytes")
    return data


def made_once(file: Path, fresh: str) -> str:
    """Return the line in a private file. If there is none, write ``fresh``; processes that start
    at the same time get the same line."""
    if kept := _line(file):
        return kept
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = temporary(file.parent)
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(fresh)
        sync(aside)
        if os.path.lexists(file):  # a file that is damaged on disk is empty
            aside.replace(file)
        else:
            with suppress(FileExistsError):  # another process created it first
                os.link(aside, file)
        sync(file.parent)
    finally:
        aside.unlink(missing_ok=True)
    return _line(file)


def _line(file: Path) -> str:
    try:
        text = read_plain(file, most=MOST_LINE).decode("ascii").strip()
    except FileNotFoundError:
        return ""
    return text if text.isprintable() else ""


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_record(path: Path, record: msgspec.Struct) -> None:
    """Replace a small state file with the record as JSON. Raises OSError if that fails."""
    replace(path, msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n")


def read_record(path: Path, shape: type[T]) -> T | None:
    """Read a state file as a ``shape``; None if it is missing, cut short or has another shape."""
    try:
        return msgspec.json.decode(read_plain(path, most=MOST_RECORD), type=shape)
    except (OSError, ValueError, RecursionError):
        return None

"""Atomic, durable file writes: after a power cut a file has its old bytes or its new ones."""

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
# Another value once what is polled changed: cheap, and nothing that is trusted.
Stamp = tuple[object, ...]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]  # in a state file: never without its zone

TEMPORARY = ".tmp-"
DEEPEST = 16  # folders that lie in each other; a program's own are four at most
MOST_LINE = 4096  # bytes of a key
MOST_RECORD = 4 * 2**20  # bytes of a state file; the largest lists the problems of a refused pack


def temporary(folder: Path) -> Path:
    """A fresh name in ``folder`` for something not finished; nothing is created."""
    return folder / f"{TEMPORARY}{secrets.token_hex(8)}"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path that at the end atomically replaces ``path``, or on an error is removed."""
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
        # The rename is visible, so raising would report a change as not made. Unsynced, a power cut
        # loses at most the rename: the old file is whole.
        sync(path.parent)


def replace(path: Path, data: bytes, *, mode: int = 0o666) -> None:
    """Write the file whole, as ``replacing`` does. ``mode`` is subject to the umask. OSError."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with replacing(path) as new, os.fdopen(os.open(new, flags, mode), "wb") as file:
        file.write(data)


def remove(path: Path) -> None:
    """Remove a file, a link or a whole folder, as far as the disk lets us."""
    if path.is_dir() and not path.is_symlink():
        try:
            shutil.rmtree(path, ignore_errors=True)
        except RecursionError:  # somebody's tree of a thousand folders, one in the other
            subprocess.run(["rm", "-rf", "--", str(path)], check=False, stderr=subprocess.DEVNULL)  # noqa: S607
    else:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def make_folder(path: Path) -> None:
    """Make the folder; whatever else is in its place goes, also a link. OSError."""
    no_link(path)
    if os.path.lexists(path) and not path.is_dir():
        remove(path)
    path.mkdir(parents=True, exist_ok=True)


def no_link(path: Path) -> None:
    """Take away a link in the place of a folder of ours: what it leads to is not ours to sweep."""
    if path.is_symlink():
        remove(path)


def is_plain(path: Path, *, most: int = sys.maxsize) -> bool:
    """Whether it is a plain file of so many bytes at most, and neither a link nor a pipe."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size <= most


def stamp(path: Path) -> Stamp:
    """Stand for a file as it is now, () where it is gone. OSError."""
    try:
        return _signature(path.lstat())
    except (FileNotFoundError, NotADirectoryError):
        return ()


def folder_stamp(folder: Path, *, most: int) -> Stamp:
    """Stand for a folder and ``most`` of its entries, () where it is gone. OSError."""
    try:
        found: list[Stamp] = [(str(folder), folder.lstat().st_ino)]
        with os.scandir(folder) as entries:
            listed = list(islice(entries, most))
    except (FileNotFoundError, NotADirectoryError):
        return ()
    for entry in listed:
        with suppress(FileNotFoundError):  # replaced since it was listed
            found.append((entry.path, *_signature(entry.stat(follow_symlinks=False))))
    return tuple(sorted(found, key=str))


def _signature(of: os.stat_result) -> Stamp:
    return of.st_ino, of.st_size, of.st_mtime_ns, of.st_ctime_ns


def no_folder(path: Path) -> None:
    """Take away a folder that stands where a file belongs."""
    if path.is_dir() and not path.is_symlink():
        remove(path)


def files_below(folder: Path, deepest: int = DEEPEST) -> Iterator[Path]:
    """Every path below that is no folder, in order. OSError where folders are nested too deep."""
    if not folder.is_dir():
        return
    if deepest < 0:
        raise OSError(errno.EINVAL, "folders lie too deep in each other", str(folder))
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or not path.is_dir():
            yield path
        else:
            yield from files_below(path, deepest - 1)


def sync(path: Path) -> None:
    """Wait until the file's or folder's own entry is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Wait until every file below the folder is on the disk, then every folder, innermost first."""
    for directory, _, files in os.walk(folder, topdown=False):
        for name in files:
            sync(Path(directory, name))
        sync(Path(directory))


@contextmanager
def plain(path: Path) -> Iterator[BinaryIO]:
    """A plain file, opened to be read; OSError for a link or FIFO."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(f"{path.name} is no plain file")
        yield file


def read_plain(path: Path, *, most: int) -> bytes:
    """The bytes of a plain file. ValueError beyond ``most``; OSError for a link or FIFO."""
    with plain(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise ValueError(f"{path.name} is larger than {most} bytes")
    return data


def made_once(file: Path, fresh: str) -> str:
    """The line in a private file, ``fresh`` where there is none; the same for all who start at
    once."""
    if kept := _line(file):
        return kept
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = temporary(file.parent)
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(fresh)
        sync(aside)
        if os.path.lexists(file):  # what a disk made of it: it says nothing
            aside.replace(file)
        else:
            with suppress(FileExistsError):  # another process was first
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
    """Replace a small state file with the record as JSON. OSError if it cannot."""
    replace(path, msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n")


def read_record(path: Path, shape: type[T]) -> T | None:
    """The state file as a ``shape``; None where it is absent, cut short or of another shape."""
    try:
        return msgspec.json.decode(read_plain(path, most=MOST_RECORD), type=shape)
    except (OSError, ValueError, RecursionError):
        return None

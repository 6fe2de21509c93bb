"""Exports the screens of this installation's schools as static files for any host."""

import errno
import fcntl
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from content.model.pack import Pack
from content.review import topics_off
from kiosk import plain_screen
from kiosk.edition.edition import INDEX
from kiosk.pages import school_file
from kiosk.plain_screen import PlainFiles, PlainScreen
from kiosk.render import Beside
from messages.message import Message, message
from runtime import installation
from runtime.kiosk_door import kiosk_now
from settings.schema import Settings
from system import files

# This file marks the folder as ours, is locked during writing, and records the files' sources.
MARK = ".porchlight-export"
ALONE = "screen"  # the folder of the only screen, if there is no table of schools
MOST_LIST = 8 * 2**20
_FULL = {errno.ENOSPC, errno.EDQUOT}


class ExportError(Exception):
    """The folder cannot be written to; the argument is a Message for the technician."""


class Exported(NamedTuple):
    """An export. ``written``: the number of new or changed files. ``left``: schools still in the
    folder but no longer in the table."""

    written: int
    removed: int
    left: tuple[str, ...]


def screens(
    settings: Settings,
    table: Mapping[str, Settings],
    pack: Pack,
    *,
    release: str,
    line_works: bool,
    key: bytes,
    now: datetime,
) -> Iterator[PlainScreen]:
    """Yield each school's screen, or, without a table, the only one. Reads the schools' files."""
    schools = table or {ALONE: settings}
    packs = topics_off.packs(pack, (own.sms.topics_off for own in schools.values()))
    for address, own in schools.items():
        shown = packs[own.sms.topics_off]
        kiosk = kiosk_now(own, shown, line_works=line_works, key=key, now=now)
        # The host runs none of our code, so the browser prints and the large directory is not used.
        kiosk = replace(kiosk, printer="off" if kiosk.printer == "off" else "browser")
        data_dir = own.server.data_dir if kiosk.audio != "off" else None
        facts, _ = school_file.read(kiosk.school_file)
        beside = Beside(school=facts, data_dir=data_dir)
        today = installation.local_day(now, kiosk.zone)
        yield PlainScreen(address, shown, kiosk, beside, today, release)


def write(
    folder: Path,
    found: Iterable[PlainScreen],
    *,
    prune: bool,
    tell: Callable[[Message], object] = lambda _: None,
) -> Exported:
    """Write new and changed files; remove files that no list names. Raises ExportError.

    ``tell`` gets a message before each school: the first school can take ten seconds.

    Each list is written after the files that it names: if the export is interrupted, each school
    has either its old screen or its new one. No page is made if neither the folder nor its
    sources have changed.
    """
    try:
        with _alone(folder):
            screens = tuple(found)
            mark, made_of = folder / MARK, plain_screen.stamp(screens)
            left = tuple(sorted({*_schools(folder)} - {one.address for one in screens}))
            if not (prune and left) and mark.read_bytes() == _state(folder, made_of):
                return Exported(0, 0, left)
            done = _write(folder, screens, () if prune else left, tell)
            mark.write_bytes(_state(folder, made_of))
            return done
    except OSError as error:
        code = "export.full" if error.errno in _FULL else "export.unwritten"
        raise ExportError(message(code, folder=folder, why=error.strerror)) from error


def _write(
    folder: Path,
    screens: Sequence[PlainScreen],
    left: tuple[str, ...],
    tell: Callable[[Message], object],
) -> Exported:
    made, written, named = PlainFiles(), 0, {MARK}
    for number, screen in enumerate(screens, 1):
        tell(message("export.school", address=screen.address, number=number, count=len(screens)))
        beside = plain_screen.beside_all(screen.kiosk) if screen is screens[0] else ()
        for name, body in chain(beside, made.of(screen)):
            if name not in named:
                written += _replace(folder, name, body)
                named.add(name)
    for address in left:
        named |= _named_by(folder, address)
        named |= {path.relative_to(folder).as_posix() for path in _below(folder / address)}
    return Exported(written, _remove_others(folder, named), left)


def _state(folder: Path, made_of: str) -> bytes:
    """Return a digest of the folder's current files and of their sources."""
    found = {path.relative_to(folder).as_posix(): files.stamp(path) for path in _below(folder)}
    del found[MARK]
    return hashlib.sha256(repr((made_of, sorted(found.items()))).encode()).hexdigest().encode()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Lock the folder. Raises ExportError if it is not ours or if another process is writing it."""
    if folder.exists() and not folder.is_dir():
        raise ExportError(message("export.no-folder", folder=folder))
    if folder.is_dir() and not (folder / MARK).exists() and any(folder.iterdir()):
        raise ExportError(message("export.not-ours", folder=folder))
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / MARK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ExportError(message("export.busy", folder=folder)) from None
        yield
    finally:
        os.close(descriptor)


def _replace(folder: Path, name: str, body: bytes) -> bool:
    """Write the whole file unless it already has these bytes; return whether it was written."""
    path = folder / name
    with suppress(OSError):
        if path.stat().st_size == len(body) and path.read_bytes() == body:
            return False
    path.parent.mkdir(parents=True, exist_ok=True)
    for above in (path.parent, *path.parent.parents):
        if not above.is_relative_to(folder):
            break
        above.chmod(0o755)  # a web server must be able to read it, whatever our umask is
    aside = files.temporary(path.parent)
    try:
        aside.write_bytes(body)
        aside.chmod(0o644)
        if name.endswith(INDEX):  # the files that a list names must be on disk first
            os.sync()
        aside.replace(path)
    except BaseException:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        raise
    return True


def _schools(folder: Path) -> list[str]:
    return [path.parent.name for path in folder.glob(f"*{INDEX}")]


def _named_by(folder: Path, address: str) -> set[str]:
    """Return the shared files that a school's lists name."""
    found: set[str] = set()
    for listed in (folder / address).glob("pack*.json"), (folder / address / "pack").glob("*.json"):
        for path in listed:
            read: dict[str, Any] = msgspec.json.decode(files.read_plain(path, most=MOST_LIST))
            found |= {plain_screen.place(one["url"], one["sha256"]) for one in read["files"]}
    return found


def _below(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if not path.is_dir())


def _remove_others(folder: Path, named: set[str]) -> int:
    """Remove files that no list names, then empty folders; return the number of files."""
    gone = [one for one in _below(folder) if one.relative_to(folder).as_posix() not in named]
    for path in gone:
        path.unlink(missing_ok=True)
    for path in sorted(folder.rglob("*"), reverse=True):
        with suppress(OSError):
            if path.is_dir() and not path.is_symlink():
                path.rmdir()
    return len(gone)

"""A backup's contents: settings, the machine's keys and signed pack, but nothing about students.

A backup never includes the database or messages that wait to be written to it. File names are a
closed list, so an archive cannot write anywhere else.
"""

import gzip
import io
import os
import tarfile
import tomllib
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path, PurePath, PurePosixPath
from typing import Any

import msgspec

from content.releases import older_files, state_file
from content.releases.generations import Releases
from content.trust import version_floor
from messages.message import Message, message
from settings.schema import Settings
from system import files

FORMAT = 1
LAST = "LAST_BACKUP"  # in data_dir, but never in a backup
ABOUT = "about.json"
BESIDE = ("school.toml", "environment", "kiosk-environment", "extras", "no-screen", "program.pub")
# If the desk may write school.toml, the file is in data_dir, with a link next to the settings.
# No backup has COUNTY_LINE: an old backup must not restore a county line withdrawn since then.
OF_DESK = (
    "desk.passphrase",
    "second.passphrase",
    "desk-settings.toml",
    "school.toml",
    "COMPARED",
    "SCREENS",
)
OWN = ("hash.key", *OF_DESK, "fallback.xml", "recordings", "schools")
FOLDERS = ("recordings", "schools", "trust", "held", "releases")  # other parts are files
# A pack with its proofs and people's decisions about it, in the files that older programs, without
# STATE, used (decision 0051), so that they can also restore this backup. ACTIVE is restored last.
PACK = ("trust", "held", "releases", "SET_ASIDE", "HELD", "TURNED_DOWN", "WITHDRAWN", "REMEMBERED")
PACK_NAMES = (*PACK, "LAST_REFRESH", "PREVIOUS", "ACTIVE")
ACTIVE, WITHDRAWN, FLOOR, KEY = "data/ACTIVE", "data/WITHDRAWN", "data/trust/FLOOR", "data/hash.key"
NEVER_LOST = frozenset({WITHDRAWN, FLOOR})  # files to write before any part of the pack is removed
DATABASE = ("porchlight.db", "waiting.jsonl")  # these files are in data_dir if a database was used
SETTINGS = "settings.toml"
MOST_BYTES = 256 * 2**20  # maximum unpacked size; a whole pack's recordings are a tenth of this
HEADER_BYTES = 2048  # maximum header bytes for one file in a tar
MOST_TAR = MOST_BYTES + 2**20

Contents = Mapping[str, bytes]


class BackupError(Exception):
    """Nothing was written, or only some files. The message is a sentence that says what to do."""


class LastBackup(msgspec.Struct, frozen=True):
    at: files.Instant


class About(msgspec.Struct, frozen=True):
    """The archive's ``format``, the program's version, and the time of the backup."""

    format: int
    program: str
    made: files.Instant


@contextmanager
def as_owner(folder: Path) -> Iterator[None]:
    """If we are root, use a service's folder with that service's rights instead of our own."""
    is_root = os.geteuid() == 0 and folder.exists()
    if is_root:
        found = folder.stat()
        os.setegid(found.st_gid)
        os.seteuid(found.st_uid)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
            os.setegid(0)


def note(data_dir: Path, at: datetime) -> None:
    """Record for the checklist that a backup was made. Ignores a disk that isn't writable."""
    with suppress(OSError), as_owner(data_dir):
        files.write_record(data_dir / LAST, LastBackup(at))


def last(data_dir: Path) -> str:
    """Return the date of the last backup, or "" if there has never been one."""
    record = files.read_record(data_dir / LAST, LastBackup)
    return record.at.isoformat() if record else ""


def collected(file: Path, settings: Settings) -> dict[str, bytes]:
    """Return the archive's name → bytes. ``file``: the settings file. Raises BackupError."""
    data_dir, found = settings.server.data_dir, {}
    own = (settings.kiosk.school_file, ".toml"), (settings.content.root, ".json")
    beside = [(path, kind) for path, kind in own if path and path.parent == file.parent]
    for path, kind in beside:
        if not _may_lie_beside(path, kind):
            raise BackupError(message("backup.name", path=path, kind=kind))
    with _told(file.parent):
        for path in {*(path for path, _ in beside), *(file.parent / name for name in BESIDE), file}:
            if files.is_plain(path):
                name = SETTINGS if path == file else path.name
                found[f"settings/{name}"] = files.read_plain(path, most=MOST_BYTES)
    with _told(data_dir), as_owner(data_dir):
        for name in OWN:
            found |= _below(data_dir, data_dir / name)
        releases = Releases(data_dir)
        active = releases.active(releases.state())
        if active is not None and active.origin != "shipped":
            for name in PACK_NAMES:
                found |= _below(data_dir, data_dir / name)
    return found


def packed(contents: Contents, about: About) -> bytes:
    """Return a compressed tar whose first member describes the backup. Raises BackupError."""
    if (size := sum(len(data) + HEADER_BYTES for data in contents.values())) > MOST_BYTES:
        raise BackupError(message("backup.too-large", size=size // 2**20, most=MOST_BYTES // 2**20))
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as tar:
        for name, data in {ABOUT: msgspec.json.encode(about), **contents}.items():
            member = tarfile.TarInfo(name)
            member.size, member.mtime = len(data), int(about.made.timestamp())
            tar.addfile(member, io.BytesIO(data))
    return raw.getvalue()


def unpacked(data: bytes) -> tuple[About, dict[str, bytes]]:
    """Return the files given to ``packed``, after checking every name. Raises BackupError."""
    try:
        with gzip.open(io.BytesIO(data)) as stream:  # stop at the limit: it may be a zip bomb
            plain = stream.read(MOST_TAR + 1)
        if len(plain) > MOST_TAR:
            raise BackupError(message("backup.unpacks-to-more"))
        found = _members(plain)
        about = msgspec.json.decode(found.pop(ABOUT), type=About)
    except (OSError, EOFError, tarfile.TarError, zlib.error, KeyError, ValueError) as error:
        raise BackupError(message("backup.no-backup")) from error
    except MemoryError as error:
        raise BackupError(message("backup.no-memory")) from error
    if about.format > FORMAT:
        raise BackupError(message("backup.of-newer-program", program=about.program))
    beside = {f"settings/{name}" for name in (SETTINGS, *BESIDE, *_named_beside(found))}
    for name in found:
        if not (_is_plain(name, found) and (name in beside or _is_data(name))):
            raise BackupError(message("backup.strange-file", name=repr(name)))
    return about, found


def _is_plain(name: str, found: Contents) -> bool:
    """Return whether this is a normalized path without a folder that is a file in the archive."""
    path = PurePosixPath(name)
    is_clean = "\\" not in name and name == "/".join(path.parts) and ".." not in path.parts
    return is_clean and not any(str(above) in found for above in path.parents)


def _is_data(name: str) -> bool:
    """Return whether a backup may include this file, by itself or in one of the known folders."""
    top, _, inside = name.removeprefix("data/").partition("/")
    is_ours = name.startswith("data/") and top in {*OWN, *PACK_NAMES}
    return is_ours and bool(inside) == (top in FOLDERS)


def _members(plain: bytes) -> dict[str, bytes]:
    """Return the complete files in a plain tar. Raises BackupError or tarfile.TarError."""
    found: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(plain), mode="r:") as tar:  # uncompressed
        for member in tar:
            is_whole = member.isreg() and not member.issparse() and member.size <= len(plain)
            part = tar.extractfile(member) if is_whole else None
            if part is None or member.name in found:
                raise BackupError(message("backup.no-plain-file", name=repr(member.name)))
            found[member.name] = part.read()
    return found


def put_back(contents: Contents, file: Path, settings: Settings) -> list[Message]:
    """Write all files; return messages about any left unchanged. Files are replaced as a whole,
    settings last. Repeating this completes a restore. Raises BackupError or BusyError."""
    data_dir = settings.server.data_dir
    data = {name: text for name, text in contents.items() if name.startswith("data/")}
    with _told(data_dir):
        data_dir.mkdir(parents=True, exist_ok=True)
        with as_owner(data_dir), (releases := Releases(data_dir)).lock():
            notes = [*_about_pack(data, releases), *_about_key(data, contents, settings)]
            if ACTIVE in data:
                for name in NEVER_LOST & data.keys():
                    _write_data(data_dir, name, data[name])
                _clear(data_dir)
            for name in sorted(data, key=lambda name: (name == ACTIVE, name)):
                _write_data(data_dir, name, data[name])
    with _told(file.parent):
        put_settings_back(contents, file)
    return notes


def put_settings_back(contents: Contents, file: Path) -> None:
    """Write the files next to the settings, then the settings. Raises OSError."""
    own = f"settings/{SETTINGS}"
    for name in sorted(contents, key=lambda name: name == own):
        if name.startswith("settings/"):
            mode = 0o600 if name.endswith("/environment") else 0o644
            place = file if name == own else file.parent / name.removeprefix("settings/")
            write(place, contents[name], mode)


def _about_pack(data: dict[str, bytes], releases: Releases) -> Iterator[Message]:
    """Remove the pack from ``data`` if this machine has a signed pack or a newer version floor, as
    after an interrupted restore. Otherwise, hide in the pack all that is hidden here."""
    if ACTIVE in data:
        state = releases.state()
        active = releases.active(state)
        newer = version_floor.lacking(releases.root / "trust", data.get(FLOOR, b""))
        if active is not None and (active.state, active.origin) == ("active", "signed"):
            yield message("backup.signed-pack-stays")
        elif newer:
            yield message("backup.pack-is-older", newer=newer)
        else:
            if hidden := state.withdrawn:
                data[WITHDRAWN] = older_files.joined(hidden, data.get(WITHDRAWN, b""))
            return
    for name in [name for name in data if PurePosixPath(name).parts[1] in PACK_NAMES]:
        del data[name]


def _about_key(data: dict[str, bytes], contents: Contents, settings: Settings) -> Iterator[Message]:
    """Remove the key from ``data`` if this machine keeps using its own database: a key belongs to
    the database with which it was used."""
    data_dir, url = settings.server.data_dir, settings.store.url
    kept, most = data_dir / "hash.key", files.MOST_LINE
    is_plain = files.is_plain(kept, most=most)
    mine = files.read_plain(kept, most=most) if is_plain else b""
    if data.get(KEY, mine) == mine or not mine.strip(b"\0"):
        return
    is_used = url or any((data_dir / name).exists() for name in DATABASE)
    if is_used and _store_url(contents) in {"", url}:
        del data[KEY]
        yield message("backup.key-stays", kept=kept)
        return
    write(aside := kept.with_name("hash.key.before"), mine, 0o600)
    yield message("backup.key-is-its-own", aside=aside)


def _store_url(contents: Contents) -> str:
    """Return the database that a backup's settings name; "" means SQLite in the data folder."""
    lines = contents.get("settings/environment", b"").decode("utf-8", "replace").splitlines()
    rows = [line.partition("=") for line in lines]
    given = [value.strip("\"'") for name, _, value in rows if name == "PORCHLIGHT_STORE__URL"]
    return given[-1] if given else str(_settings_in(contents).get("store", {}).get("url", ""))


def _clear(data_dir: Path) -> None:
    """Remove this machine's pack, its state first, but keep files that must never be lost."""
    files.make_folder(trust := data_dir / "trust")
    names = (state_file.FILE, state_file.COPY, *PACK_NAMES[::-1])
    gone = [data_dir / name for name in names] + [*trust.iterdir()]
    for path in gone:
        if path != trust and f"data/{path.relative_to(data_dir).as_posix()}" not in NEVER_LOST:
            files.remove(path)


def _write_data(data_dir: Path, name: str, data: bytes) -> None:
    """Write a file below the data folder without following links in it. Raises OSError."""
    _, *folders, file = name.split("/")
    where = data_dir
    for folder in folders:
        files.no_link(where := where / folder)
    write(where / file, data, 0o600)


def write(path: Path, data: bytes, mode: int) -> None:
    """Replace the file and set this mode, whatever our umask. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    files.replace(path, data, mode=mode)
    path.chmod(mode)


def _below(data_dir: Path, path: Path) -> dict[str, bytes]:
    """Return a file, or a folder's files without links, as name in the archive → bytes."""
    if path.is_symlink():
        return {}
    paths = [path] if path.is_file() else files.files_below(path)
    return {
        f"data/{one.relative_to(data_dir).as_posix()}": files.read_plain(one, most=MOST_BYTES)
        for one in paths
        if files.is_plain(one) and files.TEMPORARY not in one.as_posix()
    }


def _named_beside(found: Contents) -> tuple[str, ...]:
    """Return the names that the archive's settings give for the school's file and root.json."""
    given = _settings_in(found)
    school = given.get("kiosk", {}).get("school_file", "school.toml")
    root = given.get("content", {}).get("root") or "root.json"
    named = (PurePosixPath(str(school)), ".toml"), (PurePosixPath(str(root)), ".json")
    return tuple(path.name for path, kind in named if _may_lie_beside(path, kind))


def _may_lie_beside(path: PurePath, kind: str) -> bool:
    """Return whether a restore may write it next to the settings (in a checkout, the program)."""
    return path.suffix == kind and path.name != "pyproject.toml"


def _settings_in(found: Contents) -> dict[str, dict[str, Any]]:
    """Return the sections of the archive's settings; {} if they cannot be read."""
    try:
        given = tomllib.loads(found.get(f"settings/{SETTINGS}", b"").decode())
    except (ValueError, RecursionError):
        return {}
    return {name: section for name, section in given.items() if isinstance(section, dict)}


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = f"{error.filename or folder}: {error.strerror or error}"
        raise BackupError(message("backup.disk-fails", what=what)) from error
    except ValueError as error:  # from read_plain
        raise BackupError(f"{error}, which is more than a Porchlight backup can be.") from error

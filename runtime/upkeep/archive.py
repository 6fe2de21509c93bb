"""What a backup holds: settings, the machine's keys and its signed pack, no student.

Never the database, nor what waits for it. Names are a closed list, so that an archive can put
nothing anywhere else.
"""

import gzip
import io
import os
import tarfile
import tomllib
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import msgspec

from content.model import durable_files
from content.releases.generations import Releases
from settings.schema import Settings

FORMAT = 1
ABOUT = "about.json"
BESIDE = ("school.toml", "environment", "kiosk-environment", "extras", "no-screen", "program.pub")
# school.toml lies there where the desk may write it, and beside the settings is a link to it then.
OF_DESK = ("desk.passphrase", "desk-settings.toml", "school.toml", "COMPARED")
OWN = ("hash.key", *OF_DESK, "fallback.xml", "recordings")
# A pack with what vouches for it, and what people decided about it. ACTIVE is put back last.
PACK = ("trust", "held", "releases", "SET_ASIDE", "HELD", "TURNED_DOWN", "WITHDRAWN", "REMEMBERED")
PACK_NAMES = (*PACK, "LAST_REFRESH", "PREVIOUS", "ACTIVE")
SETTINGS = "settings.toml"
MOST_BYTES = 256 * 2**20  # unpacked; recordings of a whole pack are a tenth of it

Contents = Mapping[str, bytes]


class BackupError(Exception):
    """Nothing was written, or not all; the message is a sentence that says what to do."""


class About(msgspec.Struct, frozen=True):
    """``format`` of the archive, the version of the program, and when it was made."""

    format: int
    program: str
    made: durable_files.Instant


@contextmanager
def as_owner(folder: Path) -> Iterator[None]:
    """As root, read and write in a service's folder with that service's rights, not with ours."""
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


def collected(file: Path, settings: Settings) -> dict[str, bytes]:
    """Everything to keep, by its name in the archive. ``file``: the settings'. BackupError."""
    data_dir, found = settings.server.data_dir, {}
    own = [settings.kiosk.school_file, settings.content.root]
    beside = [path for path in own if path is not None and path.parent == file.parent]
    with _told(file.parent):
        for path in {*beside, *(file.parent / name for name in BESIDE), file}:
            if durable_files.is_plain(path):
                name = SETTINGS if path == file else path.name
                found[f"settings/{name}"] = durable_files.read_plain(path, most=MOST_BYTES)
    with _told(data_dir), as_owner(data_dir):
        for name in OWN:
            found |= _below(data_dir, data_dir / name)
        active = Releases(data_dir).active()
        if active is not None and active.origin != "shipped":
            for name in PACK_NAMES:
                found |= _below(data_dir, data_dir / name)
    return found


def packed(contents: Contents, about: About) -> bytes:
    """The archive: a compressed tar whose first member says what it is. BackupError if too big."""
    if (size := sum(map(len, contents.values()))) > MOST_BYTES:
        raise BackupError(
            f"{size // 2**20} MB would have to be kept and {MOST_BYTES // 2**20} are the most; move"
            " recordings elsewhere."
        )
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as tar:
        for name, data in {ABOUT: msgspec.json.encode(about), **contents}.items():
            member = tarfile.TarInfo(name)
            member.size, member.mtime = len(data), int(about.made.timestamp())
            tar.addfile(member, io.BytesIO(data))
    return raw.getvalue()


def unpacked(data: bytes) -> tuple[About, dict[str, bytes]]:
    """What ``packed`` made, each name checked. BackupError."""
    found: dict[str, bytes] = {}
    try:
        with gzip.open(io.BytesIO(data)) as stream:  # not read beyond the bound: no bomb
            plain = stream.read(2 * MOST_BYTES + 1)
        if len(plain) > 2 * MOST_BYTES:
            raise BackupError("It unpacks to more than any backup of ours; nothing was put back.")
        with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
            for member in tar:
                part = tar.extractfile(member) if member.isreg() else None
                if part is None or member.name in found:
                    raise BackupError(
                        f"{member.name!r} in it is no plain file; nothing was put back."
                    )
                found[member.name] = part.read()
        about = msgspec.json.decode(found.pop(ABOUT), type=About)
    except (OSError, EOFError, tarfile.TarError, zlib.error, KeyError, ValueError) as error:
        raise BackupError("It holds no backup of Porchlight; nothing was put back.") from error
    if about.format > FORMAT:
        raise BackupError(
            f"It was made by Porchlight {about.program}, which is newer than this; update first."
            " Nothing was put back."
        )
    allowed = {f"settings/{name}" for name in (SETTINGS, *BESIDE, *_named_beside(found))}
    for name in found:
        parts = PurePosixPath(name).parts
        ours = parts[0] == "data" and len(parts) > 1 and parts[1] in {*OWN, *PACK_NAMES}
        plain_name = "\\" not in name and name == "/".join(parts) and not {"..", ""} & {*parts}
        if not (plain_name and (ours or name in allowed)):
            raise BackupError(f"{name!r} in it has no place in a backup; nothing was put back.")
    return about, found


def put_back(contents: Contents, file: Path, settings: Settings) -> list[str]:
    """Write all of it; sentences about what was left as it is. Each file is whole at any moment,
    the settings come last, and doing it again completes it. BackupError, BusyError."""
    data_dir, notes = settings.server.data_dir, []
    data = {name: text for name, text in contents.items() if name.startswith("data/")}
    with _told(data_dir):
        data_dir.mkdir(parents=True, exist_ok=True)
        if (data_dir / "porchlight.db").exists() and data.pop("data/hash.key", b""):
            notes.append("hash.key stays: the database of this machine was made with it.")
        with as_owner(data_dir), (releases := Releases(data_dir)).lock():
            active = releases.active()
            if "data/ACTIVE" in data and active is not None and active.origin == "signed":
                data = {name: text for name, text in data.items() if not _is_pack(name)}
                notes.append("The signed pack of this machine stays: it is never made older.")
            elif "data/ACTIVE" in data:
                for name in PACK_NAMES[::-1]:  # ACTIVE first: what it names is about to go
                    durable_files.remove(data_dir / name)
            for name in sorted(data, key=_last_comes_active):
                write(data_dir / name.removeprefix("data/"), data[name], 0o600)
    with _told(file.parent):
        file.parent.mkdir(parents=True, exist_ok=True)
        for name in sorted(contents, key=lambda name: name == f"settings/{SETTINGS}"):
            if name.startswith("settings/"):
                mode = 0o600 if name.endswith("/environment") else 0o644
                is_settings = name == f"settings/{SETTINGS}"
                place = file if is_settings else file.parent / name.removeprefix("settings/")
                write(place, contents[name], mode)
    return notes


def write(path: Path, data: bytes, mode: int) -> None:
    """Replace the file; it has this mode whatever our umask is. OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    durable_files.replace(path, data, mode=mode)
    path.chmod(mode)


def _is_pack(name: str) -> bool:
    return PurePosixPath(name).parts[1] in PACK_NAMES


def _last_comes_active(name: str) -> tuple[bool, str]:
    return name == "data/ACTIVE", name


def _below(data_dir: Path, path: Path) -> dict[str, bytes]:
    """A file, or every file of a folder, by its name in the archive; links are left out."""
    paths = [path] if path.is_file() else sorted(path.rglob("*"))
    return {
        f"data/{one.relative_to(data_dir).as_posix()}": durable_files.read_plain(
            one, most=MOST_BYTES
        )
        for one in paths
        if durable_files.is_plain(one) and durable_files.TEMPORARY not in one.as_posix()
    }


def _named_beside(found: Contents) -> tuple[str, ...]:
    """The school's file and the publisher's root, as the settings in the archive name them."""
    try:
        given = tomllib.loads(found.get(f"settings/{SETTINGS}", b"").decode())
        kiosk, content = given.get("kiosk", {}), given.get("content", {})
        named = (kiosk.get("school_file", "school.toml"), content.get("root") or "root.json")
        return tuple(PurePosixPath(str(name)).name for name in named)
    except (ValueError, AttributeError, RecursionError):
        return ()


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = f"{error.filename or folder}: {error.strerror or error}"
        raise BackupError(
            f"{what}; what is there is whole. Make room or mend that, and run it again."
        ) from error
    except ValueError as error:  # of read_plain
        raise BackupError(f"{error}; no backup of ours is so large.") from error

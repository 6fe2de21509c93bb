"""Whether a pack is the one that ships with this installation.

What its folder makes is noted beside it: to read it takes half a second, and every verification
asks. Whoever can write there can change the pack itself. Any doubt means that it is read.
"""

import contextlib
import hashlib
import os
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import msgspec

from content.model import built_pack
from content.model.pack import Pack
from content.releases import boot_check
from runtime import installation
from settings.places import ROOT
from system import files

# In the pack's folder, where no package, backup or bundle takes it.
NOTE = Path("__pycache__/.built.json")
LARGEST = 2**24  # bytes of a file; ours have a quarter of it
_PROGRAM = ROOT / "content"


class _Made(msgspec.Struct, frozen=True):
    """``of``: the hash of the pack's own files and of the program that reads them; ``version``: of
    the built pack."""

    of: str
    version: str


def is_same(folder: Path, pack: Pack) -> bool | None:
    """Whether the folder makes this pack; None where it has an error. Writes nothing.

    The rules take most of a start's time, and a pack that is the same needs none of them.
    """
    of = _hash(folder)
    if of and files.read_record(folder / NOTE, _Made) == _Made(of, pack.version):
        return True
    key = of or object()  # without a hash it is read each time
    own = _parsed(folder, key)
    if own is not None and boot_check.same(own, pack):
        return True
    return False if _is_right(folder, key) else None


def was_read() -> bool:
    """Whether no note saved this process the reading."""
    return _parsed.cache_info().misses > 0


def remember(folder: Path) -> None:
    """Note what the folder makes, where that can be written and nothing changed meanwhile. For a
    process that has just begun: one that runs for long may have loaded another program."""
    of = _hash(folder)
    if not of or built_pack.is_built(folder):
        return
    known = files.read_record(folder / NOTE, _Made)
    if known and known.of == of:
        return
    own = _parsed(folder, of)
    if own is None or _hash(folder) != of:
        return
    with contextlib.suppress(OSError):
        (folder / NOTE).parent.mkdir(exist_ok=True)
        files.write_record(folder / NOTE, _Made(of, own.version))


def _hash(folder: Path) -> str:
    """Nothing where a file cannot be read, is too large or no plain file: then nothing is noted."""
    found = hashlib.sha256(sys.version.encode())
    try:
        for part in (folder, _PROGRAM):
            found.update(b"part ")
            for path in _read(part):
                name = os.fsencode(path.relative_to(part))
                data = files.read_plain(path, most=LARGEST)
                found.update(b"%d %d " % (len(name), len(data)) + name + data)
    except (OSError, ValueError):
        return ""
    return found.hexdigest()


def _read(part: Path) -> Iterator[Path]:
    """What is read of it. A link among it, behind which more may be read, is no plain file."""
    for path in files.files_below(part):
        names = path.relative_to(part).parts
        if not any(name.startswith(".") or name == "__pycache__" for name in names):
            yield path


@lru_cache(maxsize=1)
def _parsed(folder: Path, _of: object) -> Pack | None:
    """The pack of the files that have this hash."""
    pack = installation.parsed(folder)
    try:
        return None if pack is None else built_pack.load(built_pack.build(pack))
    except built_pack.BuiltPackError:  # one with errors need not fit
        return None


@lru_cache(maxsize=1)
def _is_right(folder: Path, _of: object) -> bool:
    pack, problems = installation.read(folder)
    return pack is not None and not installation.errors(problems)

"""Whether a pack is the one that ships with this installation.

What its folder makes is remembered beside it, as Python remembers what it compiled: to read it
takes half a second, and every verification asks. Who can write there can change the pack itself.
"""

import contextlib
import hashlib
from functools import cache
from pathlib import Path

import msgspec

from content.model import built_pack, durable_files
from content.model.pack import Pack
from content.releases import boot_check
from runtime import installation
from settings.places import ROOT

MARK = Path(
    "__pycache__/.built.json"
)  # in the pack's folder; no package, backup or bundle takes it


class _Made(msgspec.Struct, frozen=True):
    """``of``: the hash of the pack's own files and of the program that reads them; ``version``: of
    the built pack."""

    of: str
    version: str


def is_same(folder: Path, pack: Pack) -> bool | None:
    """Whether the folder makes this pack; None where it has an error.

    The rules take most of a start's time, and a pack that is the same needs none of them.
    """
    of = _hash(folder)
    known = durable_files.read_record(folder / MARK, _Made)
    if known == _Made(of, pack.version):
        return True
    own = _parsed(folder, of)
    if own is not None and (known is None or known.of != of):
        remember(folder)
    if own is not None and boot_check.same(own, pack):
        return True
    return False if _is_right(folder, of) else None


def remember(folder: Path) -> None:
    """Write down what the folder makes, where that can be written: an installed program is not the
    server's to change."""
    of = _hash(folder)
    own = _parsed(folder, of)
    if own is None or built_pack.is_built(folder):
        return
    with contextlib.suppress(OSError):
        (folder / MARK).parent.mkdir(exist_ok=True)
        durable_files.write_record(folder / MARK, _Made(of, own.version))


def _hash(folder: Path) -> str:
    pinned, program = ROOT / "content/packs/pinned", ROOT / "content"
    found = hashlib.sha256()
    for part, names in ((folder, "*"), (pinned, "*"), (program, "*.py")):
        for path in sorted(part.rglob(names)):
            if "__pycache__" not in path.parts and path.is_file():
                data = path.read_bytes()
                found.update(f"{path.relative_to(part)} {len(data)} ".encode())
                found.update(data)
    return found.hexdigest()


@cache
def _parsed(folder: Path, _of: str) -> Pack | None:
    pack = installation.parsed(folder)
    try:
        return None if pack is None else built_pack.load(built_pack.build(pack))
    except built_pack.BuiltPackError:  # one with errors need not fit
        return None


@cache
def _is_right(folder: Path, _of: str) -> bool:
    pack, problems = installation.read(folder)
    return pack is not None and not installation.errors(problems)

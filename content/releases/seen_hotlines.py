"""The hotlines shown since a person last looked: the file REMEMBERED.

Against it "more than one in five is gone" is judged, so that a pack cannot lose them a few at a
time.
"""

from collections.abc import Set
from pathlib import Path

import msgspec

from system import files

FILE = "REMEMBERED"


class _Record(msgspec.Struct, frozen=True, kw_only=True):
    lines: tuple[str, ...] = ()


def read(root: Path) -> frozenset[str]:
    """The ids; none where nothing was ever accepted or the file is damaged."""
    return frozenset((files.read_record(root / FILE, _Record) or _Record()).lines)


def add(root: Path, ids: Set[str]) -> None:
    """A pack was accepted that shows these. OSError. Call it under the releases' lock."""
    if not ids <= read(root):
        _write(root, ids | read(root))


def start_over(root: Path, ids: Set[str]) -> None:
    """A person approved a pack that shows these, and saw what is gone. OSError, as ``add``."""
    _write(root, ids)


def _write(root: Path, ids: Set[str]) -> None:
    files.write_record(root / FILE, _Record(lines=tuple(sorted(ids))))

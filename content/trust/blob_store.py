"""Stores downloaded targets by hash, in ``blobs/<sha256>``: verified and durable, or absent.

It is a cache: releases keep their own copies.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from system import files

if TYPE_CHECKING:
    from tuf.api.metadata import TargetFile

UNFINISHED = ".unfinished"


class Blobs:
    """The store. ``used``: hashes requested since it was opened."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.used: set[str] = set()

    def take(self, info: TargetFile, fetch: Callable[[], Iterator[bytes]]) -> Path:
        """Return the file; fetch it if it is absent. Raises LengthOrHashMismatchError, OSError, or
        the error that ``fetch`` raises."""
        name = info.hashes.get("sha256") or next(iter(info.hashes.values()))
        self.used.add(name)
        place = self.folder / name
        if not _whole(place, info):
            self._fetch(place, info, fetch)
        return place

    def prune(self) -> None:
        """Remove files that were not ``used``; call this once everything needed has been taken."""
        for path in self._files():
            if path.name not in self.used:
                files.remove(path)

    def sweep(self) -> None:
        """Remove files left by an interrupted download, and files that are not ours."""
        files.make_folder(self.folder)
        for path in self._files():
            if path.name.startswith(files.TEMPORARY) or not files.is_plain(path):
                files.remove(path)

    def _files(self) -> Collection[Path]:
        return list(self.folder.iterdir()) if self.folder.is_dir() else []

    def _fetch(self, place: Path, info: TargetFile, fetch: Callable[[], Iterator[bytes]]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = files.temporary(self.folder).with_suffix(UNFINISHED)
        try:
            with unfinished.open("x+b") as file:
                for chunk in fetch():
                    file.write(chunk)
                file.flush()
                file.seek(0)
                info.verify_length_and_hashes(file)
                os.fsync(file.fileno())
            unfinished.replace(place)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        files.sync(self.folder)


def _whole(place: Path, info: TargetFile) -> bool:
    # loaded only when a refresh runs
    from tuf.api.exceptions import LengthOrHashMismatchError  # noqa: PLC0415

    try:
        with files.plain(place) as file:
            info.verify_length_and_hashes(file)
    except (OSError, LengthOrHashMismatchError):
        return False
    return True

"""Whether the disk has room for a new pack, and may be written."""

import os
from pathlib import Path

ENOUGH_BYTES = 100 * 2**20  # a release of ten languages is under a third of it
ENOUGH_FILES = 1000


def trouble(folder: Path) -> str:
    """Why a new pack cannot be kept in ``folder``, as a sentence with what to do; "" if it can."""
    nearest = next(path for path in [folder, *folder.parents] if path.exists())
    if not os.access(nearest, os.W_OK):
        return (
            f"{folder} cannot be written: no refresh can land; give the user that runs this the"
            " right."
        )
    room = os.statvfs(nearest)
    free = room.f_bavail * room.f_frsize
    if free < ENOUGH_BYTES:
        return (
            f"{folder}: only {free // 2**20} MB are free, so that a new pack may not fit; make room"
            " on that disk."
        )
    if room.f_files and room.f_favail < ENOUGH_FILES:
        return (
            f"{folder}: the disk can hold only {room.f_favail} more files; delete some that are not"
            " needed."
        )
    return ""

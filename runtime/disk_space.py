"""Checks that the disk has room for a new pack and can be written to."""

import os
from pathlib import Path

from messages.message import Message, message

ENOUGH_BYTES = 100 * 2**20  # a release in ten languages needs less than a third of this
ENOUGH_FILES = 1000


def trouble(folder: Path) -> Message | None:
    """Return why a new pack can't be stored in ``folder`` and what to do; None if it can be."""
    nearest = next(path for path in [folder, *folder.parents] if path.exists())
    if not os.access(nearest, os.W_OK):
        return message("disk.unwritable", folder=folder)
    room = os.statvfs(nearest)
    free = room.f_bavail * room.f_frsize
    if free < ENOUGH_BYTES:
        return message("disk.full", folder=folder, megabytes=free // 2**20)
    if room.f_files and room.f_favail < ENOUGH_FILES:
        return message("disk.no-files", folder=folder, files=room.f_favail)
    return None

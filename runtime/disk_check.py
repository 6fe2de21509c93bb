"""Checks that the files on this machine's disk are as signed or shipped. Fetches nothing."""

import contextlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

from content.directory import proof
from content.model import pack_folder
from content.model.pack import Pack
from content.releases import boot_check
from content.releases.boot_check import Judged
from content.releases.generations import BusyError, Releases
from content.releases.sources import read_root
from content.releases.state import DISK, State
from messages.message import Message, message
from runtime import installation
from settings.schema import Settings


def set_aside(settings: Settings, now: datetime) -> Judged:
    """Judge the releases that could be served; set aside any refused ones if the disk is writable.

    Damaged releases are not set aside: a refresh may restore the same release.
    """
    releases, rules = Releases(settings.server.data_dir), judge(settings)
    try:
        found = boot_check.settle(releases, rules)
    except (OSError, BusyError):
        found = boot_check.judged(releases, rules, releases.state())
    if found.refused:
        problems = reasons(found.refused)
        with contextlib.suppress(OSError, BusyError):
            releases.change(lambda state: state.refused(DISK, problems, now=now))
    return found


def reasons(refused: Mapping[str, Message]) -> list[Message]:
    return [message("unserved.release", name=name, why=why) for name, why in refused.items()]


def verified(settings: Settings, now: datetime) -> Judged:
    """Judge as ``set_aside`` does, but count damaged releases as refused, too."""
    found, releases = set_aside(settings, now), Releases(settings.server.data_dir)
    return replace(found, refused={**releases.damaged(releases.state()), **found.refused})


def doubts(settings: Settings, state: State) -> dict[str, Message]:
    """Return, by id, why releases that would otherwise be served must not be. Writes nothing."""
    releases = Releases(settings.server.data_dir)
    found = boot_check.failures(boot_check.judged(releases, judge(settings), state).refused)
    if why := releases.damaged(state).get(state.active):
        found[state.active] = why
    return found


def forget_doubtful_directory(settings: Settings) -> str:
    """Try to remove a large directory that must not be searched; return the reason, or ""."""
    if settings.content.unsigned:
        return ""
    data_dir, root = settings.server.data_dir, _root(settings)
    try:
        with Releases(data_dir).lock():
            if doubt := proof.directory_doubt(data_dir, root):
                proof.forget(data_dir)
    except (OSError, BusyError):
        doubt = proof.directory_doubt(data_dir, root)
    if doubt:
        print(
            f"Search leaves out the large directory: {doubt}. The next refresh downloads it again.",
            file=sys.stderr,
        )
    return doubt


def _ships(folder: Path) -> Callable[[Pack], bool | None]:
    """Return a function that tells if a folder, read once, makes a pack (None: it has errors)."""
    parsed, read = cache(pack_folder.parsed), cache(pack_folder.read)

    def is_same(pack: Pack) -> bool | None:
        own = parsed(folder)
        if own is not None and boot_check.same(own, pack):
            return True
        found, problems = read(folder)
        return None if found is None or installation.errors(problems) else False

    return is_same


def judge(settings: Settings) -> boot_check.Judge:
    """Return the rules by which this machine judges a pack on its disk."""
    return boot_check.Judge(
        root=_root(settings),
        sourced=bool(settings.content.source),
        unsigned=settings.content.unsigned,
        ships=_ships(settings.content.pack),
    )


def _root(settings: Settings) -> bytes | None:
    try:
        return read_root(settings.content.root) if settings.content.root else None
    except (OSError, ValueError):
        return None

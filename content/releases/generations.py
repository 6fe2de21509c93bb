"""Stages, activates, rolls back and prunes releases on disk; survives power outages.

A ``State`` says which folder in ``releases/`` is served, and which one was served before. The only
commit point is ``keep``.
"""

import fcntl
import os
import re
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import msgspec

from content.releases import state_file
from content.releases.record import (
    RECORD,
    Release,
    ReleaseRecord,
    Standing,
    damage,
    damaged,
    replaces,
    verified,
    write_record,
)
from content.releases.state import State
from content.review.provenance import Provenance
from messages.message import Message, message
from system import files

KEPT = 5  # releases kept besides the active and the previous one

_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}")


class BusyError(Exception):
    """Another process or thread is changing the releases."""


class NothingToRollBackError(Exception):
    """No complete release of an earlier pack is kept."""


class Releases:
    """The releases in one data directory. Creates nothing until something is written."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "releases"
        self._one_thread = threading.RLock()
        self._locked = False

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the write lock; one thread may take it twice. Raises BusyError or OSError."""
        if not self._one_thread.acquire(blocking=False):
            raise BusyError(message("review.busy"))
        try:
            if self._locked:
                yield
                return
            self.root.mkdir(parents=True, exist_ok=True)
            files.no_folder(self.root / "LOCK")
            descriptor = os.open(self.root / "LOCK", os.O_RDWR | os.O_CREAT, 0o644)
            try:
                _flock(descriptor)
                self._locked = True
                yield
            finally:
                self._locked = False
                os.close(descriptor)
        finally:
            self._one_thread.release()

    def stage(self) -> Path:
        """Create a temporary folder for pack files. Call it under the lock."""
        self._must_hold_lock()
        files.make_folder(self.folder)
        staged = files.temporary(self.folder)
        staged.mkdir()
        return staged

    def state(self) -> State:
        """Read the state kept here. Call it once per run and pass the result along."""
        return state_file.read(self.root)

    def keep(self, state: State) -> None:
        """Commit the state; on OSError, the previous state stays. Call it under the lock."""
        self._must_hold_lock()
        state_file.write(self.root, state)

    def change(self, step: Callable[[State], State]) -> State:
        """Run the step and keep the state that it returns. Raises BusyError or OSError."""
        with self.lock():
            state = step(self.state())
            self.keep(state)
            return state

    def complete(self) -> None:
        """Finish a write that was cut off, so that an older program sees it, too. Raises BusyError
        or OSError."""
        if state_file.is_cut(self.root):
            self.change(lambda state: state)

    def activate(
        self,
        staged: Path,
        release_id: str,
        state: State,
        *,
        now: datetime,
        provenance: Provenance,
    ) -> tuple[State, bool]:
        """Make the staged folder the release with that id; return the state and whether it is new.

        In the returned state, the release is served. A complete copy on disk is kept and
        made active again. Raises OSError. Call it under the lock.
        """
        self._must_hold_lock()
        if not _ID.fullmatch(release_id):
            raise ValueError(f"not a release id: {release_id!r}")
        target = self.folder / release_id
        new = write_record(staged, release_id, now=now, provenance=provenance)
        whole = verified(target)
        served = whole is not None and state.active == release_id and not replaces(new, whole)
        # If a publisher signs a pack again, the new metadata says that the pack is the newest.
        vouched_anew = provenance.origin == "signed" and not served
        if whole is None or replaces(new, whole) or vouched_anew:
            self._put(staged, target)
        else:
            touched = msgspec.structs.replace(whole, activated_at=now)
            files.write_record(target / RECORD, touched)
            files.remove(staged)
        return self.named(target, state), not served

    def named(self, folder: Path, state: State) -> State:
        """Return the state in which this complete release is the active one. Raises OSError if it
        is incomplete."""
        new = verified(folder)
        if new is None:
            raise OSError("the new release on the disk differs from what was written")
        current = self._verified(state.active)
        if (
            current is not None
            and current.id != new.id
            and self._moves_previous(current, new, state)
        ):
            state = msgspec.structs.replace(state, previous=current.id)
        return msgspec.structs.replace(state, active=new.id)

    def active(self, state: State) -> Release | None:
        """Return the active release if every byte is correct, else the previous, else the latest.

        Returns None if no release is complete.
        """
        return next(iter(self.pair(state)), None)

    def pair(self, state: State) -> tuple[Release, ...]:
        """Return the active and previous release if complete; if neither is, the latest one."""
        named: tuple[tuple[str, Standing], ...] = (
            (state.active, "active"),
            (state.previous, "previous"),
        )
        pair = tuple(
            record.release(self.folder / record.id, standing)
            for name, standing in named
            if (record := self._verified(name))
        )
        latest = None if pair else self._latest(state)
        return (latest,) if latest else pair

    def _latest(self, state: State) -> Release | None:
        """Return the last activated complete release, unless a person rolled back from its pack."""
        return next(
            (
                one
                for one in self.list(state)
                if one.state == "kept" and one.pack_version != state.set_aside
            ),
            None,
        )

    def set_apart(self, release_ids: Collection[str], state: State) -> State:
        """Remove these releases, and fall back to the previous one if needed. Raises OSError.

        They are renamed so that the sweep removes them, and a complete copy may return later.
        """
        for release_id in release_ids:
            (self.folder / release_id).rename(files.temporary(self.folder))
        if self._verified(state.active) is None and (back := self._verified(state.previous)):
            return self.named(self.folder / back.id, state)
        return state

    def unnamed(self, state: State) -> Message | None:
        """Return why the release shown is not the active one; None if it is the active one."""
        release = self.active(state)
        if release is None or release.state == "active":
            return None
        why = self.damaged(state).get(state.active)
        if why:
            return message("release.unshown", release_id=state.active, why=why)
        return message("release.unnamed", release_id=release.id)

    def damaged(self, state: State) -> dict[str, Message]:
        """Return why the active and previous releases are incomplete, as clauses by id."""
        named = dict.fromkeys(filter(None, (state.active, state.previous)))
        found = {name: damage(self.folder / name) for name in named}
        return {name: message("unserved.damaged", why=why) for name, why in found.items() if why}

    def earlier(self, state: State) -> Release:
        """Return the release that a rollback would serve. Raises NothingToRollBackError if missing.

        If the active release is damaged, this is the release shown in its place.
        """
        current, back = self._verified(state.active), self._verified(state.previous)
        if current is None and (shown := self.active(state)):
            return shown
        if back is None or (current is not None and current.pack_version == back.pack_version):
            raise NothingToRollBackError(message("review.nothing-earlier"))
        return back.release(self.folder / back.id, "previous")

    def put_aside(self, state: State) -> State:
        current = self._verified(state.active)
        return msgspec.structs.replace(state, set_aside=current.pack_version) if current else state

    def list(self, state: State) -> list[Release]:
        """Return every release on the disk, verified, newest first."""
        found = []
        for folder in self._folders():
            record = verified(folder)
            if record is None:
                found.append(damaged(folder))
            else:
                standing: Standing = "previous" if folder.name == state.previous else "kept"
                found.append(
                    record.release(folder, "active" if folder.name == state.active else standing)
                )
        return sorted(found, key=lambda release: (release.activated_at, release.id), reverse=True)

    def prune(self, state: State) -> None:
        """Remove as many of the oldest releases as the disk allows, except active and previous.
        Call it after the state is saved."""
        with suppress(OSError):  # space can be freed next time; the new release is already served
            fixed = (state.active, state.previous)
            if len([folder for folder in self._folders() if folder.name not in fixed]) <= KEPT:
                return
            for release in [one for one in self.list(state) if one.id not in fixed][KEPT:]:
                # Rename it first, so that a half-deleted folder never has a release's name.
                files.remove(release.folder.rename(files.temporary(self.folder)))

    def sweep(self) -> None:
        """Remove an interrupted run's files. Needs the lock: an ongoing run also has such files."""
        self._must_hold_lock()
        files.no_link(self.folder)
        own = (folder for folder in self._folders() if not folder.is_symlink())
        for folder in (self.root, self.folder, *own):
            for leftover in folder.glob(f"{files.TEMPORARY}*"):
                files.remove(leftover)

    def _put(self, staged: Path, target: Path) -> None:
        """Make the staged folder durable, then give it its final name."""
        files.sync_tree(staged)
        aside = files.temporary(self.folder)
        if os.path.lexists(target):  # an unused copy: damaged, or with fewer signatures
            target.rename(aside)
        staged.rename(target)
        files.sync(self.folder)
        files.sync(self.root)
        files.remove(aside)

    def _moves_previous(self, current: ReleaseRecord, new: ReleaseRecord, state: State) -> bool:
        # Rendering the same pack again (on a new day or with new templates) must not remove the
        # pack that rollback needs.
        kept = self._verified(state.previous)
        return (
            current.pack_version != new.pack_version
            or kept is None
            or kept.pack_version == new.pack_version
        )

    def _verified(self, release_id: str) -> ReleaseRecord | None:
        return verified(self.folder / release_id) if release_id else None

    def _folders(self) -> Iterator[Path]:
        if self.folder.is_dir():
            yield from (
                path for path in self.folder.iterdir() if _ID.fullmatch(path.name) and path.is_dir()
            )

    def _must_hold_lock(self) -> None:
        if not self._locked:
            raise RuntimeError("hold releases.lock() first")


def _flock(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BusyError(message("review.busy")) from None

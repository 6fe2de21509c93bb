"""Releases on disk: stage, activate, roll back, prune; whole after a power cut, without a database.

The only commit point is the rename of ACTIVE, which names the folder in ``releases/`` that is
served; PREVIOUS names the pack before it.
"""

import fcntl
import os
import re
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import msgspec

from content.releases.record import (
    Release,
    ReleaseRecord,
    State,
    damage,
    damaged,
    replaces,
    touch_record,
    verified,
    write_record,
)
from content.review.provenance import Provenance
from messages.message import Message, both, message
from system import files

__all__ = [
    "DISK",
    "KEPT",
    "UPDATED",
    "BusyError",
    "NothingToRollBackError",
    "Refusal",
    "Release",
    "Releases",
]

DISK = "this machine's disk"  # the source of a refusal of what was on the disk already
UPDATED = message("unserved.updated")
KEPT = 5  # releases kept beside the active and the previous one

_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}")


class BusyError(Exception):
    """Another process or thread is changing the releases."""


class NothingToRollBackError(Exception):
    """No whole release of an earlier pack is kept."""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """The last candidate that was refused: when, from where, and every reason.

    ``problems``: in English, for a program before ``said``, which a rollback may bring back.
    """

    at: files.Instant
    source: str
    problems: tuple[str, ...]
    said: tuple[Message, ...] = ()

    @property
    def messages(self) -> tuple[Message, ...]:
        """Every reason; of another version of the program, in English."""
        return both(self.said, self.problems)

    def is_past(self, shown: Release | None) -> bool:
        """Whether the refused pack is older than what is shown, so that nothing is wrong now."""
        if shown is None:
            return False
        if self.source == DISK:
            return {one.args.get("why") for one in self.messages} == {UPDATED}
        return shown.activated_at > self.at


class Releases:
    """The releases below one data directory. Creates nothing until something is written."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "releases"
        self._one_thread = threading.RLock()
        self._locked = False

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the right to write; the same thread may take it again inside. BusyError, OSError."""
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
        """A fresh temporary folder for pack files. Call it under the lock."""
        self._must_hold_lock()
        files.make_folder(self.folder)
        staged = files.temporary(self.folder)
        staged.mkdir()
        return staged

    def activate(
        self,
        staged: Path,
        release_id: str,
        *,
        now: datetime,
        provenance: Provenance,
    ) -> bool:
        """Make the staged folder the release of that id and serve it; False if it was already.

        A whole one on disk is kept and made active again. OSError leaves what was served before.
        """
        if not _ID.fullmatch(release_id):
            raise ValueError(f"not a release id: {release_id!r}")
        with self.lock():
            target = self.folder / release_id
            new = write_record(staged, release_id, now=now, provenance=provenance)
            whole = verified(target)
            served = (
                whole is not None
                and self._named("ACTIVE") == release_id
                and not replaces(new, whole)
            )
            # What vouches for a pack that its publisher signed again says that it is the newest.
            vouched_anew = provenance.origin == "signed" and not served
            if whole is None or replaces(new, whole) or vouched_anew:
                self._put(staged, target)
            else:
                touch_record(target, whole, now=now)
                self.discard(staged)
            self._commit(target)
            self._prune()
            return not served

    def name(self, release: Release) -> None:
        """Make a whole release on the disk the active one. OSError, BusyError."""
        with self.lock():
            self._commit(release.folder)

    def discard(self, path: Path) -> None:
        """Remove a staged folder, as far as the disk lets us; the sweep takes the rest."""
        files.remove(path)

    def active(self) -> Release | None:
        """The active release if every byte of it is right, else the previous one, else the latest.

        None if none is whole.
        """
        if record := self._verified("ACTIVE"):
            return record.release(self.folder / record.id, "active")
        if record := self._verified("PREVIOUS"):
            return record.release(self.folder / record.id, "previous")
        return self._latest()

    def pair(self) -> tuple[Release, ...]:
        """The active and the previous release, as far as whole; without either, the latest."""
        found = {name: self._verified(name) for name in ("ACTIVE", "PREVIOUS")}
        pair = tuple(
            record.release(self.folder / record.id, "active" if name == "ACTIVE" else "previous")
            for name, record in found.items()
            if record
        )
        latest = None if pair else self._latest()
        return (latest,) if latest else pair

    def _latest(self) -> Release | None:
        """The whole release activated last, but for a pack that a person rolled back from."""
        aside = self.set_aside()
        return next(
            (one for one in self.list() if one.state == "kept" and one.pack_version != aside), None
        )

    def set_apart(self, release_ids: Collection[str]) -> None:
        """Take these away, and fall back to the previous one if need be. OSError.

        They get a name that is swept, so that the same release may come back whole.
        """
        with self.lock():
            for release_id in release_ids:
                (self.folder / release_id).rename(files.temporary(self.folder))
            if self._verified("ACTIVE") is None and (back := self._verified("PREVIOUS")):
                self._commit(self.folder / back.id)

    def unnamed(self) -> Message | None:
        """Why what is shown is not what ACTIVE names; None if it is."""
        release, named = self.active(), self.active_id()
        if release is None or release.state == "active":
            return None
        why = self.damaged().get(named)
        return unshown(named, why) if why else unnamed(release.id)

    def damaged(self) -> dict[str, Message]:
        """Why the releases that ACTIVE and PREVIOUS name are not whole, by id, as clauses."""
        named = dict.fromkeys(filter(None, (self._named("ACTIVE"), self._named("PREVIOUS"))))
        found = {name: damage(self.folder / name) for name in named}
        return {name: message("unserved.damaged", why=why) for name, why in found.items() if why}

    def active_id(self) -> str:
        """What ACTIVE names, "" if nothing; unverified and cheap, for polling."""
        return self._named("ACTIVE")

    def earlier(self) -> Release:
        """The release that a rollback would serve. NothingToRollBackError if there is none.

        If what ACTIVE names is damaged, it is the one that is shown instead.
        """
        current, back = self._verified("ACTIVE"), self._verified("PREVIOUS")
        if current is None and (shown := self.active()):
            return shown
        if back is None or (current is not None and current.pack_version == back.pack_version):
            raise NothingToRollBackError(message("review.nothing-earlier"))
        return back.release(self.folder / back.id, "previous")

    def put_aside(self) -> None:
        """Note that a person leaves the active pack. OSError. Call it under the lock."""
        current = self._verified("ACTIVE")
        if current is not None:
            self._set_aside(current)

    def _set_aside(self, current: ReleaseRecord) -> None:
        files.replace(self.root / "SET_ASIDE", f"{current.pack_version}\n".encode())

    def set_aside(self) -> str:
        """The version of the pack that a person rolled back from: no refresh brings it back."""
        return self._named("SET_ASIDE")

    def list(self) -> list[Release]:
        """Every release on the disk, verified, the newest first."""
        active, previous = self._named("ACTIVE"), self._named("PREVIOUS")
        found = []
        for folder in self._folders():
            record = verified(folder)
            if record is None:
                found.append(damaged(folder))
            else:
                state: State = "previous" if folder.name == previous else "kept"
                found.append(record.release(folder, "active" if folder.name == active else state))
        return sorted(found, key=lambda release: (release.activated_at, release.id), reverse=True)

    def refused(self) -> Refusal | None:
        """The last refusal, until a later success clears it."""
        return files.read_record(self.root / "REFUSED", Refusal)

    def record_refusal(self, source: str, problems: Sequence[Message], *, now: datetime) -> None:
        """Keep the reasons of a refusal for the staff. OSError if it cannot be written."""
        words, said = tuple(map(str, problems)), tuple(problems)
        record = Refusal(at=now, source=source, problems=words, said=said)
        files.write_record(self.root / "REFUSED", record)

    def clear_refusal(self) -> None:
        """Forget the last refusal. OSError if the disk does not let us."""
        files.no_folder(self.root / "REFUSED")
        (self.root / "REFUSED").unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove what an interrupted run left. Under the lock: a running one's looks the same."""
        self._must_hold_lock()
        files.no_link(self.folder)
        own = (folder for folder in self._folders() if not folder.is_symlink())
        for folder in (self.root, self.folder, *own):
            for leftover in folder.glob(f"{files.TEMPORARY}*"):
                self.discard(leftover)

    def _put(self, staged: Path, target: Path) -> None:
        """Make the staged folder durable, then give it its name."""
        files.sync_tree(staged)
        aside = files.temporary(self.folder)
        if os.path.lexists(target):  # damaged, or vouched for by less: it serves nobody
            target.rename(aside)
        staged.rename(target)
        files.sync(self.folder)
        files.sync(self.root)
        self.discard(aside)

    def _commit(self, target: Path) -> None:
        new = verified(target)
        if new is None:
            raise OSError("the new release could not be read back as it was written")
        current = self._verified("ACTIVE")
        if current is not None and current.id != new.id and self._moves_previous(current, new):
            files.replace(self.root / "PREVIOUS", f"{current.id}\n".encode())
        files.replace(self.root / "ACTIVE", f"{new.id}\n".encode())

    def _moves_previous(self, current: ReleaseRecord, new: ReleaseRecord) -> bool:
        # The same pack rendered again (a new day, new templates) must not push out the pack that
        # rollback is for.
        kept = self._verified("PREVIOUS")
        return (
            current.pack_version != new.pack_version
            or kept is None
            or kept.pack_version == new.pack_version
        )

    def _prune(self) -> None:
        with suppress(OSError):  # room can be made next time; the new release is already served
            fixed = (self._named("ACTIVE"), self._named("PREVIOUS"))
            for release in [release for release in self.list() if release.id not in fixed][KEPT:]:
                # Renamed, so that a half-deleted release never carries a release's name.
                self.discard(release.folder.rename(files.temporary(self.folder)))

    def _verified(self, name: str) -> ReleaseRecord | None:
        release_id = self._named(name)
        return verified(self.folder / release_id) if release_id else None

    def _named(self, name: str) -> str:
        try:
            text = files.read_plain(self.root / name, most=128).decode("ascii").strip()
        except (OSError, ValueError):
            return ""
        return text if _ID.fullmatch(text) else ""

    def _folders(self) -> Iterator[Path]:
        if self.folder.is_dir():
            yield from (
                path for path in self.folder.iterdir() if _ID.fullmatch(path.name) and path.is_dir()
            )

    def _must_hold_lock(self) -> None:
        if not self._locked:
            raise RuntimeError("hold releases.lock() first")


def unshown(release_id: str, why: Message) -> Message:
    """What is wrong if ACTIVE names a release that must not be shown; ``why``: a clause."""
    return message("release.unshown", release_id=release_id, why=why)


def unnamed(release_id: str) -> Message:
    """What is wrong if this release is shown although ACTIVE names none."""
    return message("release.unnamed", release_id=release_id)


def _flock(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BusyError(message("review.busy")) from None

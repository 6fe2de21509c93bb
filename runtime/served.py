"""Decides which pack is served: a verified active release, the previous one or the shipped pack."""

import contextlib
import copy
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal

from content.directory import index
from content.model import built_pack, pack_folder
from content.model.pack import Pack
from content.model.pinned import pinned_pack
from content.releases import record
from content.releases.boot_check import failures
from content.releases.generations import Releases
from content.releases.record import Release
from content.releases.state import State
from content.review import topics_off
from messages.message import Message, message
from runtime import child_process, installation
from runtime.child_process import Verdict
from settings.schema import Settings
from sms.understanding.learnt import Learnt
from system import files

log = logging.getLogger("porchlight")
Origin = Literal["built-in", "release", "shipped"]
RETRY_SECONDS = (10.0, 600.0)  # the first and longest wait after an unfinished verification
SHIPPED_SECONDS = 600.0  # the wait between attempts to make a release of the shipped pack
END_SECONDS = 3.0  # the longest time that the next server waits for this one's check
NOTHING = message("served.nothing")
STARTING = message("served.starting")
UNSEARCHED = message("directory.unverified")


class Served:
    """The pack being served. ``look`` and ``look_at_directory`` block, and run one at a time."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime],
        steady: Callable[[], float] = time.monotonic,
        verify: Callable[[], Verdict | None] = child_process.verify_packs,
        first: Callable[[], Verdict | None] = lambda: None,
        verify_directory: Callable[[], bool | None] = child_process.verify_directory,
    ) -> None:
        """``verify`` and ``verify_directory`` judge the files on disk; they return None if they did
        not finish. ``first`` makes the first release ever; it returns None if it made none."""
        self.settings, self.clock, self._steady, self._judge = settings, clock, steady, verify
        self._first = first
        self._judge_directory = verify_directory
        self.releases = Releases(settings.server.data_dir)
        self._take(pinned_pack(), "built-in")
        self.release: Release | None = None
        self.state = State()  # the state at the time when the pack was taken
        self.directory = False  # True once the directory on disk is verified
        self._directory_judged: files.Stamp = ()  # the file that was judged
        self._directory_failed, self._directory_at = 0, 0.0  # failures; time of the next try
        # Verified releases: id → hash of the manifest. No other release is ever taken.
        self._right: Mapping[str, str] = {}
        self._refused: Mapping[str, Message] = {}
        self._judged: files.Stamp | None = None  # the release active at the last verification
        self._failed, self._again_at = 0, 0.0
        self._shipped_at = float("-inf")
        self._looking = threading.Lock()
        self._told = self.pack  # the pack that the last ``look`` reported

    def look(self) -> bool:
        """Verify changes on disk and take the best pack; return whether it is a different pack.

        A verification that does not finish changes nothing and is retried after growing waits.
        """
        with self._looking:
            self._look()
            before, self._told = self._told, self.pack
            return self.pack is not before

    def look_ahead(self) -> None:
        """Check while the program is loading; ``look`` reports the result or any failure."""
        with self._looking, contextlib.suppress(Exception):
            self._look()

    @property
    def goes_on(self) -> bool:
        """Return whether the last ``look`` reported the served pack, so a server has shown it."""
        return self.origin != "built-in" and self._told is self.pack

    def _look(self) -> None:
        state = self.releases.state()
        if self._is_due(state):
            self._take_best(self._verify(state))
        elif self.release and state.hidden != self.state.hidden:
            self._take_best(state)

    def handed_on(self, settings: Settings) -> "Served":
        """Return the content that this server verified for the next one to start with, unless the
        new settings trust or show a different pack, or a check does not finish."""
        kept = Served(settings, clock=self.clock, first=self._first)
        old, new = self.settings, settings
        same = (old.content, old.sms.topics_off) == (new.content, new.sms.topics_off)
        if same and self._looking.acquire(timeout=END_SECONDS):
            kept = copy.copy(self)
            self._looking.release()
            kept.settings, kept._looking = settings, threading.Lock()
            # Verifications may have failed only because the server was stopping.
            kept._failed, kept._directory_failed, kept._directory_at = 0, 0, 0.0
        return kept

    def look_at_directory(self) -> bool:
        """Verify the large directory if it has changed; return whether to update the screens."""
        try:
            found = files.stamp(index.path_in(self.settings.server.data_dir))
        except OSError:  # keep the verified directory even if the disk fails
            return False
        if found == self._directory_judged or self._steady() < self._directory_at:
            return False
        before, judged = self.directory, bool(found) and self._judge_directory()
        if found and judged is False:
            log.warning("verification failed: search leaves out the large directory on the disk")
        self.directory, self._directory_judged = bool(judged), found
        if judged is None:  # it was killed or too slow, so the directory's state is still unknown
            self._directory_judged = ()
            self._directory_at = self._steady() + _wait_after(self._directory_failed)
        self._directory_failed = self._directory_failed + 1 if judged is None else 0
        return self.directory or before

    def directory_problem(self) -> Message | None:
        """Return why the large directory on disk is not being searched, or None if it is."""
        if self._directory_failed:
            return message("directory.verify-failed", directory_failed=self._directory_failed)
        try:
            found = files.stamp(index.path_in(self.settings.server.data_dir))
        except OSError:
            return None  # a failing disk has its own message
        return UNSEARCHED if found and found != self.directory_file else None

    @property
    def directory_file(self) -> files.Stamp:
        """Return the stamp of the verified file, which may be searched; () if there is none."""
        return self._directory_judged if self.directory else ()

    def wants_shipped(self) -> bool:
        """Return whether the shipped pack must be used because nothing on disk may be shown."""
        waited = self._steady() - self._shipped_at >= SHIPPED_SECONDS
        judged = self._judged is not None or self._failed > 1
        return self.origin != "release" and judged and waited

    def take_shipped(self) -> None:
        """Take the shipped pack as installed, because no release could be made from it."""
        self._shipped_at = self._steady()
        if self.origin == "shipped":
            return
        try:
            self.state = self.releases.state()
            self._take(self._local(self._shipped()), "shipped")
            self.release, self._told = None, self.pack
        except Exception:
            # Even if something is wrong, the kiosk and the text line already have the crisis set.
            log.exception(
                "the shipped pack cannot be shown; only the built-in crisis lines are shown"
            )

    def problem(self, state: State | None = None) -> Message | None:
        """Return why the pack shown is not the active one on disk; None if it is."""
        active = (state or self.releases.state()).active
        shown = self.release.id if self.release else ""
        if self._failed:
            return message("served.verify-failed", failed=self._failed)
        if self._judged is None:
            return STARTING
        if active and active != shown:
            why = self._refused.get(active, message("unserved.unverified"))
            return message("release.unshown", release_id=active, why=why)
        if shown and not active:
            return message("release.unnamed", release_id=shown)
        return None if self.origin != "built-in" else NOTHING

    def detail(self) -> dict[str, object]:
        """Return the served pack's state for the staff desk. Reads files."""
        release, state, now = self.release, self.releases.state(), self.clock()
        refusal, waiting, refresh = state.refusal, state.held, state.refresh
        wrong = self.problem(state)
        return {
            "serving": self.origin,
            "release": release.id if release else None,
            "activated_at": release.activated_at.isoformat() if release else None,
            "wrong": wrong,
            "verifying": wrong is not None and self._is_passing(wrong, state),
            "directory": self.directory_problem() or "ok",
            "refresh": refresh.message if refresh and refresh.outcome == "failed" else "ok",
            "refused": {
                "at": refusal.at.isoformat(),
                "problems": [str(one) for one in refusal.messages],
            }
            if refusal and not refusal.is_past(release)
            else None,
            "held": {"id": waiting.id, "days": waiting.days(now), "late": waiting.late(now)}
            if waiting
            else None,
            "withdrawn": [entry.id for entry in self.state.withdrawn],
        }

    def _is_passing(self, wrong: Message, state: State) -> bool:
        """Return whether the problem will end when a verification or the first release is done."""
        is_first = wrong == NOTHING and self._shipped_at == float("-inf")
        return not self._failed and (is_first or self._is_due(state))

    def _is_due(self, state: State) -> bool:
        if self._failed:
            return self._steady() >= self._again_at
        return self._mark(state) != self._judged

    def _verify(self, state: State) -> State:
        """Verify; return the state after the verification, which may have changed it."""
        mark = self._mark(state)  # read this first: a later change has not been verified
        is_new = self._is_new()
        verdict = (self._first() or Verdict({}, {})) if is_new else self._judge()
        if verdict is None:
            self._again_at = self._steady() + _wait_after(self._failed)
            self._failed += 1
            return state
        self._right, self._refused = verdict.right, verdict.refused
        failed = failures(verdict.refused)
        for name, why in verdict.refused.items():
            if name in failed:
                log.warning("verification failed: release %s is not shown: %s", name, why)
            else:
                log.info("release %s is not shown: %s", name, why)
        self._failed = 0
        # Setting a release aside or making the first one changes the disk, but needs no new check.
        state = self.releases.state()
        after = self._mark(state)
        known = not after[0] or after[0] in self._right
        self._judged = after if (verdict.refused or is_new) and known else mark
        return state

    def _is_new(self) -> bool:
        try:
            return not self.releases.folder.exists()
        except OSError:
            return False

    def _take_best(self, state: State) -> None:
        """Take the active release, or else the previous one, if verified; otherwise, take none."""
        for release in self._best_first(state):
            pack = self._verified(release)
            if pack is None:
                continue
            is_shown = self.release is not None and release.id == self.release.id
            if not is_shown or state.hidden != self.state.hidden:
                self.release, self.state = release, state
                self._take(self._local(pack), "release")
                log.info("now serving release %s", release.id)
            return
        if self.release and not self._failed and self._judged is not None:
            self.release = None
            self._take(pinned_pack(), "built-in")
            self._shipped_at = float("-inf")

    def _best_first(self, state: State) -> Iterator[Release]:
        yield from self.releases.pair(state)
        # This handles a newer release that could not be marked as active.
        yield from (one for one in self.releases.list(state) if one.id in self._right)

    def _take(self, pack: Pack, origin: Origin) -> None:
        """Take a pack; keep its model only in ``learnt``, so that it is in memory only once."""
        self.learnt, self.origin = Learnt(pack.model), origin
        self.pack = replace(pack, model=b"") if pack.model else pack

    def _local(self, pack: Pack) -> Pack:
        """Return the pack without the parts that are hidden or switched off on this machine."""
        return topics_off.without(self.state.visible(pack), self.settings.sms.topics_off)

    def _verified(self, release: Release) -> Pack | None:
        """Return the release's pack if it is the verified pack; otherwise, trigger verification."""
        wanted = self._right.get(release.id)
        if wanted is None:
            return None
        try:
            pack = release.pack()
        except built_pack.BuiltPackError:
            pack = None
        if pack is None or pack.version != wanted:
            self._judged = None
            return None
        return pack

    def _mark(self, state: State) -> files.Stamp:
        """Return the active release and its folder's stamp: a folder may be restored or edited."""
        known = self._judged or ("",)
        active = state.active
        try:
            return (active, *record.stamp(self.releases.folder / active)) if active else known
        except OSError:
            return known

    def _shipped(self) -> Pack:
        pack, problems = pack_folder.read(self.settings.content.pack)
        errors = installation.errors(problems)
        if pack is None or errors:
            cause = errors[0] if errors else "it is missing"
            raise ValueError(f"the shipped pack is wrong: {cause}")
        return pack


def _wait_after(failed: int) -> float:
    """Return the seconds to wait after an unfinished verification. ``failed``: earlier failures."""
    first, most = RETRY_SECONDS
    return min(first * 2.0**failed, most)

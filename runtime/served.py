"""What is served now: one pack, its Edition for the screen and its replies for the text line.

The fall-backs in order: the active release, the one before, the shipped pack rendered in memory,
the built-in crisis set.
"""

import logging
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from content.model.pack import Pack
from content.model.pinned import pinned_pack
from content.releases import held_pack, last_refresh
from content.releases.generations import Release, Releases
from content.releases.hidden_hotlines import Overlay
from kiosk.edition import last_resort
from kiosk.edition.file import Edition, EditionError
from runtime import child_process, installation
from settings.schema import Settings
from sms.decide import Script, decide
from sms.voice import handoff
from sms.voice.twiml import voice

log = logging.getLogger("porchlight")
KNOWN_QUESTION, KNOWN_ANSWER = "suicide", "988"  # what the reply must hold, whatever the pack
LOCAL_FILE = "lines.html"


class Served:
    """The pack, the Edition (None: the built-in page) and the script that are served."""

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime]) -> None:
        self.settings, self.clock = settings, clock
        self.releases = Releases(settings.server.data_dir)
        self.release: Release | None = None
        self.directory = False  # whether the one on the disk was verified, or there is none yet
        self._allowed: frozenset[str] = frozenset()  # verified, and not refused
        self._unproven: frozenset[str] = frozenset()  # of these, only the pack may be served
        self._pages_shown = True
        self._judged = ("", 0)  # what ACTIVE was when it was verified: see _mark
        self.edition: Edition | None = None
        self.overlay = Overlay()  # what was hidden when the replies were made
        self._take(pinned_pack(), None, "built-in")

    def start(self, *, pages: bool = True) -> None:
        """Show the best there is, verified and rendered again first.

        ``pages=False``, for the text line alone: rendered only where there is no release yet.
        """
        self._leave_a_local_file()
        self._pages_shown = pages
        verdict = child_process.verify(
            *(["--pack-only"] if not pages and self.releases.pair() else [])
        )
        self._judged = self._mark()
        if verdict:
            self._allowed, self._unproven = self._on_disk() - verdict.refused, verdict.unproven
            self.directory = verdict.directory
        if not self.show():
            self._show_shipped()

    def renew(self) -> None:
        """Show what another process activated, once verified; drop what was refused or is gone.

        Takes some seconds where ACTIVE changed.
        """
        if (mark := self._mark()) != self._judged:
            on_disk = self._on_disk()  # before: what comes meanwhile is not what was verified
            if verdict := child_process.verify("--compare" if self._pages_shown else "--pack-only"):
                self._allowed, self._unproven = on_disk - verdict.refused, verdict.unproven
            self._judged = mark
        if not self.show() and self.release:
            self.release = None
            self._take(pinned_pack(), None, "built-in")
            self._show_shipped()

    def show(self) -> bool:
        """Take up the active release, if it is whole and was verified. False if there is none."""
        release = next((one for one in self.releases.pair() if one.id in self._allowed), None)
        if release is None:
            return False
        overlay = held_pack.overlay(self.releases)
        if self.release is None or release.id != self.release.id or overlay != self.overlay:
            pack = overlay.applied(release.pack())
            self._take(pack, self._pages(release, pack), "release")
            self.release, self.overlay = release, overlay
            log.info("now serving release %s", release.id)
        return True

    def changed(self) -> bool:
        """Whether another release was activated since, or a hotline was hidden. Cheap."""
        if self._mark() != self._judged:
            return True
        return self.release is not None and held_pack.overlay(self.releases) != self.overlay

    def _mark(self) -> tuple[str, int]:
        """What ACTIVE names, and which folder that is (0: gone): one may come back by its name."""
        active = self.releases.active_id()
        if not active:
            return self._judged
        try:
            return active, (self.releases.folder / active).stat().st_ino
        except FileNotFoundError:
            return active, 0
        except OSError:  # a disk that fails is no reason to drop what was verified
            return self._judged

    def _on_disk(self) -> frozenset[str]:
        return frozenset(release.id for release in self.releases.pair())

    def healthy(self) -> bool:
        """Whether the text line gives the right answer to a known question."""
        return KNOWN_ANSWER in decide(self.script, KNOWN_QUESTION).reply.text

    def detail(self) -> dict[str, object]:
        """What the running server says of it."""
        release, refusal = self.release, self.releases.refused()
        waiting = held_pack.waiting(self.releases)
        record, now = last_refresh.last(self.releases), self.clock()
        return {
            "serving": self.origin,
            "release": release.id if release else None,
            "activated_at": release.activated_at.isoformat() if release else None,
            "refresh": record.sentence if record and record.outcome == "failed" else "ok",
            "refused": {"at": refusal.at.isoformat(), "problems": list(refusal.problems)}
            if refusal
            else None,
            "held": {"id": waiting.id, "days": waiting.days(now), "late": waiting.late(now)}
            if waiting
            else None,
            "withdrawn": [entry.id for entry in self.overlay.entries],
        }

    def _leave_a_local_file(self) -> None:
        """The file that the kiosk's browser opens by itself when this server does not start."""
        file = self.settings.server.data_dir / LOCAL_FILE
        aside = file.with_suffix(".part")
        try:
            aside.write_bytes(last_resort.local_file(self.settings.kiosk))
            aside.chmod(0o644)  # the screen runs as another user
            aside.replace(file)
        except OSError as problem:
            log.warning(
                "%s could not be written (%s); an older one stays", LOCAL_FILE, problem.strerror
            )

    def _show_shipped(self) -> None:
        """No release can be used or made: render the shipped pack into memory."""
        try:
            overlay = held_pack.overlay(self.releases)
            pack = overlay.applied(self._shipped())
            self._take(pack, self._rendered(pack), "shipped")
            self.overlay = overlay
        except Exception:
            # Whatever is wrong, kiosk and text line have the crisis set already.
            log.exception(
                "the shipped pack cannot be shown; only the built-in crisis lines are served"
            )

    def _pages(self, release: Release, pack: Pack) -> Edition | None:
        """The stored pages; where unproven, those of the verified pack, rendered into memory."""
        try:
            if release.id not in self._unproven:
                return Edition.open(release.edition)
        except EditionError as problem:  # another version of this program wrote it
            log.error("the stored pages of the active release cannot be used: %s", problem)  # noqa: TRY400
        try:
            return self._rendered(pack)
        except Exception:
            log.exception(
                "the pages of release %s cannot be made; the screen shows the built-in page",
                release.id,
            )
            return None

    def _rendered(self, pack: Pack) -> Edition:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "edition.bin"
            installation.prepare(self.settings, self.clock())(pack, file)
            return Edition.open(file)

    def _shipped(self) -> Pack:
        pack, problems = installation.read(self.settings.content.pack)
        errors = installation.errors(problems)
        if pack is None or errors:
            cause = errors[0] if errors else "it is not there"
            raise ValueError(f"the shipped pack is wrong: {cause}")
        return pack

    def _take(self, pack: Pack, edition: Edition | None, origin: str) -> None:
        # The script first: a pack it cannot be made from must not reach the screen alone.
        self.script, self.voice = Script(pack, self.settings.sms), voice(pack, self.settings.sms)
        self.pack, self.edition, self.origin = pack, edition, origin
        if origin != "built-in" and (wrong := handoff.problem(pack, self.settings.sms)):
            log.error("no call is put through. %s", wrong)

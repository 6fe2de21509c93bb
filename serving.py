"""What is served now: one pack, its Edition for the screen and its replies for the line.

Owns the chain of what to fall back on: the active release, the one before, the shipped pack rendered in memory, the
built-in crisis set. Refuses to fetch or judge a new pack: that happens in a process of its own (commands.refresh_now).
"""

import logging
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import commands
from content.library import pinned_pack
from content.model import Pack
from content.releases import Release, Releases
from kiosk.edition import Edition
from settings import ROOT, Settings
from sms.conversation import Script, decide

log = logging.getLogger("porchlight")
# The question whose answer shows that the pack now served is in its right mind, and what the answer must hold.
KNOWN_QUESTION, KNOWN_ANSWER = "suicide", "988"
FIRST_RENDER_SECONDS = 120


class Served:
    """The pack, the Edition (None: the built-in page) and the script that are shown. ``origin`` names where from."""

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime]) -> None:
        self.settings, self.clock = settings, clock
        self.releases = Releases(settings.server.data_dir)
        self.release: Release | None = None
        self.edition: Edition | None = None
        self._take(pinned_pack(), None, "built-in")

    def start(self) -> None:
        """Show the best there is. A release whose settings or templates changed is rendered again first."""
        release = self.releases.active()
        if release is None or not self._fits(release):
            _render_in_a_process()
        if not self.show():
            self._show_shipped()

    def show(self) -> bool:
        """Take up the release that is active on disk, if it is whole. False if there is none."""
        release = self.releases.active()
        if release is None:
            return False
        if self.release is None or release.id != self.release.id:
            self._take(release.pack(), Edition.open(release.edition), "release")
            self.release = release
            log.info("now serving release %s", release.id)
        return True

    def changed(self) -> bool:
        """Whether another release was activated since. Cheap: one small file is read."""
        active = self.releases.active_id()
        return bool(active) and (self.release is None or active != self.release.id)

    def healthy(self) -> bool:
        """Whether the line gives the right answer to a known question, from the pack now served."""
        return KNOWN_ANSWER in decide(self.script, KNOWN_QUESTION).reply.text

    def _fits(self, release: Release) -> bool:
        """Whether the release was rendered with these settings and templates; its day does not matter."""
        return release.edition_key == commands.edition_key(self.settings, release.activated_at)

    def _show_shipped(self) -> None:
        """No release can be used or made (a full or read-only disk): render the shipped pack into memory."""
        try:
            pack = self._shipped()
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "edition.bin"
                commands.prepare(self.settings, self.clock())(pack, file)
                self._take(pack, Edition.open(file), "shipped")
        except Exception:
            # Whatever is wrong, the crisis set is already on both doors, and the log says why it is alone there.
            log.exception("the shipped pack cannot be shown; only the built-in crisis lines are served")

    def _shipped(self) -> Pack:
        pack, problems = commands.read(self.settings.content.pack)
        errors = [problem for problem in problems if problem.severity == "error"]
        if pack is None or errors:
            raise ValueError(f"the shipped pack is wrong: {errors[0] if errors else 'it is not there'}")
        return pack

    def _take(self, pack: Pack, edition: Edition | None, origin: str) -> None:
        # The script first: a pack it cannot be made from must not reach the screen alone.
        self.script = Script(pack, self.settings.sms)
        self.pack, self.edition, self.origin = pack, edition, origin


def _render_in_a_process() -> None:
    """Prepare a release in a process of its own, so that what rendering needs never stays in the server's memory."""
    log.info("preparing the pages; this takes a few seconds")
    command = [sys.executable, str(ROOT / "server.py"), "refresh", "--again"]
    try:
        subprocess.run(command, check=False, timeout=FIRST_RENDER_SECONDS, stdout=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        log.exception("the first release could not be prepared")

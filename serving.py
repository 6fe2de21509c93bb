"""What is served now: one release, its Edition on the screen and its replies on the line.

Owns the swap, and the chain of what to fall back on: the active release, the one before, the shipped pack rendered in
memory, the built-in crisis set. Refuses to fetch or judge a pack: that happens in a process of its own (commands.py).
"""

import logging
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import commands
from content.library import pinned_pack
from content.model import Pack
from content.releases import Release, Releases
from kiosk.app import Kiosk
from kiosk.edition import Edition
from settings import Settings
from sms.conversation import Script, decide
from sms.line import Line

log = logging.getLogger("porchlight")
# The question whose answer shows that the pack now served is in its right mind, and what the answer must hold.
KNOWN_QUESTION, KNOWN_ANSWER = "suicide", "988"


class Served:
    """What both doors show. ``origin`` is "release", "shipped" or "built-in"."""

    def __init__(
        self, settings: Settings, *, kiosk: Kiosk | None, line: Line | None, clock: Callable[[], datetime]
    ) -> None:
        self.settings, self.kiosk, self.line, self.clock = settings, kiosk, line, clock
        self.releases = Releases(settings.server.data_dir)
        self.origin = "built-in"
        self.release: Release | None = None
        self.pack: Pack = pinned_pack()

    def start(self) -> None:
        """Show the active release, or the best there is. Called once, before the first request."""
        if not self.show():
            self._show_shipped()

    def show(self) -> bool:
        """Show the release that is active on disk, if it is whole and not shown yet. False if there is none."""
        release = self.releases.active()
        if release is None:
            return False
        if self.release is None or release.id != self.release.id:
            self._swap(release.pack(), Edition.open(release.edition))
            self.release, self.origin = release, "release"
            log.info("now serving release %s", release.id)
        return True

    def changed(self) -> bool:
        """Whether another release was activated since. Cheap: one small file is read."""
        active = self.releases.active_id()
        return bool(active) and (self.release is None or active != self.release.id)

    def _show_shipped(self) -> None:
        """No release can be used or made (a full or read-only disk): render the shipped pack in memory instead."""
        try:
            pack = commands.read(self.settings.content.pack)
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "edition.bin"
                commands.prepare(self.settings, self.clock())(pack, file)
                self._swap(pack, Edition.open(file))
            self.origin = "shipped"
        except Exception:
            # Whatever is wrong, the crisis set is already on both doors, and the log says why it is alone there.
            log.exception("the shipped pack cannot be shown either; only the crisis lines are served")

    def _swap(self, pack: Pack, edition: Edition) -> None:
        script = Script(pack, self.settings.sms)
        if self.kiosk:
            self.kiosk.show(edition, pack)
        if self.line:
            self.line.show(script)
        self.pack = pack

    def state(self) -> tuple[bool, dict[str, object]]:
        """Whether the line gives the known answer, and what else an operator should know. Names no person, no topic."""
        answer = decide(Script(self.pack, self.settings.sms) if not self.line else self.line.script, KNOWN_QUESTION)
        refusal = self.releases.refused()
        detail: dict[str, object] = {
            "serving": self.origin,
            "release": self.release.id if self.release else None,
            "pack": self.pack.version,
            "activated_at": self.release.activated_at.isoformat() if self.release else None,
            "refused": {"at": refusal.at.isoformat(), "problems": list(refusal.problems)} if refusal else None,
        }
        return KNOWN_ANSWER in answer.reply, detail

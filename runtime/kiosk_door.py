"""The screen: its app, and an Edition of the current pack for the current day."""

import logging
from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import NamedTuple

from msgspec.structs import replace

from content.model.pack import Pack
from content.review import crisis_comparison
from content.review.county_confirmation import CountyLine
from kiosk.app import KioskApp
from kiosk.edition import last_resort
from kiosk.enrolled import Enrolled
from kiosk.pages.school_file import School
from messages.message import Message, message
from runtime import installation
from runtime.school_watch import SchoolWatch
from settings.schema import Kiosk, Settings
from system import files

log = logging.getLogger("porchlight")
LOCAL_FILE = "lines.html"


class _Depends(NamedTuple):
    """Values that affect pages, besides pack and settings; if one changes, make a new Edition."""

    day: date
    school: School
    directory: bool
    kiosk: Kiosk


def kiosk_now(
    settings: Settings, pack: Pack, *, line_works: bool, key: bytes, now: datetime
) -> Kiosk:
    """Return the screen's settings plus the current facts on this machine. Reads the disk."""
    kiosk = settings.kiosk
    return replace(
        kiosk,
        uncompared=crisis_comparison.is_open(settings.server.data_dir, pack.resources),
        text_line=kiosk.text_line if line_works else "",
        confirmed_line=installation.county_line(settings, pack, key=key, now=now).shown,
    )


class KioskDoor:
    """The screen. ``show`` takes a pack, ``renew`` finds other changes; call them in a thread."""

    def __init__(
        self,
        settings: Settings,
        school: SchoolWatch,
        *,
        clock: Callable[[], datetime],
        trusted_clock: Callable[[], datetime | None] = lambda: None,
        line_works: Callable[[], bool] = lambda: False,
        hash_key: bytes = b"",
        meant: Callable[[str], Collection[str]] = lambda _words: (),
        enrolled: Enrolled | None = None,
    ) -> None:
        """``line_works``: whether texts are answered; if not, the line's number is not shown.
        ``hash_key``: the key for county lines. ``meant``: as in KioskApp."""
        self._settings, self.school, self._clock = settings, school, clock
        self._line_works, self._hash_key = line_works, hash_key
        self.app = KioskApp(
            settings.kiosk,
            fallback=last_resort.edition(settings.kiosk),
            trusted_clock=trusted_clock,
            public_url=settings.server.public_url,
            meant=meant,
            enrolled=enrolled,
        )
        self._shown: tuple[Pack, files.Stamp] | None = None
        self._made_of: files.Stamp = ()
        self.unmade: Message | None = None  # why the screen is not showing the pack's pages

    def show(self, pack: Pack, *, directory: files.Stamp) -> None:
        """Serve this pack from the next request on. ``directory``: the directory to search."""
        self._shown = (pack, directory)
        self._made_of = ()
        self.renew()

    def renew(self) -> bool:
        """Serve new pages if the day, the school's file or the line's state has changed."""
        if self._shown is None:
            return False
        from kiosk.render import Beside, edition

        (pack, directory), data_dir = self._shown, self._settings.server.data_dir
        now = self._clock()
        today = installation.local_day(now, self._settings.kiosk.zone)
        line = bool(self._settings.kiosk.text_line) and self._line_works()
        key = self._hash_key
        kiosk = kiosk_now(self._settings, pack, line_works=line, key=key, now=now)
        of = _Depends(today, self.school.facts, bool(directory), kiosk)
        if of == self._made_of:
            return False
        beside = Beside(school=of.school, data_dir=data_dir, services=bool(directory))
        try:
            made = edition(pack, kiosk, today=today, beside=beside)
        except Exception:
            if not self.unmade:  # a failed attempt is repeated every few seconds
                log.exception("the pages cannot be generated; the screen shows the built-in page")
            made, self.unmade = None, message("screen.unmade")
        else:
            self.unmade = None
            self._made_of = of
        self.app.show(
            made,
            pack,
            data_dir=data_dir if directory else None,
            directory=directory,
            confirmed_line=kiosk.confirmed_line,
        )
        return made is not None

    def _county_line(self, pack: Pack) -> CountyLine:
        return installation.county_line(self._settings, pack, key=self._hash_key, now=self._clock())

    def local(self, now: datetime) -> datetime:
        return installation.local(now, self._settings.kiosk.zone)

    def problem(self) -> Message | None:
        return self.unmade or self.school.problem()

    def report(self) -> dict[str, object]:
        """Return the state of the screen, its copy of the pages and its printer. Blocks briefly."""
        county = self._county_line(self._shown[0]) if self._shown else CountyLine(state="none")
        return {
            "screen": self.problem() or "ok",
            "county_line": county.state,
            "county_line_lost": county.lost,
            "screen_age": int(self.app.reports.unheard()),
            "screen_seen": self.app.reports.was_heard,
            "screen_named": self.app.reports.is_named,
            "offline_copy": self.app.is_copied,
            "paper": self.app.paper(),
        }

    def leave_a_local_file(self) -> None:
        """Write the file that the kiosk's browser opens when no server responds."""
        file = self._settings.server.data_dir / LOCAL_FILE
        try:
            with files.replacing(file) as aside:
                aside.write_bytes(last_resort.local_file(self._settings.kiosk))
                aside.chmod(0o644)  # the browser runs as another user
        except OSError as problem:
            log.warning(
                "%s could not be written (%s); the older one is still in use",
                LOCAL_FILE,
                problem.strerror,
            )

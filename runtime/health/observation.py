"""The current state of this installation. Each value is read once, when a check first needs it."""

import shutil
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import msgspec

from content.model.built_pack import BuiltPackError
from content.model.pack import Pack
from content.model.pinned import pinned_pack
from content.releases.fall_back import obstacle
from content.releases.generations import Releases
from content.releases.record import Release
from content.releases.state import State
from content.review import county_confirmation, worklist
from content.review.county_confirmation import CountyLine
from content.review.worklist import Task
from kiosk.pages import school_file
from kiosk.pages.school_file import School
from messages.message import Message, both
from runtime import disk_space, installation
from runtime.alarms import rules, watch
from runtime.upkeep import settings_watch
from settings.load import Secrets
from settings.schema import Kiosk, Settings
from settings.schools import Schools
from system import files
from system.clock import synchronised
from system.files import Instant

NIGHTLY_OVERDUE = timedelta(hours=36)
NIGHTLY = "LAST_NIGHTLY"  # in data_dir
EXPORT = "LAST_EXPORT"  # in data_dir
_SIGNED = ("root", "targets")  # the other roles, timestamp and snapshot, are signed again every day


class NightlyRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The time of the last nightly check, and the problems that it found.

    ``problems``: in English, for older programs without ``said``, to which a rollback may return.
    """

    at: Instant
    problems: tuple[str, ...]
    said: tuple[Message, ...] = ()

    @property
    def messages(self) -> tuple[Message, ...]:
        """Return each wrong answer (in English if another version of the program recorded it)."""
        return both(self.said, self.problems)


class ExportRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The last nightly export's time and result: "success", or systemd's word for the failure."""

    at: Instant
    result: str


class Observation:
    """An observation. ``server``: the running server's report, {} if none is running.
    ``ringing``: active alarms. ``is_server``: whether the server itself is observing. ``known``:
    values that the caller already has, keyed by the names used here."""

    def __init__(
        self,
        settings: Settings,
        now: datetime,
        *,
        server: Mapping[str, object],
        secrets: Secrets | None = None,
        ringing: Collection[str] = (),
        is_server: bool = False,
        **known: Any,
    ) -> None:
        self.settings, self.now, self.server, self.ringing = settings, now, server, ringing
        self.secrets, self.is_server = secrets or Secrets(), is_server
        self.__dict__.update(known)

    def state(self, part: str) -> object:
        """Return the server's report on one of its parts: "ok" if the part is fine or missing."""
        return self.server.get(part) or "ok"

    @property
    def releases(self) -> Releases:
        return Releases(self.settings.server.data_dir)

    @cached_property
    def day(self) -> date:
        return installation.local_day(self.now)

    @cached_property
    def kiosks(self) -> list[Kiosk]:
        """Return each school's settings from the table; without a table, this machine's own."""
        if self.settings.kiosk.schools is None:
            return [self.settings.kiosk]
        return [one.kiosk for one in self.table.settings.values()]

    @cached_property
    def table(self) -> Schools:
        """Return what a server that starts now would read in the schools' table."""
        return settings_watch.read_table(self.settings)

    @cached_property
    def clock_right(self) -> bool:
        said = self.server.get("clock")
        return said == "ok" if said else synchronised()

    @cached_property
    def disk_trouble(self) -> Message | None:
        return disk_space.trouble(self.settings.server.data_dir)

    @cached_property
    def disk_free(self) -> int:
        """Return the number of bytes that can still be written."""
        return free_bytes(self.settings.server.data_dir)

    @cached_property
    def on_disk(self) -> State:
        return self.releases.state()

    @cached_property
    def release(self) -> Release | None:
        return self.releases.active(self.on_disk)

    @cached_property
    def pack(self) -> Pack | None:
        """Return the active pack without hidden entries; None if no release can be read."""
        try:
            return self.on_disk.visible(self.release.pack()) if self.release else None
        except BuiltPackError:
            return None

    @cached_property
    def due(self) -> Sequence[Task]:
        return worklist.tasks(
            self.pack or pinned_pack(), today=self.day, counties=self.settings.kiosk.counties
        )

    @cached_property
    def stuck(self) -> bool:
        """Return whether the active release is so damaged that only a rollback helps."""
        return obstacle(self.releases, self.on_disk) != ""

    @cached_property
    def keys_end(self) -> datetime | None:
        """Return the time when the first of the publisher's long-lived signatures expires."""
        if not self.settings.content.root:
            return None
        folder = self.settings.server.data_dir / "trust" / "metadata"
        signed = [files.read_record(folder / f"{role}.json", _Metadata) for role in _SIGNED]
        ends = [one.signed.expires for one in signed if one]
        return min(ends, default=None)

    @cached_property
    def nightly(self) -> NightlyRecord | None:
        return last_nightly(self.settings.server.data_dir)

    @cached_property
    def export(self) -> ExportRecord | None:
        """Return the nightly export's result; None if it has never run."""
        return files.read_record(self.settings.server.data_dir / EXPORT, ExportRecord)

    @cached_property
    def school(self) -> tuple[School, Sequence[Message]]:
        return school_file.read(self.settings.kiosk.school_file)

    @cached_property
    def county(self) -> CountyLine:
        """Return the running server's judgment on the typed county line, otherwise our own."""
        if state := self.server.get("county_line"):
            lost = self.server.get("county_line_lost") is True
            return CountyLine(state=cast("county_confirmation.State", state), lost=lost)
        key = installation.kept_hash_key(self.settings, self.secrets)
        return installation.county_line(
            self.settings, self.pack or pinned_pack(), key=key, now=self.now
        )

    @cached_property
    def alarms(self) -> rules.Memory:
        return watch.remembered(self.settings.server.data_dir)

    @property
    def screens(self) -> Sequence[Mapping[str, object]]:
        return cast("Sequence[Mapping[str, object]]", self.server.get("screens") or ())

    @property
    def screen_age(self) -> int | None:
        """Return the seconds since the page last reported, or since the start if it never has."""
        age = self.server.get("screen_age")
        return age if isinstance(age, int) else None


def last_nightly(data_dir: Path) -> NightlyRecord | None:
    """Return the last nightly check's record, or None if it has never run. Reads the disk."""
    return files.read_record(data_dir / NIGHTLY, NightlyRecord)


def is_overdue(record: NightlyRecord | ExportRecord | None, now: datetime) -> bool:
    """Return whether the nightly check should have run by now."""
    return record is None or not timedelta(0) <= now - record.at < NIGHTLY_OVERDUE


def free_bytes(folder: Path) -> int:
    """Return the number of bytes that an unprivileged user can still write there; 0 if unknown."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0


class _Signed(msgspec.Struct):
    expires: Instant


class _Metadata(msgspec.Struct):
    signed: _Signed

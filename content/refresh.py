"""One refresh: from the address of a source to an Outcome, on record.

Owns which addresses may be a source, and what is remembered of the last refresh and the last refusal. Fetches nothing
yet: a source is a directory or a file: address; signed packs from the web follow in a later issue. Refuses an unsigned
folder unless the settings say so.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from urllib.request import url2pathname

import msgspec

from content import disk
from content.intake import Check, Outcome, Prepare, accept, disk_refusal
from content.release import Instant
from content.releases import Releases

LAST = "LAST_REFRESH"


class SourceError(Exception):
    """The address cannot be a source of packs; the message says which setting to change and how."""


class LastRefresh(msgspec.Struct, frozen=True, kw_only=True):
    """When the last refresh ended, and how."""

    at: Instant
    outcome: Literal["active", "unchanged", "refused"]
    sentence: str


def locate(source: str, *, unsigned: bool) -> Path:
    """The folder of the source. ``unsigned``: the settings allow a folder that nobody signed. SourceError if not."""
    scheme = source.partition(":")[0].casefold() if ":" in source.partition("/")[0] else ""
    if scheme in ("http", "https"):
        raise SourceError(
            "[content] source: verified packs from the web follow in a later issue of Porchlight; "
            "until then name a directory or a file: address."
        )
    if scheme not in ("", "file"):
        raise SourceError(f'[content] source: "{scheme}:" cannot be fetched; name a directory or a file: address.')
    folder = _folder_of(source) if scheme else Path(source).expanduser()
    if not source or not folder.is_dir():
        raise SourceError(f"[content] source: there is no directory {folder}; name the folder that holds the pack.")
    if not unsigned:
        raise SourceError(
            f"[content] source: {folder} holds a pack that nobody signed; "
            "set unsigned = true in section [content] of the settings to use it all the same."
        )
    return folder


def refresh(
    folder: Path,
    *,
    releases: Releases,
    checks: Sequence[Check],
    prepare: Prepare,
    edition_key: str,
    now: datetime,
    source: str = "",
) -> Outcome:
    """Take the pack in ``folder`` through intake and keep on record what became of it. BusyError if one is running.

    ``source`` is the address to name in a refusal. Rendering a release of our own again is no news from a source: it
    neither counts as a refresh nor clears a refusal.
    """
    try:
        with releases.lock():
            releases.sweep()
            outcome = accept(
                folder, releases=releases, checks=checks, prepare=prepare, edition_key=edition_key, now=now
            )
            ours = folder.resolve().parent == releases.folder.resolve()
            with suppress(OSError):  # the Outcome stands and is shown, also where it cannot be recorded
                _record(outcome, releases, source=source or str(folder), ours=ours, now=now)
            return outcome
    except OSError as error:
        return disk_refusal(error)


def last(releases: Releases) -> LastRefresh | None:
    """The last refresh on record."""
    return disk.read_record(releases.root / LAST, LastRefresh)


def overdue(releases: Releases, *, now: datetime, every: timedelta) -> bool:
    """Whether a refresh should run now: none on record, the last too long ago, or the clock was set back behind it."""
    record = last(releases)
    return record is None or not timedelta(0) <= now - record.at < every


def _record(outcome: Outcome, releases: Releases, *, source: str, ours: bool, now: datetime) -> None:
    if outcome.state == "refused":
        releases.record_refusal(source, outcome.reasons(), now=now)
    elif not ours:
        releases.clear_refusal()
    if not ours:
        record = LastRefresh(at=now, outcome=outcome.state, sentence=outcome.sentence())
        disk.write_record(releases.root / LAST, record)


def _folder_of(address: str) -> Path:
    parts = urlsplit(address)
    if parts.netloc not in ("", "localhost"):
        raise SourceError(f"[content] source: {address} names another machine; write file:///path/to/the/folder.")
    return Path(url2pathname(parts.path))

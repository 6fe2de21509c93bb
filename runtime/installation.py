"""One installation: how it reads, judges and renders packs, and the key for its hashes."""

import logging
from datetime import date, datetime
from functools import partial
from secrets import token_hex
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from content.model import built_pack
from content.model.pack import LOCAL, Pack
from content.model.pack_folder import read
from content.model.pinned import pinned_pack
from content.review import county_confirmation
from content.review.county_confirmation import CountyLine
from messages.message import Finding
from settings.load import Secrets
from settings.schema import Settings
from system import files

if TYPE_CHECKING:
    from content.releases.candidate import Check, Prepare
    from content.releases.machine import Machine

log = logging.getLogger("porchlight")
HASH_KEY = "hash.key"  # in data_dir


def local(now: datetime, zone: str = "") -> datetime:
    """Return the time in the given time zone or, without one, in the state's."""
    return now.astimezone(ZoneInfo(zone) if zone else LOCAL)


def local_day(now: datetime, zone: str = "") -> date:
    return local(now, zone).date()


def checks(settings: Settings) -> "list[Check]":
    """Return checks that a pack must pass in addition to content's own rules and its pages."""
    from sms.decide import problems as replies_fit

    return [lambda pack: replies_fit(pack, settings.sms)]


def prepare(settings: Settings, now: datetime) -> "Prepare":
    """Return the function that checks that every page of a pack can be made."""
    from kiosk.render import Beside, check_pages

    return partial(check_pages, kiosk=settings.kiosk, today=local_day(now), beside=Beside())


def machine(settings: Settings, now: datetime) -> "Machine":
    """Return the facts about this machine that refresh, approval, refusal and rollback need."""
    from content.releases.generations import Releases
    from content.releases.machine import SOURCES, Machine

    is_edited = not settings.content.source and not built_pack.is_built(settings.content.pack)
    return Machine(
        releases=Releases(settings.server.data_dir),
        checks=checks(settings),
        prepare=prepare(settings, now),
        now=now,
        hold_numbers=settings.content.hold_numbers,
        shipped=lambda: read(settings.content.pack)[0],
        sources=SOURCES | {"shipped"} if is_edited else SOURCES,
    )


def released(settings: Settings) -> Pack | None:
    """Return the active release's pack, if any, without hidden entries. Raises BuiltPackError."""
    from content.releases.generations import Releases

    releases = Releases(settings.server.data_dir)
    state = releases.state()
    release = releases.active(state)
    return state.visible(release.pack()) if release else None


def visible(settings: Settings) -> Pack:
    """Return the pack that a command assumes is being served, or else the crisis set."""
    try:
        return released(settings) or pinned_pack()
    except built_pack.BuiltPackError:
        return pinned_pack()


def county_line(settings: Settings, pack: Pack, *, key: bytes, now: datetime) -> CountyLine:
    """Judge the typed county line. ``key``: the key for this machine's hashes. Reads the disk."""
    kiosk = settings.kiosk
    record = county_confirmation.kept(settings.server.data_dir)
    return county_confirmation.judge(
        record, kiosk.county_line, kiosk.counties, pack.counties, key=key, now=now
    )


def errors(problems: list[Finding]) -> list[Finding]:
    """Return the problems that prevent the pack from being served."""
    return [problem for problem in problems if problem.kind == "wrong"]


def hash_key(settings: Settings, secrets: Secrets) -> bytes:
    """Return the key for all hashes: PORCHLIGHT_HASH_KEY, or a private file made at first start."""
    if secrets.hash_key:
        return secrets.hash_key.encode()
    file, fresh = settings.server.data_dir / HASH_KEY, token_hex(32)
    try:
        return files.made_once(file, fresh).encode()
    except (OSError, ValueError):
        log.warning(
            "%s cannot be read or written, so the key for hashes lasts only until this"
            " process ends",
            file.name,
        )
        return fresh.encode()


def kept_hash_key(settings: Settings, secrets: Secrets) -> bytes:
    """Return the stored hash key for commands that ask the server; b"" if none has ever run."""
    is_kept = secrets.hash_key or (settings.server.data_dir / HASH_KEY).exists()
    return hash_key(settings, secrets) if is_kept else b""

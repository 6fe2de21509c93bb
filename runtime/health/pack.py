"""Checks of the pack shown and of its source."""

from collections.abc import Iterator
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path

from content.releases import sources
from content.releases.fall_back import remedy
from messages.message import Message, message
from runtime import disk_check, schedule
from runtime.health.live import said
from runtime.health.observation import Observation

SYSTEMD = Path("/etc/systemd/system")


def trust(seen: Observation) -> Iterator[Message]:
    """Check that students see only content that a publisher has signed."""
    settings = seen.settings
    if settings.content.unsigned:
        yield message("trust.unsigned")
    if settings.content.source:
        try:
            sources.locate(
                settings.content.source,
                unsigned=settings.content.unsigned,
                root=settings.content.root,
            )
        except sources.SourceError as error:
            yield message("source.wrong", why=error)


def refresh_times(seen: Observation) -> Iterator[Message]:
    if wrong := schedule.problem(seen.settings.content.schedule):
        yield message("schedule.no-start", wrong=wrong)


def timer(seen: Observation) -> Iterator[Message]:
    """Check that a timer fetches packs if the server's unit may not reach the publisher."""
    systemd, settings = SYSTEMD, seen.settings
    enabled = systemd / "timers.target.wants/porchlight-refresh.timer"
    if (
        settings.content.source.startswith("https:")
        and (systemd / "porchlight.service").exists()
        and not enabled.is_symlink()
        and not any(systemd.glob("porchlight.service.d/*.conf"))  # these settings may allow access
    ):
        yield message("trust.no-timer")


def releases(seen: Observation) -> Iterator[Message]:
    """Check that releases on disk may be shown and that a running server shows the active one."""
    found, state, release = seen.releases, seen.on_disk, seen.release
    doubts, damaged = disk_check.doubts(seen.settings, state), found.damaged(state)
    for name, why in doubts.items():
        cure = remedy(found, state) if name in damaged else message("release.verify")
        yield message("release.doubt", name=name, why=why, cure=cure)
    if release is None and not doubts:
        yield message("release.none")
    is_whole = release is not None and release.id not in doubts
    unnamed = found.unnamed(state) if is_whole and not doubts else None
    not_shown = list(not_active(seen, unnamed))
    yield from not_shown
    if unnamed:
        yield message("release.remedy", cure=remedy(found, state))
    if release and is_whole and all(one.code == "shown.passing" for one in not_shown):
        days = (seen.now - release.activated_at) // timedelta(days=1)
        yield message("release.whole", id=release.id, days=days)


def not_active(seen: Observation, unnamed: Message | None) -> Iterator[Message]:
    """Report why a server is not showing the active release. ``unnamed``: a reason on disk."""
    if unnamed:
        yield message("shown.unnamed", why=said(unnamed))
    told = seen.server.get("wrong")
    if told and told != unnamed:
        is_passing = seen.server.get("verifying")
        yield message("shown.passing" if is_passing else "shown.wrong", why=said(told))


def checked(seen: Observation) -> Iterator[Message]:
    """Report how much of the pack people have checked, and if a language is missing."""
    settings, pack = seen.settings, seen.pack
    if pack is None:
        return
    live = [resource for resource in pack.resources if resource.status == "live"]
    done = sum(resource.checked_on is not None for resource in live)
    if done < len(live):
        yield message("pack.unchecked", count=len(live) - done, all=len(live))
    languages = settings.kiosk.languages
    if absent := ", ".join(tag for tag in languages if tag not in pack.languages):
        has = ", ".join(pack.languages)
        yield message("pack.no-language", absent=absent, has=has)
    if which := ", ".join(tag for tag in languages if tag in pack.unchecked):
        yield message("pack.languages-unchecked", which=which)
    if settings.sms.number and (unread := len(pack.unread_by)):
        yield message("pack.unread", unread=unread)


def counties(seen: Observation) -> Iterator[Message]:
    """Report each county in the settings or the schools' table that the pack does not have."""
    known = [county.name for county in seen.pack.counties] if seen.pack else []
    of_all, absent = seen.settings.kiosk.counties, dict[str, dict[str, None]]()
    for kiosk in seen.kiosks if seen.pack else ():
        for county in {*kiosk.counties} - {*known}:
            place = "[kiosk]" if county in of_all else kiosk.base.strip("/")
            absent.setdefault(county, {})[place] = None
    for county, places in sorted(absent.items()):
        near = get_close_matches(county, known, n=1)
        hint = message("pack.did-you-mean", near=near[0]) if near else "."
        yield message("pack.no-county", place=tuple(places), county=county, hint=hint)

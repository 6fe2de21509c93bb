"""What is wrong with the pack that is shown, and with where it comes from."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from difflib import get_close_matches
from pathlib import Path

from content.authoring import worklist
from content.directory import refresh
from content.model.pack import Pack
from content.releases import held_pack, sources
from content.releases.generations import DISK, Refusal, Release, Releases
from content.releases.remedy import remedy
from messages.message import Finding, message, of_error, verbatim
from runtime import disk_check, schedule
from settings.schema import Settings
from sms.voice import handoff

SYSTEMD = Path("/etc/systemd/system")


def of_trust(settings: Settings) -> Iterator[Finding]:
    """Whether a publisher's signature, and nothing else, can decide what students see."""
    if settings.content.unsigned:
        yield Finding(
            "wrong",
            message("trust.unsigned"),
        )
    if settings.content.source:
        try:
            sources.locate(
                settings.content.source,
                unsigned=settings.content.unsigned,
                root=settings.content.root,
            )
        except sources.SourceError as error:
            yield Finding("wrong", of_error(error))


def of_schedule(settings: Settings) -> Iterator[Finding]:
    """Whether a server starts with the times of the refresh."""
    if wrong := schedule.problem(settings.content.schedule):
        yield Finding("wrong", message("schedule.no-start", wrong=wrong))


def of_timer(settings: Settings, systemd: Path = SYSTEMD) -> Iterator[Finding]:
    """Whether somebody looks for packs at a publisher whom the server's unit may not reach."""
    enabled = systemd / "timers.target.wants/porchlight-refresh.timer"
    if (
        settings.content.source.startswith("https:")
        and (systemd / "porchlight.service").exists()
        and not enabled.is_symlink()
        and not any(systemd.glob("porchlight.service.d/*.conf"))  # one may allow the publisher
    ):
        yield Finding(
            "wrong",
            message("trust.no-timer"),
        )


def of_content(
    settings: Settings, now: datetime, server: Mapping[str, object]
) -> Iterator[Finding]:
    """What is served, how old it is, and what was refused."""
    releases = Releases(settings.server.data_dir)
    release, doubts = releases.active(), disk_check.doubts(settings)
    damaged = disk_check.damaged(settings)
    for name, why in doubts.items():
        cure = remedy(releases) if name in damaged else message("release.verify")
        yield Finding("wrong", message("release.doubt", name=name, why=why, cure=cure))
    if release is None and not doubts:
        unmade = message("release.none")
        yield Finding("note", unmade)
    is_whole = release is not None and release.id not in doubts
    unnamed = releases.unnamed() if is_whole and not doubts else ""
    not_shown = list(of_shown(server, unnamed))
    yield from not_shown
    if unnamed:
        yield Finding("note", remedy(releases))
    if release is not None and is_whole:
        days = (now - release.activated_at) // timedelta(days=1)
        if all(finding.kind == "note" for finding in not_shown):
            yield Finding("ok", message("release.whole", id=release.id, days=days))
        yield from of_pack(settings, pack := held_pack.visible_pack(releases, release))
        for due in worklist.warning(pack, today=now.date(), file=""):
            yield Finding("note", message("pack.due", due=verbatim(due.message)))
    yield from held_pack.findings(releases, now)
    yield from refresh.summary(releases.root)
    if refusal := releases.refused():
        yield of_refusal(refusal, release)


def of_refusal(refusal: Refusal, shown: Release | None) -> Finding:
    """What was refused last: a new pack, what was on the disk, or one older than what is shown."""
    first = refusal.problems[0]
    if refusal.is_past(shown):
        at = f"{refusal.at:%Y-%m-%d}"
        return Finding("note", message("refused.past", at=at, first=verbatim(first)))
    if refusal.source == DISK:
        return Finding("wrong", verbatim(first))
    return Finding("wrong", message("refused.new", first=verbatim(first)))


def of_shown(server: Mapping[str, object], unnamed: str) -> Iterator[Finding]:
    """Why what a running server shows is not what is active; ``unnamed``: as the disk alone
    tells."""
    if unnamed:
        yield Finding("wrong", verbatim(unnamed))
    told = server.get("wrong")
    if told and told != unnamed:
        yield Finding("note" if server.get("verifying") else "wrong", verbatim(str(told)))


def of_pack(settings: Settings, pack: Pack) -> Iterator[Finding]:
    """How much of the pack people checked, and whether it knows the school's counties."""
    live = [resource for resource in pack.resources if resource.status == "live"]
    checked = sum(resource.checked_on is not None for resource in live)
    if checked < len(live):
        yield Finding(
            "note",
            message("pack.unchecked", count=len(live) - checked, all=len(live)),
        )
    languages = settings.kiosk.languages
    if absent := ", ".join(tag for tag in languages if tag not in pack.languages):
        has = ", ".join(pack.languages)
        yield Finding("wrong", message("pack.no-language", absent=absent, has=has))
    if which := ", ".join(tag for tag in languages if tag in pack.unchecked):
        yield Finding(
            "note",
            message("pack.languages-unchecked", which=which),
        )
    if settings.sms.number and (unread := len(pack.unread_by)):
        yield Finding(
            "note",
            message("pack.unread", unread=unread),
        )
    yield from handoff.checks(pack, settings.sms)
    known = [county.name for county in pack.counties]
    for county in settings.kiosk.counties:
        if county not in known:
            near = get_close_matches(county, known, n=1)
            hint = message("pack.did-you-mean", near=near[0]) if near else "."
            yield Finding("wrong", message("pack.no-county", county=county, hint=hint))

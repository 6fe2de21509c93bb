"""Checks of the served pack, the screen, the text line and the last refresh."""

from collections.abc import Iterator
from datetime import timedelta

from content.directory import refresh as directory_refresh
from content.model.pinned import pinned_pack
from content.releases.state import DISK
from content.review import hold_policy
from kiosk.screen_reports import UNSEEN_SECONDS
from messages.message import Message, message, verbatim
from runtime.disk_space import ENOUGH_BYTES
from runtime.health.observation import Observation, is_overdue

DAY = timedelta(days=1)
STALE_DAYS = 7  # maximum days without checking the publisher's newest signatures
KEYS_DAYS = 14  # days before the keys expire
ENDS_AT = 2 * ENOUGH_BYTES  # this is above the limit, so that the warning does not come and go
FRESH_SECONDS = 90  # the page on the screen reports every 30 seconds
MOST_PROBLEMS = 10  # maximum problems listed for a refused pack
PARTS = {
    "line.account": "account",
    "line.replies": "replies",
    "line.modem": "modem",
    "line.store": "store",
    "line.understanding": "understanding",
    "line.backfill": "backfill",
    "line.outbox": "outbox",
    "line.redaction": "redaction",
}
SCREEN_PARTS = {"screens.gone": "gone", "screens.old": "old", "screens.resting": "resting"}
Found = Iterator[Message]


def serving(seen: Observation) -> Found:
    """Check the pack that students are seeing now."""
    shown, since = seen.server.get("serving"), seen.server.get("activated_at")
    passing = seen.server.get("verifying")
    why = (said(seen.server["wrong"]),) if seen.server.get("wrong") else ()
    if shown == "built-in" and passing:
        yield message("served.starting-up", more=why)
    elif shown == "built-in":
        yield message("served.only-built-in", more=why)
    elif shown == "shipped":
        yield message("served.only-shipped", more=why)
    else:
        if why and passing:
            yield message("served.not-active-yet", more=why)
        elif why and seen.stuck:
            yield message("served.roll-back", more=why)
        elif why:
            yield message("served.not-active", more=why)
        yield _pack(seen, since)


def _pack(seen: Observation, since: object) -> Message:
    release, pack = seen.release, seen.pack or pinned_pack()
    origin = release.origin if release else ""
    code = "served.unsigned" if origin == "unsigned" else "served.pack"
    return message(
        code,
        since=since or "",
        count=len(pack.resources),
        origin=origin,
        signatures=release.signatures if release else 0,
        local=len(release.local) if release else 0,
        more=(pack.name,),
    )


def active(seen: Observation) -> Found:
    """Report why the pack shown is not the pack that is active on disk."""
    if why := seen.server.get("wrong"):
        yield message("served.wrong", why=said(why))


def ready(seen: Observation) -> Found:
    """Check whether this server can serve, regardless of the pack on disk."""
    if seen.server.get("shown") is False:
        yield message("served.not-shown-yet")
    if seen.state("pages") != "ok":
        yield message("screen.pages", why=said(seen.state("pages")))
    if seen.state("webhook") != "ok":
        yield message("line.webhook", why=said(seen.state("webhook")))


def refused(seen: Observation) -> Found:
    """Report the last refused pack: a new one, one on disk, or one older than the pack shown."""
    if (refusal := seen.on_disk.refusal) is None:
        return
    reasons, shown = refusal.messages, seen.release
    first = reasons[0]
    if refusal.is_past(shown):
        yield message("refused.past", at=f"{refusal.at:%Y-%m-%d}", first=first)
        return
    code = "refused.disk" if refusal.source == DISK else "refused.new"
    yield message(code, first=first, at=refusal.at.isoformat(), more=reasons[:MOST_PROBLEMS])


def held(seen: Observation) -> Found:
    """Report packs that are waiting for a person's approval, and entries hidden here."""
    if (waits := seen.on_disk.held) is None:
        yield message("held.none")
    else:
        code = "held.late" if waits.late(seen.now) else "held.waits"
        count = len(waits.review.waiting)
        yield message(code, id=waits.id, days=waits.days(seen.now), count=count)
    if taken := seen.on_disk.taken_out:
        yield message("held.taken-out", count=len(taken))
    hidden = seen.on_disk.withdrawn
    for entry in hidden:
        yield message("held.hidden", id=entry.id, since=f"{entry.since:%Y-%m-%d}")
    if hidden:
        names = sorted({entry.id for entry in hidden})
        more = tuple(
            f"{hold_policy.name_of(name, seen.pack or pinned_pack())} ({name})" for name in names
        )
        yield message("held.withdrawn", more=more)


def directory(seen: Observation) -> Found:
    return directory_refresh.summary(seen.releases.root)


def due(seen: Observation) -> Found:
    """Report facts that are due for a check."""
    if seen.pack is not None and seen.due:
        late = sum(task.state != "due" for task in seen.due)
        yield message("pack.due", due=len(seen.due), late=late)


def screen(seen: Observation) -> Found:
    """Check that the screen's page reports and has its own copy. Also check the printer."""
    age, heard = seen.screen_age, seen.server.get("screen_seen", True) is True
    if age is None:
        return  # this machine has only a text line
    if not heard:
        yield message("screen.unreported")
        if seen.server.get("screens") or seen.settings.kiosk.schools:
            return  # this server is for other devices and may not have a screen itself
    if age >= UNSEEN_SECONDS:
        yield message("screen.unseen", minutes=age // 60)
    elif not heard or age >= FRESH_SECONDS:
        yield message("screen.waited-for")
    elif not seen.server.get("screen_named"):
        yield message("screen.unnamed")
    else:
        yield message("screen.on")
    if seen.server.get("screen_seen"):
        is_copied = seen.server.get("offline_copy")
        yield message("screen.copy") if is_copied else message("screen.no-copy")
    if (paper := seen.server.get("paper")) == "empty":
        yield message("paper.empty")
    elif paper == "away":
        yield message("paper.away")
    elif paper == "ok":
        yield message("paper.there")


def screens(seen: Observation) -> Found:
    """Check that each enrolled screen reports, and shows the same pages as this server."""
    given, by = seen.screens, dict[object, list[str]]()
    for one in given:
        name = " ".join(filter(None, (str(one["school"]), str(one["screen"]))))
        by.setdefault(one["trouble"], []).append(name)
    for code, trouble in SCREEN_PARTS.items():
        if names := by.get(trouble):
            yield Message(code, args={"count": len(names), "more": tuple(names)})
    if given and not by.keys() - {"", "resting"}:
        yield message("screens.well", count=len(given))
    elif not given and seen.server and seen.settings.kiosk.schools:
        yield message("screens.none")


def line(seen: Observation) -> Found:
    """Check the text line's answer to a known question, and the state of the line's parts."""
    answers, account = seen.server.get("line"), seen.state("account")
    if seen.server and seen.settings.kiosk.text_line and not {"line", "replies"} & {*seen.server}:
        yield message("line.other-machine")
    if answers is False:
        yield message("line.wrong")
    elif answers and account == "ok":
        yield message("line.right")
    for code, part in PARTS.items():
        if isinstance(seen.state(part), str | Message) and seen.state(part) != "ok":
            why = said(seen.state(part))
            yield Message(code, args={"why": why, "more": (why,)})
    if seen.server.get("flood"):
        yield message("line.flooded")
    if seen.server.get("replies_seen") is False and "modem" not in seen.server:
        yield message("line.replies-unseen")


def refresh(seen: Observation) -> Found:
    """Check that packs arrive: the last refresh, the newest signatures, the publisher's keys."""
    last, missed = seen.on_disk.refresh, bool(seen.server.get("refresh_overdue"))
    if missed:
        yield message("refresh.missed")
    if last is None:
        yield message("refresh.never")
    else:
        is_fine = last.outcome in {"active", "unchanged", "held"}
        code = "refresh.fine" if is_fine else "refresh.failed"
        if last.alarm:
            code = "refresh.tampered"
        elif missed:
            code = "refresh.overdue"
        at = last.at.isoformat()
        yield message(code, at=at, outcome=last.outcome, more=(last.message,))
    verified = last.verified_at if last else None
    if seen.settings.content.source and seen.settings.content.root:
        age = (seen.now - verified) // DAY if verified else STALE_DAYS
        if age >= STALE_DAYS:
            yield message("refresh.stale", days=age)
    if seen.keys_end is not None and seen.keys_end - seen.now < KEYS_DAYS * DAY:
        yield message("refresh.keys-end", days=max(0, (seen.keys_end - seen.now) // DAY))


def nightly(seen: Observation) -> Found:
    """Report whether the nightly check ran, and any wrong answers that it found."""
    record = seen.nightly
    if is_overdue(record, seen.now):
        yield message("nightly.overdue")
    if record is None:
        yield message("nightly.never")
        return
    when = f"{record.at:%Y-%m-%d %H:%M} UTC"
    if not record.problems:
        yield message("nightly.right", when=when)
        return
    yield message("nightly.wrong", when=when, count=len(record.problems), first=record.messages[0])


def export(seen: Observation) -> Found:
    """Check last night's export and upload of screens, if there has ever been an export."""
    if (record := seen.export) is None:
        return
    if record.result != "success":
        yield message("export.failed", at=record.at.isoformat())
    elif is_overdue(record, seen.now):
        yield message("export.overdue", at=record.at.isoformat())
    else:
        yield message("export.uploaded")


def disk(seen: Observation) -> Found:
    folder, free = seen.settings.server.data_dir, seen.disk_free // 2**20
    trouble = seen.disk_trouble
    if trouble is None and seen.disk_free < ENOUGH_BYTES:
        trouble = message("disk.full", folder=folder, megabytes=free)
    if trouble:
        yield message(trouble.code, **trouble.args, free=free, more=(trouble,))
        return
    yield message("disk.writable", folder=folder)
    if seen.disk_free < ENDS_AT:
        yield message("disk.nearly-full", free=free)


def said(given: object) -> Message:
    """Return a part's report: a message, or words from an earlier version of the program."""
    return given if isinstance(given, Message) else verbatim(str(given))

"""Everything that is judged of an installation: one row a code, read by every projection.

`doctor` prints a row under its group; Today shows it as a card or lists it; an alarm rings by its
kind; /readyz says no while a row that blocks is there (runtime/health/report.py).
"""

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from content.directory import refresh as directory
from messages.message import Message, Severity
from runtime.health import alarms, desk, line, live, machine, pack, school
from runtime.health.observation import Observation

Check = Callable[[Observation], Iterator[Message]]
Group = Literal["", "machine", "content", "school", "desk", "alarms", "line", "carrier"]
Today = Literal["", "act", "know", "good", "listed"]
# How students notice it.
Students = Literal[
    "nothing", "only the crisis lines", "an older pack", "a dark screen", "no reply",
    "a late reply", "a wrong reply", "fewer texts understood", "no line of the county",
    "no bell times", "no paper", "no voice", "no Open now", "an unsigned pack", "another's pages",
]  # fmt: skip


class HealthRow(NamedTuple):
    """``group``: of `doctor`, "" if it says nothing; ``today``: the card on the desk.

    ``alarm``: its kind; ``value``: the argument that it tells; ``keeps``: it only keeps an alarm
    that rings. ``blocks``: the server is not ready.
    """

    check: Check
    severity: Severity
    group: Group = ""
    today: Today = ""
    students: Students = "nothing"
    alarm: str = ""
    value: str = ""
    keeps: bool = False
    blocks: bool = False


_M: Group = "machine"
_C: Group = "content"
_S: Group = "school"
_L: Group = "line"


def _directory(seen: Observation) -> Iterator[Message]:
    return directory.summary(seen.releases.root)


# fmt: off
TABLE: dict[str, HealthRow] = {
    "disk.unwritable": HealthRow(live.disk, "wrong", _M, "act", "an older pack", "disk", "free"),
    "disk.full": HealthRow(live.disk, "wrong", _M, "act", "an older pack", "disk", "free"),
    "disk.no-files": HealthRow(live.disk, "wrong", _M, "act", "an older pack", "disk", "free"),
    "disk.nearly-full": HealthRow(live.disk, "note", alarm="disk", value="free", keeps=True),
    "disk.writable": HealthRow(live.disk, "ok", _M, "good"),
    "settings.retired": HealthRow(machine.settings, "note", _M),
    "settings.file-unreadable": HealthRow(machine.settings, "wrong", _M),
    "settings.value-unusable": HealthRow(machine.settings, "wrong", _M),
    "settings.origins": HealthRow(machine.settings, "ok", _M),
    "directory.not-searched": HealthRow(machine.server, "wrong", _M, "listed"),
    "settings.server-goes-on": HealthRow(machine.server, "wrong", _M, "act", alarm="settings"),
    "port.in-container": HealthRow(machine.port, "note", _M),
    "port.open": HealthRow(machine.port, "wrong", _M),
    "clock.unset": HealthRow(machine.clock, "wrong", _M, "know", "no Open now", "clock"),
    "clock.unsure": HealthRow(machine.clock, "note", _M, "know", "no Open now", "clock"),
    "clock.right": HealthRow(machine.clock, "ok", "", "good"),
    "store.writable": HealthRow(machine.store, "ok", _M),
    "store.unwritable": HealthRow(machine.store, "wrong", _M),
    "trust.unsigned": HealthRow(pack.trust, "wrong", _C, "", "an unsigned pack"),
    "source.wrong": HealthRow(pack.trust, "wrong", _C, "", "an older pack"),
    "schedule.no-start": HealthRow(pack.refresh_times, "wrong", _C, "", "a dark screen"),
    "trust.no-timer": HealthRow(pack.timer, "wrong", _C, "", "an older pack"),
    "release.doubt": HealthRow(pack.releases, "wrong", _C, "", "an older pack"),
    "release.none": HealthRow(pack.releases, "note", _C, "", "only the crisis lines"),
    "shown.unnamed": HealthRow(pack.releases, "wrong", _C),
    "shown.wrong": HealthRow(pack.releases, "wrong", _C, "", "an older pack"),
    "shown.passing": HealthRow(pack.releases, "note", _C),
    "release.remedy": HealthRow(pack.releases, "note", _C),
    "release.whole": HealthRow(pack.releases, "ok", _C),
    "pack.unchecked": HealthRow(pack.checked, "note", _C, "listed"),
    "pack.no-language": HealthRow(pack.checked, "wrong", _C, "listed"),
    "pack.languages-unchecked": HealthRow(pack.checked, "note", _C, "listed"),
    "pack.unread": HealthRow(pack.checked, "note", _C, "listed"),
    "pack.no-county": HealthRow(pack.checked, "wrong", _C, "listed", "no line of the county"),
    "served.starting-up": HealthRow(live.serving, "note", "", "know", "only the crisis lines"),
    "served.only-built-in": HealthRow(live.serving, "wrong", "", "act", "only the crisis lines"),
    "served.only-shipped": HealthRow(live.serving, "wrong", "", "act", "an older pack"),
    "served.not-active-yet": HealthRow(live.serving, "note", "", "know", "an older pack"),
    "served.roll-back": HealthRow(live.serving, "wrong", "", "act", "an older pack"),
    "served.not-active": HealthRow(live.serving, "wrong", "", "act", "an older pack"),
    "served.unsigned": HealthRow(live.serving, "wrong", "", "act", "an unsigned pack"),
    "served.pack": HealthRow(live.serving, "ok", "", "good"),
    "served.wrong": HealthRow(
        live.active, "wrong", "", "", "an older pack", "verification", blocks=True
    ),
    "served.not-shown-yet": HealthRow(
        live.ready, "note", "", "", "only the crisis lines", blocks=True
    ),
    "screen.pages": HealthRow(live.ready, "wrong", "", "", "only the crisis lines", blocks=True),
    "line.webhook": HealthRow(live.ready, "wrong", "", "", "no reply", blocks=True),
    "pack.due": HealthRow(live.due, "note", _C, "know"),
    "pack.fresh": HealthRow(live.due, "ok", "", "good"),
    "held.late": HealthRow(live.held, "wrong", _C, "act", "an older pack", "held", "days"),
    "held.waits": HealthRow(live.held, "note", _C, "act", "an older pack"),
    "held.none": HealthRow(live.held, "ok", "", "good"),
    "held.hidden": HealthRow(live.held, "ok", _C),
    "held.withdrawn": HealthRow(live.held, "note", "", "know"),
    "directory.looked-at": HealthRow(_directory, "ok", _C),
    "directory.failed": HealthRow(_directory, "wrong", _C),
    "refused.past": HealthRow(live.refused, "note", _C),
    "refused.disk": HealthRow(live.refused, "wrong", _C, "act", "an older pack"),
    "refused.new": HealthRow(live.refused, "wrong", _C, "act", "an older pack"),
    "screen.unreported": HealthRow(live.screen, "note", alarm="screen", keeps=True),
    "screen.unseen": HealthRow(
        live.screen, "wrong", "", "act", "a dark screen", "screen", "minutes"
    ),
    "screen.waited-for": HealthRow(live.screen, "note", "", "know"),
    "screen.unnamed": HealthRow(live.screen, "note", "", "know", "another's pages"),
    "screen.on": HealthRow(live.screen, "ok", "", "good"),
    "screen.copy": HealthRow(live.screen, "ok", "", "good"),
    "screen.no-copy": HealthRow(live.screen, "note", "", "know"),
    "paper.empty": HealthRow(live.screen, "wrong", "", "act", "no paper"),
    "paper.away": HealthRow(live.screen, "wrong", "", "act", "no paper"),
    "paper.there": HealthRow(live.screen, "ok", "", "good"),
    "line.other-machine": HealthRow(live.line, "note", "", "know"),
    "line.wrong": HealthRow(live.line, "wrong", "", "act", "a wrong reply", blocks=True),
    "line.right": HealthRow(live.line, "ok", "", "good"),
    "line.account": HealthRow(live.line, "wrong", "", "act", "no reply", "replies"),
    "line.replies": HealthRow(live.line, "wrong", "", "act", "no reply", "replies"),
    "line.modem": HealthRow(live.line, "wrong", "", "act", "no reply", "replies"),
    "line.replies-unseen": HealthRow(live.line, "note", alarm="replies", keeps=True),
    "line.store": HealthRow(live.line, "wrong", "", "act", "nothing", "job"),
    "line.understanding": HealthRow(live.line, "wrong", "", "act", "fewer texts understood"),
    "line.backfill": HealthRow(live.line, "wrong", "", "act", "a late reply", "job"),
    "line.outbox": HealthRow(live.line, "wrong", "", "act", "a late reply", "job"),
    "line.redaction": HealthRow(live.line, "wrong", "", "act", "nothing", "job"),
    "line.flooded": HealthRow(live.line, "note", alarm="flood"),
    "county.lost": HealthRow(school.county, "wrong", "", "act", "no line of the county", "county"),
    "school.no-name": HealthRow(school.named, "note", _S, "know"),
    "county.none": HealthRow(school.county, "wrong", _S, "act", "no line of the county"),
    "county.unconfirmed": HealthRow(school.county, "wrong", _S, "act", "no line of the county"),
    "county.confirmed": HealthRow(school.county, "ok", "", "good"),
    "county.no-line": HealthRow(school.county, "note", _S, "know"),
    "school.problem": HealthRow(school.info, "wrong", _S),
    "school.wrong": HealthRow(school.info, "wrong", "", "act"),
    "school.no-bells": HealthRow(school.info, "note", "", "know", "no bell times"),
    "school.bells-over": HealthRow(school.info, "wrong", "", "act", "no bell times"),
    "school.bells-end": HealthRow(school.info, "note", _S, "act"),
    "school.bells": HealthRow(school.info, "ok", "", "good"),
    "refresh.missed": HealthRow(live.refresh, "wrong", "", "", "an older pack", "job"),
    "refresh.never": HealthRow(live.refresh, "note", "", "know"),
    "refresh.tampered": HealthRow(live.refresh, "wrong", "", "act", "nothing", "verification"),
    "refresh.overdue": HealthRow(live.refresh, "wrong", "", "act", "an older pack"),
    "refresh.fine": HealthRow(live.refresh, "ok", "", "good"),
    "refresh.failed": HealthRow(live.refresh, "note", "", "know", "an older pack"),
    "refresh.stale": HealthRow(live.refresh, "wrong", "", "", "an older pack", "stale", "days"),
    "refresh.keys-end": HealthRow(live.refresh, "wrong", "", "", "an older pack", "keys", "days"),
    "printer.no-extra": HealthRow(school.screen, "wrong", _S, "listed", "no paper"),
    "printer.unwritable": HealthRow(school.screen, "wrong", _S, "listed", "no paper"),
    "screen.no-voice": HealthRow(school.screen, "note", _S, "listed", "no voice"),
    "paper.no-posters": HealthRow(school.paper, "note", _S, "listed"),
    "desk.shut-before-setup": HealthRow(desk.opened, "note", "desk", "listed"),
    "desk.shut": HealthRow(desk.opened, "note", "desk", "listed"),
    "desk.open-without-passphrase": HealthRow(desk.opened, "wrong", "desk", "listed"),
    "desk.in-the-clear": HealthRow(desk.opened, "wrong", "desk", "listed"),
    "nightly.overdue": HealthRow(live.nightly, "wrong", alarm="job"),
    "nightly.never": HealthRow(live.nightly, "note", "alarms", "listed"),
    "nightly.right": HealthRow(live.nightly, "ok", "alarms"),
    "nightly.wrong": HealthRow(
        live.nightly, "wrong", "alarms", "listed", "a wrong reply", "nightly", "count"
    ),
    "alarms.no-mail-server": HealthRow(alarms.channels, "wrong", "alarms", "listed"),
    "alarms.nobody": HealthRow(alarms.channels, "note", "alarms", "listed"),
    "alarms.stuck": HealthRow(alarms.channels, "wrong", "alarms", "listed"),
    "alarms.going-out": HealthRow(alarms.channels, "ok", "alarms"),
    "alarms.untried": HealthRow(alarms.channels, "note", "alarms", "listed"),
    "alarms.ringing": HealthRow(alarms.ringing, "note", "alarms", "listed"),
    "line.off": HealthRow(line.line, "note", _L),
    "line.elsewhere": HealthRow(line.line, "note", _L),
    "line.lacks": HealthRow(line.line, "wrong", _L, "", "no reply"),
    "line.lacks-unused": HealthRow(line.line, "note", _L),
    "carrier.refuses-all": HealthRow(line.line, "wrong", _L, "", "no reply"),
    "carrier.not-begun": HealthRow(line.line, "note", _L),
    "line.not-https": HealthRow(line.line, "wrong", _L),
    "line.no-contact": HealthRow(line.line, "note", _L),
    "line.carrier-answers-stop": HealthRow(line.line, "note", _L),
    "fallback.never-printed": HealthRow(line.line, "note", _L),
    "fallback.current": HealthRow(line.line, "ok", _L),
    "fallback.outdated": HealthRow(line.line, "wrong", _L),
    "modem.no-number": HealthRow(line.line, "note", _L),
    "modem.answers-server": HealthRow(line.line, "ok", _L),
    "modem.well": HealthRow(line.line, "ok", _L),
    "modem.wrong": HealthRow(line.line, "wrong", _L, "", "no reply"),
    "modem.alone": HealthRow(line.line, "note", _L),
    **{code: HealthRow(line.carrier, "wrong", "carrier", "", "no reply") for code in (
        "account.number-unknown", "account.no-number", "account.no-service",
        "account.posts-elsewhere", "account.uses-get", "account.no-fallback",
        "account.fallback-here", "account.no-texts", "account.not-approved", "account.errors",
    )},
    **{code: HealthRow(line.carrier, "note", "carrier") for code in (
        "carrier.none", "carrier.not-set", "carrier.compare-console", "carrier.text-to-compare",
        "account.not-accepted", "account.answered", "account.not-asked", "account.no-callback",
        "account.late-replies", "account.smart-encoding", "account.no-calls",
        "account.harmless-errors", "account.holds", "account.holds-older",
    )},
    **{code: HealthRow(line.carrier, "ok", "carrier") for code in (
        "account.posts-here", "account.approved", "account.no-errors", "account.holds-none",
    )},
}
# fmt: on

"""The desk's page Today: what is known, what is wrong first; words in templates/home.html."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from content.model.pack import Pack
from content.review.county_confirmation import CountyLine
from content.review.provenance import FirstOrigin
from kiosk.pages.school_file import WARN_DAYS, School, days_left
from kiosk.screen_reports import UNSEEN_SECONDS
from messages.message import Finding, Message
from settings.schema import Kiosk

Kind = Literal["act", "know", "good"]  # "act" needs somebody today
_ORDER: Sequence[Kind] = ("act", "know", "good")
FRESH_SECONDS = 90  # the page on the screen reports every half minute
PARTS = (
    "account", "replies", "modem", "store", "line_pack", "understanding", "backfill", "outbox",
    "redaction",
)  # fmt: skip


class Point(NamedTuple):
    """One fact. ``name``: of its words; ``more``: details in English, as doctor has them."""

    kind: Kind
    name: str
    parts: Mapping[str, Any] = {}
    more: tuple[Message | str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known now.

    ``detail``: of the running server; ``findings``: of `doctor`, without what
    is said here in the desk's languages.
    ``refreshed``: when the last refresh ended, how, its sentence; ``alarm``: possible tampering.
    ``stuck``: the active release is damaged and only a rollback helps.
    ``held``: changes awaiting approval; ``held_days``: 0 while not too long. ``origin``,
    ``signatures``, ``local`` (entries): as in release.json. ``due``: entries to compare with their
    source; ``late``: of them overdue. ``school``: School info as its file has it. ``county_line``:
    the typed one, and whether it is shown.
    """

    pack: Pack
    detail: Mapping[str, object]
    today: date
    school: School
    kiosk: Kiosk
    county_line: CountyLine
    findings: Sequence[Finding] = ()
    refreshed: tuple[datetime, str, str] | None = None
    alarm: bool = False
    stuck: bool = False
    held: int = 0
    held_days: int = 0
    origin: FirstOrigin | Literal[""] = ""
    signatures: int = 0
    local: int = 0
    withdrawn: Sequence[str] = ()
    due: int = 0
    late: int = 0


def points(facts: Facts) -> list[Point]:
    """All facts, those that need somebody first, in each kind what students meet first."""
    parts = (_serving, _pack, _screen, _line, _set_up, _bells, _refresh, _machine, _doctor)
    said = [point for part in parts for point in part(facts)]
    return sorted(said, key=lambda point: _ORDER.index(point.kind))


def _serving(facts: Facts) -> Iterator[Point]:
    serving, since = facts.detail.get("serving"), facts.detail.get("activated_at")
    wrong = facts.detail.get("wrong")
    why = (wrong,) if isinstance(wrong, str) else ()
    if serving == "built-in" and facts.detail.get("verifying"):
        yield Point("know", "starting", more=why)
        return
    if serving in {"built-in", "shipped"}:
        yield Point("act", f"only {serving}", more=why)
        return
    if why:
        is_passing = facts.detail.get("verifying")
        name = "not active, roll back" if facts.stuck and not is_passing else "not active"
        yield Point("know" if is_passing else "act", name, more=why)
    parts = {
        "since": datetime.fromisoformat(since) if isinstance(since, str) else None,
        "count": len(facts.pack.resources),
        "origin": facts.origin,
        "signatures": facts.signatures,
        "local": facts.local,
    }
    kind: Kind = "act" if facts.origin == "unsigned" else "good"
    yield Point(kind, "serving", parts, (facts.pack.name,))


def _pack(facts: Facts) -> Iterator[Point]:
    refused = facts.detail.get("refused")
    if isinstance(refused, Mapping):
        at = datetime.fromisoformat(str(refused["at"]))
        yield Point("act", "refused", {"at": at}, tuple(map(str, refused["problems"]))[:10])
    held = {"count": facts.held, "days": facts.held_days}
    yield Point("act", "held", held) if facts.held else Point("good", "none held")
    if facts.withdrawn:
        yield Point("know", "withdrawn", more=tuple(facts.withdrawn))
    due = {"due": facts.due, "late": facts.late}
    yield Point("know", "due", due) if facts.due else Point("good", "none due")


def _screen(facts: Facts) -> Iterator[Point]:
    age, seen = facts.detail.get("screen_age"), facts.detail.get("screen_seen")
    if not isinstance(age, int):
        return  # a machine with a text line alone
    if age >= UNSEEN_SECONDS:
        yield Point("act", "screen unseen", {"minutes": age // 60})
    elif not seen or age >= FRESH_SECONDS:
        yield Point("know", "screen waited for")
    elif not facts.detail.get("screen_named"):
        yield Point("know", "screen unnamed")
    else:
        yield Point("good", "screen")
    if seen and facts.detail.get("offline_copy"):
        yield Point("good", "copy")
    elif seen:
        yield Point("know", "no copy")
    paper = facts.detail.get("paper")
    if paper in {"empty", "away"}:
        yield Point("act", f"paper {paper}")
    elif paper == "ok":
        yield Point("good", "paper")


def is_unanswered(detail: Mapping[str, object]) -> bool:
    """Whether the line's number is one at which no text is answered."""
    return detail.get("account", "ok") != "ok"


def _line(facts: Facts) -> Iterator[Point]:
    answers = facts.detail.get("line")
    if facts.kiosk.text_line and not {"line", "replies"} & facts.detail.keys():
        yield Point("know", "line elsewhere")
    if answers is False:
        yield Point("act", "line wrong")
    elif answers and not is_unanswered(facts.detail):
        yield Point("good", "line")
    for name in PARTS:
        state = facts.detail.get(name)
        if isinstance(state, str) and state != "ok":
            yield Point("act", name, more=(state,))


def _set_up(facts: Facts) -> Iterator[Point]:
    kiosk, kept = facts.kiosk, facts.detail.get("desk_settings", "ok")
    if kept != "ok":
        yield Point("act", "settings", more=(str(kept),))
    if facts.county_line.lost:
        yield Point("act", "county lost")
    if facts.county_line.state == "unconfirmed":
        yield Point("act", "county unconfirmed", {"number": kiosk.county_line})
    elif facts.county_line.state == "confirmed":
        yield Point("good", "county confirmed", {"number": kiosk.county_line})
    elif facts.county_line.state == "none":
        yield Point("know", "county line") if kiosk.counties else Point("act", "no county")
    if not kiosk.school:
        yield Point("know", "no name")


def _bells(facts: Facts) -> Iterator[Point]:
    if facts.school.wrong:
        yield Point("act", "school wrong")
    left = days_left(facts.school, facts.today)
    if left is None:
        yield Point("know", "no bells")
    elif left < 0:
        yield Point("act", "bells over")
    elif left <= WARN_DAYS:
        yield Point("act", "bells end", {"left": left, "until": facts.school.valid_until})
    else:
        yield Point("good", "bells", {"until": facts.school.valid_until})


def _refresh(facts: Facts) -> Iterator[Point]:
    if facts.refreshed is None:
        yield Point("know", "no refresh")
        return
    at, outcome, sentence = facts.refreshed
    is_overdue = bool(facts.detail.get("refresh_overdue"))
    is_fine = outcome in {"active", "unchanged", "held"}
    kind: Kind = "act" if facts.alarm or is_overdue else "good" if is_fine else "know"
    parts = {"at": at, "outcome": outcome, "alarm": facts.alarm, "overdue": is_overdue}
    yield Point(kind, "refresh", parts, (sentence,))


def _machine(facts: Facts) -> Iterator[Point]:
    clock, disk = facts.detail.get("clock"), facts.detail.get("disk")
    if clock:
        yield Point("good", "clock") if clock == "ok" else Point("know", "clock unsure")
    if isinstance(disk, str):
        yield Point("good", "disk") if disk == "ok" else Point("act", "disk wrong", more=(disk,))


def _doctor(facts: Facts) -> Iterator[Point]:
    """What `doctor` finds beside it, in its own words: for who keeps the machine."""
    kinds: tuple[tuple[Kind, str], ...] = (("act", "wrong"), ("know", "note"))
    for kind, finding in kinds:
        more = tuple(one.message for one in facts.findings if one.kind == finding)
        if more:
            yield Point(kind, finding, {"count": len(more)}, more)

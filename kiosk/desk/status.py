"""The desk's first page: the facts of the running server and `doctor` as sentences."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from content.model.pack import Pack
from content.review.provenance import FirstOrigin

Kind = Literal["good", "know", "act"]
When = Callable[[datetime], str]
_PARTS = {
    "store": "The text line's database",
    "replies": "Replies to texts",
    "understanding": "What the text line understands",
    "modem": "The modem",
    "backfill": "Texts missed in an outage",
    "outbox": "Late replies",
    "redaction": "The carrier's copies of texts",
}
_TODO = {
    "store": (
        "Texts are still answered from memory. Run doctor on this machine and mend what it names."
    ),
    "replies": (
        "Students may get no answer. Ask the person who keeps the account at the carrier, today."
    ),
    "understanding": (
        "Fewer texts are understood; each still gets the crisis numbers. Ask the person who makes"
        " the pack to run learn again."
    ),
    "modem": (
        "Students may get no answer. Look whether the modem is plugged in; then restart Porchlight."
    ),
}
_UNSIGNED_TODO = "ask the person who keeps this machine to take packs from a publisher instead."
_ASK = "Ask the person who keeps this machine to run doctor."


@dataclass(frozen=True, slots=True)
class Point:
    """One fact. Kind ``act`` needs somebody today; ``link``: the page where it is done."""

    kind: Kind
    title: str
    sentence: str
    todo: str = ""
    link: tuple[str, str] | None = None
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known now.

    ``detail``: of the running server; ``findings``: of `doctor` as (kind, sentence).
    ``refreshed``: when the last refresh ended, how, its sentence; ``alarm``: possible tampering.
    ``held``: changes awaiting approval; ``held_days``: 0 while not too long. ``origin``,
    ``signatures``, ``local`` (entries): as in release.json. ``due``: entries to compare with their
    source; ``late``: of them overdue.
    """

    pack: Pack
    detail: Mapping[str, object]
    findings: Sequence[tuple[str, str]] = ()
    refreshed: tuple[datetime, str, str] | None = None
    alarm: bool = False
    held: int = 0
    held_days: int = 0
    origin: FirstOrigin | Literal[""] = ""
    signatures: int = 0
    local: int = 0
    withdrawn: Sequence[str] = field(default=())
    due: int = 0
    late: int = 0


def points(facts: Facts, when: When) -> list[Point]:
    """All facts, those that need somebody first."""
    said = [
        _serving(facts, when),
        *_refusal(facts.detail, when),
        *_held(facts),
        _refresh(facts, when),
        *_withdrawn(facts),
        _ages(facts),
        *_states(facts.detail),
        *_doctor(facts.findings),
    ]
    order: Mapping[Kind, int] = {"act": 0, "know": 1, "good": 2}
    return said[:1] + sorted(said[1:], key=lambda point: order[point.kind])


def _serving(facts: Facts, when: When) -> Point:
    serving, since = facts.detail.get("serving"), facts.detail.get("activated_at")
    if serving == "built-in":
        return Point(
            "act",
            "On the screen now",
            "Only the built-in crisis lines are shown: no pack could be used.",
            f"{_ASK} A refresh may be enough.",
            ("Refresh", "/staff/refresh"),
        )
    if serving == "shipped":
        return Point(
            "act",
            "On the screen now",
            "The pack that came with the program is shown, because no release could be written to"
            " the disk.",
            "Look at the disk: it may be full or read-only. " + _ASK,
        )
    unsigned = facts.origin == "unsigned"
    begun = f", since {when(datetime.fromisoformat(since))}" if isinstance(since, str) else ""
    return Point(
        "act" if unsigned else "good",
        "On the screen now: unsigned" if unsigned else "On the screen now",
        f"The pack {facts.pack.name}{begun}, with {len(facts.pack.resources)} lines and"
        f" services.{_came(facts)}",
        f"If students use this screen: {_UNSIGNED_TODO}" if unsigned else "",
        link=("Releases", "/staff/releases"),
    )


def _came(facts: Facts) -> str:
    """The pack's origin, and who signed it."""
    entries = "One entry comes" if facts.local == 1 else f"{facts.local} entries come"
    local = f" {entries} from your county or district, signed there." if facts.local else ""
    persons = "One person" if facts.signatures == 1 else f"{facts.signatures} persons"
    came: Mapping[str, str] = {
        "signed": f" {persons} of the publisher signed it.{local}",
        "shipped": " It came with the program.",
        "unsigned": (
            " It comes from a folder that nobody signed: only for the people who write packs."
        ),
    }
    return came.get(facts.origin, "")


def _refusal(detail: Mapping[str, object], when: When) -> Iterator[Point]:
    refused = detail.get("refused")
    if not isinstance(refused, Mapping):
        return
    at = datetime.fromisoformat(str(refused["at"]))
    problems = [str(problem) for problem in refused["problems"]]
    count = "One reason" if len(problems) == 1 else f"{len(problems)} reasons"
    yield Point(
        "act",
        "A new pack was refused",
        f"{_capital(when(at))}. The old one stays on the screen. {count}:",
        "Send these sentences to whoever publishes your pack. Nothing on the screen is wrong"
        " because of it.",
        more=tuple(problems[:10]),
    )


def _held(facts: Facts) -> Iterator[Point]:
    if not facts.held:
        yield Point("good", "Held changes", "Nothing waits for your yes or no.")
        return
    what = "one change" if facts.held == 1 else f"{facts.held} changes"
    days = f" It has waited {facts.held_days} days: decide today." if facts.held_days else ""
    yield Point(
        "act",
        "Held changes",
        f"A new pack waits for your yes or no to {what}. Until then the old one is shown.{days}",
        "Compare old and new, call the line if you may, then approve or refuse.",
        ("Look at held changes", "/staff/held"),
    )


def _refresh(facts: Facts, when: When) -> Point:
    link = ("Refresh", "/staff/refresh")
    if facts.refreshed is None:
        said = "This machine has not looked for a new pack yet."
        return Point("know", "Last refresh", said, link=link)
    at, outcome, sentence = facts.refreshed
    said = f"{_capital(when(at))}: {sentence}"
    if facts.alarm:
        todo = "Somebody may be tampering with the packs. Tell the publisher by phone today."
        return Point("act", "Last refresh: alarm", said, f"{todo} What is shown is safe.", link)
    if facts.detail.get("refresh_overdue"):
        todo = "The next look is overdue. Refresh now. If that fails, check the network"
        return Point("act", "Last refresh", said, f"{todo} or use a USB stick.", link)
    kind: Kind = "good" if outcome in {"active", "unchanged", "held"} else "know"
    return Point(kind, "Last refresh", said, link=link)


def _withdrawn(facts: Facts) -> Iterator[Point]:
    if facts.withdrawn:
        yield Point(
            "know",
            "Withdrawn",
            "The publisher withdrew these, and this machine has obeyed: they are hidden, the crisis"
            " lines stay.",
            more=tuple(facts.withdrawn),
        )


def _ages(facts: Facts) -> Point:
    link = ("What is due", "/staff/due")
    if not facts.due:
        said = "Every entry was compared with its source in time."
        return Point("good", "Age of what is shown", said, link=link)
    entries = "One entry is" if facts.due == 1 else f"{facts.due} entries are"
    return Point(
        "know",
        "Age of what is shown",
        f"{entries} due to be compared with a source, {facts.late} of them overdue. The screen says"
        " how old each is.",
        "The publisher does it. You can help: the list says what to open and whom never to call.",
        link,
    )


def _states(detail: Mapping[str, object]) -> Iterator[Point]:
    for key, title in _PARTS.items():
        state = detail.get(key)
        if isinstance(state, str) and state != "ok":
            yield Point("act", title, f"{_capital(state).rstrip('.')}.", _TODO.get(key, _ASK))


def _doctor(findings: Sequence[tuple[str, str]]) -> Iterator[Point]:
    wrong = tuple(sentence for kind, sentence in findings if kind == "wrong")
    notes = tuple(sentence for kind, sentence in findings if kind == "note")
    if wrong:
        said = "This is what doctor finds wrong:"
        yield Point("act", "To mend on this machine", said, _ASK, more=wrong)
    if notes:
        yield Point("know", "Good to know", "This is what doctor notes:", more=notes)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

"""Views of the table of checks: `doctor`, Today, alarms, /readyz. Each judges an observation."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from messages.message import Finding, Message, Severity, message
from runtime import installation, private_status
from runtime.health import live, machine, school
from runtime.health.observation import Observation
from runtime.health.table import TABLE, HealthRow
from runtime.upkeep import silent_places
from settings.load import Secrets
from settings.schema import Settings

GROUPS = ("machine", "content", "school", "desk", "alarms", "line")
# The checks that affect students most come first.
_ON_TODAY = (
    *(
        live.serving,
        live.refused,
        live.held,
        live.due,
        live.screen,
        live.screens,
        live.line,
        machine.server,
    ),
    *(school.served, school.table),
    *(school.county, school.named, school.info, live.refresh, machine.clock, live.disk),
)
# In a district, each school's own office acts on these.
OF_SCHOOL = frozenset({code for code, row in TABLE.items() if row.check is school.info}) | {
    *("screens.gone", "screens.old", "screens.well")
}
_KINDS: Mapping[str, Severity] = {"act": "wrong", "know": "note", "good": "ok"}


def judged(
    seen: Observation, wanted: Callable[[HealthRow], object]
) -> Iterator[tuple[HealthRow, Message]]:
    """Yield every wanted row that currently applies, in the table's order, with its message."""
    for check in dict.fromkeys(row.check for row in TABLE.values() if wanted(row)):
        for found in check(seen):
            if wanted(row := TABLE[found.code]):
                yield row, found


def doctor(seen: Observation, *, ask_carrier: bool = False) -> dict[str, list[Finding]]:
    groups = (*GROUPS, "carrier") if ask_carrier else GROUPS
    return {group: _answered(seen, group) for group in groups}


def today(seen: Observation) -> list[Finding]:
    """Return the Today page's cards, most urgent first; the technician's items share one card."""
    found = list(judged(seen, lambda row: row.today))
    cards = [(row, one) for row, one in found if row.today != "listed"]
    cards.sort(key=lambda card: _ON_TODAY.index(card[0].check))
    said = [Finding(_KINDS[row.today], one) for row, one in cards]
    listed = [(row.severity, one) for row, one in found if row.today == "listed"]
    wrong = tuple(one for severity, one in listed if severity == "wrong")
    notes = tuple(one for severity, one in listed if severity == "note")
    if wrong:
        said.append(Finding("wrong", message("today.to-fix", count=len(wrong), more=wrong)))
    if notes:
        said.append(Finding("note", message("today.notes", count=len(notes), more=notes)))
    order = [*_KINDS.values()]
    return sorted(said, key=lambda one: order.index(one.kind))


def alarms(seen: Observation) -> dict[str, str]:
    """Return kind → value of every alarm that should be active. ``seen.ringing``: active ones."""
    found: dict[str, str] = {}
    for row, one in judged(seen, lambda row: row.alarm):
        if not row.keeps or row.alarm in seen.ringing:
            found.setdefault(row.alarm, str(one.args[row.value]) if row.value else "")
    return found


def is_ready(seen: Observation) -> bool:
    """Return whether no row that blocks the server applies."""
    return not any(judged(seen, lambda row: row.blocks))


def _answered(seen: Observation, group: str) -> list[Finding]:
    """Return the group's findings, up to the first file that does not respond."""
    found: list[Finding] = []

    def judge() -> None:
        for row, one in judged(seen, lambda row: row.group == group):
            found.append(Finding(row.severity, one))

    try:
        silent_places.run(judge, lambda: _places(seen.settings))
    except silent_places.SilentPlaceError as error:
        return [*found, Finding("wrong", message("doctor.cut-short", error=error))]
    return found


def _places(settings: Settings) -> Iterator[Path]:
    content = settings.content
    yield from (settings.server.data_dir, settings.kiosk.school_file, content.pack)
    yield from (
        Path(place) for place in (content.root, content.source, settings.kiosk.schools) if place
    )


def running_server(settings: Settings, secrets: Secrets) -> dict[str, object]:
    """Return the report of a server with these settings; {} if none is running."""
    key = installation.kept_hash_key(settings, secrets)
    return private_status.ask(settings.server.host, settings.server.port, key) if key else {}

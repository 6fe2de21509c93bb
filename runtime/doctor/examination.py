"""What is wrong with this installation, and what to do: the checks behind `doctor`."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import chain
from pathlib import Path

from content.review.county_confirmation import CountyLine
from messages.message import Finding, message
from runtime import installation, private_status, service
from runtime.alarms import watch as alarm_watch
from runtime.doctor import line, machine, pack, school
from runtime.upkeep import silent_places
from settings.load import Secrets
from settings.schema import Settings
from system.clock import synchronised


def groups(
    settings: Settings,
    secrets: Secrets,
    now: datetime,
    *,
    server: Mapping[str, object],
    ask_carrier: bool,
) -> dict[str, list[Finding]]:
    """Everything that an operator would ask, by what it is about.

    ``server``: what ``running_server`` said, which takes seconds where a file hangs.
    """
    found: dict[str, Iterable[Finding]] = {
        "machine": chain(
            machine.of_disk(settings),
            machine.of_settings(settings),
            machine.of_server(server),
            machine.of_port(settings, contained=any(path.exists() for path in service.CONTAINER)),
            machine.of_clock(now, trusted=synchronised()),
            machine.of_store(settings),
        ),
        "content": chain(
            pack.of_trust(settings),
            pack.of_schedule(settings),
            pack.of_timer(settings),
            pack.of_content(settings, now, server),
        ),
        "school": chain(
            # Else the running server goes on with what the desk set, which is not read here.
            school.of_school(settings, _county_line(settings, secrets, now))
            if server.get("desk_settings", "ok") == "ok"
            else (),
            school.of_school_info(settings, installation.local_day(now)),
            school.of_screen(settings),
            school.of_paper(),
        ),
        "desk": machine.of_desk(settings),
        "alarms": alarm_watch.findings(settings),
        "line": chain(
            line.of_line_process(settings, server), line.of_line(settings, secrets, server)
        ),
        "carrier": line.of_carrier(settings, secrets, now) if ask_carrier else (),
    }
    return {group: _answered(settings, findings) for group, findings in found.items()}


def _county_line(settings: Settings, secrets: Secrets, now: datetime) -> CountyLine:
    key, pack = installation.kept_hash_key(settings, secrets), installation.visible(settings)
    return installation.county_line(settings, pack, key=key, now=now)


def _answered(settings: Settings, findings: Iterable[Finding]) -> list[Finding]:
    """As far as the files answer."""
    found: list[Finding] = []
    try:
        silent_places.run(lambda: found.extend(findings), lambda: _places(settings))
    except silent_places.SilentPlaceError as error:
        return [*found, Finding("wrong", message("doctor.cut-short", error=error))]
    return found


def _places(settings: Settings) -> Iterator[Path]:
    content = settings.content
    yield from (settings.server.data_dir, settings.kiosk.school_file, content.pack)
    yield from (Path(place) for place in (content.root, content.source) if place)


def running_server(settings: Settings, secrets: Secrets) -> dict[str, object]:
    """What a server on these settings says of itself; {} if none runs."""
    key = installation.kept_hash_key(settings, secrets)
    return private_status.ask(settings.server.host, settings.server.port, key) if key else {}

"""The verbs of the command line, all but `serve`: each a function from settings to an exit code.

Owns what is printed, and the checks that content may not import but a pack must pass: pages that render, replies that
fit. Refuses to schedule anything and to touch the network. Exit codes: 0 done, 1 a problem was found, 2 settings.
"""

import asyncio
import sys
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from content import build as building
from content import intake, refresh
from content.model import Pack, Problem
from content.releases import BusyError, NothingToRollBackError, Releases
from settings import Secrets, Settings

# The first pack's state: a day turns over where the school is.
LOCAL = ZoneInfo("America/Los_Angeles")


def checks(settings: Settings) -> list[intake.Check]:
    """What a pack must pass beyond content's own rules, for `check`, `build` and `refresh` alike."""
    from kiosk.app import check as pages_render
    from sms.conversation import problems as replies_fit

    return [pages_render, lambda pack: replies_fit(pack, settings.sms)]


def prepare(settings: Settings, now: datetime) -> intake.Prepare:
    """The renderer that intake is handed: every page of a pack into one Edition file."""
    from kiosk.app import render

    return lambda pack, out: render(pack, settings.kiosk, today=now.astimezone(LOCAL).date(), out=out)


def edition_key(settings: Settings, now: datetime) -> str:
    """What a rendered Edition depends on besides its pack: the settings, the templates and the day."""
    from kiosk.edition import key

    return key(settings.kiosk, today=now.astimezone(LOCAL).date())


def read(folder: Path) -> tuple[Pack | None, list[Problem]]:
    """A pack from its source or its built form, with every problem."""
    if building.is_built(folder):
        try:
            return building.read_built(folder), []
        except building.BuiltPackError as error:
            return None, [Problem(str(folder), 0, str(error))]
    from content.source import read as read_source

    return read_source(folder)


def check(settings: Settings, arguments: Namespace) -> int:
    """Print every problem of a pack; 1 if any is an error."""
    pack, problems = _judged(settings, arguments.pack or settings.content.pack)
    for problem in problems:
        print(problem)
    errors = sum(problem.severity == "error" for problem in problems)
    print(f"{errors} errors, {len(problems) - errors} warnings.", file=sys.stderr)
    return 1 if errors or pack is None else 0


def build(settings: Settings, arguments: Namespace) -> int:
    """Write the built pack; nothing is written when the source has an error."""
    pack, problems = _judged(settings, arguments.pack or settings.content.pack)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors or pack is None:
        print(*errors, sep="\n", file=sys.stderr)
        return 1
    files = building.build(pack)
    building.write_built(files, arguments.out)
    print(f"{len(files)} files written to {arguments.out}.")
    return 0


def refresh_now(settings: Settings, arguments: Namespace, now: datetime) -> int:
    """One refresh: judge, render, activate; print what happened in a sentence. 1 if refused."""
    releases = Releases(settings.server.data_dir)
    try:
        candidate = _candidate(settings, arguments, releases)
        outcome = refresh.refresh(
            candidate,
            releases=releases,
            checks=checks(settings),
            prepare=prepare(settings, now),
            edition_key=edition_key(settings, now),
            now=now,
        )
    except (refresh.SourceError, BusyError) as error:
        print(error, file=sys.stderr)
        return 1
    print(outcome.sentence())
    return 1 if outcome.state == "refused" else 0


def _candidate(settings: Settings, arguments: Namespace, releases: Releases) -> Path:
    """Where this refresh takes its pack from: --from, the pack now served (--again), the source, the shipped pack."""
    if arguments.source:
        return refresh.locate(arguments.source, unsigned=settings.content.unsigned)
    active = releases.active() if arguments.again else None
    if active:
        return active.folder
    if settings.content.source and not arguments.again:
        return refresh.locate(settings.content.source, unsigned=settings.content.unsigned)
    return settings.content.pack


def list_releases(settings: Settings) -> int:
    """Print the releases on disk, newest first, and the last refusal."""
    releases = Releases(settings.server.data_dir)
    for release in releases.list():
        print(f"{release.id}  {release.activated_at:%Y-%m-%d %H:%M} UTC  {release.state}")
    refusal = releases.refused()
    if refusal:
        print(f"Refused at {refusal.at:%Y-%m-%d %H:%M} UTC, the old pack stayed:")
        print(*refusal.problems, sep="\n")
    return 0


def rollback(settings: Settings, now: datetime) -> int:
    """Bring back the release before; 1 if there is none."""
    try:
        release = Releases(settings.server.data_dir).rollback(now=now)
    except (BusyError, NothingToRollBackError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Release {release.id} is active again; a running server shows it within seconds.")
    return 0


def text(settings: Settings, secrets: Secrets, arguments: Namespace, clock: Callable[[], datetime]) -> int:
    """Send messages through the real line on the configured store, as a phone would."""
    return asyncio.run(_text(settings, secrets, arguments, clock))

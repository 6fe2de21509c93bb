"""``refresh``, ``releases`` and ``rollback``: the releases on this machine's disk."""

import contextlib
import sys
from datetime import datetime

from cli.command import Context, Verbs, failed, say
from content.directory import refresh as directory_refresh
from content.releases import fall_back
from content.releases.candidate import RefusedError
from content.releases.fall_back import remedy
from content.releases.generations import BusyError, NothingToRollBackError, Releases
from content.releases.outcome import Outcome
from content.releases.sources import SourceError
from content.trust.failures import RefreshError
from messages.message import message, of_error
from runtime import installation
from settings.schema import Settings

MOST_PRINTED = 30  # maximum problems printed for a refused pack; `check` lists them all


def add(verbs: Verbs) -> None:
    verbs.add_parser("releases").set_defaults(run=show)
    verbs.add_parser("rollback").set_defaults(run=rollback)
    parser = verbs.add_parser("refresh")
    parser.add_argument(
        "--from",
        dest="source",
        metavar="URL-or-DIR",
        help="a source other than the one in the settings, such as a USB stick",
    )
    parser.add_argument(
        "--accept-age", action="store_true", help="accept an expired USB stick without asking"
    )
    parser.add_argument(
        "--again",
        action="store_true",
        help="check the pack on disk again, use the shipped pack if no release is usable, and"
        " migrate the database",
    )
    parser.set_defaults(run=look)


def show(context: Context) -> int:
    """Print the releases (newest first), hidden entries, the pack on hold and the last refusal."""
    from runtime.health import pack, report  # `rollback` does not need these modules
    from runtime.health.observation import Observation

    releases = Releases(context.settings.server.data_dir)
    state = releases.state()
    for release in releases.list(state):
        unsigned = release.origin == "unsigned" and release.state != "damaged"
        print(
            f"{release.id}  {release.activated_at:%Y-%m-%d %H:%M} UTC  {release.state}"
            f"{', unsigned' if unsigned else ''}"
        )
    server = report.running_server(context.settings, context.secrets)
    seen = Observation(context.settings, context.now, server=server)
    unnamed = releases.unnamed(state)
    for found in pack.not_active(seen, unnamed):
        print(found)
    if unnamed or state.active in releases.damaged(state):
        print(remedy(releases, state))
    for entry in state.withdrawn:
        print(f"Withdrawn: {entry.id}, hidden here since {entry.since:%Y-%m-%d %H:%M} UTC.")
    if last := state.refresh:
        print(f"Last check for a new pack at {last.at:%Y-%m-%d %H:%M} UTC: {last.message}")
    if waiting := state.held:
        since = f"{waiting.since:%Y-%m-%d %H:%M} UTC"
        print(f"Pack {waiting.id} has been waiting for approval since {since}: see `held`.")
    if refusal := state.refusal:
        at = f"{refusal.at:%Y-%m-%d %H:%M} UTC"
        is_past = refusal.is_past(releases.active(state))
        after = "before the release shown now became active" if is_past else "the old pack stayed"
        print(f"Refused at {at}, {after}:")
        print(*refusal.messages, sep="\n")
    return 0


def rollback(context: Context) -> int:
    """Go back to the previous release; return 1 if there is no previous release."""
    from runtime import disk_check

    found = disk_check.set_aside(context.settings, context.now)
    say(*disk_check.reasons(found.refused), to=sys.stderr)
    try:
        release = fall_back.rollback(installation.machine(context.settings, context.now))
    except (BusyError, NothingToRollBackError, RefusedError) as error:
        return failed(error)
    return say(message("review.rolled-back", id=release.id))


def look(context: Context) -> int:
    """Check for a new pack, or check the served pack again; return 1 if no pack could be used."""
    from runtime.refresh import again, refresh

    settings, given, now = context.settings, context.given, context.now
    try:
        if given.again and not given.source:
            outcome = again(settings, now)
        else:
            source = given.source or ""
            outcome = refresh(settings, now, address=source, accept_age=given.accept_age)
    except SourceError as error:
        address, problems = given.source or settings.content.source, [of_error(error)]
        with contextlib.suppress(OSError, BusyError):
            Releases(settings.server.data_dir).change(
                lambda state: state.refused(address, problems, now=now)
            )
        return failed(error)
    except (BusyError, RefreshError) as error:
        return failed(error)
    return _printed(outcome, settings, now)


def _printed(outcome: Outcome, settings: Settings, now: datetime) -> int:
    say(outcome.said)
    services = directory_refresh.last(settings.server.data_dir)
    if services and services.at == now:
        say(services.message)
    if outcome.state != "refused":
        return 0
    say(*outcome.problems[1:MOST_PRINTED])
    return 1

"""``refresh``: look for a new pack now, or judge again what is served; prints what happened."""

import contextlib
from datetime import datetime

from cli.command import Context, Verbs, failed, say
from content.directory import refresh as directory_refresh
from content.releases.generations import BusyError, Releases
from content.releases.outcome import Outcome
from content.releases.sources import SourceError
from content.trust.failures import RefreshError
from messages.message import of_error
from settings.schema import Settings

MOST_PRINTED = 30  # problems of a refused pack: `check` lists them all


def add(verbs: Verbs) -> None:
    parser = verbs.add_parser("refresh")
    parser.add_argument(
        "--from",
        dest="source",
        metavar="URL-or-DIR",
        help="another source than the settings name, such as a stick",
    )
    parser.add_argument(
        "--accept-age", action="store_true", help="take a stick that ran out, when asked whether to"
    )
    parser.add_argument(
        "--again",
        action="store_true",
        help="judge again what is on the disk, take the shipped pack where nothing may be served;"
        " migrate the database",
    )
    parser.set_defaults(run=run)


def run(context: Context) -> int:
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

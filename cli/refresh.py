"""``refresh``: look for a new pack now, from the publisher, a stick or the shipped folder, or
render again.

Owns where the verb takes its pack from, and what is printed. Refuses to serve: a running server
notices by itself.
"""

import contextlib
import sys
from argparse import Namespace
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from cli import Verbs, verify
from content.directory import refresh as directory_refresh
from content.releases import refresh
from content.releases.generations import BusyError, Release, Releases
from content.releases.intake import Outcome
from content.releases.refresh import Asked, Source, SourceError
from content.releases.targets import Place
from content.review.provenance import Provenance
from content.trust.failures import RefreshError
from runtime.clock import synchronised
from settings.load import Secrets
from settings.schema import Settings

# What ships, shown because nothing else may be: no news, which would clear the reason why.
_SHIPPED_AGAIN = Provenance(origin="again", before="shipped")
MOST_PRINTED = 30  # problems of a refused pack: `check` lists them all


def add(verbs: Verbs) -> None:
    """Add the verb."""
    parser = verbs.add_parser("refresh", help="look for a new pack now and say what happened")
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
        help="render the pack now served again; migrate the database",
    )
    parser.set_defaults(run=run)


def run(
    settings: Settings, secrets: Secrets, given: Namespace, clock: Callable[[], datetime]
) -> int:
    """One refresh; 1 if nothing was taken."""
    return refresh_now(
        settings, clock(), source=given.source or "", again=given.again, accept_age=given.accept_age
    )


def refresh_now(
    settings: Settings,
    now: datetime,
    *,
    source: str = "",
    again: bool = False,
    accept_age: bool = False,
) -> int:
    """One refresh: judge, render, activate; print what happened in a sentence. 1 if refused.

    ``again``: what is served is judged first, and set aside if it is not what was signed or ships.
    """
    releases = Releases(settings.server.data_dir)
    if again:
        _bring_up_store(settings)
    try:
        outcome = _outcome(
            settings, releases, now, source=source, again=again, accept_age=accept_age
        )
    except SourceError as error:
        with contextlib.suppress(OSError):
            releases.record_refusal(source or settings.content.source, [str(error)], now=now)
        print(error, file=sys.stderr)
        return 1
    except (BusyError, RefreshError) as error:
        print(error, file=sys.stderr)
        return 1
    print(outcome.sentence())
    services = directory_refresh.last(settings.server.data_dir)
    if services and services.at == now:
        print(services.sentence)
    if outcome.state != "refused":
        return 0
    print(*outcome.problems[1:MOST_PRINTED], sep="\n")
    return 1


def _outcome(
    settings: Settings,
    releases: Releases,
    now: datetime,
    *,
    source: str,
    again: bool,
    accept_age: bool,
) -> Outcome:
    """From --from, the pack now served (--again), the source of the settings, or the shipped pack."""
    from cli import main

    machine = main.machine(settings, now)
    active = _still_vouched(settings, releases, now) if again and not source else None
    address = source or ("" if again else settings.content.source)
    found = _located(settings, address, accept_age=accept_age) if address else None
    if found is not None and found.root is not None:
        place = Place(counties=settings.kiosk.counties, district=settings.content.district)
        asked = Asked(place=place, synchronised=synchronised(), accept_age=accept_age)
        outcome = refresh.fetch_and_refresh(found, machine, asked)
        if main.edition_key(settings, now) != machine.edition_key and releases.active():
            # A directory came or went, and the pages say whether there is one.
            _outcome(settings, releases, now, source="", again=True, accept_age=False)
        return outcome
    if active:
        folder, provenance = active.folder, active.again()
    elif found is not None:
        folder, provenance = Path(found.where), refresh.UNSIGNED
    else:
        folder, provenance = (
            settings.content.pack,
            _SHIPPED_AGAIN if again else Provenance(origin="shipped"),
        )
    return refresh.refresh(folder, machine, provenance)


def _still_vouched(settings: Settings, releases: Releases, now: datetime) -> Release | None:
    """The release to render again: never one whose pack somebody edited on the disk."""
    refused = verify.settled(settings, releases, now)
    active = releases.active()
    return active if active and active.id not in refused else None


def _located(settings: Settings, address: str, *, accept_age: bool) -> Source:
    found = refresh.locate(address, unsigned=settings.content.unsigned, root=settings.content.root)
    if accept_age and not isinstance(found.where, Path):
        raise SourceError(
            "--accept-age: only a stick or a folder may be older than its signatures allow."
        )
    return found


def _bring_up_store(settings: Settings) -> None:
    """Migrate here, so that what migrating loads never stays in the server. A database that is away
    waits."""
    from store.group_commit import Store, StoreError

    with contextlib.suppress(StoreError):
        store = Store(settings.store_url)
        store.open()
        store.close()

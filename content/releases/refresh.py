"""One refresh from a publisher: fetch, admit, then the large directory."""

from contextlib import suppress

from content.directory import refresh as directory_refresh
from content.releases.admit import admit
from content.releases.fetch import Asked, fetch
from content.releases.generations import BusyError
from content.releases.machine import Machine
from content.releases.outcome import Outcome, disk_refusal, first_taken
from content.releases.sources import PackSource
from content.trust.failures import RefreshError


def refresh(source: PackSource, machine: Machine, asked: Asked) -> Outcome:
    """Verify what a publisher offers and take it in.

    RefreshError if nothing could be fetched and verified; it is on record then. BusyError if a
    refresh is running.
    """
    releases, now, address = machine.releases, machine.now, str(source.where)
    try:
        with releases.lock():
            releases.sweep()
            directory_refresh.check_daily(source.root or b"", releases.root, now=now)
            with fetch(source, machine, asked) as (candidates, services):
                outcome, before = first_taken(candidates, lambda one: admit(one, machine))
                if before is not None:
                    releases.change(lambda s: s.refused(address, before.reasons(), now=now))
                # After the pack: taking up a first directory takes a small machine minutes.
                directory_refresh.take(services, releases.root, now=now)
                return outcome
    except RefreshError as error:
        failure = error.failure
        with suppress(OSError, BusyError):  # it stands, also where it cannot be recorded
            releases.change(lambda s: s.record_failure(failure, source=address, now=now))
        raise
    except OSError as error:
        return disk_refusal(error)

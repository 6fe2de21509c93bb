"""Refreshes an installation from the source in its settings, otherwise from the shipped pack."""

import contextlib
from datetime import datetime
from pathlib import Path

from content.releases import refresh as publisher
from content.releases import sources
from content.releases.admit import admit
from content.releases.candidate import Candidate
from content.releases.fall_back import take_shipped
from content.releases.outcome import Outcome
from content.releases.refresh import Asked
from content.releases.sources import PackSource, SourceError
from content.releases.targets import SchoolArea
from content.review.provenance import Provenance
from messages.message import message
from runtime import disk_check, installation
from settings import extras
from settings.schema import Settings
from system.clock import synchronised


def refresh(
    settings: Settings, now: datetime, *, address: str = "", accept_age: bool = False
) -> Outcome:
    """Take a pack from the address, or else the settings' source, or else the shipped pack.

    Raises SourceError, RefreshError or BusyError.
    """
    machine = installation.machine(settings, now)
    address = address or settings.content.source
    if not address:
        return admit(Candidate(settings.content.pack, Provenance(origin="shipped")), machine)
    source = _source(settings, address, accept_age=accept_age)
    if source.root is None:
        folder = Path(source.where)
        return admit(Candidate(folder, Provenance(origin="unsigned")), machine)
    area = SchoolArea(counties=settings.kiosk.counties, district=settings.content.district)
    asked = Asked(area=area, synchronised=synchronised(), accept_age=accept_age)
    found = publisher.refresh(source, machine, asked)
    if found.state == "unchanged" and disk_check.set_aside(settings, now).refused:
        # The pack's bytes are correct, but no proof on the disk vouches for them any longer.
        return publisher.refresh(source, machine, asked)
    return found


def again(settings: Settings, now: datetime) -> Outcome:
    """Migrate the database; if the active release is refused, take the shipped pack. BusyError."""
    _bring_up_store(settings)
    found, machine = disk_check.set_aside(settings, now), installation.machine(settings, now)
    active = machine.releases.active(machine.releases.state())
    if active and active.id in found.right:
        return Outcome(state="unchanged", release_id=active.id)
    return take_shipped(settings.content.pack, machine)


def _source(settings: Settings, address: str, *, accept_age: bool) -> PackSource:
    content = settings.content
    source = sources.locate(address, unsigned=content.unsigned, root=content.root)
    if accept_age and not isinstance(source.where, Path):
        raise SourceError(message("source.accept-age"))
    return source


def _bring_up_store(settings: Settings) -> None:
    """Migrate in this process, so that the server does not keep libraries loaded for migrating."""
    if not settings.sms.enabled or extras.line_lacks(settings):
        return
    from store.failure import StoreError
    from store.group_commit import Store

    with contextlib.suppress(StoreError):
        store = Store(settings.store_url)
        store.open()
        store.close()

"""Checks of the machine: settings, ports, desk access, clock, database, paper and voice."""

import asyncio
import os
from collections.abc import Iterator

from kiosk.audio import clips
from kiosk.desk import passphrase
from kiosk.desk.setup import first_start
from messages.message import Message, in_order, message
from runtime import service
from runtime.health.live import said
from runtime.health.observation import Observation
from settings import desk_file, extras
from settings.schema import DESK
from system.hosts import is_loopback

WRITTEN_IN = 2026  # if the clock shows an earlier year, nobody has set it


def settings(seen: Observation) -> Iterator[Message]:
    """Report where each of the desk's settings was set, and unusable values in the desk's file."""
    settings = seen.settings
    if settings.retired:
        yield message("settings.retired", why=settings.retired)
    yield from desk_file.read(settings.server.data_dir)[1]
    by: dict[str, list[str]] = {}
    for key in desk_file.KEYS:
        by.setdefault(settings.origins.get(key, ""), []).append(key.partition(".")[2])
    places = {DESK: message("settings.by-desk"), "": message("settings.by-default")}
    origins = []
    for at, keys in by.items():
        place = places.get(at) or message("settings.by", at=at)
        origins.append(message("settings.origin", keys=", ".join(keys), by=place))
    yield message("settings.origins", origins=in_order(*origins, between="settings.and"))


def server(seen: Observation) -> Iterator[Message]:
    """Report why a running server is not searching the directory or is keeping its old settings."""
    if (why := seen.state("directory")) != "ok":
        yield message("directory.not-searched", why=said(why))
    if (why := seen.state("desk_settings")) != "ok":
        yield message("settings.server-goes-on", problem=said(why), more=(said(why),))


def port(seen: Observation) -> Iterator[Message]:
    """Check whether others can bypass a proxy. A container's port is open only if published."""
    if is_loopback(host := seen.settings.server.host):
        return
    if any(path.exists() for path in service.CONTAINER):
        yield message("port.in-container")
    else:
        yield message("port.open", host=host)


def clock(seen: Observation) -> Iterator[Message]:
    if seen.now.year < WRITTEN_IN:
        yield message("clock.unset", day=f"{seen.now:%Y-%m-%d}")
    elif not seen.clock_right:
        yield message("clock.unsure")
    else:
        yield message("clock.right")


def store(seen: Observation) -> Iterator[Message]:
    settings = seen.settings
    if not settings.sms.enabled or extras.line_lacks(settings):
        return
    from sms.ledger import purge
    from store.failure import StoreError
    from store.group_commit import Store

    async def purge_nothing() -> None:
        async with asyncio.timeout(10):
            await database.submit(purge, 0)

    database = Store(settings.store_url)
    database.open()
    try:
        asyncio.run(purge_nothing())
        yield message("store.writable")
    except (StoreError, TimeoutError) as error:
        yield message("store.unwritable", problem=database.problem() or error)
    finally:
        database.close()


def printer_and_voice(seen: Observation) -> Iterator[Message]:
    kiosk = seen.settings.kiosk
    if kiosk.printer.startswith("/"):
        if extras.is_missing("printer"):
            yield message("printer.no-extra", lacks=extras.needs("[kiosk] printer", "printer"))
        if not os.access(kiosk.printer, os.W_OK):
            yield message("printer.unwritable", device=kiosk.printer)
    if kiosk.audio != "off" and not clips.able():
        yield message("screen.no-voice")


def posters(_seen: Observation) -> Iterator[Message]:
    if lacks := extras.paper_lacks():
        yield message("paper.no-posters", lacks=lacks)


def opened(seen: Observation) -> Iterator[Message]:
    """Check whether anyone else can open the desk, unless the desk is off."""
    settings = seen.settings
    desk, data_dir = settings.desk, settings.server.data_dir
    if not desk.enabled:
        return
    is_near = is_loopback(desk.host)
    if passphrase.kept(data_dir) is None:
        place = f"http://{desk.host}:{desk.port}"
        if desk.address.startswith("https://"):
            place = desk.address.rstrip("/")
        shut = message("desk.shut-before-setup", place=place)
        if not first_start.is_fresh(settings):
            shut = message("desk.shut")
        yield (shut if is_near else message("desk.open-without-passphrase", host=desk.host))
    if not is_near:
        yield message("desk.in-the-clear", host=desk.host)

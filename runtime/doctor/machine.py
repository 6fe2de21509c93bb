"""What is wrong with the machine: its disk, settings, ports, clock and database."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import reduce

from kiosk.desk import doctor_checks
from messages.message import Finding, Message, message, verbatim
from runtime import disk_space
from settings import desk_file, extras
from settings.schema import DESK, Settings
from system.hosts import is_loopback

WRITTEN_IN = 2026  # a clock before that was never set


def of_disk(settings: Settings) -> Iterator[Finding]:
    """Whether state can be kept."""
    folder = settings.server.data_dir
    trouble = disk_space.trouble(folder)
    yield (
        Finding("wrong", trouble)
        if trouble
        else Finding("ok", message("disk.writable", folder=folder))
    )


def of_settings(settings: Settings) -> Iterator[Finding]:
    """Who set what the desk's page asks for, and what of the desk's file cannot be used."""
    for problem in desk_file.read(settings.server.data_dir)[1]:
        yield Finding("wrong", problem)
    by: dict[str, list[str]] = {}
    for key in desk_file.KEYS:
        by.setdefault(settings.origins.get(key, ""), []).append(key.partition(".")[2])
    places = {DESK: message("settings.by-desk"), "": message("settings.by-default")}
    origins = reduce(
        _and,
        (_origin(keys, places.get(at) or message("settings.by", at=at)) for at, keys in by.items()),
    )
    yield Finding("ok", message("settings.origins", origins=origins))


def _origin(keys: list[str], by: Message) -> Message:
    return message("settings.origin", keys=", ".join(keys), by=by)


def _and(first: Message, second: Message) -> Message:
    return message("settings.and", first=first, second=second)


def of_server(server: Mapping[str, object]) -> Iterator[Finding]:
    """Why a running server searches no directory, and what it no longer finds in the desk's file.

    What it shows: ``of_shown``.
    """
    if (why := server.get("directory", "ok")) != "ok":
        yield Finding("wrong", verbatim(str(why)))
    problem = server.get("desk_settings", "ok")
    if problem != "ok":
        yield Finding("wrong", message("settings.server-goes-on", problem=verbatim(str(problem))))


def of_port(settings: Settings, *, contained: bool = False) -> Iterator[Finding]:
    """Whether others can reach the port past a proxy. A container's is as open as published."""
    if is_loopback(host := settings.server.host):
        return
    if contained:
        yield Finding(
            "note",
            message("port.in-container"),
        )
    else:
        yield Finding(
            "wrong",
            message("port.open", host=host),
        )


def of_clock(now: datetime, *, trusted: bool) -> Iterator[Finding]:
    """Whether the clock is right, as far as anybody can tell."""
    if now.year < WRITTEN_IN:
        yield Finding("wrong", message("clock.unset", day=f"{now:%Y-%m-%d}"))
    elif not trusted:
        yield Finding(
            "note",
            message("clock.unsure"),
        )


def of_store(settings: Settings) -> Iterator[Finding]:
    """Whether the line's database can be written."""
    if not settings.sms.enabled or extras.line_lacks(settings):
        return
    from sms.ledger import purge
    from store.failure import StoreError
    from store.group_commit import Store

    async def purge_nothing() -> None:
        async with asyncio.timeout(10):
            await store.submit(purge, 0)

    store = Store(settings.store_url)
    store.open()
    try:
        asyncio.run(purge_nothing())
        yield Finding("ok", message("store.writable"))
    except (StoreError, TimeoutError) as error:
        yield Finding("wrong", message("store.unwritable", problem=store.problem() or error))
    finally:
        store.close()


def of_desk(settings: Settings) -> Iterator[Finding]:
    """Whether the desk can be opened by those who may, and by nobody else."""
    yield from doctor_checks.findings(settings)

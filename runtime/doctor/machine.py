"""What is wrong with the machine: its disk, settings, ports, clock and database."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime

from kiosk.desk import doctor_checks
from runtime import disk_space
from settings import desk_file, extras
from settings.schema import DESK, Settings
from system.finding import Finding
from system.hosts import is_loopback

WRITTEN_IN = 2026  # a clock before that was never set


def of_disk(settings: Settings) -> Iterator[Finding]:
    """Whether state can be kept."""
    folder = settings.server.data_dir
    trouble = disk_space.trouble(folder)
    yield Finding("wrong", trouble) if trouble else Finding("ok", f"{folder} can be written.")


def of_settings(settings: Settings) -> Iterator[Finding]:
    """Who set what the desk's page asks for, and what of the desk's file cannot be used."""
    for problem in desk_file.read(settings.server.data_dir)[1]:
        yield Finding("wrong", problem)
    by: dict[str, list[str]] = {}
    for key in desk_file.KEYS:
        by.setdefault(settings.origins.get(key, ""), []).append(key.partition(".")[2])
    places = {DESK: "set at the desk", "": "not set, so the defaults"}
    said = (f"{', '.join(keys)}: {places.get(at, f'set by {at}')}" for at, keys in by.items())
    yield Finding("ok", f"Settings of the desk's page: {'; '.join(said)}.")


def of_server(server: Mapping[str, object]) -> Iterator[Finding]:
    """Why a running server searches no directory, and what it no longer finds in the desk's file.

    What it shows: ``of_shown``.
    """
    if (why := server.get("directory", "ok")) != "ok":
        yield Finding("wrong", str(why))
    problem = server.get("desk_settings", "ok")
    if problem != "ok":
        yield Finding("wrong", f"{problem} The running server goes on with what was set.")


def of_port(settings: Settings, *, contained: bool = False) -> Iterator[Finding]:
    """Whether others can reach the port past a proxy. A container's is as open as published."""
    if is_loopback(host := settings.server.host):
        return
    if contained:
        yield Finding(
            "note",
            "In this container the server listens everywhere: publish its port on 127.0.0.1 only,"
            " and put a proxy in front (docs/install.md).",
        )
    else:
        yield Finding(
            "wrong",
            f'[server] host is "{host}", so that everybody on the network reaches the kiosk and the'
            ' line without TLS; set it back to "127.0.0.1" and put a proxy in front'
            " (deploy/proxy/nginx.conf).",
        )


def of_clock(now: datetime, *, trusted: bool) -> Iterator[Finding]:
    """Whether the clock is right, as far as anybody can tell."""
    if now.year < WRITTEN_IN:
        yield Finding("wrong", f"The clock says {now:%Y-%m-%d}: set it.")
    elif not trusted:
        yield Finding(
            "note",
            "Nothing keeps this machine's clock right, as far as it can tell: no card says"
            ' "Open now". Switch on systemd-timesyncd or chrony.',
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
        yield Finding("ok", "The database can be written.")
    except (StoreError, TimeoutError) as error:
        yield Finding("wrong", f"The database cannot be written: {store.problem() or error}")
    finally:
        store.close()


def of_desk(settings: Settings) -> Iterator[Finding]:
    """Whether the desk can be opened by those who may, and by nobody else."""
    yield from doctor_checks.findings(settings)

"""The verbs of the command line, and all but `serve` as functions from settings to an exit code.

Owns what is printed, and the checks that content may not import but a pack must pass: pages that render, replies that
fit. Refuses to schedule anything and to touch the network. Exit codes: 0 done, 1 a problem was found, 2 settings.
"""

import asyncio
import contextlib
import logging
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from zoneinfo import ZoneInfo

from content import build as building
from content import intake, refresh
from content.model import Pack, Problem
from content.releases import BusyError, NothingToRollBackError, Releases
from settings import Secrets, Settings

# The first pack's state: a day turns over where the school is.
LOCAL = ZoneInfo("America/Los_Angeles")
MOST_PRINTED = 30  # problems of a refused pack: `check` lists them all
_NEW_PRIVATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL
log = logging.getLogger("porchlight")


def parser() -> ArgumentParser:
    """The command line: each verb with its help."""
    top = ArgumentParser(prog="server.py", description="Porchlight: a kiosk and a text line for students.")
    verbs = top.add_subparsers(dest="verb", metavar="VERB")
    verbs.add_parser("serve", help="kiosk, line and schedule on one port (the same as no verb)")
    text = verbs.add_parser("text", help="text the real line from this terminal and print the replies")
    text.add_argument("--from", dest="sender", metavar="N", help="one phone for all messages; else each is a new one")
    text.add_argument("--json", action="store_true", help="one JSON object a line")
    text.add_argument("messages", nargs="*", metavar="MESSAGE", help="without any, each line of standard input")
    check = verbs.add_parser("check", help="every problem of a pack, with file and line")
    check.add_argument("pack", nargs="?", type=Path, metavar="PACK", help="a pack's folder; else [content] pack")
    build_ = verbs.add_parser("build", help="write the built pack, byte for byte the same for the same input")
    build_.add_argument("pack", nargs="?", type=Path, metavar="PACK", help="a pack's folder; else [content] pack")
    build_.add_argument("--out", type=Path, required=True, metavar="DIR", help="an empty or new folder")
    refresh = verbs.add_parser("refresh", help="look for a new pack now and say what happened")
    refresh.add_argument("--from", dest="source", metavar="DIR", help="another source than the settings name")
    refresh.add_argument("--again", action="store_true", help="render the pack now served again; migrate the database")
    verbs.add_parser("releases", help="the releases on disk, and the last refusal")
    verbs.add_parser("rollback", help="bring back the release before")
    doctor = verbs.add_parser("doctor", help="what is wrong with this installation and what to do")
    doctor.add_argument("--carrier", action="store_true", help="ask the carrier's account, too")
    return top


def run(given: Namespace, settings: Settings, secrets: Secrets, clock: Callable[[], datetime]) -> int:
    """Run the verb that was given; its exit code."""
    verbs: dict[str, Callable[[], int]] = {
        "text": lambda: text(settings, secrets, given, clock),
        "check": lambda: check(settings, given),
        "build": lambda: build(settings, given),
        "refresh": lambda: refresh_now(settings, given, clock()),
        "releases": lambda: list_releases(settings),
        "rollback": lambda: rollback(settings, clock()),
        "doctor": lambda: _doctor(settings, secrets, given, clock()),
    }
    return verbs[given.verb]()


def _doctor(settings: Settings, secrets: Secrets, given: Namespace, now: datetime) -> int:
    import doctor

    return doctor.run(settings, secrets, now, ask_carrier=given.carrier)


def checks(settings: Settings) -> list[intake.Check]:
    """What a pack must pass beyond content's own rules, for `check`, `build` and `refresh` alike."""
    from kiosk.app import check as pages_render
    from sms.conversation import problems as replies_fit

    return [pages_render, lambda pack: replies_fit(pack, settings.sms)]


def prepare(settings: Settings, now: datetime) -> intake.Prepare:
    """The renderer that intake is handed: every page of a pack into one Edition file."""
    from kiosk.app import render

    return lambda pack, out: render(pack, settings.kiosk, now.astimezone(LOCAL).date(), out)


def edition_key(settings: Settings, now: datetime) -> str:
    """What a rendered Edition depends on besides its pack: the settings, the templates and the day."""
    from kiosk.edition import key

    return key("", settings.kiosk, today=now.astimezone(LOCAL).date())


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
    if arguments.again:
        _bring_up_store(settings)
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
    except refresh.SourceError as error:
        with contextlib.suppress(OSError):
            releases.record_refusal(arguments.source or settings.content.source, [str(error)], now=now)
        print(error, file=sys.stderr)
        return 1
    except BusyError as error:
        print(error, file=sys.stderr)
        return 1
    print(outcome.sentence())
    if outcome.state != "refused":
        return 0
    print(*outcome.problems[1:MOST_PRINTED], sep="\n")
    return 1


def _bring_up_store(settings: Settings) -> None:
    """Migrate here, so that what migrating loads never stays in the server. A database that is away waits."""
    from store import Store, StoreError

    with contextlib.suppress(StoreError):
        store = Store(settings.store_url)
        store.open()
        store.close()


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


async def _text(settings: Settings, secrets: Secrets, arguments: Namespace, clock: Callable[[], datetime]) -> int:
    from serving import Served
    from sms import simulator
    from sms.ledger import Ledger
    from sms.line import Line
    from store import Store

    served = Served(settings, clock=clock)
    served.start()
    store = Store(settings.store_url)
    store.open()
    line = Line(
        script=served.script,
        ledger=Ledger(store),
        hash_key=hash_key(settings, secrets),
        clock=clock,
        carrier_keeps_list=False,
    )
    messages = arguments.messages or (entry.rstrip("\n") for entry in sys.stdin)
    try:
        return await simulator.run(line, messages, sender=arguments.sender, as_json=arguments.json, out=sys.stdout)
    finally:
        await asyncio.to_thread(store.close)


def hash_key(settings: Settings, secrets: Secrets) -> bytes:
    """The key of every hash: PORCHLIGHT_HASH_KEY, else a file made on the first start, readable by us alone.

    A disk that cannot be written gives a key for this process only: repeats are then known until it ends.
    """
    if secrets.hash_key:
        return secrets.hash_key.encode()
    file = settings.server.data_dir / "hash.key"
    fresh = token_hex(32)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError), os.fdopen(os.open(file, _NEW_PRIVATE, 0o600), "w") as new:
            new.write(fresh)
        return (file.read_text(encoding="ascii").strip() or fresh).encode()
    except (OSError, UnicodeDecodeError):
        log.warning("data_dir cannot be written: the key of the hashes lasts as long as this process")
        return fresh.encode()


def _judged(settings: Settings, folder: Path) -> tuple[Pack | None, list[Problem]]:
    pack, problems = read(folder)
    if pack is not None and not any(problem.severity == "error" for problem in problems):
        problems = problems + [problem for judge in checks(settings) for problem in judge(pack)]
    return pack, problems

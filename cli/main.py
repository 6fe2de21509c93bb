"""The verbs of the command line, and all but `serve` as functions from settings to an exit code.

Owns what is printed, and the checks that content may not import but a pack must pass: pages that
render, replies that fit. Refuses to schedule anything and to touch the network. Exit codes: 0 done,
1 a problem was found, 2 settings.
"""

import asyncio
import contextlib
import logging
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from secrets import token_hex
from zoneinfo import ZoneInfo

from cli import Run, desk, directory, hsds, publish, refresh, review, sheet, verify
from cli import counts as operations
from cli import releases as generations
from cli import worklist as editing
from content.model import built_pack as building
from content.model.pack import Pack, Problem
from content.releases import held, intake
from content.releases.generations import Releases
from content.releases.hold import Machine
from settings.load import Secrets
from settings.schema import Settings

# The first pack's state: a day turns over where the school is.
LOCAL = ZoneInfo("America/Los_Angeles")
MODULES = (desk, directory, hsds, editing, generations, publish, refresh, review, sheet, verify)
_NEW_PRIVATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL
log = logging.getLogger("porchlight")


def parser() -> ArgumentParser:
    """The command line: each verb with its help."""
    top = ArgumentParser(
        prog="server.py", description="Porchlight: a kiosk and a text line for students."
    )
    verbs = top.add_subparsers(dest="verb", metavar="VERB")
    verbs.add_parser("serve", help="kiosk, line and schedule on one port (the same as no verb)")
    text = verbs.add_parser(
        "text", help="text the real line from this terminal and print the replies"
    )
    text.add_argument(
        "--from",
        dest="sender",
        metavar="N",
        help="one phone for all messages; else each is a new one",
    )
    text.add_argument("--json", action="store_true", help="one JSON object a line")
    without = "without any, each line of standard input; on a terminal, a drawn phone"
    text.add_argument("messages", nargs="*", metavar="MESSAGE", help=without)
    check = verbs.add_parser("check", help="every problem of a pack, with file and line")
    check.add_argument(
        "pack", nargs="?", type=Path, metavar="PACK", help="a pack's folder; else [content] pack"
    )
    build_ = verbs.add_parser(
        "build", help="write the built pack, byte for byte the same for the same input"
    )
    build_.add_argument(
        "pack", nargs="?", type=Path, metavar="PACK", help="a pack's folder; else [content] pack"
    )
    build_.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="an empty or new folder"
    )
    verbs.add_parser("say", help="make what the screen reads aloud: clips that are not there yet")
    verbs.add_parser(
        "fallback", help="what the carrier answers while this server is down, for a TwiML Bin"
    )
    counts = verbs.add_parser(
        "counts", help="how many messages were answered about what; small numbers hidden"
    )
    counts.add_argument(
        "--since",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="else since the 1st of August",
    )
    doctor = verbs.add_parser("doctor", help="what is wrong with this installation and what to do")
    doctor.add_argument("--carrier", action="store_true", help="ask the carrier's account, too")
    for module in MODULES:
        module.add(verbs)
    return top


def run(
    given: Namespace, settings: Settings, secrets: Secrets, clock: Callable[[], datetime]
) -> int:
    """Run the verb that was given; its exit code."""
    if "run" in given:
        chosen: Run = given.run
        return chosen(settings, secrets, given, clock)
    verbs: dict[str, Callable[[], int]] = {
        "text": lambda: text(settings, secrets, given, clock),
        "check": lambda: check(settings, given, clock()),
        "build": lambda: build(settings, given),
        "say": lambda: say(settings, clock()),
        "fallback": lambda: _fallback(settings),
        "counts": lambda: operations.print_counts(settings, clock(), given.since),
        "doctor": lambda: _doctor(settings, secrets, given, clock()),
    }
    return verbs[given.verb]()


def _doctor(settings: Settings, secrets: Secrets, given: Namespace, now: datetime) -> int:
    from runtime import doctor

    return doctor.run(settings, secrets, now, ask_carrier=given.carrier)


def _fallback(settings: Settings) -> int:
    from runtime import doctor

    return doctor.print_fallback(settings)


def checks(settings: Settings, *, pages: bool = True) -> list[intake.Check]:
    """What a pack must pass beyond content's own rules. ``pages``: also render every page, as
    `refresh` does anyway."""
    from kiosk.app import check as pages_render
    from sms.decide import problems as replies_fit

    return [*([pages_render] if pages else []), lambda pack: replies_fit(pack, settings.sms)]


def prepare(settings: Settings, now: datetime) -> intake.Prepare:
    """The renderer that intake is handed: every page of a pack into one Edition file."""
    from kiosk.app import render

    day, data_dir = now.astimezone(LOCAL).date(), settings.server.data_dir
    return lambda pack, out: render(pack, settings.kiosk, day, out, data_dir=data_dir)


def edition_key(settings: Settings, now: datetime) -> str:
    """What a rendered Edition depends on besides its pack: settings, templates, the school's file,
    clips, the day."""
    from kiosk import directory_results
    from kiosk.audio import clips
    from kiosk.edition.file import key
    from kiosk.pages import school_file as school

    data_dir = settings.server.data_dir
    beside = (
        school.digest(settings.kiosk.school_file)
        + clips.mark(data_dir)
        + directory_results.kept(data_dir)
    )
    return key(beside, settings.kiosk, today=now.astimezone(LOCAL).date())


def machine(settings: Settings, now: datetime) -> Machine:
    """What a refresh, an approval, a refusal and a rollback work with."""
    return Machine(
        releases=Releases(settings.server.data_dir),
        checks=checks(settings, pages=False),  # the renderer renders every page, too: not twice
        prepare=prepare(settings, now),
        edition_key=edition_key(settings, now),
        now=now,
        hold_numbers=settings.content.hold_numbers,
    )


def read(folder: Path) -> tuple[Pack | None, list[Problem]]:
    """A pack from its source or its built form, with every problem."""
    if building.is_built(folder):
        try:
            return building.read_built(folder), []
        except building.BuiltPackError as error:
            return None, [Problem(str(folder), 0, str(error))]
    from content.authoring.read_pack import read as read_source

    return read_source(folder)


def check(settings: Settings, arguments: Namespace, now: datetime) -> int:
    """Print every problem of a pack, and that some of it is due to be checked by people; 1 if any
    is an error."""
    from content.authoring import worklist

    folder: Path = arguments.pack or settings.content.pack
    pack, problems = judged(settings, folder)
    if pack is not None:
        due = worklist.warning(
            pack, today=now.astimezone(LOCAL).date(), file=(folder / "pack.toml").as_posix()
        )
        problems = [*problems, *due]
    for problem in problems:
        print(problem)
    errors = sum(problem.severity == "error" for problem in problems)
    print(f"{errors} errors, {len(problems) - errors} warnings.", file=sys.stderr)
    return 1 if errors or pack is None else 0


def build(settings: Settings, arguments: Namespace) -> int:
    """Write the built pack; nothing is written when the source has an error."""
    pack, problems = judged(settings, arguments.pack or settings.content.pack)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors or pack is None:
        print(*errors, sep="\n", file=sys.stderr)
        return 1
    files = building.build(pack)
    building.write_built(files, arguments.out)
    print(f"{len(files)} files written to {arguments.out}.")
    return 0


def say(settings: Settings, now: datetime) -> int:
    """Make the clips that the pages now served lack, then render again so that those pages offer
    them."""
    from kiosk import render as rendering
    from kiosk.audio import clips

    releases = Releases(settings.server.data_dir)
    active = releases.active()
    pack = held.shown(releases, active) if active else read(settings.content.pack)[0]
    if pack is None or settings.kiosk.audio == "off":
        print("Nothing is read aloud: there is no pack, or [kiosk] audio is off.")
        return 0
    os.nice(10)  # beside a running server, which comes first
    day = now.astimezone(LOCAL).date()
    try:
        report = rendering.say(
            pack, settings.kiosk, today=day, now=now, data_dir=settings.server.data_dir
        )
    except clips.VoiceError as error:
        print(error, file=sys.stderr)
        return 1
    print(report.sentence())
    return refresh.refresh_now(settings, now, again=True) if report.made else 0


def text(
    settings: Settings, secrets: Secrets, given: Namespace, clock: Callable[[], datetime]
) -> int:
    """Send messages through the real line on the configured store, as a phone would; alone on a
    terminal, be one."""
    from runtime.served import Served
    from sms.ledger import Ledger
    from sms.line import Line
    from sms.terminal import phone
    from sms.terminal import script as simulator
    from store.group_commit import Store

    served = Served(settings, clock=clock)
    served.start(pages=False)
    store = Store(settings.store_url)
    store.open()
    line = partial(
        Line,
        script=served.script,
        ledger=Ledger(store),
        hash_key=hash_key(settings, secrets),
        clock=clock,
    )
    lines = {False: line(carrier_keeps_list=False), True: line(carrier_keeps_list=True)}
    alone = (
        not (given.messages or given.sender or given.json)
        and sys.stdin.isatty()
        and sys.stdout.isatty()
    )
    with asyncio.Runner() as runner:
        try:
            if alone:
                return phone.on_terminal(lines, runner.run, pack=served.pack, sms=settings.sms)
            messages = given.messages or (entry.rstrip("\n") for entry in sys.stdin)
            return runner.run(
                simulator.run(
                    lines[False], messages, sender=given.sender, as_json=given.json, out=sys.stdout
                )
            )
        finally:
            runner.run(asyncio.to_thread(store.close))


def hash_key(settings: Settings, secrets: Secrets) -> bytes:
    """The key of every hash: PORCHLIGHT_HASH_KEY, else a file made on the first start, readable by
    us alone.

    A disk that cannot be written gives a key for this process only: repeats are then known until it
    ends.
    """
    if secrets.hash_key:
        return secrets.hash_key.encode()
    file = settings.server.data_dir / "hash.key"
    fresh = token_hex(32)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with (
            contextlib.suppress(FileExistsError),
            os.fdopen(os.open(file, _NEW_PRIVATE, 0o600), "w") as new,
        ):
            new.write(fresh)
        return (file.read_text(encoding="ascii").strip() or fresh).encode()
    except (OSError, UnicodeDecodeError):
        log.warning(
            "data_dir cannot be written: the key of the hashes lasts as long as this process"
        )
        return fresh.encode()


def judged(settings: Settings, folder: Path) -> tuple[Pack | None, list[Problem]]:
    """A pack from its source or its built form, with every problem that `check` finds."""
    pack, problems = read(folder)
    if pack is not None and not any(problem.severity == "error" for problem in problems):
        problems = problems + [problem for judge in checks(settings) for problem in judge(pack)]
    return pack, problems

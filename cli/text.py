"""``text``: messages through the real text line. ``why``: what decided the answer."""

import asyncio
import sys
from functools import partial
from typing import TYPE_CHECKING, cast

from cli.command import Context, Verbs, add_pack, failed
from runtime import installation
from settings import extras

if TYPE_CHECKING:
    from collections.abc import Callable

    from runtime.served import Served
    from sms.ledger import Ledger


def add(verbs: Verbs) -> None:
    """Add the two verbs."""
    text = verbs.add_parser("text")
    text.add_argument(
        "--from",
        dest="sender",
        metavar="N",
        help="one phone for all messages, - to read it from standard input; else each is a new one",
    )
    text.add_argument("--json", action="store_true", help="one JSON object a line")
    without = "without any, or for -, each line of standard input; on a terminal, a drawn phone"
    text.add_argument("messages", nargs="*", metavar="MESSAGE", help=without)
    text.set_defaults(run=run)
    why = verbs.add_parser("why")
    add_pack(why, "--pack")
    why.add_argument("messages", nargs="+", metavar="TEXT")
    why.set_defaults(run=explain)


def run(context: Context) -> int:
    """Send them on the configured store and print the replies; alone on a terminal, be a phone."""
    settings, given = context.settings, context.given
    served = _served(context)
    from sms.line import TextLine
    from sms.script import Script
    from sms.terminal import script

    ledger, close = _ledger(context)
    line = partial(
        TextLine,
        script=Script(served.pack, settings.sms, served.learnt),
        ledger=ledger,
        clock=context.clock,
    )
    lines = {keeps_list: line(carrier_keeps_list=keeps_list) for keeps_list in (False, True)}
    asked = given.messages or given.sender or given.json
    alone = not asked and sys.stdin.isatty() and sys.stdout.isatty()
    with asyncio.Runner() as runner:
        try:
            if alone:
                from sms.terminal import phone

                return phone.on_terminal(lines, runner.run, pack=served.pack, sms=settings.sms)
            typed = (entry.rstrip("\n") for entry in sys.stdin)
            sender = next(typed, "") if given.sender == "-" else given.sender
            messages = typed if given.messages in ([], ["-"]) else given.messages
            return runner.run(
                script.run(
                    lines[False], messages, sender=sender, as_json=given.json, out=sys.stdout
                )
            )
        finally:
            runner.run(asyncio.to_thread(close))


def _ledger(context: Context) -> "tuple[Ledger, Callable[[], None]]":
    """What remembers the messages, and how it ends: the line's database for a phone that may come
    back, this run's memory for new ones."""
    from store.sealing import Seal

    seal = Seal(installation.hash_key(context.settings, context.secrets))
    if not _keeps(context):
        from sms.terminal.brief_ledger import BriefLedger

        return cast("Ledger", BriefLedger(seal)), lambda: None
    from sms.ledger import Ledger
    from store.group_commit import Store

    store = Store(context.settings.store_url)
    store.open()
    return Ledger(store, seal, counted=False), store.close


def _served(context: Context) -> "Served":
    """What a server would show: verified by a child process, while this one loads its libraries."""
    from concurrent.futures import ThreadPoolExecutor
    from importlib import import_module

    from runtime.served import Served

    served = Served(context.settings, clock=context.clock)
    with ThreadPoolExecutor() as beside:
        looking = beside.submit(served.look)
        for library in ("sms.script", "sms.line", *(["sms.ledger"] if _keeps(context) else [])):
            import_module(library)
    looking.result()
    if served.wants_shipped():
        served.take_shipped()
    return served


def _keeps(context: Context) -> bool:
    return bool(context.given.sender) and not extras.is_missing("line")


def explain(context: Context) -> int:
    """Print why each message gets its answer, from the pack's source folder."""
    from sms.learning import why
    from sms.script import Script

    pack, problems = installation.read(context.pack)
    if pack is None:
        return failed(*installation.errors(problems))
    script = Script(pack, context.settings.sms)
    told = ("\n  ".join((text, *why.explain(script, text))) for text in context.given.messages)
    print("\n\n".join(told))
    return 0

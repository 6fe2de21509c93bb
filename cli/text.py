"""``text``: send messages to the real text line."""

import asyncio
import secrets
import sys
from typing import TYPE_CHECKING, cast

import msgspec

from cli.command import Context, Verbs
from runtime import installation
from settings import extras

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from runtime.served import Served
    from sms.decide import Decision
    from sms.ledger import Ledger
    from sms.line import Inbound

INTERRUPTED = 130  # a shell's exit code for SIGINT


def add(verbs: Verbs) -> None:
    text = verbs.add_parser("text")
    text.add_argument(
        "--from",
        dest="sender",
        metavar="N",
        help="number to text from, - for standard input (default: a new number for each message)",
    )
    text.add_argument("--json", action="store_true", help="print one JSON object per line")
    without = "the texts to send (default, or with -: each line of standard input)"
    text.add_argument("messages", nargs="*", metavar="MESSAGE", help=without)
    text.set_defaults(run=run)


def run(context: Context) -> int:
    """Send the messages, using the configured store, and print the replies."""
    given = context.given
    served = _served(context)
    from sms.line import TextLine
    from sms.script import Script

    ledger, close = _ledger(context)
    script = Script(served.pack, context.settings.sms, served.learnt)
    line = TextLine(script=script, ledger=ledger, clock=context.clock, carrier_keeps_list=False)
    reads = given.messages in ([], ["-"])
    if (reads or given.sender == "-") and sys.stdin.isatty():
        print("Type a message and press Enter. Press Ctrl-D to stop.", file=sys.stderr)
    with asyncio.Runner() as runner:
        try:
            typed = (entry.rstrip("\n") for entry in sys.stdin)
            sender = next(typed, "") if given.sender == "-" else given.sender
            # This is needed only here: a loop that is waiting for a key does not notice Ctrl-C.
            said = answered(
                lambda message: runner.run(line.answer(message)),
                typed if reads else given.messages,
                sender=sender,
            )
            for text, decision in said:
                print(as_json(text, decision) if given.json else plain(decision), flush=True)
        except KeyboardInterrupt:
            return INTERRUPTED
        finally:
            runner.run(asyncio.to_thread(close))
    return 0


def answered(
    answer: "Callable[[Inbound], Decision]", messages: "Iterable[str]", *, sender: str | None
) -> "Iterator[tuple[str, Decision]]":
    """Send each message; without ``sender``, each message comes from a new phone."""
    from sms.line import Inbound

    for text in messages:
        sid, new = f"SM{secrets.token_hex(16)}", f"terminal:{secrets.token_hex(8)}"
        yield text, answer(Inbound(sid=sid, sender=sender or new, body=text))


def as_json(text: str, decision: "Decision") -> str:
    """Return a reply as a line of JSON. Other programs rely on the names in it and their order."""
    of, reply = decision, decision.reply
    found = {"topic": of.topic, "also": of.also, "language": of.language, "how": of.how}
    sent = {"reply": reply.text, "segments": reply.segments, "encoding": reply.encoding}
    about = {"answer": of.answer, "about": of.about}
    printed = {"text": text.encode("utf-8", "replace").decode("utf-8"), **found, **sent, **about}
    return msgspec.json.encode(printed).decode("utf-8")


def plain(decision: "Decision") -> str:
    return decision.reply.text or f"(no reply: {decision.how})"


def _ledger(context: Context) -> "tuple[Ledger, Callable[[], None]]":
    """Return a ledger, which is in memory if no phone is named, and a function to close it."""
    from store.sealing import Seal

    seal = Seal(installation.hash_key(context.settings, context.secrets))
    if not _keeps(context):
        from sms.claims import MemoryLedger

        return cast("Ledger", MemoryLedger(seal)), lambda: None
    from sms.ledger import Ledger
    from store.group_commit import Store

    store = Store(context.settings.store_url)
    store.open()
    return Ledger(store, seal, counted=False), store.close


def _served(context: Context) -> "Served":
    """Return the pack that a server would show; a child process verifies it while we load code."""
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

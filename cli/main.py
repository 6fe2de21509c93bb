"""The command line: every command with its help, in the order in which it is printed."""

import contextlib
import io
import os
import select
import sys
from argparse import SUPPRESS, Action, ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import IO

from cli.command import Answer, Command, Context

UNREAD = 141  # what a shell calls the end by SIGPIPE

# The verbs of each module with what the help says of them, so that one verb loads one module, and
# the help none; in the order of the help.
_VERBS = {
    "text": {
        "text": "text the real line from this terminal and print the replies",
        "why": "which rule or which words decided what a message is",
    },
    "pack": {
        "check": "every problem of a pack, with file and line",
        "build": "write the built pack, byte for byte the same for the same input",
        "learn": "fit the text line to sms/examples.csv, and print what changed",
        "say": "make what the screen reads aloud: clips that are not there yet",
    },
    "fallback": {
        "fallback": "what the carrier answers while this server is down, for a TwiML Bin",
    },
    "counts": {
        "counts": "how many messages were answered about what; small numbers hidden",
    },
    "doctor": {
        "doctor": "what is wrong with this installation and what to do",
    },
    "school.alarm": {
        "alarm": "who hears when something fails: `alarm test` sends one",
    },
    "school.nightly": {
        "nightly": "ask all that the pack promises and compare the answers; runs each night",
    },
    "school.support_bundle": {
        "support-bundle": "what a helper from far needs, in a file: no name, number or secret",
    },
    "school.update": {
        "update": "the newest version of the program on a kiosk, checked; from a stick as well",
        "back": "the version of the program that ran before",
    },
    "school.backup": {
        "backup": "settings, keys and signed pack into one encrypted file",
        "restore": "put a backup back",
    },
    "desk": {
        "desk": "the staff desk: `desk passphrase` sets what opens it, `desk second-passphrase`"
        " what confirms a county line, `desk code` its first start",
    },
    "directory": {
        "directory": "the large directory of services that stands beside the pack",
    },
    "hsds": {
        "hsds": "services in Open Referral's format: in as drafts, out as a feed",
    },
    "worklist": {
        "worklist": "what is due to be compared with its source, by whom, and how",
        "checked": "note that you compared an entry with its source; it takes two roles",
        "withdraw": "take a resource or a partner out of the pack's source, in one step",
    },
    "releases": {
        "releases": "the releases on disk, and the last refusal",
        "rollback": "bring back the release before",
    },
    "publish": {
        "publish": "the publisher's side: keys, releases, signatures (docs/publishing.md)",
        "recall": "publisher: withdraw a published entry everywhere",
    },
    "refresh": {
        "refresh": "look for a new pack now and say what happened",
    },
    "review": {
        "held": "the new pack that waits for a person: old and new, who signed, why",
        "approve": "say yes to the pack that waits: exactly this one is shown",
        "refuse": "put the pack that waits aside until it changes",
    },
    "school.poster": {
        "poster": "a poster, wallet cards or the sheet for parents, as PDF",
    },
    "sheet": {
        "sheet": "the resources of a pack as a spreadsheet (CSV), and back",
    },
    "verify": {
        "verify": "is what is on the disk what was signed, or what ships? sets the rest aside",
    },
}

# What is named in no other group is upkeep. The help prints them so.
_GROUPS = {
    "What students meet": ("serve", "text", "why", "say", "fallback"),
    "Content": ("check", "build", "learn", "sheet", "hsds", "directory", *_VERBS["worklist"]),
    "Publishing": tuple(_VERBS["publish"]),
}
_UPKEEP = "Upkeep"
_SERVE = "kiosk, line and schedule (the same as no verb)"


def parser(arguments: Sequence[str] | None = None) -> ArgumentParser:
    """The command line for these arguments, for any without them. Loads the named verb's module."""
    top = ArgumentParser(
        prog="porchlight",
        usage="porchlight [-h] [--version] VERB ...",
        description="Porchlight: a kiosk and a text line for students.",
        epilog=_listed(),
        formatter_class=RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action=_Version)
    top.add_argument("--report", action="store_true", help=SUPPRESS)  # see ``reported``
    verbs = top.add_subparsers(dest="verb", metavar="VERB", prog="porchlight", help=SUPPRESS)
    top.set_defaults(only="")
    serve = verbs.add_parser("serve", help=_SERVE)
    serve.add_argument(
        "--only", choices=("line",), default="", help="the line's process, where [sms] port is set"
    )
    named = _named(arguments)
    for name, entries in _VERBS.items():
        if arguments is None or named in entries:
            import_module(f"cli.{name}").add(verbs)
        elif named != "serve":
            for verb, help_ in entries.items():
                verbs.add_parser(verb, help=help_)
    return top


def _listed() -> str:
    """Every verb in its group, with what it does."""
    left = {"serve": _SERVE} | {
        verb: text for each in _VERBS.values() for verb, text in each.items()
    }
    groups = {name: {verb: left.pop(verb) for verb in verbs} for name, verbs in _GROUPS.items()}
    blocks = (
        "\n".join((f"{name}:", *(f"  {verb:<16}{text}" for verb, text in verbs.items())))
        for name, verbs in {**groups, _UPKEEP: left}.items()
    )
    return "\n\n".join(blocks) + "\n\n`porchlight VERB --help` says more of one."


def _named(arguments: Sequence[str] | None) -> str:
    """The verb, or an option that stands before any: then the verbs are only listed."""
    return next((word for word in arguments or () if word != "--report"), "serve")


class _Version(Action):
    """Looks the version up only when it is asked for."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help="print the version of the program")

    def __call__(self, parser: ArgumentParser, *_: object) -> None:
        from runtime.upkeep.versions import program_version

        print(f"porchlight {program_version()}")
        parser.exit()


def run(context: Context) -> int:
    """Run the verb that was given; its exit code."""
    command: Command = context.given.run
    return command(context)


def until_unread(command: Callable[[], int]) -> int:
    """Run it; where nobody reads what it prints any more (`| head`), end as quietly as any tool."""
    try:
        try:
            return command()
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        if not (gone := [stream for stream in (sys.stdout, sys.stderr) if _unread(stream)]):
            raise  # another pipe than ours
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in gone:  # else the interpreter tries once more when it ends, and complains
            os.dup2(nowhere, stream.fileno())
        return UNREAD


def _unread(stream: IO[str]) -> bool:
    poll = select.poll()
    poll.register(stream.fileno(), 0)
    return any(event & select.POLLERR for _, event in poll.poll(0))


def reported(command: Callable[[Answer], int]) -> int:
    """Run it for a server: what it prints becomes one JSON object on standard output."""
    import msgspec

    from system.child import Report

    printed, results = io.StringIO(), list[object]()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        code = command(results.append)
    report = Report(code, tuple(printed.getvalue().splitlines()), *results)
    sys.stdout.write(msgspec.json.encode(report).decode())
    return code

"""The command line: every command with its help, in the order in which it is printed."""

import contextlib
import io
import os
import select
import sys
from argparse import SUPPRESS, ArgumentParser
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import IO

import msgspec

from cli.command import Command, Context
from runtime.child_process import Report

UNREAD = 141  # what a shell calls the end by SIGPIPE

# The verbs of each module, so that one verb loads one module; in the order of the help.
_VERBS = {
    "text": ("text", "why"),
    "pack": ("check", "build", "learn", "say"),
    "fallback": ("fallback",),
    "counts": ("counts",),
    "doctor": ("doctor",),
    "desk": ("desk",),
    "directory": ("directory",),
    "hsds": ("hsds",),
    "worklist": ("worklist", "checked", "withdraw"),
    "releases": ("releases", "rollback"),
    "publish": ("publish", "recall"),
    "refresh": ("refresh",),
    "review": ("held", "approve", "refuse"),
    "sheet": ("sheet",),
    "verify": ("verify",),
}


def parser(arguments: Sequence[str] = ("--help",)) -> ArgumentParser:
    """The command line: each verb with its help; only what these arguments need is loaded."""
    top = ArgumentParser(
        prog="porchlight", description="Porchlight: a kiosk and a text line for students."
    )
    top.add_argument("--report", action="store_true", help=SUPPRESS)  # see ``reported``
    verbs = top.add_subparsers(dest="verb", metavar="VERB")
    top.set_defaults(only="")
    serve = verbs.add_parser("serve", help="kiosk, line and schedule (the same as no verb)")
    serve.add_argument(
        "--only", choices=("line",), default="", help="the line's process, where [sms] port is set"
    )
    for name in _needed(arguments):
        import_module(f"cli.{name}").add(verbs)
    return top


def _needed(arguments: Sequence[str]) -> Sequence[str]:
    verb = next((word for word in arguments if not word.startswith("-")), "")
    if verb == "serve" or not arguments:
        return ()
    return [name for name, verbs in _VERBS.items() if verb in verbs] or list(_VERBS)


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


def reported(command: Callable[[], int]) -> int:
    """Run it for a server: what it prints becomes one JSON object on standard output."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        code = command()
    report = Report(code, tuple(printed.getvalue().splitlines()))
    sys.stdout.write(msgspec.json.encode(report).decode())
    return code

"""The command line: every command with its help, in the order in which it is printed."""

import contextlib
import io
import sys
from argparse import SUPPRESS, ArgumentParser
from collections.abc import Callable

import msgspec

from cli import (
    counts,
    desk,
    directory,
    doctor,
    fallback,
    hsds,
    pack,
    publish,
    refresh,
    releases,
    review,
    sheet,
    text,
    verify,
    worklist,
)
from cli.command import Command, Context
from runtime.child_process import Report

_MODULES = (
    *(text, pack, fallback, counts, doctor, desk, directory, hsds, worklist, releases, publish),
    *(refresh, review, sheet, verify),
)


def parser() -> ArgumentParser:
    """The command line: each verb with its help."""
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
    for module in _MODULES:
        module.add(verbs)
    return top


def run(context: Context) -> int:
    """Run the verb that was given; its exit code."""
    command: Command = context.given.run
    return command(context)


def reported(command: Callable[[], int]) -> int:
    """Run it for a server: what it prints becomes one JSON object on standard output."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        code = command()
    report = Report(code, tuple(printed.getvalue().splitlines()))
    sys.stdout.write(msgspec.json.encode(report).decode())
    return code

"""The command line: every command with its help, in the order in which it is printed."""

import contextlib
import io
import os
import select
import sys
from argparse import SUPPRESS, ArgumentParser
from collections.abc import Callable
from typing import IO

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

UNREAD = 141  # what a shell calls the end by SIGPIPE

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
    verbs.add_parser("serve", help="kiosk, line and schedule on one port (the same as no verb)")
    for module in _MODULES:
        module.add(verbs)
    return top


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

"""The command line: every command with its help, in the order in which it is printed."""

import contextlib
import os
import select
import sys
from argparse import SUPPRESS, ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import IO

from cli.command import Answer, Command, Context, VerbTable

UNREAD = 141  # what a shell calls the end by SIGPIPE

# Group → module → its verbs with what the help says of them, so that one verb loads one module, and
# the help none; in the order of the help.
_LISTED: VerbTable = {
    "What students meet": {
        "cli.text": {"text": "text the real line from this terminal and print the replies"},
        "cli.fallback": {
            "fallback": "what the carrier answers while this server is down, for a TwiML Bin",
        },
        "cli.school.poster": {
            "poster": "a poster, wallet cards or the sheet for parents, as PDF",
        },
        "cli.counts": {
            "counts": "how many messages were answered about what; small numbers hidden",
        },
    },
    "Upkeep": {
        "cli.doctor": {"doctor": "what is wrong with this installation and what to do"},
        "cli.desk": {
            "desk": "the staff desk: `desk passphrase` sets what opens it, `desk"
            " second-passphrase` what confirms a county line, `desk code` its first start",
        },
        "cli.refresh": {"refresh": "look for a new pack now and say what happened"},
        "cli.releases": {"rollback": "bring back the release before"},
        "cli.school.update": {
            "update": "the newest version of the program on a kiosk, checked; from a stick as well",
            "back": "the version of the program that ran before",
        },
        "cli.school.backup": {
            "backup": "settings, keys and signed pack into one encrypted file",
            "restore": "put a backup back",
        },
        "cli.school.alarm": {
            "alarm": "who hears when something fails: `alarm test` sends one",
        },
        "cli.school.support_bundle": {
            "support-bundle": "what a helper from far needs, in a file: no name, number or secret",
        },
    },
}
# What the server, its timers and the desk run. docs/commands.md tells people of them.
_UNLISTED: VerbTable = {
    "": {
        "cli.releases": {"releases": ""},
        "cli.review": {"held": "", "approve": "", "refuse": ""},
        "cli.say": {"say": ""},
        "cli.school.nightly": {"nightly": ""},
        "cli.verify": {"verify": ""},
    }
}
ADDED = "porchlight.verbs"  # the entry points of a distribution that adds a table of verbs
_SERVE = "kiosk, line and schedule (the same as no verb)"
_EDITORS = (
    "`porchlight --help` lists them; those for a pack's text files and for a publisher come with"
    " the package porchlight-editor (docs/commands.md)."
)
_MORE = "`porchlight VERB --help` says more of one; docs/commands.md lists every command."


def parser(arguments: Sequence[str] | None = None) -> ArgumentParser:
    """The command line for these arguments, for any without them. Loads the named verb's module."""
    named = _named(arguments)
    own = {**_LISTED, **_UNLISTED}
    is_own = arguments is not None and (named == "serve" or _module_of(named, own))
    added = {} if is_own else _added()
    top = ArgumentParser(
        prog="porchlight",
        usage="porchlight [-h] [--version] VERB ...",
        description="Porchlight: a kiosk and a text line for students.",
        epilog=_text({**_LISTED, **added}),
        formatter_class=RawDescriptionHelpFormatter,
    )
    version, help_ = "", "print the version of the program"
    if "--version" in (arguments or ()):
        from runtime.upkeep.versions import program_version

        version = f"porchlight {program_version()}"
    top.add_argument("--version", action="version", version=version, help=help_)
    top.add_argument("--report", action="store_true", help=SUPPRESS)  # see ``reported``
    verbs = top.add_subparsers(dest="verb", metavar="VERB", prog="porchlight", help=SUPPRESS)
    verbs.add_parser("serve", help=_SERVE)
    table = {**own, **added}
    modules = dict.fromkeys(module for group in table.values() for module in group)
    wanted = _module_of(named, table)
    if named != "serve" and not wanted and not named.startswith("-"):
        top.error(f'there is no command "{named}" here. {_EDITORS}')
    for module in modules:
        if arguments is None or module == wanted:
            import_module(module).add(verbs)
        elif named != "serve":
            for verb in _verbs_of(module, table):
                verbs.add_parser(verb)
    return top


def _added() -> VerbTable:
    """The verbs of other distributions that are installed here, such as the editor's."""
    from importlib.metadata import entry_points

    return {name: group for one in entry_points(group=ADDED) for name, group in one.load().items()}


def _verbs_of(module: str, table: VerbTable) -> list[str]:
    return [verb for group in table.values() for verb in group.get(module, ())]


def _module_of(verb: str, table: VerbTable) -> str:
    """The module that holds the verb, "" for none."""
    modules = (module for group in table.values() for module in group)
    return next((module for module in modules if verb in _verbs_of(module, table)), "")


def _text(table: VerbTable) -> str:
    blocks = []
    for name, modules in table.items():
        texts = {verb: text for each in modules.values() for verb, text in each.items()}
        if name == next(iter(_LISTED)):
            texts = {"serve": _SERVE, **texts}
        blocks.append("\n".join((f"{name}:", *(f"  {v:<16}{text}" for v, text in texts.items()))))
    return "\n\n".join([*blocks, _MORE])


def _named(arguments: Sequence[str] | None) -> str:
    """The verb, or an option that stands before any: then the verbs are only listed."""
    return next((word for word in arguments or () if word != "--report"), "serve")


def run(context: Context) -> int:
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

    from messages.report import Heard, Report

    heard, results = Heard(), list[object]()
    with contextlib.redirect_stdout(heard), contextlib.redirect_stderr(heard):
        code = command(results.append)
    report = Report(code, heard.said, *results)
    sys.stdout.write(msgspec.json.encode(report).decode())
    return code

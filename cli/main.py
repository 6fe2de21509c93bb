"""The command line: finds the named command, or lists all commands with their help."""

import contextlib
import os
import select
import sys
from argparse import SUPPRESS, ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import IO

from cli.command import Answer, Command, Context, VerbTable, read_verbs

UNREAD = 141  # a shell's exit code for SIGPIPE

_OWN = read_verbs(Path(__file__).with_name("verbs.toml"))
ADDED = "porchlight.verbs"  # entry points of distributions that add a table of verbs
_SERVE = "run the kiosk, the text line and the schedule (the default)"
_EDITORS = (
    "`porchlight --help` lists all commands. Those for authors and publishers of packs come with"
    " the package porchlight-editor (docs/school/run.md)."
)
_MORE = "`porchlight VERB --help` explains one command; docs/school/run.md lists them all."


def parser(arguments: Sequence[str] | None = None) -> ArgumentParser:
    """Return the parser. Load only the named verb's module; without arguments, load all modules."""
    named = _named(arguments)
    is_own = arguments is not None and (named == "serve" or _module_of(named, _OWN))
    table = {**_OWN, **({} if is_own else _added())}
    top = ArgumentParser(
        prog="porchlight",
        usage="porchlight [-h] [--version] VERB ...",
        description="Porchlight: a kiosk and a text line for students.",
        epilog=_text(table),
        formatter_class=RawDescriptionHelpFormatter,
    )
    version, help_ = "", "print the program's version"
    if "--version" in (arguments or ()):
        from runtime.upkeep.versions import program_version

        version = f"porchlight {program_version()}"
    top.add_argument("--version", action="version", version=version, help=help_)
    top.add_argument("--report", action="store_true", help=SUPPRESS)  # see ``reported``
    verbs = top.add_subparsers(dest="verb", metavar="VERB", prog="porchlight", help=SUPPRESS)
    verbs.add_parser("serve", help=_SERVE)
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
    """Return the verbs of other installed distributions, such as the editor's."""
    from importlib.metadata import entry_points

    return {name: group for one in entry_points(group=ADDED) for name, group in one.load().items()}


def _verbs_of(module: str, table: VerbTable) -> list[str]:
    return [verb for group in table.values() for verb in group.get(module, ())]


def _module_of(verb: str, table: VerbTable) -> str:
    modules = (module for group in table.values() for module in group)
    return next((module for module in modules if verb in _verbs_of(module, table)), "")


def _text(table: VerbTable) -> str:
    blocks = []
    for name, modules in table.items():
        if not name:  # verbs that only the server, its timers and the desk use
            continue
        texts = {verb: text for each in modules.values() for verb, text in each.items()}
        if name == next(iter(_OWN)):
            texts = {"serve": _SERVE, **texts}
        blocks.append("\n".join((f"{name}:", *(f"  {v:<16}{text}" for v, text in texts.items()))))
    return "\n\n".join([*blocks, _MORE])


def _named(arguments: Sequence[str] | None) -> str:
    """Return the verb, or an option that comes before any verb (then the verbs are only listed)."""
    return next((word for word in arguments or () if word != "--report"), "serve")


def run(context: Context) -> int:
    command: Command = context.given.run
    return command(context)


def until_unread(command: Callable[[], int]) -> int:
    """Run the command; like other tools, exit quietly if the reader (`| head`) has exited."""
    try:
        try:
            return command()
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        if not (gone := [stream for stream in (sys.stdout, sys.stderr) if _unread(stream)]):
            raise  # the broken pipe is not our standard output
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in gone:  # otherwise, the interpreter flushes again at exit and reports an error
            os.dup2(nowhere, stream.fileno())
        return UNREAD


def _unread(stream: IO[str]) -> bool:
    poll = select.poll()
    poll.register(stream.fileno(), 0)
    return any(event & select.POLLERR for _, event in poll.poll(0))


def reported(command: Callable[[Answer], int]) -> int:
    """Run the command for a server: print its output as one JSON object on standard output."""
    import msgspec

    from messages.report import Heard, Report

    heard, results = Heard(), list[object]()
    with contextlib.redirect_stdout(heard), contextlib.redirect_stderr(heard):
        code = command(results.append)
    report = Report(code, heard.said, *results)
    sys.stdout.write(msgspec.json.encode(report).decode())
    return code

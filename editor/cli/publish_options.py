"""Code shared by all steps of ``publish``: folders, passphrases and error handling."""

import logging
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from getpass import getpass
from pathlib import Path

from cli.command import Command, Context, Verbs, failed
from editor.publishing.metadata import PublishError
from editor.publishing.workspace import Workspace
from settings import extras
from settings.load import SettingsError

KEYS = Path("~/porchlight-keys")


def add_options(parser: ArgumentParser, *, repository: bool = True) -> None:
    """Add the options that every step has."""
    if repository:
        where = "the publisher's workspace, which contains site/ (default: this folder)"
        parser.add_argument(
            "--repository", dest="folder", type=Path, default=Path(), metavar="DIR", help=where
        )
        parser.add_argument(
            "--staged",
            type=Path,
            metavar="DIR",
            help="the pending step's folder (default: staged/)",
        )
        sure = "continue even if the last step was more than 400 days ago"
        parser.add_argument("--clock-is-right", dest="sure", action="store_true", help=sure)
    mine = f"folder of your keys, searched with its subfolders (default: {KEYS})"
    parser.add_argument("--keys", action="append", type=Path, metavar="DIR", help=mine)
    parser.add_argument(
        "--dry-run", action="store_true", help="print what would happen; sign and write nothing"
    )


def add_step(steps: Verbs, name: str, says: str, run: Command) -> ArgumentParser:
    """Add a step that has these options and reports each refusal as a sentence."""
    parser = steps.add_parser(name, help=says)
    add_options(parser)
    parser.set_defaults(run=guarded(run))
    return parser


def open_workspace(context: Context, *, waiting: str = "") -> "Workspace":
    """Open the named workspace. ``waiting``: the separate folder of a step such as a recall."""
    given = context.given
    staged: Path | None = getattr(given, "staged", None)
    return Workspace(
        folder=given.folder,
        keys=given.keys or [KEYS.expanduser()],
        secret=asking(context.secrets.key_passphrase, "PORCHLIGHT_KEY_PASSPHRASE_FILE"),
        root_secret=asking(context.secrets.root_passphrase, "PORCHLIGHT_ROOT_PASSPHRASE_FILE"),
        say=print,
        now=context.now,
        waiting=staged or (given.folder / f"staged-{waiting}" if waiting else None),
        dry_run=given.dry_run,
        sure_of_clock=getattr(given, "sure", False),
    )


def asking(given: str, variable: str) -> Callable[[str, bool], str]:
    """Return a function that returns ``given`` or prompts for it (twice for a new passphrase)."""

    def secret(name: str, new: bool) -> str:
        if given:
            return given
        if not sys.stdin.isatty():
            raise PublishError("publish.nobody-enters", name=name, variable=variable)
        if not new:
            return getpass(f"Passphrase of {name} (press Enter to skip this key): ")
        while True:
            first = getpass(f"A new passphrase for {name}, five or more unrelated words: ")
            if first == getpass("The same passphrase again: "):
                return first
            print("They differ. Try again.")

    return secret


def guarded(step: Command) -> Command:
    """Wrap a step so that it prints a refusal as a sentence on standard error and returns 1."""

    def run(context: Context) -> int:
        if extras.is_missing("publisher"):
            raise SettingsError(f"{extras.needs('Publishing', 'publisher')}.")
        # At lower levels, the TUF library logs each missing signature.
        logging.getLogger("tuf").setLevel(logging.WARNING)
        try:
            return step(context)
        except PublishError as error:
            return failed(error)
        except OSError as error:
            return failed(f"The disk failed: {error}. The published files have not changed.")
        except (KeyboardInterrupt, EOFError):
            return failed("\nStopped. The published files have not changed.")

    return run

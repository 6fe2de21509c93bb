"""The verbs that the editor adds to the porchlight command, one module per group."""

from argparse import ArgumentParser
from pathlib import Path

from cli.command import Context


def add_pack(parser: ArgumentParser, option: str = "") -> None:
    named = "a pack's folder (default: [content] pack)"
    if option:
        parser.add_argument(option, type=Path, metavar="PACK", help=named)
    else:
        parser.add_argument("pack", nargs="?", type=Path, metavar="PACK", help=named)


def named_pack(context: Context) -> Path:
    folder: Path = context.given.pack or context.settings.content.pack
    return folder

"""``directory build``: check a file of services and write its shards, which are then signed."""

import sys
from datetime import date
from pathlib import Path

from cli.command import Context, Verbs, failed
from content.directory.model import AreaServed, DirectoryError
from editor.directory import build as directory_build
from messages.message import message


def add(verbs: Verbs) -> None:
    top = verbs.add_parser("directory")
    what = top.add_subparsers(dest="what", metavar="WHAT", required=True)
    build = what.add_parser(
        "build", help="check a file of services, one JSON object per line, and write its shards"
    )
    build.add_argument("file", type=Path, metavar="FILE")
    build.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="a new folder, or the previous build"
    )
    build.add_argument(
        "--name", required=True, help='the directory\'s familiar name, such as "211 Sacramento"'
    )
    build.add_argument(
        "--source", required=True, help="source of the file: an address or an agreement's name"
    )
    build.add_argument(
        "--date",
        required=True,
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="date of the data",
    )
    build.add_argument("--state", default="CA", help="the state it covers (default: CA)")
    build.set_defaults(run=run)


def run(context: Context) -> int:
    """Build the shards; if the file has an error, write nothing and return 1."""
    given = context.given
    try:
        made = directory_build.build(
            given.file,
            given.out,
            name=given.name,
            origin=given.source,
            day=given.date,
            area=AreaServed(states=(given.state,)),
        )
    except (DirectoryError, OSError) as error:
        return failed(error)
    print(*made.problems, sep="\n", end="\n" * bool(made.problems))
    untold = made.errors + made.warnings - len(made.problems)
    more = f" The other {untold} are not printed." if untold else ""
    print(f"{made.errors} errors, {made.warnings} warnings.{more}", file=sys.stderr)
    if made.index is None:
        return 1
    many, shards = made.index.services, len(made.index.shards)
    out, changed = given.out, len(made.written)
    print(message("shards.built", services=many, shards=shards, folder=out, changed=changed))
    return 0

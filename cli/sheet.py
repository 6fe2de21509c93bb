"""``sheet export`` and ``sheet import``: the resources of a pack as a spreadsheet, and back.

Owns what is printed about them. Refuses to write anything that was not listed first: without
--write it only lists.
"""

import sys
from pathlib import Path

from cli.command import Context, Verbs


def add(verbs: Verbs) -> None:
    """Add the verbs."""
    sheet = verbs.add_parser(
        "sheet", help="the resources of a pack as a spreadsheet (CSV), and back"
    )
    kinds = sheet.add_subparsers(dest="sheet", metavar="export|import", required=True)
    out = kinds.add_parser("export", help="one row a channel")
    out.add_argument(
        "pack", nargs="?", type=Path, metavar="PACK", help="a pack's folder; else [content] pack"
    )
    out.add_argument("--out", type=Path, metavar="FILE.csv", help="else standard output")
    out.set_defaults(run=export)
    into = kinds.add_parser(
        "import", help="list what a changed sheet would change; with --write, change it"
    )
    into.add_argument("file", type=Path, metavar="FILE.csv")
    into.add_argument(
        "pack", nargs="?", type=Path, metavar="PACK", help="a pack's folder; else [content] pack"
    )
    into.add_argument("--write", action="store_true", help="write the changes that were listed")
    into.set_defaults(run=import_)


def export(context: Context) -> int:
    """Write the sheet; 1 if the pack cannot be read."""
    from content.exchange.sheet import apply
    from content.model import durable_files

    given = context.given
    try:
        data = apply.exported(given.pack or context.settings.content.pack)
        if given.out:
            durable_files.replace(given.out, data)
        else:
            sys.stdout.buffer.write(data)
    except (apply.SheetError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def import_(context: Context) -> int:
    """List the changes, and write them if that was asked; 1 if any cell is wrong, and then nothing
    is written."""
    from content.exchange.sheet import apply

    given = context.given
    pack = given.pack or context.settings.content.pack
    try:
        plan = apply.planned(pack, given.file)
        if plan.faults:
            print(*plan.faults, sep="\n", file=sys.stderr)
            print(f"{len(plan.faults)} faults: nothing was written.", file=sys.stderr)
            return 1
        print(*plan.edits, sep="\n", end="\n" if plan.edits else "")
        for said in plan.later:
            print(f"Then to do: {said}")
        if given.write:
            apply.write(pack, plan)
    except apply.SheetError as error:
        print(error, file=sys.stderr)
        return 1
    more = "" if given.write or not plan.edits else " Nothing was written: add --write."
    print(f"Changes: {len(plan.edits)}; files: {len(plan.after)}.{more}")
    return 0

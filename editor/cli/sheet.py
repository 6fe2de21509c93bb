"""``sheet export`` and ``sheet import``: move a pack's resources to a spreadsheet and back.

Every change is listed before it is written: without --write, the import only lists them.
"""

import sys
from pathlib import Path

from cli.command import Context, Verbs, failed
from editor.cli import add_pack, named_pack
from editor.exchange.sheet import apply
from messages.message import message
from system import files


def add(verbs: Verbs) -> None:
    sheet = verbs.add_parser("sheet")
    kinds = sheet.add_subparsers(dest="sheet", metavar="export|import", required=True)
    out = kinds.add_parser("export", help="write one row per channel")
    add_pack(out)
    out.add_argument("--out", type=Path, metavar="FILE.csv", help="default: standard output")
    out.set_defaults(run=export)
    into = kinds.add_parser(
        "import", help="list the changes that an edited sheet makes; --write makes them"
    )
    into.add_argument("file", type=Path, metavar="FILE.csv")
    add_pack(into)
    into.add_argument("--write", action="store_true", help="also write the listed changes")
    into.set_defaults(run=import_)


def is_workbook(file: Path) -> bool:
    """Return whether the file has a spreadsheet program's own extension."""
    return file.suffix.casefold() in {".xlsx", ".xls", ".ods", ".numbers"}


def export(context: Context) -> int:
    """Write the sheet; return 1 if the pack cannot be read."""
    given = context.given
    if given.out and is_workbook(given.out):
        name = given.out.with_suffix(".csv").name
        return failed(message("sheet.not-csv", file=given.out, name=name))
    try:
        data = apply.exported(named_pack(context))
        if given.out:
            files.replace(given.out, data)
        else:
            sys.stdout.buffer.write(data)
    except (apply.SheetError, OSError) as error:
        return failed(error)
    return 0


def import_(context: Context) -> int:
    """List the changes; with --write, make them. If a cell is wrong, change nothing; return 1."""
    given = context.given
    if is_workbook(given.file):
        return failed(message("sheet.workbook", file=given.file))
    try:
        plan = apply.planned(named_pack(context), given.file)
        if plan.faults:
            return failed(*plan.faults, f"{len(plan.faults)} errors, so nothing was written.")
        print(*plan.edits, sep="\n", end="\n" if plan.edits else "")
        for sentence in plan.later:
            print(f"To do next: {sentence}")
        if given.write:
            apply.write(named_pack(context), plan)
    except apply.SheetError as error:
        return failed(error)
    more = (
        ""
        if given.write or not plan.edits
        else " Nothing was written. To make these changes, add --write."
    )
    print(f"Changes: {len(plan.edits)}; files: {len(plan.after)}.{more}")
    return 0

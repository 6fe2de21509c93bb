"""``worklist``, ``checked`` and ``withdraw``: commands to keep a pack's source accurate."""

import sys
from collections.abc import Callable
from datetime import date

from cli.command import Context, Verbs, failed
from content.model import built_pack
from content.model.attestation import Listed
from content.model.pack import Pack
from content.review import worklist
from editor.authoring import readings, worklist_table
from editor.authoring.find_entry import EditableEntry, find
from editor.authoring.read_pack import PINNED, read
from editor.authoring.signoff import EntryError, sign
from editor.cli import add_pack, named_pack
from messages.message import message


def add(verbs: Verbs) -> None:
    listed = verbs.add_parser("worklist")
    listed.add_argument("--csv", action="store_true", help="print CSV for a spreadsheet")
    listed.add_argument(
        "--due-by",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="also list entries due by that date",
    )
    add_pack(listed, "--pack")
    listed.set_defaults(run=show)
    checked = verbs.add_parser("checked")
    checked.add_argument(
        "entry",
        metavar="ENTRY",
        help="such as trevor, partner:a21, county:06001 or, for a marked text, topic:health:p.3",
    )
    checked.add_argument(
        "--by", required=True, metavar="ROLE", help='a role such as "content editor", never a name'
    )
    checked.add_argument(
        "--on", type=date.fromisoformat, metavar="YYYY-MM-DD", help="date (default: today)"
    )
    add_pack(checked, "--pack")
    checked.set_defaults(run=sign_off)
    withdraw = verbs.add_parser("withdraw")
    withdraw.add_argument("entry", metavar="ENTRY", help="the entry, such as trevor or partner:a21")
    add_pack(withdraw, "--pack")
    withdraw.set_defaults(run=take_out)


def show(context: Context) -> int:
    """Print the list; return 1 if the pack cannot be read."""
    pack = _read(context)
    if pack is None:
        return 1
    today = context.today
    counties = context.settings.kiosk.counties
    found = worklist.tasks(pack, today=today, due_by=context.given.due_by, counties=counties)
    unread = worklist.unread(pack)
    if context.given.csv:
        sys.stdout.write(worklist_table.table(found, unread))
        return 0
    for one in unread:
        print(f"{one.key}  has not been read by any {one.reader}: {one.text}")
    for task in found:
        past = task.due and task.due <= today
        when = f"{task.state} since {task.due}" if past else f"due by {task.due}"
        print(f"{task.key}  {task.name}: {when if task.due else 'no date at all'}; {task.who}")
        print(*(f"    open     {page}" for page in task.open), sep="\n")
        print(*(f"    compare  {' '.join(map(str, fact))}" for fact in task.compare), sep="\n")
        print(f"    {task.call}")
    print(message("author.worklist", due=len(found), unread=len(unread)), file=sys.stderr)
    return 0


def sign_off(context: Context) -> int:
    """Record that an entry was checked or a marked text was read; return 1 if not allowed."""
    given, today = context.given, context.today
    pack = _read(context)
    if pack is not None and given.entry in pack.unread_by:
        key, day = given.entry, given.on or today
        try:
            print(
                readings.sign(named_pack(context), pack, key, role=given.by, day=day, today=today)
            )
        except (EntryError, OSError) as error:
            return failed(error)
        return 0

    def signed(entry: "EditableEntry") -> str:
        values, sentence = sign(entry.entry, role=given.by, day=given.on or today, today=today)
        entry.set(**values)
        return f"{entry.key}: {sentence}"

    return _edit(context, pack, signed)


def take_out(context: Context) -> int:
    """Write status = "withdrawn" into the entry's source; return 1 if that fails."""

    def withdrawn(entry: "EditableEntry") -> str:
        if not isinstance(entry.entry, Listed):
            raise EntryError("author.county-withdrawn", key=entry.key)
        if entry.entry.status == "withdrawn":
            raise EntryError("author.withdrawn", key=entry.key)
        entry.set(status="withdrawn")
        return str(message("author.withdrawn-in", key=entry.key, file=entry.file))

    return _edit(context, _read(context), withdrawn)


def _edit(context: Context, pack: Pack | None, change: Callable[["EditableEntry"], str]) -> int:
    """Change the named entry in its source file, and print the result; return 1 if that fails."""
    from system.toml_edit import EditError

    if pack is None:
        return failed("Nothing was changed.")
    try:
        entry = find(pack, named_pack(context), context.given.entry, pinned=PINNED)
        print(change(entry))
    except (EditError, EntryError, OSError) as error:
        return failed(error)
    return 0


def _read(context: Context) -> Pack | None:
    if built_pack.is_built(named_pack(context)):
        failed(f"{named_pack(context)} is a built pack; specify its source folder: --pack DIR")
        return None
    pack, problems = read(named_pack(context))
    if pack is None:
        failed(*problems)
    return pack

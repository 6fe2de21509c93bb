"""``update`` and ``back``: update the program on a kiosk, or go back to the previous version."""

import os
import sys
from pathlib import Path

from cli.command import Context, Verbs, failed
from cli.school.backup import archived
from messages.message import message
from runtime.upkeep import update
from runtime.upkeep.archive import BackupError
from runtime.upkeep.update import Offer
from runtime.upkeep.versions import UpkeepError, Versions


def add(verbs: Verbs) -> None:
    parser = verbs.add_parser("update")
    from_help = "an offline bundle, such as /media/stick/porchlight (default: pull the checkout)"
    parser.add_argument("--from", dest="bundle", type=Path, metavar="BUNDLE", help=from_help)
    older_help = "accept a bundle older than one that ran here, and record why"
    parser.add_argument("--older", default="", metavar="REASON", help=older_help)
    parser.set_defaults(run=run)
    verbs.add_parser("back").set_defaults(run=run)


def run(context: Context) -> int:
    """Change the program's version and print the result; return 1 if nothing has changed."""
    versions = Versions()
    if versions.link.is_symlink() and os.geteuid():
        return failed(f"Run this command as root: sudo porchlight {context.given.verb}")
    try:
        if context.given.verb == "back":
            said = update.go_back(versions, lambda: archived(context))
        else:
            if versions.link.is_symlink():
                print("This takes a few minutes. The old version runs until then.", file=sys.stderr)
            said = update.update(versions, lambda: archived(context), _offer(context))
    except (UpkeepError, BackupError) as problem:
        return failed(problem)
    except OSError as problem:
        where, why = problem.filename or versions.folder, problem.strerror or problem
        return failed(message("update.disk-fails", where=where, why=why))
    print(said)
    return 0


def _offer(context: Context) -> "Offer | None":
    given = context.given
    if given.bundle is None:
        return None
    data_dir, today = context.settings.server.data_dir, context.now.date()
    return Offer(folder=given.bundle, data_dir=data_dir, older=given.older.strip(), on=today)

"""``update`` and ``back``: another version of the program on a kiosk, and the one before."""

import os
import sys
from pathlib import Path

from cli.command import Context, Verbs, failed
from cli.school.backup import archived


def add(verbs: Verbs) -> None:
    """Add the verbs."""
    parser = verbs.add_parser("update")
    from_help = "an offline bundle, such as /media/stick/porchlight; else the checkout is pulled"
    parser.add_argument("--from", dest="bundle", type=Path, metavar="BUNDLE", help=from_help)
    parser.set_defaults(run=run)
    verbs.add_parser("back").set_defaults(run=run)


def run(context: Context) -> int:
    """Do it and say what happened; 1 if the version is the same as before."""
    from runtime.upkeep import update
    from runtime.upkeep.archive import BackupError
    from runtime.upkeep.versions import UpkeepError, Versions

    versions = Versions()
    if versions.link.is_symlink() and os.geteuid():
        return failed(f"Run it as root: sudo porchlight {context.given.verb}")
    try:
        if context.given.verb == "back":
            said = update.go_back(versions, lambda: archived(context))
        else:
            if versions.link.is_symlink():
                print("This takes some minutes; what runs goes on until then.", file=sys.stderr)
            said = update.update(versions, lambda: archived(context), context.given.bundle)
    except (UpkeepError, BackupError) as problem:
        return failed(problem)
    except OSError as problem:
        where, why = problem.filename or versions.folder, problem.strerror or problem
        return failed(
            f"{where}: {why}. The version is the same as before; make room on that disk, or look"
            " whether it fails, and run this again."
        )
    print(said)
    return 0

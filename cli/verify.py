"""``verify``: is what is on the disk what was signed, or what ships? Sets the rest aside.

The server runs it each time it starts, and waits for it.
"""

import json

from cli import refresh
from cli.command import Context, Verbs


def add(verbs: Verbs) -> None:
    """Add the verb."""
    help_ = (
        "is what is on the disk what was signed, or what ships? sets the rest aside, and renders"
        " the pages again"
    )
    parser = verbs.add_parser("verify", help=help_)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--pack-only", action="store_true", help="leave the pages as they are, unseen")
    how.add_argument(
        "--compare",
        action="store_true",
        help="leave the pages as they are, and say which are unproven",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="last line: releases refused, pages unproven, is the directory to be trusted",
    )
    parser.set_defaults(run=run)


def run(context: Context) -> int:
    """Verify and, as asked, render again; 1 if a release was refused or pages are not proven."""
    from runtime import disk_check

    settings, given, now = context.settings, context.given, context.now
    refused = disk_check.set_aside(settings, now)
    # Before the pages, which offer the directory.
    doubt = "" if given.pack_only else disk_check.forget_doubtful_directory(settings)
    unproven: frozenset[str] = frozenset()
    if not given.pack_only and (given.compare or refresh.rerender(settings, now, refused) != 0):
        unproven = disk_check.unproven_pages(settings, refused)
    if given.json:
        directory = not doubt or disk_check.directory_is_gone(settings)
        verdict = {"refused": sorted(refused), "unproven": sorted(unproven)}
        print(json.dumps({**verdict, "directory": directory}))
    elif unproven:
        print(
            "The packs are right, but these stored pages are not known to be: "
            + ", ".join(sorted(unproven))
        )
    elif not refused and not doubt:
        print("What is on the disk is right.")
    return 1 if refused or unproven or doubt else 0

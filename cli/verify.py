"""``verify``: is what is on the disk what was signed, or what ships? Sets the rest aside.

The server runs it at each start, and when another release became the active one.
"""

import json
from dataclasses import asdict

from cli.command import Context, Verbs


def add(verbs: Verbs) -> None:
    """Add the verb."""
    parser = verbs.add_parser("verify")
    parser.add_argument(
        "--json",
        choices=("packs", "directory"),
        help="only these, and a last line of JSON: which releases are right or refused; may the"
        " directory be searched",
    )
    parser.set_defaults(run=run)


def run(context: Context) -> int:
    """Verify; 1 if a release was refused or the directory must not be searched."""
    from runtime import disk_check
    from runtime.upkeep import shipped_pack

    settings, what = context.settings, context.given.json
    refused, doubt = False, ""
    if what != "directory":
        found = disk_check.set_aside(settings, context.now)
        refused = bool(found.refused)
        if what:
            print(json.dumps(asdict(found)))
        if shipped_pack.was_read():
            shipped_pack.remember(settings.content.pack)
    if what != "packs":
        doubt = disk_check.forget_doubtful_directory(settings)
        if what:
            print(json.dumps(not doubt or disk_check.directory_is_gone(settings)))
    if not (what or refused or doubt):
        print("What is on the disk is right.")
    return 1 if refused or doubt else 0

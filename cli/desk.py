"""``desk``: set the desk's two passphrases and print the setup code.

A passphrase is never an argument, because other users can see arguments and the shell saves them.
"""

import sys
from pathlib import Path

from cli.command import Context, Verbs, failed, say, secret
from kiosk.desk import passphrase as staff_passphrase
from kiosk.desk.setup import first_start
from messages.message import Message, message
from system import files


def add(verbs: Verbs) -> None:
    desk = verbs.add_parser("desk")
    acts = desk.add_subparsers(dest="act", metavar="WHAT", required=True)
    asks = "set the desk's passphrase; asks for it twice"
    own = acts.add_parser("passphrase", help=asks)
    own.add_argument("--school", default="", metavar="ADDRESS", help="set it for this school only")
    own.set_defaults(run=passphrase)
    asks = "set a second person's passphrase, used to confirm a county line; asks for it twice"
    acts.add_parser("second-passphrase", help=asks).set_defaults(run=second_passphrase)
    tells = "print the one-time code for setting up the desk"
    acts.add_parser("code", help=tells).set_defaults(run=code)


def code(context: Context) -> int:
    """Print the setup code; return 1 if the desk is already set up or the disk is not writable."""
    settings, data_dir = context.settings, context.settings.server.data_dir
    try:
        made = first_start.made_code(data_dir)
    except (OSError, ValueError):
        return failed(f"Porchlight could not write to {data_dir}, so no code was made.")
    if not first_start.is_fresh(settings):
        files.remove(data_dir / first_start.CODE)
        return failed("This machine is already set up. Open its desk with the passphrase.")
    return say(made)


def passphrase(context: Context) -> int:
    """Ask twice for a passphrase and save its hash; return 1 if it is too weak or not saved."""
    if context.given.school:
        return _of_school(context, context.given.school)
    data_dir = context.settings.server.data_dir
    was_there = staff_passphrase.kept(data_dir) is not None
    if problem := _kept(context, "Desk passphrase: ", staff_passphrase.FILE):
        return failed(problem)
    files.remove(data_dir / first_start.CODE)  # the code no longer opens anything
    again = " Anyone who was signed in must sign in again." if was_there else ""
    print(f"The passphrase is set.{again}")
    if not context.settings.desk.enabled:
        print(message("desk.still-off"))
    return 0


def _of_school(context: Context, address: str) -> int:
    """Save a school's own passphrase, which opens only that school's pages."""
    from settings import schools

    own = schools.find(context.settings, address)
    if isinstance(own, Message):
        return failed(own)
    folder = own.kiosk.school_file.parent
    folder.mkdir(parents=True, exist_ok=True)
    if problem := _kept(context, "School passphrase: ", staff_passphrase.FILE, folder):
        return failed(problem)
    return say(
        f"The passphrase of {address} is set. It opens the Today, School info and Posters"
        " pages there."
    )


def second_passphrase(context: Context) -> int:
    """Ask the second person for a passphrase and save its hash; return 1 as ``passphrase`` does."""
    say(message("desk.second-person"), to=sys.stderr)
    if problem := _kept(context, "Second passphrase: ", staff_passphrase.SECOND):
        return failed(problem)
    return say(
        "The second passphrase is set. It confirms a county line and shows a hidden hotline again,"
        " but nobody can sign in with it."
    )


def _kept(context: Context, question: str, file: str, folder: Path | None = None) -> str:
    """Ask twice for a passphrase and save its hash in that file; return the error, or ""."""
    data_dir = folder or context.settings.server.data_dir
    least = staff_passphrase.SHORTEST
    say(f"At least {least} characters, such as five plain words.", to=sys.stderr)
    first, again = secret(question), secret("The same passphrase again: ")
    if first != again:
        return "The two passphrases differ, so nothing was changed. Try again."
    if folder and staff_passphrase.is_current(context.settings.server.data_dir, first):
        return "Nothing was changed, because that passphrase opens the whole desk. Choose another."
    names = staff_passphrase.names(context.settings)
    try:
        staff_passphrase.judged(first, names)
        staff_passphrase.keep(data_dir, first, file)
    except staff_passphrase.PassphraseError as problem:
        return f"{problem} Nothing was changed."
    except OSError as problem:
        return f"{data_dir} is not writable ({problem.strerror}). Nothing was changed."
    return ""

"""``verify``: compare files on disk with what was signed or shipped; set aside the others."""

import contextlib
from collections.abc import Mapping

from cli.command import Context, Verbs
from content.directory import index
from content.releases.fall_back import remedy, take_shipped
from content.releases.generations import BusyError, Releases
from messages.message import Message
from runtime import disk_check, installation
from runtime.child_process import Verdict
from settings.schema import Settings


def add(verbs: Verbs) -> None:
    parser = verbs.add_parser("verify")
    parser.add_argument("--only", choices=("packs", "directory"), help="verify only these")
    parser.add_argument(
        "--first",
        action="store_true",
        help="first make a release from the shipped pack, which a new installation needs",
    )
    parser.set_defaults(run=run)


def run(context: Context) -> int:
    """Verify the files; return 1 if a release is damaged or refused, or the directory is unsafe."""
    settings, only, answer = context.settings, context.given.only, context.answer
    is_wrong, doubt = False, ""
    if context.given.first:  # so that it can be verified, unless another process is making it
        with contextlib.suppress(BusyError):
            take_shipped(settings.content.pack, installation.machine(settings, context.now))
    if only != "directory":
        found = disk_check.verified(settings, context.now)
        is_wrong = bool(found.refused)
        if not answer:
            is_wrong = _say(settings, found.refused)
        elif only:
            answer(Verdict(found.right, found.refused))
    if only != "packs":
        doubt = disk_check.forget_doubtful_directory(settings)
        if answer and only:
            # A doubtful directory that was removed lets the next one be searched.
            answer(not (doubt and index.is_ours(index.path_in(settings.server.data_dir))))
    return 1 if is_wrong or doubt else 0


def _say(settings: Settings, refused: Mapping[str, Message]) -> bool:
    """Print each problem with the releases and its fix; return True if there are any problems."""
    releases = Releases(settings.server.data_dir)
    wrong, state = disk_check.reasons(refused), releases.state()
    unnamed, is_refused = releases.unnamed(state), state.active in refused
    if unnamed and not is_refused:
        wrong.append(unnamed)
    if unnamed or is_refused:
        wrong.append(remedy(releases, state))
    right = "Every byte of the active and previous releases is correct."
    print(*wrong or (right if releases.active(state) else "There is no release yet.",), sep="\n")
    return bool(wrong)

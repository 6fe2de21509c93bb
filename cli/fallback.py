"""``fallback``: print the static reply that the carrier sends while this server is down."""

import sys

from cli.command import Context, Verbs, failed, say
from system import files


def add(verbs: Verbs) -> None:
    verbs.add_parser("fallback").set_defaults(run=run)


def run(context: Context) -> int:
    """Print the static reply and save it for doctor to compare; return 1 if there is no release."""
    from runtime.health.line import FALLBACK, static_answer

    document = static_answer(context.settings)
    if not document:
        return failed(
            "There is no release yet: start the server once, or run `refresh`, and try again."
        )
    print(document)
    try:
        files.replace(context.settings.server.data_dir / FALLBACK, document.encode())
    except OSError as problem:
        unkept = f"{FALLBACK} was not saved ({problem.strerror}), so doctor will not know its age."
        say(unkept, to=sys.stderr)
    paste = "Paste this into a TwiML Bin and set the bin as the number's fallback address."
    return say(paste, to=sys.stderr)

"""``why``: what decided the answer to a message."""

from cli.command import Context, Verbs, failed
from content.model import pack_folder
from editor.cli import add_pack, named_pack
from runtime import installation


def add(verbs: Verbs) -> None:
    """Add the verb."""
    parser = verbs.add_parser("why")
    add_pack(parser, "--pack")
    parser.add_argument("messages", nargs="+", metavar="TEXT")
    parser.set_defaults(run=run)


def run(context: Context) -> int:
    """Print why each message gets its answer, from the pack's source folder."""
    from editor.learning import why
    from sms.script import Script

    pack, problems = pack_folder.read(named_pack(context))
    if pack is None:
        return failed(*installation.errors(problems))
    script = Script(pack, context.settings.sms)
    told = ("\n  ".join((text, *why.explain(script, text))) for text in context.given.messages)
    print("\n\n".join(told))
    return 0

"""``check``, ``build``, ``learn`` and ``why``: an author's commands for a pack."""

import sys
from dataclasses import replace
from pathlib import Path

from cli.command import Context, Verbs, failed
from content.model import built_pack, pack_folder
from editor.authoring import checked_pack, worklist_table
from editor.cli import add_pack, named_pack
from messages.message import message
from runtime import installation
from settings.places import ROOT
from sms.understanding import classifier, examples
from system import files


def add(verbs: Verbs) -> None:
    judged = verbs.add_parser("check")
    add_pack(judged)
    judged.set_defaults(run=check)
    built = verbs.add_parser("build")
    add_pack(built)
    built.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="an empty or new folder"
    )
    built.set_defaults(run=build)
    learnt = verbs.add_parser("learn")
    add_pack(learnt)
    learnt.add_argument(
        "--sets", type=Path, metavar="DIR", help="test messages (default: tests/conversations)"
    )
    learnt.set_defaults(run=learn)
    asked = verbs.add_parser("why")
    add_pack(asked, "--pack")
    asked.add_argument("messages", nargs="+", metavar="TEXT")
    asked.set_defaults(run=why)


def check(context: Context) -> int:
    """Print every problem in a pack and the checks that are due; return 1 if there is an error."""
    pack, problems = checked_pack.judged(context.settings, named_pack(context))
    if pack is not None:
        file = (named_pack(context) / "pack.toml").as_posix()
        problems = [*problems, *worklist_table.warning(pack, today=context.today, file=file)]
    for problem in problems:
        print(problem)
    errors = len(installation.errors(problems))
    print(f"{errors} errors, {len(problems) - errors} warnings.", file=sys.stderr)
    return 1 if errors or pack is None else 0


def build(context: Context) -> int:
    """Write the built pack, or nothing if the source has an error."""
    pack, problems = checked_pack.judged(context.settings, named_pack(context))
    errors = installation.errors(problems)
    if errors or pack is None:
        return failed(*errors)
    built = built_pack.build(pack)
    built_pack.write_built(built, context.given.out)
    print(f"{len(built)} files were written to {context.given.out}.")
    return 0


def learn(context: Context) -> int:
    """Write sms/model.bin from sms/examples.csv, or nothing if a row cannot be used."""
    from editor import example_rows
    from editor.learning import relearn

    folder = named_pack(context)
    pack, _ = pack_folder.read(folder)
    data = examples.read(folder / examples.FILE)
    if pack is None or not data:
        return failed(f"There is no {examples.FILE} in {folder}, or no pack.toml next to it.")
    found, problems = example_rows.parse(
        data, topics=[keyword.topic for keyword in pack.keywords], languages=pack.languages
    )
    if problems:
        return failed(*problems)
    if few := relearn.too_few(found, pack):
        return failed(*few)
    model, new = relearn.learnt(found, examples.fingerprint(data), tell=print)
    sets = context.given.sets or ROOT / "tests" / "conversations"
    after = replace(pack, model=model or classifier.BASE.read_bytes())
    if not sets.is_dir():
        print(message("author.not-measured"))
    rows = relearn.compared(found, new)
    for line in relearn.changes(pack, after, context.settings.sms, rows, sets):
        print(line)
    if not model:
        (folder / examples.MODEL).unlink(missing_ok=True)
        print(message("author.model-unneeded", file=examples.MODEL))
        return 0
    files.replace(folder / examples.MODEL, model)
    file, size = folder / examples.MODEL, len(model) // 1024
    print(message("author.model-written", file=file, size=size))
    return 0


def why(context: Context) -> int:
    """Print why each message gets its answer, using the pack's source folder."""
    from editor.learning.why import explain
    from sms.script import Script

    pack, problems = pack_folder.read(named_pack(context))
    if pack is None:
        return failed(*installation.errors(problems))
    script = Script(pack, context.settings.sms)
    told = ("\n  ".join((text, *explain(script, text))) for text in context.given.messages)
    print("\n\n".join(told))
    return 0

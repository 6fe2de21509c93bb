"""``publish`` and ``recall``: the publisher's commands, for people who are not engineers.

Exit code 0: done, or another signature is needed. Exit code 1: refused.
"""

import sys
from pathlib import Path

from cli.command import Context, Verbs
from content.model import built_pack
from content.model.pack import Pack
from content.rules.local_additions import FILE, LocalError, decode, encode, merge, path_of
from content.rules.locations import Where
from editor.authoring import checked_pack, read_local
from editor.cli import add_pack, named_pack, publish_keys
from editor.cli.publish_options import add_options, add_step, guarded, open_workspace
from editor.publishing import staged_step
from editor.publishing.keys import read_public
from editor.publishing.metadata import KEYS, PublishError, role_of
from editor.publishing.release import (
    mark,
    pack_of,
    prepare,
    prepare_local,
    published_pack,
    read_directory,
    reasons,
    recalled,
)
from editor.publishing.workspace import Workspace
from editor.rules import check_source
from messages.message import Finding, message
from runtime import installation
from settings.schema import Settings


def add(verbs: Verbs) -> None:
    publish = verbs.add_parser("publish")
    steps = publish.add_subparsers(dest="step", metavar="STEP", required=True)
    _add_init(steps)
    _add_release(steps)
    sign = add_step(
        steps, "sign", "sign the pending step; the last signature needed publishes it", _sign
    )
    sign.add_argument(
        "--yes", action="store_true", help="do not ask (for a machine that only publishes files)"
    )
    add_step(steps, "discard", "discard the pending step; nothing published changes", _discard)
    add_step(steps, "touch", "renew the timestamp (every night) and print all expiry dates", _touch)
    publish_keys.add(steps)
    recall = verbs.add_parser("recall")
    recall.add_argument(
        "resource", metavar="RESOURCE", help="entry ID, such as trevor or partner:a21"
    )
    source = "also mark the entry as withdrawn in this source folder of the pack"
    recall.add_argument("--source", type=Path, metavar="DIR", help=source)
    add_options(recall)
    recall.set_defaults(run=guarded(_recall))


def _add_init(steps: Verbs) -> None:
    init = steps.add_parser("init", help="make a new repository and its keys")
    init.add_argument(
        "folder", type=Path, metavar="DIR", help="a new folder for the publisher's workspace"
    )
    add_options(init, repository=False)
    one = (
        "a key made by its holder: root, targets, snapshot or timestamp, then = and its .pub file;"
        " may be repeated"
    )
    init.add_argument("--public", action="append", default=[], metavar="ROLE=FILE", help=one)
    init.set_defaults(run=guarded(_init))


def _add_release(steps: Verbs) -> None:
    release = steps.add_parser(
        "release", help="check a pack, compare it with the published one, sign it and publish it"
    )
    add_pack(release)
    why = 'why a number changed: "988 voice.1=the line moved, see its page"; may be repeated'
    release.add_argument("--note", action="append", default=[], metavar="WHY", help=why)
    same = "a file with such notes, one per line"
    release.add_argument("--notes", type=Path, metavar="FILE", help=same)
    built = "also publish the directory built in this folder"
    release.add_argument("--directory", type=Path, metavar="DIR", help=built)
    whose = (
        "publish the entries of county/<fips> or district/<id> instead; PACK is then its folder"
        " with local.toml"
    )
    release.add_argument("--as", dest="local", metavar="NAME", help=whose)
    add_options(release)
    release.set_defaults(run=guarded(_release))


def _init(context: Context) -> int:
    public: dict[str, list[object]] = {}
    for row in context.given.public:
        role, _, file = row.partition("=")
        if role not in KEYS or not file:
            raise PublishError("publish.role-file", row=row, names=", ".join(KEYS))
        public.setdefault(role, []).append(read_public(Path(file)))
    workspace = open_workspace(context)
    workspace.init(workspace.keys[0], public)  # type: ignore[arg-type]
    if context.given.dry_run:
        return 0
    root = workspace.site.metadata / "1.root.json"
    print(message("publish.after-init", keys=workspace.keys[0], root=root))
    return 0


def _release(context: Context) -> int:
    given = context.given
    if given.local:
        return _release_local(context)
    workspace = open_workspace(context)
    before = workspace.published()
    why = {**reasons(_lines(given.notes), source=str(given.notes)), **reasons(given.note)}
    print(f"Checking the pack in {named_pack(context)} …")
    pack = _judged(context.settings, named_pack(context))
    if pack is None:
        return 1
    directory = read_directory(given.directory) if given.directory else None
    print("Comparing it with the published one …")
    workspace.advance(
        before, prepare(before, workspace.site, pack, why, directory=directory, now=workspace.now)
    )
    return 0


def _release_local(context: Context) -> int:
    """Make local.json from a county's or district's folder, to sign and send to the state."""
    given = context.given
    if given.pack is None:
        raise PublishError("publish.no-local-folder")
    workspace = open_workspace(context, waiting=given.local.replace("/", "-"))
    before = workspace.published()
    pack = published_pack(before, workspace.site)
    if pack is None:
        raise PublishError("publish.state-silent")
    local, problems = read_local.read(given.pack, pack)
    print(*problems, sep="\n", end="\n" if problems else "")
    if local is None or any(problem.kind == "wrong" for problem in problems):
        return 1
    path = path_of(local)
    if path.rpartition("/")[0] != given.local:
        raise PublishError(
            "publish.other-folder",
            pack=given.pack / "local.toml",
            owner=path.rpartition("/")[0],
            wanted=given.local,
        )
    workspace.advance(
        before, prepare_local(before, role_of(given.local), path, encode(local), now=workspace.now)
    )
    return 0


def _sign(context: Context) -> int:
    workspace = open_workspace(context)
    step, lines = workspace.waits()
    print(*lines, sep="\n")
    pack = pack_of(step.files)
    wrong = [*(_errors(context.settings, pack) if pack else ()), *_local_errors(workspace)]
    if wrong:
        print(*wrong, sep="\n", file=sys.stderr)
        raise PublishError("publish.pack-wrong")
    if not context.given.dry_run and not context.given.yes:
        if not sys.stdin.isatty():
            raise PublishError("publish.nobody-confirms")
        sure = input("Have you compared each number with the line's own page? Sign? [y/N] ")
        if sure.strip().casefold() != "y":
            print("You did not sign, so nothing changed.")
            return 1
    workspace.sign()
    return 0


def _discard(context: Context) -> int:
    open_workspace(context).discard()
    return 0


def _touch(context: Context) -> int:
    return 0 if open_workspace(context).touch() else 1


def _recall(context: Context) -> int:
    given = context.given
    workspace = open_workspace(context, waiting="recall")  # a recall never waits for another step
    before = workspace.published()
    pack = published_pack(before, workspace.site)
    if pack is None:
        raise PublishError("publish.nothing-to-recall")
    pack = recalled(pack, given.resource)
    wrong = _errors(context.settings, pack)
    if wrong:
        print(*wrong, sep="\n", file=sys.stderr)
        raise PublishError("publish.recall-wrong", resource=given.resource)
    title = f"recall of {given.resource}"
    step = prepare(before, workspace.site, pack, {}, title=title, now=workspace.now)
    workspace.advance(before, step)
    print(message("publish.recalled", name=given.resource))
    if given.source and not given.dry_run:
        print(f"{mark(given.source, given.resource)} is now marked as withdrawn, too.")
    elif not given.source:
        print(message("publish.withdraw-source", name=given.resource))
    return 0


def _judged(settings: Settings, folder: Path) -> "Pack | None":
    """Return the pack if it has no errors; otherwise print them all and return None."""
    pack, problems = checked_pack.judged(settings, folder)
    errors = installation.errors(problems)
    if pack is not None and not errors and built_pack.is_built(folder):
        errors = _errors(settings, pack)
    print(*errors, sep="\n", end="\n" if errors else "", file=sys.stderr)
    if errors or pack is None:
        print(message("publish.errors", number=len(errors)), file=sys.stderr)
        return None
    return pack


def _errors(settings: Settings, pack: "Pack") -> "list[Finding]":
    """Return the errors in a built pack."""
    problems = check_source.problems(pack, where=Where())
    problems += checked_pack.problems(settings, pack)
    return installation.errors(problems)


def _local_errors(workspace: "Workspace") -> list[object]:
    """Return the errors in a county's or district's entries, merged into the published pack."""
    wrong: list[object] = []
    for path, data in staged_step.read(workspace.staged).files.items():
        if path.endswith(f"/{FILE}"):
            pack = published_pack(workspace.published(), workspace.site)
            try:
                wrong += (
                    merge(pack, decode(data), path=path, rules=check_source.problems)[1]
                    if pack
                    else ["The state has not published a pack yet."]
                )
            except LocalError as error:
                wrong.append(f"{path}: {error}")
    return wrong


def _lines(path: Path | None) -> list[str]:
    try:
        return path.read_text("utf-8").splitlines() if path else []
    except (OSError, UnicodeDecodeError) as error:
        raise PublishError("publish.unreadable", path=path, why=error) from error

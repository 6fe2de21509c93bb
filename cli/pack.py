"""``check``, ``build`` and ``say``: what an author does with a pack."""

import os
import sys
from pathlib import Path

from cli.command import Context, Verbs
from content.model import built_pack
from content.releases import held
from content.releases.generations import Releases
from runtime import installation


def add(verbs: Verbs) -> None:
    """Add the three verbs."""
    folder = "a pack's folder; else [content] pack"
    judged = verbs.add_parser("check", help="every problem of a pack, with file and line")
    judged.add_argument("pack", nargs="?", type=Path, metavar="PACK", help=folder)
    judged.set_defaults(run=check)
    built = verbs.add_parser(
        "build", help="write the built pack, byte for byte the same for the same input"
    )
    built.add_argument("pack", nargs="?", type=Path, metavar="PACK", help=folder)
    built.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="an empty or new folder"
    )
    built.set_defaults(run=build)
    clips = "make what the screen reads aloud: clips that are not there yet"
    verbs.add_parser("say", help=clips).set_defaults(run=say)


def check(context: Context) -> int:
    """Print every problem of a pack, and that some of it is due to be checked by people; 1 if any
    is an error."""
    from content.authoring import worklist

    folder = _folder(context)
    pack, problems = installation.judged(context.settings, folder)
    if pack is not None:
        file = (folder / "pack.toml").as_posix()
        problems = [*problems, *worklist.warning(pack, today=context.today, file=file)]
    for problem in problems:
        print(problem)
    errors = len(installation.errors(problems))
    print(f"{errors} errors, {len(problems) - errors} warnings.", file=sys.stderr)
    return 1 if errors or pack is None else 0


def build(context: Context) -> int:
    """Write the built pack; nothing is written when the source has an error."""
    pack, problems = installation.judged(context.settings, _folder(context))
    errors = installation.errors(problems)
    if errors or pack is None:
        print(*errors, sep="\n", file=sys.stderr)
        return 1
    files = built_pack.build(pack)
    built_pack.write_built(files, context.given.out)
    print(f"{len(files)} files written to {context.given.out}.")
    return 0


def say(context: Context) -> int:
    """Make the clips that the pages now served lack, then render again so that those pages offer
    them."""
    from cli.refresh import rerender
    from kiosk import render
    from kiosk.audio.clips import VoiceError

    settings = context.settings
    releases = Releases(settings.server.data_dir)
    active = releases.active()
    folder = settings.content.pack
    pack = held.visible_pack(releases, active) if active else installation.read(folder)[0]
    if pack is None or settings.kiosk.audio == "off":
        print("Nothing is read aloud: there is no pack, or [kiosk] audio is off.")
        return 0
    os.nice(10)  # beside a running server, which comes first
    now = context.now
    try:
        report = render.say(
            pack,
            settings.kiosk,
            today=installation.local_day(now),
            now=now,
            data_dir=settings.server.data_dir,
        )
    except VoiceError as error:
        print(error, file=sys.stderr)
        return 1
    print(report.sentence())
    return rerender(settings, now) if report.made else 0


def _folder(context: Context) -> Path:
    folder: Path = context.given.pack or context.settings.content.pack
    return folder

"""``export``: write the schools' screens as static files for any host."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cli.command import Context, Verbs, failed, say
from messages.message import Message, message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from content.model.pack import Pack
    from settings.schools import Schools


def add(verbs: Verbs) -> None:
    parser = verbs.add_parser("export")
    to = parser.add_mutually_exclusive_group(required=True)
    to.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="empty dir or older export")
    to.add_argument("--check", metavar="URL", help="check an uploaded export instead")
    to.add_argument("--ended", metavar="RESULT", help="record the nightly export's result")
    parser.add_argument("--prune", action="store_true", help="remove schools not in the table")
    parser.set_defaults(run=run)


def run(context: Context) -> int:
    """Write or check the screens; return 1 if a school is missing or anything is wrong."""
    if context.given.ended:
        return _note(context)
    from content.model.built_pack import BuiltPackError
    from content.releases.generations import Releases
    from settings import schools

    releases = Releases(context.settings.server.data_dir)
    state = releases.state()
    release = releases.active(state)
    if release is None:
        return failed(message("command.no-release"))
    try:
        pack = state.visible(release.pack())
    except BuiltPackError as error:
        return failed(error)
    table = schools.read(context.settings)
    if table.problems and not table.settings:
        return failed(*table.problems)
    if context.given.check is not None:  # empty if the timer's SCREENS_URL is not set
        code = _check(context, table, release.id)
    else:
        code = _write(context, table, pack, release.id)
    found = problems(context, table, pack)
    return failed(*found) if found else code


def problems(context: Context, table: Schools, pack: Pack) -> Sequence[Message]:
    """Return the table's errors, and the counties that the pack does not have."""
    from runtime.health.observation import Observation
    from runtime.health.pack import counties

    seen = Observation(context.settings, context.now, server={}, pack=pack, table=table)
    return (*table.problems, *counties(seen))


def _note(context: Context) -> int:
    """Record the nightly export's result; if it failed, the running server raises an alarm."""
    from runtime.health.observation import EXPORT, ExportRecord
    from system import files

    record = ExportRecord(at=context.now, result=context.given.ended)
    try:
        files.write_record(context.settings.server.data_dir / EXPORT, record)
    except OSError as error:
        return failed(message("desk.disk", cause=error.strerror or error))
    return 0


def _check(context: Context, table: Schools, release: str) -> int:
    from runtime.district import export, hosted

    url, addresses = context.given.check, list(table.settings) or [export.ALONE]
    found = hosted.look(url, addresses, release=release, today=context.today, ask=hosted.ask_host)
    say(message("hosted.right", count=found.right, all=len(addresses)))
    return failed(*found.problems) if found.problems else 0


def _write(context: Context, table: Schools, pack: Pack, release: str) -> int:
    from runtime import installation
    from runtime.district import export
    from runtime.health import report

    given, settings = context.given, context.settings
    if given.prune and table.problems:
        return failed(message("export.no-prune"))
    is_ours = settings.sms.enabled  # we cannot query a text line on another machine
    works = not is_ours or report.running_server(settings, context.secrets).get("works") is True
    screens = export.screens(
        settings,
        table.settings,
        pack,
        release=release,
        line_works=works,
        key=installation.kept_hash_key(settings, context.secrets),
        now=context.now,
    )
    try:
        tell = partial(say, to=sys.stderr)
        done = export.write(given.folder, screens, prune=given.prune, tell=tell)
    except export.ExportError as error:
        return failed(*error.args)
    count, written, removed = len(table.settings) or 1, done.written, done.removed
    folder = given.folder
    say(message("export.done", folder=folder, count=count, written=written, removed=removed))
    return say(*(message("export.left", address=address) for address in done.left))

"""``export``: the schools' screens as plain files for any host."""

from pathlib import Path

from cli.command import Context, Verbs, failed, say


def add(verbs: Verbs) -> None:
    parser = verbs.add_parser("export")
    parser.add_argument(
        "folder", type=Path, metavar="DIR", help="an empty folder, or an older export"
    )
    parser.add_argument("--prune", action="store_true", help="remove schools that left the table")
    parser.set_defaults(run=run)


def run(context: Context) -> int:
    """Write them; 1 if a school is missing or nothing could be written."""
    from content.model.built_pack import BuiltPackError
    from content.releases.generations import Releases
    from messages.message import message
    from runtime import export, installation
    from runtime.health import report
    from settings import schools

    given, settings = context.given, context.settings
    releases = Releases(settings.server.data_dir)
    state = releases.state()
    release = releases.active(state)
    if release is None:
        return failed(message("command.no-release"))
    try:
        pack = state.visible(release.pack())
    except BuiltPackError as error:
        return failed(error)
    table = schools.read(settings, counties={county.name for county in pack.counties})
    if table.problems and not table.settings:
        return failed(*table.problems)
    if given.prune and table.problems:
        return failed(*table.problems, message("export.no-prune"))
    line = settings.sms.enabled
    works = not line or report.running_server(settings, context.secrets).get("works") is True
    found = export.screens(
        settings,
        table.settings,
        pack,
        release=release.id,
        line_works=works,
        key=installation.kept_hash_key(settings, context.secrets),
        now=context.now,
    )
    try:
        done = export.write(given.folder, found, prune=given.prune)
    except export.ExportError as error:
        return failed(*error.args)
    count = len(table.settings) or 1
    numbers = {"count": count, "written": done.written, "removed": done.removed}
    say(message("export.done", folder=given.folder, **numbers))
    say(*(message("export.left", address=address) for address in done.left))
    return failed(*table.problems) if table.problems else 0

"""``poster``: make a PDF poster, wallet cards or the sheet for parents from the served pack."""

from pathlib import Path

from cli.command import Context, Verbs, failed


def add(verbs: Verbs) -> None:
    parser = verbs.add_parser("poster")
    parser.add_argument(
        "--size", default="letter", metavar="SIZE", help="letter (default), half, wallet or parents"
    )
    parser.add_argument(
        "--languages", default="", metavar="EN,ES", help="one or two (default: the first two)"
    )
    parser.add_argument("--school", default="", metavar="ADDRESS", help="a school in the table")
    parser.add_argument("--out", type=Path, metavar="FILE.pdf", help="default: poster-SIZE.pdf")
    parser.set_defaults(run=run)


def run(context: Context) -> int:
    """Write the PDF, or return it to a server; return 1 if it cannot be made."""
    from content.model.built_pack import BuiltPackError
    from content.releases.generations import Releases
    from kiosk.pages.build import languages
    from kiosk.posters import pdf, poster
    from messages.message import Message, message
    from settings import schools
    from system import files

    given, settings = context.given, context.settings
    releases = Releases(settings.server.data_dir)
    state = releases.state()
    release = releases.active(state)
    if release is None:
        return failed(message("command.no-release"))
    if given.school:
        found = schools.find(settings, given.school)
        if isinstance(found, Message):
            return failed(found)
        settings = found
    file = given.out or Path(f"poster-{given.size}.pdf")
    try:
        pack = state.visible(release.pack())
        named = tuple(tag.strip() for tag in given.languages.split(",") if tag.strip())
        tags = named or languages(pack, settings.kiosk)[: poster.MOST_LANGUAGES]
        edition = f"{release.activated_at:%Y-%m-%d} · {release.id}"
        html = poster.html(pack, settings, given.size, tags, edition=edition)
        made = pdf.of(html, tags)
        if context.answer:
            context.answer(made)
            return 0
        files.replace(file, made)
    except (poster.PosterError, BuiltPackError) as error:
        return failed(error)
    except OSError as error:
        return failed(f"{file} cannot be written ({error.strerror}).")
    print(f"{file} is written.", *poster.open_points(settings), sep="\n")
    return 0

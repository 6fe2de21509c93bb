"""Converts HTML to PDF with WeasyPrint (the extra ``paper``) and the kiosk's own fonts."""

from kiosk.edition.assets import STATIC
from kiosk.pages import font_coverage
from kiosk.posters.poster import TEMPLATES, PosterError
from settings import extras

_BOLD = "-bold"


def of(html: str, tags: tuple[str, ...]) -> bytes:
    """Return the document as PDF. Raises PosterError if WeasyPrint or its libraries are missing."""
    try:
        from weasyprint import CSS, HTML  # noqa: PLC0415  an extra, and heavy
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
        from weasyprint.urls import URLFetcher  # noqa: PLC0415
    except ImportError:
        raise PosterError(f"{extras.needs('A poster', 'paper')}.") from None
    except OSError as error:  # WeasyPrint could not load Pango
        raise PosterError(extras.without_pango(error)) from None
    fonts, local = FontConfiguration(), URLFetcher(allowed_protocols=["file"])
    own = (TEMPLATES / "poster.css").read_text("utf-8")
    sheet = CSS(
        string=_faces(tags) + own, base_url=f"{STATIC}/", url_fetcher=local, font_config=fonts
    )
    document = HTML(string=html, base_url=f"{TEMPLATES}/", url_fetcher=local)
    written: bytes = document.write_pdf(
        stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1"
    )
    return written


def _faces(tags: tuple[str, ...]) -> str:
    """Declare these languages' fonts; no others are read."""
    rules = []
    for tag in tags:
        files = font_coverage.on_paper(tag)
        families = [file for file in files if not file.endswith(_BOLD)]
        for file in files:
            weight = "font-weight: 700; " if file.endswith(_BOLD) else ""
            rules.append(
                f'@font-face {{ font-family: "{file.removesuffix(_BOLD)}"; {weight}'
                f'src: url("fonts/{file}.woff2"); }}'
            )
        rules.append(f":lang({tag}) {{ font-family: {', '.join(families)}; }}")
    return "\n".join(rules)

"""QR codes as inline SVG, dark on white in every theme."""

from functools import lru_cache

import segno
from markupsafe import Markup


@lru_cache(maxsize=512)  # the same number is on pages in ten languages
def svg(data: str) -> Markup:
    """Draw ``data`` as an SVG that the style sheet sizes."""
    drawn = _code(data).svg_inline(
        border=2, omitsize=True, svgclass="qr", lineclass=None, dark="#14212a", light="#ffffff"
    )
    return Markup(drawn)  # noqa: S704 - segno's own drawing; the data is only in its geometry


@lru_cache(maxsize=512)
def width(data: str) -> int:
    """Return the code's width in modules, without its quiet zone."""
    modules, _height = _code(data).symbol_size(border=0)
    return int(modules)


@lru_cache(maxsize=1)  # keep only the last code: it is measured right after it is drawn
def _code(data: str) -> segno.QRCode:
    return segno.make(data, error="m", micro=False)

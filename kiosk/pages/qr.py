"""QR codes as inline SVG: dark on white in any theme."""

from functools import lru_cache

import segno
from markupsafe import Markup


@lru_cache(maxsize=512)  # one number stands on the pages of ten languages
def svg(data: str) -> Markup:
    """``data`` as an SVG, sized by the style sheet."""
    drawn = _code(data).svg_inline(
        border=2, omitsize=True, svgclass="qr", lineclass=None, dark="#14212a", light="#ffffff"
    )
    return Markup(drawn)  # noqa: S704 - segno's own drawing; the data is only in its geometry


@lru_cache(maxsize=512)
def width(data: str) -> int:
    """Modules of the code, without its quiet zone."""
    modules, _height = _code(data).symbol_size(border=0)
    return int(modules)


@lru_cache(maxsize=1)  # drawn and measured one after the other, and larger than its drawing
def _code(data: str) -> segno.QRCode:
    return segno.make(data, error="m", micro=False)

"""QR codes as inline SVG.

Owns the look of a code: dark on white whatever the theme, two modules of quiet zone inside, the
rest given by the style sheet. Refuses anything but a number to call, a number to text with the
line's own word, or a plain address.
"""

from functools import lru_cache

import segno
from markupsafe import Markup


@lru_cache(maxsize=512)
def svg(data: str) -> Markup:
    """``data`` as an SVG without size, to be sized by the style sheet."""
    code = segno.make(data, error="m", micro=False)
    drawn = code.svg_inline(
        border=2, omitsize=True, svgclass="qr", lineclass=None, dark="#14212a", light="#ffffff"
    )
    return Markup(drawn)  # noqa: S704 - segno's own drawing; the data is only in its geometry


def width(data: str) -> int:
    """How many modules wide the code is, without its quiet zone."""
    modules, _height = segno.make(data, error="m", micro=False).symbol_size(border=0)
    return int(modules)

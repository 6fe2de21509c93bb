"""The templates' environment: one per language, strict and escaping.

Owns which functions a template may call. Refuses a name a template does not know (StrictUndefined), so that a page
with a hole fails while it is rendered and never reaches a screen.
"""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lucide.jinja import lucide
from markupsafe import Markup

from kiosk.assets import Assets
from kiosk.qr import svg
from kiosk.wording import Wording

TEMPLATES = Path(__file__).parent / "templates"


def icon(name: str, extra: str = "") -> Markup:
    """A Lucide icon. It stands beside a word that says the same, so it is hidden from a screen reader."""
    drawn = lucide(name, size=None, **{"class": f"icon {extra}".strip(), "aria_hidden": "true"})
    return Markup(" ".join(drawn.split()))  # noqa: S704 - the icon library's own drawing


def environment(wording: Wording, assets: Assets) -> Environment:
    """The environment for one language's templates."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(_=wording, icon=icon, qr=svg, asset=assets.url)
    return made

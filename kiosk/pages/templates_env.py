"""Jinja environments that are strict and escape values."""

from functools import cache
from importlib import resources
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from content.model import phone_numbers, placeholders
from content.model.language import direction, own_name
from kiosk.edition.assets import Assets
from kiosk.pages import county_line, facts
from kiosk.pages.font_coverage import main_font
from kiosk.pages.pack_texts import isolated
from kiosk.pages.qr import svg
from kiosk.pages.ui_strings import Wording

TEMPLATES = Path(__file__).parents[1] / "templates"
_SVG = "{http://www.w3.org/2000/svg}"


@cache
def _drawings() -> ZipFile:
    """Open Lucide's archive. For each icon, the library's own loader reads a list of 1,600 names,
    which took a third of the time needed for all pages."""
    return ZipFile(BytesIO((resources.files("lucide") / "lucide.zip").read_bytes()))


def close_drawings() -> None:
    """Free the archive, which takes 3 MB. Icons already drawn stay; drawing another reopens it."""
    _drawings.cache_clear()


@cache
def icon(name: str, extra: str = "") -> Markup:
    """Draw a Lucide icon, hidden from screen readers because it repeats a word. Raises KeyError."""
    svg = ElementTree.fromstring(_drawings().read(f"{name}.svg"))  # noqa: S314 - the library's own
    for part in svg.iter():
        part.tag = part.tag.removeprefix(_SVG)
    svg.attrib |= {"class": f"icon {extra}".strip(), "aria-hidden": "true"}
    drawn = ElementTree.tostring(svg, encoding="unicode")
    return Markup(" ".join(drawn.split()))  # noqa: S704 - the icon library's own drawing


class _Compiled(BytecodeCache):
    """Compiled templates, shared by the environments of all languages and the desk."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


def strict(folder: Path) -> Environment:
    """Make the environment for a folder of templates: the screen's, the desk's or paper's."""
    return Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        bytecode_cache=_COMPILED,
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def environment(wording: Wording, assets: Assets) -> Environment:
    made = strict(TEMPLATES)
    made.globals.update(
        _=wording,
        icon=icon,
        qr=svg,
        asset=assets.url,
        written=direction,
        own_name=own_name,
        facts=facts,
        when=county_line.when,
        isolated=isolated,
        number=phone_numbers.display,
        web=lambda url: isolated("web", placeholders.bare(url)),
        font=lambda tag: assets.url(main_font(tag)),
    )
    return made

"""From a pack to an edition file: the part that needs templates, translations and time.

Owns the one call that refresh, check and build make. Refuses to leave half an edition behind: the first page that
cannot render stops it, with a sentence that names the page. Imported only where pages are made, so that the serving
process loads neither Jinja nor Babel.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from content.intake import PrepareError
from content.model import Pack, Problem
from kiosk import edition
from kiosk.assets import Assets
from kiosk.edition import Item
from kiosk.pages import Page, pages
from settings import Kiosk


class RenderError(PrepareError):
    """A page of the pack cannot be made. The message is a sentence for the person who runs the kiosk."""


def items(pack: Pack, kiosk: Kiosk, *, today: date) -> list[Item]:
    """Every page and asset of the pack. RenderError if one cannot be made."""
    assets = Assets()
    made = [Item(page.path, page.body.encode()) for page in _rendered(pages(pack, kiosk, today=today, assets=assets))]
    made += edition.asset_items((asset.path, asset.body, asset.content_type) for asset in assets)
    return made


def render(pack: Pack, kiosk: Kiosk, today: date, out: Path) -> None:
    """Write the pack's edition to ``out``. RenderError if a page cannot be made; then ``out`` is not touched."""
    edition.write(items(pack, kiosk, today=today), out)


def check(pack: Pack, *, kiosk: Kiosk | None = None, today: date | None = None) -> list[Problem]:
    """What keeps the pack's pages from being rendered: at most the first reason, as a problem of the pack."""
    try:
        items(pack, kiosk or Kiosk(languages=pack.languages), today=today or date(2026, 1, 1))
    except RenderError as problem:
        return [Problem("pack.toml", 1, str(problem))]
    return []


def _rendered(made: Iterable[Page]) -> Iterator[Page]:
    last = "the first page"
    walk = iter(made)
    while True:
        try:
            page = next(walk)
        except StopIteration:
            return
        except Exception as problem:
            # Whatever a template or a text raises means the same here: this pack must not go on a screen.
            reason = f"{type(problem).__name__}: {problem}"
            raise RenderError(f"The page after {last} cannot be made ({reason}).") from problem
        last = page.path
        yield page

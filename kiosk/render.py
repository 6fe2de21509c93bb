"""Renders a pack into an edition file. Not for the serving process: loads Jinja and Babel."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path

from content.model.pack import Pack, Problem
from content.releases.candidate import PrepareError
from kiosk import directory_results, offline
from kiosk.audio import clips, listen_button
from kiosk.audio.clips import ClipReport
from kiosk.audio.listen_button import Clips
from kiosk.edition import file
from kiosk.edition.assets import Assets
from kiosk.edition.file import Item
from kiosk.edition.links import LEAVE
from kiosk.pages import font_coverage, school_file
from kiosk.pages.build import Page, pages
from settings.schema import Kiosk

FIRST = frozenset({"/", LEAVE})  # a screen's first pages: complete in one response
SAY_SECONDS = 600.0  # the rest waits for the next run


class RenderError(PrepareError):
    """A page cannot be made; the message is a sentence for the operator."""


def items(pack: Pack, kiosk: Kiosk, *, today: date, data_dir: Path | None = None) -> list[Item]:
    """Every page, asset and clip (of ``data_dir``) of the pack. RenderError."""
    assets = Assets(panel=kiosk.panel_inches)
    spoken = Clips(None if kiosk.audio == "off" else data_dir)
    facts, _problems = school_file.read(kiosk.school_file)  # doctor and School info name them
    wider = directory_results.present(data_dir)
    book = pages(pack, kiosk, today=today, assets=assets, school=facts, services=wider)
    made = [_item(spoken.page(page), assets) for page in _rendered(book)]
    made += spoken.items()
    made += file.asset_items(assets)
    made += offline.items(pack, kiosk, made)
    return made


def _item(page: Page, assets: Assets) -> Item:
    if page.path not in FIRST:
        return Item(page.path, page.body.encode())
    body, styles = assets.inlined(page.body)
    return Item(page.path, body.encode(), styles=styles)


def render(
    pack: Pack, kiosk: Kiosk, today: date, out: Path, *, data_dir: Path | None = None
) -> None:
    """Write the pack's edition to ``out``, untouched after RenderError."""
    file.write(items(pack, kiosk, today=today, data_dir=data_dir), out)


def say(
    pack: Pack,
    kiosk: Kiosk,
    *,
    today: date,
    now: datetime,
    data_dir: Path,
    seconds: float = SAY_SECONDS,
) -> ClipReport:
    """Make missing clips. RenderError; VoiceError without the programs."""
    facts, _problems = school_file.read(kiosk.school_file)
    book = _rendered(pages(pack, kiosk, today=today, school=facts))
    return clips.make(listen_button.texts(book, data_dir), data_dir, now=now, seconds=seconds)


def check(pack: Pack, *, kiosk: Kiosk | None = None, today: date | None = None) -> list[Problem]:
    """The first reason why pages cannot be rendered, and every letter without a glyph."""
    found = list(font_coverage.problems(pack, pack.languages))
    try:
        items(pack, kiosk or Kiosk(languages=pack.languages), today=today or date(2026, 1, 1))
    except RenderError as problem:
        found.append(Problem("pack.toml", 1, str(problem)))
    return found


def _rendered(made: Iterable[Page]) -> Iterator[Page]:
    last = "the first page"
    walk = iter(made)
    while True:
        try:
            page = next(walk)
        except StopIteration:
            return
        except Exception as problem:
            # Templates and texts raise anything: such a pack must not be served.
            reason = f"{type(problem).__name__}: {problem}"
            raise RenderError(f"The page after {last} cannot be made ({reason}).") from problem
        last = page.path
        yield page

"""Makes an Edition from a pack: pages, assets, clips and the files for the browser's worker."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from pathlib import Path

import msgspec

from content.model.once_per_pack import OncePerPack
from content.model.pack import Pack
from content.releases.outcome import PrepareError
from kiosk import offline
from kiosk.audio.listen_button import Clips
from kiosk.edition import assets as assets_of
from kiosk.edition.assets import Assets
from kiosk.edition.edition import FIRST, Edition, Item, Maker, makers_of
from kiosk.edition.links import LEAVE, below
from kiosk.pages import font_coverage, templates_env
from kiosk.pages.build import Page, languages, pages
from kiosk.pages.school_file import School
from settings.schema import Kiosk

_NO_SCHOOL = School()
_CODE = Path(__file__).parent
_MODEL = _CODE.parent / "content" / "model"


class RenderError(PrepareError):
    """Raised if a page cannot be made; the message is a sentence for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The pages' inputs besides pack, settings and date. ``data_dir``: None if silent.

    ``services``: whether there is a directory to search.
    """

    school: School = _NO_SCHOOL
    data_dir: Path | None = None
    services: bool = False


def edition(pack: Pack, kiosk: Kiosk, *, today: date, beside: Beside) -> Edition:
    """Return a pack's edition, without making any pages yet."""
    assets = assets_of.shipped(kiosk.panel_inches)
    spoken = Clips(None if kiosk.audio == "off" else beside.data_dir)
    tags = languages(pack, kiosk)

    def book(tag: str) -> dict[str, Maker]:
        listed = pages(
            pack,
            kiosk,
            today=today,
            tags=[tag],
            assets=assets,
            school=beside.school,
            services=beside.services,
        )
        made: dict[str, Maker] = {
            page.path: partial(_item, page, spoken, assets, kiosk) for page in listed
        }
        # The worker also stores this page, at an address.
        address, missing = f"/{tag}/missing", made[f"missing/{tag}"]
        return made | {address: lambda: missing()._replace(path=address)}

    def of_language(asset: Item) -> Item:
        tag = font_coverage.only_language(asset.path)
        return asset._replace(language="" if tag == tags[0] else tag)

    return Edition(
        makers_of(map(of_language, assets)) | dict(offline.makers(pack, kiosk, tags)),
        books={tag: partial(book, tag) for tag in tags},
        key=key(pack, kiosk, today=today, beside=beside),
        beside=spoken.item,
    )


def cover(pack: Pack, kiosk: Kiosk, *, today: date, school: School, language: str = "") -> str:
    """Return School info as the screen would show it with these facts, with its styles inlined.

    Uses ``language`` if the screen has it, otherwise the screen's first language.
    """
    assets, known = assets_of.shipped(kiosk.panel_inches), languages(pack, kiosk)
    tags = tuple(sorted(known, key=lambda tag: tag != language))
    kiosk = msgspec.structs.replace(kiosk, languages=tags)  # the cover is in the first of these
    listed = pages(pack, kiosk, today=today, tags=tags[:1], assets=assets, school=school)
    body = next(page.body for page in listed if page.path == LEAVE)
    return assets.inlined(body)[0]


def check_pages(pack: Pack, *, kiosk: Kiosk, today: date, beside: Beside) -> None:
    """Make each page once; keep none. Raises RenderError with the first page that fails."""
    last = "the first page"
    try:
        made = edition(pack, kiosk, today=today, beside=beside)
        for path in made.names():
            made.make(path)
            last = path
    except Exception as problem:
        # Templates and texts can raise any error; such a pack must not be served.
        reason = f"{type(problem).__name__}: {problem}"
        raise RenderError(f"The page after {last} cannot be generated ({reason}).") from problem


def _item(page: Page, spoken: Clips, assets: Assets, kiosk: Kiosk) -> Item:
    body, path = spoken.page(page.make()), page.path
    templates_env.close_drawings()  # frees 3 MB; icons already drawn remain
    if path not in FIRST or kiosk.plain:  # these pages are sent complete in one response
        return Item(path, below(body, kiosk.base).encode())
    body, styles = assets.inlined(body, kiosk.base)
    return Item(path, below(body, kiosk.base).encode(), styles=styles)


def key(pack: Pack, kiosk: Kiosk, *, today: date, beside: Beside) -> str:
    """Hash everything that an edition depends on, including code and templates."""
    others = (today, beside.school, bool(beside.data_dir), beside.services)
    return _hash([_hash_of_pack(pack), kiosk, *others, _code()])


def _hash(depends: object) -> str:
    return hashlib.sha256(msgspec.json.encode(depends, enc_hook=str, order="sorted")).hexdigest()


# Pages do not use the text line's model, which would briefly take five megabytes as text.
_hash_of_pack = OncePerPack(lambda pack: _hash(replace(pack, model=b"")))


@cache
def _code() -> str:
    digest = hashlib.sha256()
    found = (path for folder in (_CODE, _MODEL) for path in folder.rglob("*"))
    for path in sorted(p for p in found if p.is_file() and "__pycache__" not in p.parts):
        digest.update(path.as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()

"""The real pack and its rendered pages, made once for all tests of the screen."""

from datetime import date

import pytest

from content.model.pack import Pack
from content.model.pinned import pinned_pack
from kiosk.pages.build import Page, pages
from settings.schema import Kiosk
from tests import shipped
from tests.kiosk.outline import Outline

TODAY = date(2026, 11, 24)
SCHOOL = Kiosk(school="Lincoln <Middle> School", counties=("Sacramento",))


@pytest.fixture(scope="session")
def pack() -> Pack:
    """Return the shipped pack, read from its source."""
    return shipped.pack()


@pytest.fixture(scope="session")
def pinned() -> Pack:
    """Return only the crisis set."""
    return pinned_pack()


@pytest.fixture(scope="session")
def book(pack: Pack) -> dict[str, Page]:
    """Return every page and part by its path."""
    return {page.path: page for page in pages(pack, SCHOOL, today=TODAY)}


@pytest.fixture(scope="session")
def outlines(book: dict[str, Page]) -> dict[str, Outline]:
    """Return what a reader of each page sees, by its path."""
    return {path: Outline.of(page.body) for path, page in book.items() if path.startswith("/")}

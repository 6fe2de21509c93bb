"""A line that may be out of date, on a real screen: folded, one tap away, and as easy to hit as
anything else."""

from dataclasses import replace

import pytest

from content.model.attestation import Source
from content.model.pack import Area
from kiosk.edition.assets import Assets
from kiosk.pages.build import pages
from settings.schema import Kiosk
from tests import shipped
from tests.browser.conftest import SIZES, Visit
from tests.kiosk.conftest import TODAY

SCREEN = Kiosk(school="Lincoln Middle School", counties=("Sacramento",), languages=("en", "ar"))
TARGET = 48  # CSS pixels: what a thumb hits


@pytest.mark.parametrize("tag", SCREEN.languages)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.slow
def test_what_may_be_out_of_date_is_one_tap_away(visit: Visit, size: str, tag: str) -> None:
    pack = shipped.pack()
    aged = replace(
        pack.resource("vcrc"),
        sources=(Source(kind="page", date="2021-03-01"),),
        area=Area(counties=("06067",)),
    )
    old = replace(pack, resources=tuple(aged if r.id == "vcrc" else r for r in pack.resources))
    topic = next(topic for topic in pack.topics if "vcrc" in topic.resources)
    path, card = f"/{tag}/t/{topic.codes['en']}", f"/{tag}/r/{aged.code}"
    book = pages(old, SCREEN, today=TODAY, assets=Assets(panel=SCREEN.panel_inches))
    body = next(page.body for page in book if page.path == path)

    page = visit(size)
    page.route(
        f"**{path}", lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8")
    )
    page.goto(path)
    line, fold = page.locator(f'a.line[href="{card}"]'), page.locator("details.aside summary")
    assert line.count() == 1
    page.locator(".read > summary").tap()
    assert not line.is_visible()
    fold.scroll_into_view_if_needed()
    box = fold.bounding_box()
    assert box is not None
    assert box["height"] >= TARGET
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= SIZES[size][0]
    fold.tap()
    assert line.is_visible()
    fold.focus()
    page.keyboard.press("Enter")
    assert not line.is_visible()

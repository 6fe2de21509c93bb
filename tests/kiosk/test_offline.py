"""What the worker needs, beside the pages."""

import json

import pytest

from content.model.pack import Pack
from kiosk import offline
from kiosk.edition.file import Edition, Item
from settings.schema import Kiosk

PAGES = [
    Item("/leave", b"leave"),
    Item("missing/en", b"not here"),
    Item("missing/es", b"no"),
    Item("none/en", b"none"),
]


@pytest.fixture(scope="module")
def edition(pack: Pack) -> Edition:
    return Edition.memory([*PAGES, *offline.items(pack, Kiosk(languages=("en", "es")), PAGES)])


def test_the_worker_is_served_but_not_part_of_what_it_keeps(edition: Edition) -> None:
    worker = edition.ready["/sw.js"]
    headers = dict(worker.headers)
    listed = [file["url"] for file in json.loads(bytes(edition.ready["/pack.json"].body))["files"]]
    assert headers[b"cache-control"] == b"no-cache"
    assert headers[b"content-type"].startswith(b"text/javascript")
    assert "/sw.js" not in listed
    assert {
        "/en/missing",
        "/es/missing",
        "/search/words.json",
        "/search/en.json",
        "/search/es.json",
    } <= set(listed)


def test_each_language_has_its_not_found_page(edition: Edition) -> None:
    assert bytes(edition.ready["/en/missing"].body) == b"not here"
    assert bytes(edition.ready["/es/missing"].body) == b"no"


def test_search_s_data_names_entries_by_number_in_every_language(edition: Edition) -> None:
    words = json.loads(bytes(edition.ready["/search/words.json"].body))
    numbers = {number for entries in words["words"].values() for number in entries[::2]}
    for tag in ("en", "es"):
        found = json.loads(bytes(edition.ready[f"/search/{tag}.json"].body))
        assert max(numbers) < len(found) == words["count"]
        assert all(href.startswith(f"/{tag}/") for href, _title, _lead in found)


def test_other_headers_make_other_packs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page is kept with its headers: under a new policy the worker must fetch every page anew."""
    before = offline.worker(Kiosk())
    monkeypatch.setattr(
        "kiosk.edition.headers.always",
        lambda: ((b"content-security-policy", b"default-src 'none'"),),
    )
    assert offline.worker(Kiosk()) != before

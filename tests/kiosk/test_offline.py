"""What the worker needs, beside the pages."""

import json

import pytest

from content.model.pack import Pack
from kiosk import offline, render
from kiosk.edition import assets
from kiosk.edition.edition import Edition, Item, makers_of
from settings.schema import Kiosk
from tests.kiosk.conftest import SCHOOL, TODAY

PAGES = [
    Item("/leave", b"leave"),
    Item("missing/en", b"not here"),
    Item("missing/es", b"no"),
    Item("none/en", b"none"),
]


@pytest.fixture(scope="module")
def edition(pack: Pack) -> Edition:
    tags = ("en", "es")
    found = dict(offline.makers(pack, Kiosk(languages=tags), tags))
    return Edition(makers_of(PAGES) | found)


def body(edition: Edition, path: str) -> bytes:
    ready = edition.page(path)
    assert ready, path
    return ready.body


def test_the_worker_is_served_but_not_part_of_what_it_keeps(edition: Edition) -> None:
    worker = edition.page("/sw.js")
    assert worker
    headers = dict(worker.headers)
    listed = [file["url"] for file in json.loads(body(edition, "/pack.json"))["files"]]
    assert headers[b"cache-control"] == b"no-cache"
    assert headers[b"content-type"].startswith(b"text/javascript")
    assert "/sw.js" not in listed
    assert {"/search/words.json", "/search/en.json"} <= set(listed)


def test_each_language_has_its_not_found_page_also_at_an_address(pack: Pack) -> None:
    made = render.edition(pack, SCHOOL, today=TODAY, beside=render.Beside())
    for tag in made.languages:
        assert body(made, f"/{tag}/missing").decode() == made.text(f"missing/{tag}")


def test_search_s_data_names_entries_by_number_in_every_language(edition: Edition) -> None:
    words = json.loads(body(edition, "/search/words.json"))
    numbers = {number for entries in words["words"].values() for number in entries[::2]}
    for tag in ("en", "es"):
        found = json.loads(body(edition, f"/search/{tag}.json"))
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


@pytest.mark.parametrize(("plain", "above"), [(False, ""), (True, "../")])
def test_the_manifest_names_nothing_of_what_the_screen_is_for(
    edition: Edition, plain: bool, above: str
) -> None:
    """A device shows this name and icon: they tell no topic."""
    found = json.loads(offline.manifest(Kiosk(plain=plain)))
    assert (found["name"], found["short_name"]) == ("Student Info Desk", "Info Desk")
    assert (found["start_url"], found["scope"], found["display"]) == ("./leave", "./", "fullscreen")
    assert "id" not in found  # schools of one server would share it
    known = assets.shipped(Kiosk().panel_inches)
    for icon in found["icons"]:
        assert icon["src"].startswith(f"{above}static/icon-")
        (file,) = [one for one in known if one.path == f"/{icon['src'].removeprefix(above)}"]
        assert file.body.startswith(b"\x89PNG")
        assert icon["sizes"] == "x".join([str(int.from_bytes(file.body[16:20], "big"))] * 2)
    served = edition.page("/app.webmanifest")
    assert served
    assert served.item.content_type == "application/manifest+json"

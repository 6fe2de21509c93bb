"""The file of ready pages: what goes in comes out, whole or not at all."""

import gzip
import hashlib
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from content.model import Pack
from kiosk import edition, rendering
from kiosk.edition import Edition, EditionError, Item
from kiosk.rendering import RenderError
from settings import Kiosk
from tests.kiosk.conftest import SCHOOL, TODAY

ITEMS = [Item("/en/", b"<p>one</p>" * 50), Item("/en/now", b"<p>two</p>"), Item("missing/en", b"gone")]


def test_a_page_comes_back_as_it_was_written(tmp_path: Path) -> None:
    edition.write(ITEMS, tmp_path / "edition.bin")
    opened = Edition.open(tmp_path / "edition.bin")
    ready = opened.get("/en/")
    assert ready is not None
    assert bytes(ready.body) == ITEMS[0].body
    assert gzip.decompress(ready.packed) == ITEMS[0].body
    assert opened.part("missing/en") == "gone"
    assert opened.get("missing/en") is None


def test_the_same_pages_make_the_same_file() -> None:
    assert edition.dump(ITEMS) == edition.dump(list(ITEMS))


def test_headers_are_complete_and_say_the_length() -> None:
    ready = Edition.memory(ITEMS).ready["/en/now"]
    headers = dict(ready.headers)
    assert headers[b"content-length"] == b"10"
    assert headers[b"etag"] == ready.etag
    assert headers[b"cache-control"] == b"no-store"
    assert dict(ready.packed_headers)[b"content-encoding"] == b"gzip"
    assert dict(ready.packed_headers)[b"content-length"] == str(len(ready.packed)).encode()


def test_the_etag_is_of_the_page_and_not_of_its_address() -> None:
    made = Edition.memory([Item("/a", b"same"), Item("/b", b"same"), Item("/c", b"other")]).ready
    assert made["/a"].etag == made["/b"].etag != made["/c"].etag


def test_the_same_bytes_under_two_kinds_keep_their_kinds() -> None:
    made = Edition.memory([Item("/a", b"x"), Item("/b", b"x", "text/css")]).ready
    assert dict(made["/a"].headers)[b"content-type"] != dict(made["/b"].headers)[b"content-type"]


def test_a_slash_more_or_less_is_the_same_page() -> None:
    made = Edition.memory(ITEMS)
    assert made.get("/en") is made.get("/en/")
    assert made.get("/en/now/") is made.get("/en/now")


@pytest.mark.parametrize("cut", [0, 10, 40, -1])
def test_a_file_that_is_cut_short_is_refused(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "edition.bin"
    path.write_bytes(edition.dump(ITEMS)[:cut])
    with pytest.raises(EditionError):
        Edition.open(path)


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "edition.bin"
    path.write_bytes(b"porchlight edition 2\n" + edition.dump(ITEMS))
    with pytest.raises(EditionError):
        Edition.open(path)


def test_the_list_for_the_browser_names_every_address_and_its_decoded_hash(pack: Pack) -> None:
    opened = Edition.memory(rendering.items(pack, SCHOOL, today=TODAY))
    listed = json.loads(bytes(opened.ready["/pack.json"].body))
    assert len(listed["version"]) == 64
    urls = {file["url"]: file["sha256"] for file in listed["files"]}
    assert {"/", "/leave", "/en/now", "/es/r/121"} <= set(urls)
    assert any(url.endswith(".woff2") for url in urls)
    for url, digest in urls.items():
        assert hashlib.sha256(opened.ready[url].body).hexdigest() == digest


def test_assets_are_kept_for_ever_and_pages_not_at_all(pack: Pack) -> None:
    opened = Edition.memory(rendering.items(pack, SCHOOL, today=TODAY))
    for path, ready in opened.ready.items():
        cache = dict(ready.headers)[b"cache-control"]
        assert (b"immutable" in cache) == path.startswith("/static/"), path


def test_every_address_an_asset_refers_to_is_there(pack: Pack) -> None:
    opened = Edition.memory(rendering.items(pack, SCHOOL, today=TODAY))
    sheet = next(path for path in opened.ready if path.startswith("/static/kiosk.") and path.endswith(".css"))
    fonts = [part.split('"')[0] for part in bytes(opened.ready[sheet].body).decode().split('url("')[1:]]
    assert len(fonts) == 2
    assert all(font in opened.ready for font in fonts)


def test_the_key_changes_with_pack_settings_and_day() -> None:
    key = edition.key("v1", SCHOOL, today=TODAY)
    assert key == edition.key("v1", Kiosk(school=SCHOOL.school, counties=SCHOOL.counties), today=TODAY)
    assert key != edition.key("v2", SCHOOL, today=TODAY)
    assert key != edition.key("v1", Kiosk(), today=TODAY)
    assert key != edition.key("v1", SCHOOL, today=date(2026, 11, 25))


def test_a_page_that_cannot_be_made_leaves_no_file(pack: Pack, tmp_path: Path) -> None:
    first = pack.topics[0]
    broken = {
        tag: {k: v for k, v in texts.items() if k != f"topic:{first.id}:lead"} for tag, texts in pack.texts.items()
    }
    with pytest.raises(RenderError, match="cannot be made"):
        rendering.render(replace(pack, texts=broken), SCHOOL, TODAY, tmp_path / "edition.bin")
    assert list(tmp_path.iterdir()) == []


def test_check_tells_of_a_text_with_an_unknown_placeholder(pack: Pack) -> None:
    texts = {tag: {**texts, "topic:danger:lead": "Call {nobody.voice}."} for tag, texts in pack.texts.items()}
    problems = rendering.check(replace(pack, texts=texts))
    assert len(problems) == 1
    assert "nobody.voice" in problems[0].message
    assert rendering.check(pack) == []

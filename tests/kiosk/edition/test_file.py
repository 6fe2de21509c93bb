"""The file of ready pages: what goes in comes out, whole or not at all."""

import base64
import gzip
import hashlib
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from content.model.pack import Pack
from kiosk import render
from kiosk.edition import file as edition
from kiosk.edition.file import Edition, EditionError, Item
from kiosk.render import RenderError
from settings.schema import Kiosk
from tests.kiosk.conftest import SCHOOL, TODAY

ITEMS = [
    Item("/en/", b"<p>one</p>" * 50),
    Item("/en/now", b"<p>two</p>"),
    Item("missing/en", b"gone"),
]


def test_a_page_comes_back_as_it_was_written(tmp_path: Path) -> None:
    edition.write(ITEMS, tmp_path / "edition.bin")
    opened = Edition.open(tmp_path / "edition.bin")
    ready = opened.ready.get("/en/")
    assert ready is not None
    assert ready.body == ITEMS[0].body
    assert gzip.decompress(ready.packed) == ITEMS[0].body
    assert opened.text("missing/en") == "gone"
    assert opened.ready.get("missing/en") is None


def test_the_same_pages_make_the_same_file() -> None:
    assert edition.dump(ITEMS) == edition.dump(list(ITEMS))


def test_headers_are_complete_and_say_the_length() -> None:
    ready = Edition.memory(ITEMS).ready["/en/"]
    headers = dict(ready.headers)
    assert headers[b"content-length"] == b"500"
    assert headers[b"etag"] == ready.etag
    assert headers[b"cache-control"] == b"no-store"
    assert dict(ready.packed_headers)[b"content-encoding"] == b"gzip"
    assert dict(ready.packed_headers)[b"content-length"] == str(len(ready.packed)).encode()


def test_what_compression_makes_no_smaller_is_sent_as_it_is() -> None:
    ready = Edition.memory(ITEMS).ready["/en/now"]
    assert bytes(ready.packed) == ready.body == b"<p>two</p>"
    assert not ready.squeezed
    assert b"content-encoding" not in dict(ready.headers)


def test_the_file_holds_each_body_once_and_compressed() -> None:
    pages = [Item(f"/en/{number}", f"<p>{number}</p>".encode() * 2_000) for number in range(20)]
    assert len(edition.dump(pages)) < sum(len(page.body) for page in pages) / 20


def test_a_body_on_disk_is_listed_with_its_hash_and_not_held(tmp_path: Path) -> None:
    spoken = tmp_path / "spoken.opus"
    spoken.write_bytes(b"OggS" * 10_000)
    made = Edition.memory([*ITEMS, Item("/audio/en/1.opus", content_type="audio/ogg", file=spoken)])
    ready = made.ready["/audio/en/1.opus"]
    assert (bytes(ready.packed), ready.file) == (b"", spoken)
    assert dict(ready.headers)[b"content-length"] == b"40000"
    listed = {
        file["url"]: file["sha256"] for file in json.loads(made.ready["/pack.json"].body)["files"]
    }
    assert listed["/audio/en/1.opus"] == hashlib.sha256(spoken.read_bytes()).hexdigest()


def test_an_item_may_have_its_own_cache_rule_and_stand_outside_the_list() -> None:
    made = Edition.memory(
        [*ITEMS, Item("/sw.js", b"worker", "text/javascript", "no-cache", listed=False)]
    )
    assert dict(made.ready["/sw.js"].headers)[b"cache-control"] == b"no-cache"
    assert made.ready["/pack.json"].body == Edition.memory(ITEMS).ready["/pack.json"].body


def test_only_the_page_with_a_sheet_inside_may_have_that_sheet() -> None:
    made = Edition.memory([Item("/", b"in", styles=("'sha256-abc='",)), *ITEMS]).ready
    policies = {
        path: dict(made[path].headers)[b"content-security-policy"] for path in ("/", "/en/")
    }
    assert b"style-src 'self' 'sha256-abc=';" in policies["/"]
    assert b"style-src 'self';" in policies["/en/"]


def test_the_etag_is_of_the_page_and_not_of_its_address() -> None:
    made = Edition.memory([Item("/a", b"same"), Item("/b", b"same"), Item("/c", b"other")]).ready
    assert made["/a"].etag == made["/b"].etag != made["/c"].etag


def test_the_same_bytes_under_two_kinds_keep_their_kinds() -> None:
    made = Edition.memory([Item("/a", b"x"), Item("/b", b"x", "text/css")]).ready
    assert dict(made["/a"].headers)[b"content-type"] != dict(made["/b"].headers)[b"content-type"]


def test_a_slash_more_or_less_is_the_same_page() -> None:
    made = Edition.memory(ITEMS)
    assert made.ready.get("/en") is made.ready.get("/en/")
    assert made.ready.get("/en/now/") is made.ready.get("/en/now")


@pytest.mark.parametrize("cut", [0, 10, 40, -1])
def test_a_file_that_is_cut_short_is_refused(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "edition.bin"
    path.write_bytes(edition.dump(ITEMS)[:cut])
    with pytest.raises(EditionError):
        Edition.open(path)


@pytest.mark.parametrize(
    "other",
    [
        b'porchlight edition 2\n24\n{"size":0,"entries":{}}\n',
        edition.dump(ITEMS).replace(b"edition 3", b"edition 4"),
        b"<!doctype html>\n",
    ],
)
def test_a_file_of_another_format_is_refused_with_what_to_do(tmp_path: Path, other: bytes) -> None:
    path = tmp_path / "edition.bin"
    path.write_bytes(other)
    with pytest.raises(EditionError, match="render it again"):
        Edition.open(path)


def test_a_page_is_a_view_into_the_bytes_of_the_file() -> None:
    data = edition.dump(ITEMS)
    assert all(ready.packed.obj is data for ready in Edition(data).ready.values())


@pytest.mark.slow
def test_the_list_for_the_browser_names_every_address_and_its_decoded_hash(pack: Pack) -> None:
    opened = Edition.memory(render.items(pack, SCHOOL, today=TODAY))
    listed = json.loads(bytes(opened.ready["/pack.json"].body))
    assert len(listed["version"]) == 64
    urls = {file["url"]: file["sha256"] for file in listed["files"]}
    assert {"/", "/leave", "/en/now", "/es/r/121"} <= set(urls)
    assert any(url.endswith(".woff2") for url in urls)
    for url, digest in urls.items():
        assert hashlib.sha256(opened.ready[url].body).hexdigest() == digest


@pytest.mark.slow
def test_assets_are_kept_for_ever_and_pages_not_at_all(pack: Pack) -> None:
    opened = Edition.memory(render.items(pack, SCHOOL, today=TODAY))
    for path, ready in opened.ready.items():
        cache = dict(ready.headers)[b"cache-control"]
        assert (b"immutable" in cache) == path.startswith("/static/"), path


@pytest.mark.slow
def test_every_address_an_asset_refers_to_is_there(pack: Pack) -> None:
    opened = Edition.memory(render.items(pack, SCHOOL, today=TODAY))
    sheets = [ready.body.decode() for path, ready in opened.ready.items() if path.endswith(".css")]
    fonts = [part.split('"')[0] for sheet in sheets for part in sheet.split('url("')[1:]]
    assert len(fonts) >= 2
    assert all(font in opened.ready for font in fonts)


@pytest.mark.parametrize("path", ["/", "/leave"])
@pytest.mark.slow
def test_a_first_page_is_whole_in_one_answer_and_small(pack: Pack, path: str) -> None:
    """Its sheets are inside it, named in its own policy by their hash; with its scripts it is under
    60 KB unpacked."""
    opened = Edition.memory(render.items(pack, SCHOOL, today=TODAY)).ready
    html = opened[path].body.decode()
    assert "stylesheet" not in html
    policy = dict(opened[path].headers)[b"content-security-policy"].decode()
    for sheet in html.split("<style>")[1:]:
        digest = base64.b64encode(
            hashlib.sha256(sheet.split("</style>")[0].encode()).digest()
        ).decode()
        assert f"'sha256-{digest}'" in policy
    scripts = [opened[part.split('"')[0]].body for part in html.split('<script src="')[1:]]
    assert html.count('" defer></script>') == len(scripts) > 0
    assert len(html.encode()) + sum(map(len, scripts)) < 60_000


def test_the_key_changes_with_pack_settings_and_day() -> None:
    key = edition.key("v1", SCHOOL, today=TODAY)
    assert key == edition.key(
        "v1", Kiosk(school=SCHOOL.school, counties=SCHOOL.counties), today=TODAY
    )
    assert key != edition.key("v2", SCHOOL, today=TODAY)
    assert key != edition.key("v1", Kiosk(), today=TODAY)
    assert key != edition.key("v1", SCHOOL, today=date(2026, 11, 25))


def test_a_page_that_cannot_be_made_leaves_no_file(pack: Pack, tmp_path: Path) -> None:
    first = pack.topics[0]
    broken = {
        tag: {k: v for k, v in texts.items() if k != f"topic:{first.id}:lead"}
        for tag, texts in pack.texts.items()
    }
    with pytest.raises(RenderError, match="cannot be made"):
        render.render(replace(pack, texts=broken), SCHOOL, TODAY, tmp_path / "edition.bin")
    assert list(tmp_path.iterdir()) == []


def test_check_tells_of_a_text_with_an_unknown_placeholder(pack: Pack) -> None:
    texts = {
        tag: {**texts, "topic:danger:lead": "Call {nobody.voice}."}
        for tag, texts in pack.texts.items()
    }
    problems = render.check(replace(pack, texts=texts))
    assert len(problems) == 1
    assert "nobody.voice" in problems[0].message
    assert render.check(pack) == []

"""Pages that are made when first asked for: what goes in comes out, once, and is listed."""

import base64
import gc
import gzip
import hashlib
import json
import re
import weakref
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from content.model.pack import Pack
from kiosk import render
from kiosk.edition.edition import Edition, Item, Maker, Ready
from kiosk.pages.school_file import School
from kiosk.render import RenderError
from settings.schema import Kiosk
from tests.kiosk.conftest import SCHOOL, TODAY
from tests.running import pack_files

ITEMS = [
    Item("/en/", b"<p>one</p>" * 50),
    Item("/en/now", b"<p>two</p>"),
    Item("missing/en", b"gone"),
]


def whole(pack: Pack) -> Edition:
    return render.edition(pack, SCHOOL, today=TODAY, beside=render.Beside())


def page(edition: Edition, path: str) -> Ready:
    ready = edition.page(path)
    assert ready, path
    return ready


def listed(edition: Edition) -> dict[str, str]:
    files = pack_files(lambda path: json.loads(page(edition, path).body))
    return {file["url"]: file["sha256"] for file in files}


def test_a_page_comes_back_as_it_was_made() -> None:
    made = Edition.of(ITEMS)
    ready = page(made, "/en/")
    assert ready.body == ITEMS[0].body
    assert gzip.decompress(ready.packed) == ITEMS[0].body
    assert made.text("missing/en") == "gone"
    assert made.page("missing/en") is None
    assert made.page("/en/none") is None


def test_a_page_is_made_when_first_asked_for_and_only_then() -> None:
    made: list[str] = []

    def make(item: Item) -> Item:
        made.append(item.path)
        return item

    edition = Edition({item.path: partial(make, item) for item in ITEMS})
    assert made == []
    assert page(edition, "/en/now") is page(edition, "/en/now") is edition.kept["/en/now"]
    assert made == ["/en/now"]
    listed(edition)
    assert sorted(made) == ["/en/", "/en/now", "missing/en"]


def test_what_makes_one_language_is_gone_before_the_next_is_begun() -> None:
    """Cards and templates of ten languages at once were a third of the screen's memory."""

    class Words:
        def page(self, path: str) -> Item:
            return Item(path, b"words")

    begun: list[str] = []
    alive: list[weakref.ref[Words]] = []

    def book(tag: str) -> dict[str, Maker]:
        assert [word() for word in alive] == [None] * len(alive)
        words = Words()
        alive.append(weakref.ref(words))
        begun.append(tag)
        return {path: partial(words.page, path) for path in (f"/{tag}/", f"missing/{tag}")}

    made = Edition({}, books={tag: partial(book, tag) for tag in ("en", "es", "vi")})
    assert list(json.loads(page(made, "/pack.json").body)["files"]) == [
        {"url": "/en/", "sha256": hashlib.sha256(b"words").hexdigest()}
    ]
    assert begun == ["en"]  # a screen is protected in its first language before the next is made
    assert len(listed(made)) == 3
    assert begun == ["en", "es", "vi"]


def _edition(make: Callable[[str], Item], *tags: str, kind: type[Edition] = Edition) -> Edition:
    """One of two pages and a part in each language."""

    def book(tag: str) -> dict[str, Maker]:
        return {name: partial(make, name) for name in (f"/{tag}/", f"/{tag}/now", f"missing/{tag}")}

    return kind({}, books={tag: partial(book, tag) for tag in tags})


def test_only_the_pages_of_the_first_language_and_of_the_last_few_are_kept() -> None:
    """A screen offers ten; the pages of all of them were a tenth of the server's memory."""
    made: list[str] = []

    def make(name: str) -> Item:
        made.append(name)
        return Item(name, name.encode())

    edition = _edition(make, "en", "es", "vi", "ko", "ar", "ru")
    hashes = listed(edition)
    assert len(made) == len(set(made)) == 18  # a screen that asks list by list costs no page twice
    kept = {path for path in edition.kept if "pack" not in path}
    assert kept == {f"/{tag}/{page}" for tag in ("en", "ru") for page in ("", "now")}
    assert edition.page("/ru") is edition.page("/ru/")
    alive = [weakref.ref(page(edition, path)) for path in ("/ru/", "/ru/now")]
    made.clear()
    assert page(edition, "/es/now").sha256 == hashes["/es/now"]
    assert edition.text("missing/es") == "missing/es"
    assert made == ["/es/now", "missing/es"]
    gc.collect()
    assert [one() for one in alive] == [None, None]
    assert listed(edition) == hashes


def test_the_list_of_a_language_is_whole_whatever_is_tapped_meanwhile() -> None:
    tapped: list[str] = []

    class Tapped(Edition):
        """Between two pages of a list the makers' lock is free."""

        def _keep(self, path: str) -> Ready | None:
            made = super()._keep(path)
            if path == "/es/" and not tapped:
                tapped.extend(f"/{tag}/now" for tag in ("vi", "ko", "ar", "ru"))
                assert [page(self, tap).body for tap in tapped] == [b"page"] * 4
            return made

    tags = ("en", "es", "vi", "ko", "ar", "ru")
    edition = _edition(lambda name: Item(name, b"page"), *tags, kind=Tapped)
    of_spanish = json.loads(page(edition, "/pack/es.json").body)["files"]
    assert [file["url"] for file in of_spanish] == ["/es/", "/es/now"]
    assert [path in edition.kept for path in ("/es/now", *tapped)] == [True, *[False] * 4]


def test_a_page_that_cannot_be_made_costs_no_other() -> None:
    def broken() -> Item:
        raise KeyError("lead")

    edition = Edition({"/en/": broken, "/en/now": lambda: ITEMS[1]})
    with pytest.raises(KeyError):
        edition.page("/en/")
    assert page(edition, "/en/now").body == ITEMS[1].body


def test_headers_are_complete_and_say_the_length() -> None:
    ready = page(Edition.of(ITEMS), "/en/")
    headers = dict(ready.headers)
    assert headers[b"content-length"] == b"500"
    assert headers[b"etag"] == ready.etag
    assert headers[b"cache-control"] == b"no-store"
    assert dict(ready.packed_headers)[b"content-encoding"] == b"gzip"
    assert dict(ready.packed_headers)[b"content-length"] == str(len(ready.packed)).encode()


def test_what_compression_makes_no_smaller_is_sent_as_it_is() -> None:
    ready = page(Edition.of(ITEMS), "/en/now")
    assert ready.packed == ready.body == b"<p>two</p>"
    assert not ready.squeezed
    assert b"content-encoding" not in dict(ready.headers)


def test_a_body_on_disk_is_listed_with_its_hash_and_not_held(tmp_path: Path) -> None:
    spoken = tmp_path / "spoken.opus"
    spoken.write_bytes(b"OggS" * 10_000)
    made = Edition.of([*ITEMS, Item("/audio/en/1.opus", content_type="audio/ogg", file=spoken)])
    ready = page(made, "/audio/en/1.opus")
    assert (ready.packed, ready.item.file) == (b"", spoken)
    assert dict(ready.headers)[b"content-length"] == b"40000"
    assert listed(made)["/audio/en/1.opus"] == hashlib.sha256(spoken.read_bytes()).hexdigest()


def test_an_item_may_have_its_own_cache_rule_and_stand_outside_the_list() -> None:
    made = Edition.of(
        [*ITEMS, Item("/sw.js", b"worker", "text/javascript", "no-cache", listed=False)]
    )
    assert dict(page(made, "/sw.js").headers)[b"cache-control"] == b"no-cache"
    assert listed(made) == listed(Edition.of(ITEMS))


def test_only_the_page_with_a_sheet_inside_may_have_that_sheet() -> None:
    made = Edition.of([Item("/", b"in", styles=("'sha256-abc='",)), *ITEMS])
    policies = {
        path: dict(page(made, path).headers)[b"content-security-policy"] for path in ("/", "/en/")
    }
    assert b"style-src 'self' 'sha256-abc=';" in policies["/"]
    assert b"style-src 'self';" in policies["/en/"]


def test_the_etag_is_of_the_page_and_not_of_its_address() -> None:
    made = Edition.of([Item("/a", b"same"), Item("/b", b"same"), Item("/c", b"other")])
    assert page(made, "/a").etag == page(made, "/b").etag != page(made, "/c").etag


def test_the_same_bytes_under_two_kinds_keep_their_kinds() -> None:
    made = Edition.of([Item("/a", b"x"), Item("/b", b"x", "text/css")])
    assert (
        dict(page(made, "/a").headers)[b"content-type"]
        != dict(page(made, "/b").headers)[b"content-type"]
    )


def test_a_slash_more_or_less_is_the_same_page() -> None:
    made = Edition.of(ITEMS)
    assert made.page("/en") is made.page("/en/")
    assert made.page("/en/now/") is made.page("/en/now")


@pytest.mark.slow
def test_the_list_for_the_browser_names_every_address_and_its_decoded_hash(pack: Pack) -> None:
    opened = whole(pack)
    assert len(json.loads(page(opened, "/pack.json").body)["version"]) == 64
    urls = listed(opened)
    assert {"/", "/leave", "/en/now", "/es/r/121"} <= set(urls)
    assert any(url.endswith(".woff2") for url in urls)
    for url, digest in urls.items():
        ready = page(opened, url)
        body = ready.item.file.read_bytes() if ready.item.file else ready.body
        assert hashlib.sha256(body).hexdigest() == digest


def test_the_first_list_has_all_that_the_first_language_needs_and_names_the_others(
    pack: Pack,
) -> None:
    kiosk = Kiosk(languages=("es", "ko", "en"))
    made = render.edition(pack, kiosk, today=TODAY, beside=render.Beside())
    first = json.loads(page(made, "/pack.json").body)
    assert first["more"] == ["/pack/ko.json", "/pack/en.json"]
    urls = {file["url"] for file in first["files"]}
    assert {"/", "/leave", "/es/", "/es/missing", "/search/words.json", "/search/es.json"} <= urls
    assert not [url for url in urls if url.startswith(("/ko/", "/en/")) or "search/ko" in url]
    html = page(made, "/es/").body.decode()
    used = [part.split('"')[0] for part in re.split(r'(?:src|href)="(?=/static/)', html)[1:]]
    assert len(used) > 5
    assert set(used) <= urls
    others = [json.loads(page(made, address).body) for address in first["more"]]
    assert {other["version"] for other in others} == {made.key}
    fonts = [
        {url.split(".")[0] for url in _urls(of) if "/fonts/" in url} for of in (first, *others)
    ]
    assert "/static/fonts/noto-latin" in fonts[0]
    assert fonts[1] == {f"/static/fonts/noto-kr{kind}" for kind in ("", "-bold", "-more")}
    assert fonts[2] == set()
    assert not [url for url in listed(made) if "noto-tc" in url]  # a language that is not shown


def _urls(pack_list: dict[str, Any]) -> list[str]:
    return [file["url"] for file in pack_list["files"]]


@pytest.mark.slow
def test_assets_are_kept_for_ever_and_pages_not_at_all(pack: Pack) -> None:
    opened = whole(pack)
    for path in listed(opened):
        cache = dict(page(opened, path).headers)[b"cache-control"]
        assert (b"immutable" in cache) == path.startswith("/static/"), path


@pytest.mark.slow
def test_every_address_an_asset_refers_to_is_there(pack: Pack) -> None:
    opened = whole(pack)
    paths = listed(opened)
    sheets = [page(opened, path).body.decode() for path in paths if path.endswith(".css")]
    fonts = [part.split('"')[0] for sheet in sheets for part in sheet.split('url("')[1:]]
    assert len(fonts) >= 2
    assert all(opened.page(f"/static/{font}") for font in fonts)


@pytest.mark.parametrize("path", ["/", "/leave"])
@pytest.mark.slow
def test_a_first_page_is_whole_in_one_answer_and_small(pack: Pack, path: str) -> None:
    """Its sheets are inside it, named in its own policy by their hash; with its scripts it is under
    25 KB as sent (23 before landscape and small panels got separate layouts, 24 before tablets and
    letters of twice the size did); 60 are allowed."""
    opened = whole(pack)
    html = page(opened, path).body.decode()
    assert "stylesheet" not in html
    policy = dict(page(opened, path).headers)[b"content-security-policy"].decode()
    for sheet in html.split("<style>")[1:]:
        digest = base64.b64encode(
            hashlib.sha256(sheet.split("</style>")[0].encode()).digest()
        ).decode()
        assert f"'sha256-{digest}'" in policy
    scripts = [page(opened, part.split('"')[0]) for part in html.split('<script src="')[1:]]
    assert html.count('" defer></script>') == len(scripts) > 0
    assert sum(len(part.packed) for part in (page(opened, path), *scripts)) < 25_000


def test_the_key_changes_with_all_that_pages_depend_on_and_is_the_lists_etag(pack: Pack) -> None:
    ours, same = (
        Kiosk(school=SCHOOL.school, counties=SCHOOL.counties, languages=("en",)) for _ in range(2)
    )

    def key(of: Pack = pack, kiosk: Kiosk = ours, today: date = TODAY, **beside: Any) -> str:
        return render.edition(of, kiosk, today=today, beside=render.Beside(**beside)).key

    assert key() == key(kiosk=same)
    others = [
        key(replace(pack, topics=pack.topics[1:])),
        key(kiosk=Kiosk(languages=("en",))),
        key(today=date(2026, 11, 25)),
        key(school=School(wrong=True)),
        key(services=True),
    ]
    assert len({key(), *others}) == 1 + len(others)
    shown = render.edition(pack, ours, today=TODAY, beside=render.Beside())
    assert page(shown, "/pack.json").etag == f'"{shown.key}"'.encode()
    assert json.loads(page(shown, "/pack.json").body)["version"] == shown.key


def test_a_pack_of_which_a_page_cannot_be_made_is_refused(pack: Pack) -> None:
    first = pack.topics[0]
    broken = {
        tag: {k: v for k, v in texts.items() if k != f"topic:{first.id}:lead"}
        for tag, texts in pack.texts.items()
    }
    with pytest.raises(RenderError, match="cannot be"):
        render.check_pages(
            replace(pack, texts=broken), kiosk=SCHOOL, today=TODAY, beside=render.Beside()
        )

"""The door: pages, search, and every way of asking wrongly."""

import asyncio
import gzip
import logging
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from content.model import county_hotline
from content.model.pack import Pack
from kiosk import render
from kiosk.app import LISTS, PAGES, VARIANTS_KEPT, KioskApp
from kiosk.edition import assets, display_modes, last_resort
from kiosk.edition.edition import Edition, Item, makers_of
from kiosk.edition.markers import mark
from kiosk.pages import templates_env
from settings.schema import Kiosk
from tests.kiosk.conftest import SCHOOL, TODAY
from tests.kiosk.outline import Outline
from tests.kiosk.screens import Answer, ask, asked, edition, show, showing, starting
from tests.running import PATIENCE

HOST = "127.0.0.1:8000"


@pytest.fixture(scope="module")
def app(pack: Pack) -> KioskApp:
    return showing(pack)


def test_a_page_is_answered_with_every_header_and_no_cookie(app: KioskApp) -> None:
    answer = ask(app, "/en/")
    assert answer.status == 200
    assert answer.page.language == "en"
    for name in (
        b"content-security-policy",
        b"referrer-policy",
        b"x-content-type-options",
        b"permissions-policy",
    ):
        assert answer.headers[name]
    assert b"set-cookie" not in answer.headers


def test_whether_a_page_can_be_read_aloud_is_told_of_its_clips_together(
    pack: Pack, tmp_path: Path
) -> None:
    made = showing(pack, data_dir=tmp_path)
    one, two = (f"/audio/{letter * 24}.opus" for letter in "ab")
    (tmp_path / "audio").mkdir()
    (tmp_path / "audio" / f"{'a' * 24}.opus").write_bytes(b"OggS OpusHead")

    def told(*asked: str) -> int:
        return ask(made, "/audio/ready", method="POST", body=" ".join(asked).encode()).status

    assert [told(one), told(one, two), told(two), told()] == [200, 204, 204, 204]
    assert told(*[one] * 400) == 200  # the longest page of staff
    assert told(*[one] * 4000) == 204
    assert told("/audio.json") == 204  # a list, for which every clip is opened
    assert ask(made, "/audio/ready").status == 404


def test_who_asks_whether_pages_can_be_read_aloud_has_none_of_them_made() -> None:
    """One request with thousands of addresses made pages for minutes, and all others waited."""
    made: list[str] = []

    def page() -> Item:
        made.append("a page")
        return Item("/en/now", b"a page")

    app = KioskApp(SCHOOL, fallback=Edition({"/en/now": page}))
    assert ask(app, "/audio/ready", method="POST", body=b"/en/now /en/now/").status == 204
    assert made == []


class Crowd:
    """Many that ask for one page at once, of which each waits for the first to be made."""

    def __init__(self, slow: str, other: str) -> None:
        self.slow, self.go_on, self.made = slow, threading.Event(), 0
        made = Item(other, b"the other")
        self.app = KioskApp(
            SCHOOL,
            fallback=Edition({"/en/now": lambda: made, other: lambda: made}, beside=self._make),
        )

    def _make(self, path: str) -> Item | None:
        assert self.go_on.wait(PATIENCE)
        self.made += 1
        return Item(path, b"made")

    async def gather(self, number: int) -> "list[asyncio.Task[Answer]]":
        asking = [asyncio.create_task(asked(self.app, self.slow)) for _ in range(number)]
        await asyncio.sleep(0)
        return asking


@pytest.mark.parametrize(
    ("slow", "turns", "other"),
    [
        ("/es/now", PAGES, "/list.json"),
        ("/list.json", LISTS, "/es/now"),
        ("/list.json/", LISTS, "/es/now"),
    ],
)
def test_whoever_asks_for_more_than_can_be_made_gets_the_hotlines_at_once(
    slow: str, turns: tuple[int, int], other: str
) -> None:
    crowd = Crowd(slow, other)

    async def all_ask() -> list[Answer]:
        waiting = await crowd.gather(sum(turns))
        try:
            async with asyncio.timeout(30):
                answers = [await asked(crowd.app, slow), await asked(crowd.app, other)]
        finally:
            crowd.go_on.set()
        return [*answers, *await asyncio.gather(*waiting)]

    full, meanwhile, *waited = asyncio.run(all_ask())
    assert (full.status, b"988" in full.body) == (503, True)
    assert (meanwhile.status, {one.status for one in waited}) == (200, {200})


def test_a_heartbeat_does_not_wait_for_those_who_wait_for_pages() -> None:
    crowd = Crowd("/es/now", "/en/help")

    async def all_ask() -> Answer:
        waiting = await crowd.gather(sum(PAGES))
        try:
            async with asyncio.timeout(30):
                return await asked(
                    crowd.app, "/beat", method="POST", host=HOST, origin=f"http://{HOST}"
                )
        finally:
            crowd.go_on.set()
            await asyncio.gather(*waiting)

    assert asyncio.run(all_ask()).status == 204


def test_nothing_is_made_for_who_left_while_it_waited() -> None:
    """They were worked on all the same, without end, and the next waited for minutes."""
    crowd = Crowd("/es/now", "/en/help")

    async def leave() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def nowhere(_message: Any) -> None:
        pass

    async def all_ask() -> list[Answer]:
        at_work = await crowd.gather(PAGES[0])
        scope = {"type": "http", "method": "GET", "path": "/es/now", "headers": []}
        left = [asyncio.create_task(crowd.app(scope, leave, nowhere)) for _ in range(20)]
        await asyncio.sleep(0)
        waiting = await crowd.gather(1)
        crowd.go_on.set()
        await asyncio.gather(*left)
        return await asyncio.gather(*at_work, *waiting)

    assert {one.status for one in asyncio.run(all_ask())} == {200}
    assert crowd.made == PAGES[0] + 1


def test_what_was_typed_is_searched_for_also_by_who_waited_for_a_turn() -> None:
    """Whether who asked is still there was asked for, and what they had typed was lost with it."""
    go_on = threading.Event()

    def slow() -> Item:
        assert go_on.wait(PATIENCE)
        return Item("/en/now", b"slow")

    names = ("missing/en", "/en/search", "none/en")
    items = makers_of(Item(name, mark("words").encode()) for name in names)
    app = KioskApp(SCHOOL, fallback=Edition({"/en/now": slow, **items}))

    async def all_ask() -> Answer:
        at_work = [asyncio.create_task(asked(app, "/en/now")) for _ in range(PAGES[0])]
        await asyncio.sleep(0)
        search = asyncio.create_task(asked(app, "/en/search", method="POST", body=b"q=tired"))
        await asyncio.sleep(0)
        go_on.set()
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*at_work)
            return await search

    answer = asyncio.run(all_ask())
    assert (answer.status, answer.body) == (200, b"tired")


def test_a_browser_that_unpacks_gets_the_packed_page(app: KioskApp) -> None:
    packed = ask(app, "/en/", accept_encoding="gzip, deflate, br")
    assert gzip.decompress(packed.body) == ask(app, "/en/").body


@pytest.mark.parametrize("accepted", ["gzip;q=0", "br, GZIP; q=0.000, identity", "gzip ;q=0"])
def test_a_browser_that_refuses_packed_pages_gets_none(app: KioskApp, accepted: str) -> None:
    for weight in ("gzip;q=0.5", "gzip;q=1.0, br;q=0"):
        assert b"content-encoding" in ask(app, "/en/", accept_encoding=weight).headers
    assert b"content-encoding" not in ask(app, "/en/", accept_encoding=accepted).headers


def test_a_page_the_browser_has_is_not_sent_again(app: KioskApp) -> None:
    etag = ask(app, "/en/").headers[b"etag"].decode()
    again = ask(app, "/en/", if_none_match=f'"other", {etag}')
    assert (again.status, again.body) == (304, b"")
    assert again.headers[b"etag"].decode() == etag
    assert ask(app, "/en/", if_none_match='"other"').status == 200


def test_head_answers_as_get_without_the_body(app: KioskApp) -> None:
    head, get = ask(app, "/en/now", method="HEAD"), ask(app, "/en/now")
    assert (head.status, head.headers, head.body) == (200, get.headers, b"")


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("/es/r/999", "es"),
        ("/en/r/x", "en"),
        ("/nothing", "en"),
        ("/../etc/passwd", "en"),
        ("", "en"),
        ("//", "en"),
    ],
)
def test_an_unknown_page_is_a_localized_page_with_the_lines_and_clear(
    app: KioskApp, path: str, language: str
) -> None:
    answer = ask(app, path)
    assert answer.status == 404
    assert answer.page.language == language
    assert {"911", "988", "741741"} <= set(answer.page.numbers)
    assert "clear" in answer.page.classes
    assert ask(app, path, method="HEAD").body == b""


@pytest.mark.parametrize(
    ("path", "language"),
    [("/en/r/132", "en"), ("/es/r/132", "es"), ("/pa/t/44", "en"), ("/en/bigger/t/44", "en")],
)
def test_a_page_of_a_pack_that_is_not_read_yet_answers_503_and_asks_for_the_same_address_again(
    pack: Pack, path: str, language: str
) -> None:
    made = starting()
    answer = ask(made, path)
    assert answer.status == 503
    assert answer.page.language == language
    assert {"911", "988", "741741"} <= set(answer.page.numbers)
    assert answer.headers[b"retry-after"] == answer.headers[b"refresh"] == b"2"  # no other address
    assert ask(made, path, method="HEAD").body == b""
    assert ask(made, path, method="POST", body=b"q=help").status == 503
    made.show(render.edition(pack, SCHOOL, today=TODAY, beside=render.Beside()), pack)
    assert ask(made, "/en/r/999").status == 404
    assert b"refresh" not in ask(made, "/en/r/999").headers


def test_the_icons_archive_is_given_back_once_a_page_is_made(app: KioskApp) -> None:
    assert ask(app, "/en/r/132").status == 200
    assert templates_env._drawings.cache_info().currsize == 0


def test_a_large_font_is_read_when_asked_for_and_not_held(app: KioskApp) -> None:
    font = assets.STATIC / "fonts" / "noto-tc-more.woff2"  # two megabytes
    address = assets.shipped(SCHOOL.panel_inches).url(f"fonts/{font.name}")
    answer = ask(app, address)
    assert (answer.status, answer.body) == (200, font.read_bytes())
    assert b"max-age" in answer.headers[b"cache-control"]
    assert sum(len(one.body) for one in assets.shipped(SCHOOL.panel_inches)) < 600_000


@pytest.mark.parametrize("path", ["missing/en", "none/en", "found/en"])
def test_a_part_is_not_an_address(app: KioskApp, path: str) -> None:
    assert ask(app, path).status == 404


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/en/", b"GET, HEAD"),
        ("DELETE", "/en/r/121", b"GET, HEAD"),
        ("PUT", "/en/search", b"GET, HEAD, POST"),
        ("PATCH", "/en/big/now", b"GET, HEAD"),
        ("PUT", "/beat", b"GET, POST"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(
    app: KioskApp, method: str, path: str, allowed: bytes
) -> None:
    answer = ask(app, path, method=method)
    assert (answer.status, answer.headers[b"allow"]) == (405, allowed)
    assert {"911", "988", "741741"} <= set(answer.page.numbers)


def beat(app: KioskApp, origin: str = f"http://{HOST}") -> Answer:
    """The half minute's word of a page of that origin."""
    return ask(app, "/beat", method="POST", host=HOST, origin=origin)


def test_the_beat_is_heard(app: KioskApp) -> None:
    answer = beat(app)
    assert (answer.status, answer.body) == (204, b"")
    assert b"content-length" not in answer.headers


def test_the_beat_is_answered_with_the_time_where_the_clock_can_be_trusted() -> None:
    """Only then may a card say "Open now" (kiosk/static/offline.js)."""
    made = starting(trusted_clock=lambda: datetime(2026, 12, 1, 8, 30, 59, tzinfo=UTC))
    answer = beat(made)
    assert (answer.status, answer.body) == (200, b"1796113859")


def test_whoever_watches_the_screen_is_told_how_long_ago_it_beat(app: KioskApp) -> None:
    beat(app)
    assert ask(app, "/beat").body == b"0"


def test_a_foreign_page_may_not_beat(app: KioskApp) -> None:
    answer = beat(app, "https://elsewhere.example")
    assert (answer.status, answer.body) == (403, b"")


class TestModes:
    """A page in a mode: made from the page in none, with everything that a page has."""

    def test_it_is_the_same_page_with_its_mark_and_its_links_in_the_mode(
        self, app: KioskApp
    ) -> None:
        plain, big = ask(app, "/en/t/7"), ask(app, "/en/big+contrast/t/7")
        assert (big.status, big.body) == (200, display_modes.apply(plain.body, ("big", "contrast")))
        assert big.headers[b"etag"] != plain.headers[b"etag"]
        same = big.headers.keys() - {b"etag", b"content-length"}
        assert all(big.headers[name] == plain.headers[name] for name in same)

    def test_it_is_packed_and_known_again_and_answers_head(self, app: KioskApp) -> None:
        plain, packed = ask(app, "/en/big/now"), ask(app, "/en/big/now", accept_encoding="gzip")
        assert gzip.decompress(packed.body) == plain.body
        assert ask(app, "/en/big/now", if_none_match=plain.headers[b"etag"].decode()).status == 304
        head = ask(app, "/en/big/now", method="HEAD")
        assert (head.status, head.headers, head.body) == (200, plain.headers, b"")

    @pytest.mark.parametrize("path", ["/en/big", "/en/big/", "/es/contrast+down/now/"])
    def test_a_slash_more_or_less_is_the_same_page(self, app: KioskApp, path: str) -> None:
        assert ask(app, path).status == 200

    @pytest.mark.parametrize(
        "path", ["/en/down+big/", "/en/big/leave", "/big/", "/en/big/big/", "/en/big+/now"]
    )
    def test_any_other_order_or_place_is_an_unknown_page(self, app: KioskApp, path: str) -> None:
        assert ask(app, path).status == 404

    def test_only_some_are_kept(self, app: KioskApp, pack: Pack) -> None:
        made = starting()
        pages = [Item(f"/en/t/{number}", b"<p>") for number in range(VARIANTS_KEPT * 2)]
        made.show(Edition.of([*pages, Item("missing/en", b"gone")]), pack)
        for number in range(VARIANTS_KEPT * 2):
            assert ask(made, f"/en/big/t/{number}").status == 200
        assert len(made._visible._variants) == VARIANTS_KEPT

    def test_results_of_a_search_keep_the_mode(self, app: KioskApp) -> None:
        answer = ask(app, "/en/big/search", method="POST", body=b"q=traficking")
        assert "/en/big/t/35" in answer.page.links
        assert ("data-mode", "big") in answer.page.attributes
        assert ("action", "/en/big/search") in answer.page.attributes

    def test_an_address_that_was_typed_stays_what_was_typed(self, app: KioskApp) -> None:
        answer = ask(app, "/en/big/search", method="POST", body=b'q=href="/en/t/7"')
        assert ("value", 'href="/en/t/7"') in answer.page.attributes

    @pytest.mark.parametrize(
        ("path", "language", "mode"),
        [
            ("/en/big/r/999", "en", "big"),
            ("/es/contrast+big/now", "es", "big contrast"),
            ("/xx/down/now", "en", "down"),
            ("/es-MX/now", "es", ""),
            ("/ES/", "es", ""),
        ],
    )
    def test_an_unknown_page_keeps_language_and_mode(
        self, app: KioskApp, path: str, language: str, mode: str
    ) -> None:
        page = ask(app, path).page
        assert page.language == language
        assert ("data-mode", mode) in page.attributes


class TestFilesOnDisk:
    """Spoken words: read when asked for, and a page like any other unknown one when they are gone."""

    def test_a_file_is_sent_while_it_is_the_one_that_was_listed(
        self, tmp_path: Path, pack: Pack, caplog: pytest.LogCaptureFixture
    ) -> None:
        spoken = tmp_path / "spoken.opus"
        spoken.write_bytes(b"OggS" * 99)
        app = starting()
        items = [
            Item("/audio/1.opus", content_type="audio/ogg", file=spoken),
            Item("missing/en", b"<p>988"),
        ]
        app.show(Edition.of(items), pack)
        answer = ask(app, "/audio/1.opus", accept_encoding="gzip")
        assert (answer.status, answer.body) == (200, b"OggS" * 99)
        assert answer.headers[b"content-type"] == b"audio/ogg"
        for gone in (lambda: spoken.write_bytes(b"OggS"), spoken.unlink):
            gone()
            assert (ask(app, "/audio/1.opus").status, ask(app, "/audio/1.opus").body) == (
                404,
                b"<p>988",
            )
        assert caplog.text == ""


class TestSearch:
    """Search by POST: words in the body, never in an address."""

    @pytest.mark.parametrize("confirmed", ["", "+19164454000"])
    def test_a_county_line_is_found_once_a_second_person_confirmed_it(
        self, pack: Pack, confirmed: str
    ) -> None:
        kiosk = Kiosk(languages=("en",), county_line="+19164454000")
        made = starting(kiosk)
        edition = render.edition(pack, kiosk, today=TODAY, beside=render.Beside())
        made.show(edition, pack, confirmed_line=confirmed)

        answer = ask(made, "/en/search", method="POST", body=b"q=county line")

        assert (f"/en/r/{county_hotline.CODE}" in answer.page.links) is bool(confirmed)

    def test_results_are_links_with_what_was_typed_kept(self, app: KioskApp) -> None:
        answer = ask(app, "/en/search", method="POST", body=b"q=traficking")
        assert answer.status == 200
        assert answer.headers[b"cache-control"] == b"no-store"
        assert "/en/t/35" in answer.page.links
        assert ("value", "traficking") in answer.page.attributes

    def test_the_text_line_s_rules_are_asked_what_the_words_mean(self, pack: Pack) -> None:
        told: list[str] = []

        def meant(words: str) -> tuple[str, ...]:
            told.append(words)
            return ("bullying",)

        made = KioskApp(SCHOOL, fallback=last_resort.edition(SCHOOL), meant=meant)
        show(made, edition(pack, SCHOOL), pack)
        answer = ask(made, "/en/search", method="POST", body=b"q=qqqxxx")
        assert "/en/t/44" in answer.page.links
        assert told == ["qqqxxx"]

    def test_nothing_found_shows_the_crisis_lines(self, app: KioskApp) -> None:
        answer = ask(app, "/es/search", method="POST", body=b"q=qqqxxx")
        assert answer.page.language == "es"
        assert {"911", "988"} <= set(answer.page.numbers)

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"q=",
            b"q",
            b"%ff%fe=%00",
            b"\xff\xfe\x00",
            b"q=" + b"%F0%9F%98%80" * 80,
            b"a=1&" * 300,
            b"q=@@rows@@",
        ],
    )
    def test_a_strange_body_is_still_a_page(self, app: KioskApp, body: bytes) -> None:
        answer = ask(app, "/en/search", method="POST", body=body)
        assert answer.status == 200
        assert "988" in answer.page.numbers or "/en/t/44" in answer.page.links

    def test_markup_that_was_typed_stays_text(self, app: KioskApp) -> None:
        answer = ask(app, "/en/search", method="POST", body=b'q="><script>alert(1)</script>')
        assert b"<script>alert" not in answer.body

    def test_a_body_too_large_to_be_a_search_is_refused(self, app: KioskApp) -> None:
        answer = ask(app, "/en/search", method="POST", body=b"q=" + b"a" * 70_000)
        assert answer.status == 413
        assert "988" in answer.page.numbers


def test_a_fault_of_ours_is_a_page_with_the_lines_and_no_word_of_it_is_logged(
    app: KioskApp, pack: Pack, caplog: pytest.LogCaptureFixture
) -> None:
    broken = starting()
    broken.show(Edition.of([Item("/en/search", b"form"), Item("missing/en", b"")]), pack)
    with caplog.at_level(logging.DEBUG):
        answer = ask(broken, "/en/search", method="POST", body=b"q=secretword")
    assert answer.status == 500
    assert "988" in answer.page.numbers
    assert "/leave" in answer.page.links
    assert "KeyError" in caplog.text
    assert "secretword" not in caplog.text
    assert "/en/search" not in caplog.text


def test_a_page_that_hangs_while_the_server_ends_is_the_lines(app: KioskApp) -> None:
    sent: list[Any] = []

    async def play() -> None:
        waits = asyncio.Event()

        async def receive() -> dict[str, Any]:
            waits.set()
            await asyncio.Event().wait()
            return {}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "POST", "path": "/en/search", "headers": []}
        answering = asyncio.create_task(app(scope, receive, send))
        await waits.wait()
        answering.cancel()
        await asyncio.gather(answering, return_exceptions=True)

    asyncio.run(play())
    assert sent[0]["status"] == 500
    assert "988" in Outline.of(sent[1]["body"].decode()).numbers


def test_a_new_edition_is_shown_from_the_next_request_on(pack: Pack) -> None:
    app = starting()
    assert "988" in ask(app, "/en/now").page.numbers
    assert ask(app, "/en/search").status == 503
    app.show(render.edition(pack, SCHOOL, today=TODAY, beside=render.Beside()), pack)
    assert ask(app, "/en/search").status == 200

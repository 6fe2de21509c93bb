"""An HSDS API over real HTTP on loopback: pages, details, faults, limits."""

import gzip
import json
import tracemalloc
from collections.abc import Iterator, Mapping
from datetime import date
from threading import Event
from typing import Any
from unittest.mock import patch

import pytest

from editor.exchange.hsds import api as hsds_api
from editor.exchange.hsds import draft_service
from editor.exchange.hsds.api import Listing
from editor.exchange.hsds.drafts import values_of
from editor.exchange.hsds.http import Limits, Web, check_address
from editor.exchange.hsds.json_records import OlderError
from editor.exchange.hsds.schema import FeedError
from messages.message import Finding
from tests.content.feeds import Answer, Behaviour, Feed, api, feed, ok, page, service

PAGES = [[service("One"), service("Two")], [service("Three")]]
ROOT = ok(b'{"version": "3.1"}')


class Import:
    """One import from a feed: what came, what was asked of a person, what was waited for."""

    def __init__(
        self,
        source: Feed,
        *,
        since: str = "",
        limits: Limits | None = None,
    ) -> None:
        self.needs: list[Finding] = []
        self.listing = Listing()
        self.waited: list[float] = []
        web = Web(limits)
        with patch("time.sleep", self.waited.append):
            self.found = list(
                hsds_api.services(source.url, web.get, self.needs, self.listing, since=since)
            )

    @property
    def names(self) -> list[str]:
        return [str(one["name"]) for one in self.found]


def imported(behave: Behaviour, **more: Any) -> Import:
    with feed(behave) as source:
        return Import(source, **more)


def lists(answer: Answer) -> Behaviour:
    """An API whose every list is this answer."""
    return lambda *asked: ROOT if asked[0] == "/" else answer


def without(key: str, one: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if name != key}


def test_every_page_is_read_and_the_list_is_whole() -> None:
    with feed(api(*PAGES)) as source:
        done = Import(source)

    assert done.names == ["One", "Two", "Three"]
    assert done.listing.whole
    assert done.listing.ids == {one["id"] for contents in PAGES for one in contents}
    assert done.needs == []
    assert [query["page"] for query in source.pages()] == ["1", "2"]
    headers = source.asked[0][2]
    assert headers["user-agent"] == "Porchlight"
    assert "cookie" not in headers


def test_a_list_without_details_is_followed_by_a_question_for_each_service() -> None:
    whole = api(*PAGES)

    def behave(path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        if path == "/services":
            contents = [without("phones", one) for contents in PAGES for one in contents]
            return ok(page(contents))
        return whole(path, query, headers)

    with feed(behave) as source:
        done = Import(source)

    assert [one["phones"][0]["type"] for one in done.found] == ["voice"] * 3
    assert sum(path.startswith("/services/") for path, _, _ in source.asked) == 3


def test_another_record_than_asked_for_is_not_believed() -> None:
    def behave(path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        if path.startswith("/services/"):
            return ok(json.dumps(service("Someone else")).encode())
        return ok(page([without("phones", service("One"))])) if path == "/services" else ROOT

    done = imported(behave)
    assert done.found == []
    assert (
        "the feed sent a different record, so no draft was made" in values_of(done.needs[0])["ask"]
    )


def test_a_server_that_ignores_every_parameter_is_read_once() -> None:
    """As the official mock: the same list for every page, all the fields whatever is asked."""
    done = imported(lists(ok(page([service("One")], last_page=False))))

    assert done.names == ["One"]
    done = imported(lists(ok(json.dumps(PAGES[0]).encode())))
    assert done.names == ["One", "Two"]
    assert done.listing.whole


def test_a_feed_without_end_is_left_after_so_many_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hsds_api, "MOST_PAGES", 3)

    def behave(path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        return (
            ok(page([service(query["page"])], last_page=False, total_pages=0))
            if path == "/services"
            else ROOT
        )

    done = imported(behave)
    assert done.names == ["1", "2", "3"]
    assert not done.listing.whole
    assert "does not end" in values_of(done.needs[-1])["ask"]


def test_an_entry_that_is_no_record_or_has_no_id_is_named() -> None:
    bare = {name: value for name, value in service("Odd").items() if name not in ("id", "phones")}
    done = imported(lists(ok(page([7, bare, service("Sound")]))))

    assert done.names == ["Sound"]
    assert [(need.file, values_of(need)["field"]) for need in done.needs[:2]] == [
        ("page 1, service 1", "record"),
        ("page 1, service 2", "id"),
    ]
    assert done.listing.missed == 1


def test_a_bare_root_is_told_and_not_taken_for_a_fault() -> None:
    done = imported(lambda *asked: (404, {}, b"") if asked[0] == "/" else ok(page([service()])))

    assert done.names == ["Teen Help Line"]
    assert [need.kind for need in done.needs] == ["note"]


def test_case_44_500s_are_tried_again_politely_and_then_told() -> None:
    answers = iter([(500, {}, b""), (503, {"Retry-After": "7"}, b""), (429, {}, b"")])
    whole = api(*PAGES)
    done = imported(lambda *asked: next(answers, None) or whole(*asked))
    assert done.names == ["One", "Two", "Three"]
    assert [round(wait) for wait in done.waited][1] == 7
    assert all(1 <= wait <= 60 for wait in done.waited)

    never = pytest.raises(FeedError, match="answered 500, 4 times; try again later")
    with feed(lambda *_: (500, {}, b"")) as source, never:
        Import(source)
    assert len(source.asked) == 4


def test_case_44_500s_in_the_middle_keep_what_came_and_nothing_counts_as_gone() -> None:
    whole = api(*PAGES)

    def behave(path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        return (500, {}, b"") if query.get("page") == "2" else whole(path, query, headers)

    done = imported(behave)
    assert done.names == ["One", "Two"]
    assert not done.listing.whole
    assert (done.needs[0].file, "answered 500" in values_of(done.needs[0])["ask"]) == (
        "page 2",
        True,
    )


def test_case_44_a_page_loop_ends_and_is_told() -> None:
    def behave(path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        number = int(query.get("page", "1"))
        contents = PAGES[(number - 1) % 2]
        return (
            ok(page(contents, total_items=90, total_pages=45, last_page=False))
            if path == "/services"
            else ROOT
        )

    with feed(behave) as source:
        done = Import(source)

    assert done.names == ["One", "Two", "Three"]
    assert not done.listing.whole
    assert done.needs[0].file == "page 3"
    assert "sent page 1 again" in values_of(done.needs[0])["ask"]
    assert len(source.pages()) == 3


def test_case_44_half_the_list_is_told_and_nothing_counts_as_gone() -> None:
    done = imported(lists(ok(page(PAGES[0], total_items=4))))

    assert done.names == ["One", "Two"]
    assert not done.listing.whole
    assert "has 4 services but sent 2" in values_of(done.needs[0])["ask"]


def peak_of_a_refusal(answer: Answer) -> int:
    """Bytes of memory at most while the page is refused as too large."""
    with feed(lists(answer)) as source:
        tracemalloc.start()
        with pytest.raises(FeedError, match="larger than 8 MB"):
            Import(source)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return peak


def test_case_44_a_page_of_50_mb_is_refused_in_bounded_memory() -> None:
    large = ok(page([service(description="x" * 50_000_000)]))
    assert peak_of_a_refusal(large) < 24 * 1024 * 1024


def test_a_page_that_unpacks_to_50_mb_is_refused_in_bounded_memory_too() -> None:
    bomb = gzip.compress(b"[" + b" " * 50_000_000 + b"]")
    packed = ok(bomb, **{"Content-Encoding": "gzip"})
    assert peak_of_a_refusal(packed) < 24 * 1024 * 1024


def test_a_packed_page_of_ordinary_size_is_read() -> None:
    packed = ok(gzip.compress(page([service()])), **{"Content-Encoding": "gzip"})
    assert imported(lists(packed)).names == ["Teen Help Line"]


def test_the_whole_feed_is_bounded_in_bytes_and_in_time() -> None:
    small = Limits(total=200)
    with pytest.raises(
        FeedError, match="the whole feed is too large to import; import a part of it"
    ):
        imported(lists(ok(page([service()]))), limits=small)
    with pytest.raises(FeedError, match="took longer than"):
        imported(api(*PAGES), limits=Limits(seconds=-1))


def test_a_body_that_trickles_ends_at_the_deadline() -> None:
    sent: list[int] = []

    def drops() -> Iterator[bytes]:
        for number in range(100):
            Event().wait(0.05)
            sent.append(number)
            yield b" "

    with pytest.raises(FeedError, match="took longer than 1 seconds"):
        imported(
            lambda *asked: ROOT if asked[0] == "/" else (200, {}, drops()), limits=Limits(seconds=1)
        )
    assert len(sent) < 60, "all of it was waited for"


@pytest.mark.parametrize(
    ("record", "field", "said"),
    [
        (
            {"description": "<p>Someone <b>listens</b>.</p>"},
            "description",
            "formatting was removed; read the text that is left",
        ),
        (
            {"phones": [{"number": "tdd: 800-273-8255, main: 888-373-7888", "type": "voice"}]},
            "number",
            "several numbers",
        ),
        (
            {"phones": [{"number": "888-373-7888", "type": "voice", "isActive": False}]},
            "number",
            "number as inactive",
        ),
        ({"phones": [{"number": "94608", "type": "voice"}]}, "number", "ZIP code"),
        ({"status": "defunct"}, "status", "because the feed says so"),
    ],
)
def test_case_44_a_fault_inside_a_record_is_named_and_never_drafted(
    record: dict[str, Any], field: str, said: str
) -> None:
    done = imported(api([service("Sound"), service("Odd", **record)]))
    drafts, others = draft_service.drafts(
        done.found, draft_service.Feed(name="feed", today=date(2026, 12, 1))
    )

    needs = [*others, *(need for draft in drafts for need in draft.needs)]
    found = [
        need
        for need in needs
        if need.file == "page 1, service 2" and values_of(need)["field"].rpartition("/")[2] == field
    ]
    assert [said in values_of(need)["ask"] for need in found] == [True]
    odd = [draft for draft in drafts if draft.texts["name"] == "Odd"]
    assert all("<" not in draft.texts["blurb"] for draft in odd)
    if "phones" in record:
        assert [channel for draft in odd for channel in draft.channels] == []


def test_case_44_schema_4_is_refused_before_the_list_is_asked_for() -> None:
    with (
        feed(api(*PAGES, version="4.0")) as source,
        pytest.raises(FeedError, match=r"reads HSDS 3\.0 to 3\.2"),
    ):
        Import(source)
    assert source.pages() == []


def test_an_api_of_before_3_is_refused_before_the_list_is_asked_for() -> None:
    with feed(api(*PAGES, version="2.0.1")) as source, pytest.raises(OlderError):
        Import(source)
    assert source.pages() == []


def test_a_retry_after_that_says_nothing_ends_the_import_in_a_sentence() -> None:
    done = pytest.raises(FeedError, match="answered 503")
    with feed(lambda *_: (503, {"Retry-After": "soon"}, b"")) as source, done:
        Import(source)


@pytest.mark.parametrize("version", ["3.0", "3.1.1", "3.2.3", "v3.2"])
def test_every_version_3_is_read(version: str) -> None:
    assert imported(api(*PAGES, version=version)).names == ["One", "Two", "Three"]


def test_what_changed_is_asked_for_and_then_which_ids_are_left() -> None:
    with feed(api(*PAGES)) as source:
        done = Import(source, since="2026-11-01T00:00:00Z")

    first = source.pages()[0]
    assert first["modified_after"] == "2026-11-01T00:00:00Z"
    assert [query.get("minimal") for query in source.pages()] == [None, None, "true", "true"]
    assert done.listing.whole


def test_not_modified_is_an_error() -> None:
    with pytest.raises(FeedError, match="answered 304"):
        imported(lists((304, {}, b"")))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((302, {"Location": "https://portal.example.org"}, b""), "leads to another address"),
        ((401, {}, b""), "it requires a key, or a filter blocks it; ask the publisher for a file"),
        ((403, {}, b""), "a filter blocks it"),
        ((404, {}, b""), "nothing at this address"),
        ((418, {}, b""), "which a feed should never do; ask the publisher"),
        (ok(b"<html>Sign in to the network"), "a web page"),
        (ok(b'{"services": 7}'), "has no contents"),
        (ok(b"[" * 100_000), "is nested more"),
        (ok(page([service()])[:-9]), "is not JSON"),
    ],
)
def test_an_answer_that_is_no_list_ends_the_import_in_a_sentence(answer: Answer, said: str) -> None:
    with pytest.raises((FeedError, FeedError), match=said):
        imported(lists(answer))


def test_a_connection_that_is_cut_is_tried_again() -> None:
    cut = iter([(200, {"Content-Length": "9999", "Connection": "close"}, b'{"version"')])
    whole = api(*PAGES)
    done = imported(lambda *asked: next(cut, None) or whole(*asked))
    assert done.names == ["One", "Two", "Three"]
    assert len(done.waited) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://feed.example.org",
        "http://127.0.0.1.example.org",
        "ftp://feed.example.org",
        "https://",
        "https://user:secret@feed.example.org",
        "https://feed.example.org/?key=1",
        "https://[",
    ],
)
def test_an_address_that_is_not_plain_https_is_refused(url: str) -> None:
    with pytest.raises(FeedError):
        check_address(url)


@pytest.mark.parametrize(
    "url", ["https://feed.example.org/hsds", "http://localhost:8080", "http://127.0.0.1:9/v3"]
)
def test_https_and_this_machine_are_allowed(url: str) -> None:
    check_address(url)

"""The worker: a whole pack in the browser, nothing told to the server, nothing changed in the
middle of a visit."""

import itertools
import json
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kiosk.audio.spoken_text import spoken
from kiosk.edition.display_modes import split
from kiosk.pages.build import pages
from tests.browser.conftest import close
from tests.browser.stage import (
    CACHES,
    COMPLETE,
    CURRENT,
    FIRST,
    NEXT,
    OPEN,
    RECORD,
    SECOND,
    WHOLE,
    Stage,
    install,
    settings,
    staged,
    until,
)
from tests.browser.watch import tap
from tests.kiosk.conftest import TODAY
from tests.running import PATIENCE, environment, pack_files, serving
from tests.running import until as eventually
from tests.selection import Some
from tests.shipped import pack

TITLE = "Student Info Desk"
KEPT = """async () => [document.cookie, localStorage.length, sessionStorage.length,
    (await indexedDB.databases()).length, JSON.stringify(history.state)]"""
# What the cache of pages holds beside the pack that is shown.
EXTRA = f"""async () => {{
    const {{ files }} = await ({RECORD})();
    const urls = new Set(files.map(([url]) => url));
    const keys = await (await caches.open("pages")).keys();
    return keys.map(({{ url }}) => new URL(url).pathname)
        .filter((url) => url !== "/pack.json" && !urls.delete(url));
}}"""
# Style sheets are there, and no font that the page wants failed.
DRESSED = """() => document.fonts.ready.then(() => document.styleSheets[0].cssRules.length > 9
    && ![...document.fonts].some((font) => font.status === "error"))"""
OPENED = (
    "/",
    "/now",
    "/adults",
    "/search",
    "/r/121",
    "/t/32",
    "/leave",
)  # a page of each kind in each language
# No page leads there. Only the server knows whether a page came since the worker took its list.
NO_PAGE = ("/en/no/such/page", "/nothing")
Open = Callable[[str], Page]


@pytest.fixture
def stage() -> Iterator[Stage]:
    with staged() as made:
        yield made


@pytest.fixture
def screen(browser: Browser) -> Iterator[Open]:
    """Opens a screen with an empty profile at an address; its worker may run."""
    contexts: list[BrowserContext] = []

    def opened(address: str) -> Page:
        contexts.append(_context(browser, address))
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        close(context)


def _context(browser: Browser, address: str) -> BrowserContext:
    return browser.new_context(
        viewport={"width": 1080, "height": 1920},
        base_url=address,
        has_touch=True,
        service_workers="allow",
        locale="en-US",
        timezone_id="America/Los_Angeles",
    )


class Visited(NamedTuple):
    """A screen with the whole pack, after a visit, and all that the server was asked meanwhile."""

    page: Page
    stage: Stage
    name: str
    asked: set[str]


@pytest.fixture(scope="module")
def visited(browser: Browser) -> Iterator[Visited]:
    with staged() as stage:
        context = _context(browser, stage.address)
        page = context.new_page()
        name = install(page)
        stage.asked.clear()
        visit(page)
        page.wait_for_timeout(1500)  # the browser looks for a better worker a second after a page
        yield Visited(page, stage, name, set(stage.asked))
        close(context)


def school(page: Page) -> str:
    """Which of the two packs a page is from."""
    text = page.locator("body").text_content() or ""
    return next(name for name in (FIRST, SECOND) if name in text)


def leave(page: Page) -> None:
    tap(page, "#clear", "**/leave")


def visit(page: Page) -> None:
    """What a student does: home, a tile, a topic, a card, its slip, other size, other language,
    search, and away."""
    for place in (
        "/en/",
        "/en/t/7",
        "/en/t/32",
        "/en/r/121",
        "/en/r/121/print",
        "/en/big/r/121",
        "/es/contrast/r/121",
    ):
        page.goto(place)
    page.goto("/en/now")
    page.goto("/en/search")
    for letter in "suicde":
        page.locator("#keys button", has_text=letter).first.tap()
    # What the first letters found may be there still, and leads elsewhere.
    page.locator('.results a.row:is([href^="/en/r/"], [href^="/en/t/"])').first.tap()
    page.wait_for_url(re.compile("/en/[rt]/"))
    for place in NO_PAGE:
        page.goto(place)
    leave(page)


def test_case_1_after_a_whole_visit_nothing_is_kept_but_the_whole_pack(visited: Visited) -> None:
    page = visited.page
    assert page.evaluate(KEPT) == ["", 0, 0, 0, "null"]
    assert page.context.cookies() == []
    assert page.evaluate(CACHES) == ["kiosk-meta", "pages"]
    assert page.evaluate(EXTRA) == []


def test_case_3_with_the_worker_active_the_server_receives_only_four_addresses(
    visited: Visited,
) -> None:
    assert visited.asked - OPEN == {f"GET {place}" for place in NO_PAGE}


def test_the_beat_says_that_the_screen_lives_and_nothing_else(stage: Stage, screen: Open) -> None:
    page = screen(stage.address)
    page.clock.install(
        time="2026-03-02T10:00:10"
    )  # the beat falls on half minutes: two of them lie in what follows
    page.goto("/en/r/121")

    page.clock.run_for(61_000)

    eventually(lambda: stage.asked.count("POST /beat") >= 2, "both were heard")
    page.wait_for_timeout(500)
    assert stage.asked.count("POST /beat") == 2
    assert set(stage.told) <= {b"0"}


def test_the_page_that_the_kiosk_opened_says_its_screen_s_name_also_after_a_visit(
    stage: Stage, screen: Open
) -> None:
    page = screen(stage.address)
    page.clock.install(time="2026-03-02T10:00:10")
    told: list[str] = []
    page.on("request", lambda request: told.append(request.url.partition("/beat")[2]))
    page.goto("/?screen=lobby")
    noted = "caches.match('/screen', { cacheName: 'kiosk-meta' }).then(Boolean)"
    until(page, noted, "its name is noted, which a load does not wait for")
    page.goto("/en/r/121")  # another document

    with page.expect_request("**/beat?screen=lobby"):
        page.clock.run_for(31_000)

    assert set(told) <= {"", "?screen=lobby"}


def test_case_9_what_is_typed_into_search_leaves_the_page_in_no_way(visited: Visited) -> None:
    page, stage = visited.page, visited.stage
    page.goto("/es/search")
    page.wait_for_load_state("networkidle")
    entries, told = page.evaluate("history.length"), len(stage.asked)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))

    page.locator("#q").fill("suicídio")
    expect(page.locator('.results a[href="/es/t/62"]')).to_be_visible()
    page.locator("form button").first.tap()
    expect(page.locator(".results a.row").first).to_be_visible()

    assert set(asked) <= {"/beat", "/es/search"}  # on this machine Search asks its own server
    assert [each for each in stage.asked[told:] if "suic" in each] == []
    assert set(stage.asked[told:]) <= OPEN | {"POST /es/search"}
    assert page.url.endswith("/es/search")
    assert page.evaluate("history.length") == entries


def test_search_is_at_rest_when_its_words_cannot_be_had(stage: Stage, screen: Open) -> None:
    stage.spoilt["/search/words.json"] = "missing"
    page = screen(stage.address)
    page.goto("/en/search")
    page.locator("#q").fill("help")
    expect(page.locator(".results")).to_contain_text("988")


@pytest.mark.slow
def test_case_31_server_killed_every_page_font_icon_and_audio_file_of_the_pack_opens(
    screen: Open, tmp_path: Path, some: Some
) -> None:
    fewer = {} if some.whole else {"PORCHLIGHT_KIOSK__LANGUAGES": '["en","es"]'}
    with serving(environment(tmp_path / "data", PORCHLIGHT_KIOSK__SCHOOL=FIRST, **fewer)) as server:
        page = screen(f"http://127.0.0.1:{server.port}")
        install(page)
        files = [file["url"] for file in pack_files(lambda path: server.http.get(path).json())]
        assert any(url.endswith(".woff2") for url in files)
        server.stop(signal.SIGKILL)

        assert page.evaluate(WHOLE) == []
        places = [url for url in files if url.endswith(OPENED)]
        for place in places:
            answer = page.goto(place)
            assert answer is not None
            assert (answer.status, page.title()) == (200, TITLE), place
            assert page.evaluate(DRESSED), place
        page.goto("/nothing")
        assert page.url.endswith("/leave")
        page.goto("/es/big/nothing")
        assert page.locator("html").get_attribute("lang") == "es"
        expect(page.locator("main")).to_contain_text("988")


def test_case_32_the_same_with_set_offline_from_the_first_navigation_after_install(
    stage: Stage, screen: Open
) -> None:
    page = screen(stage.address)
    install(page)
    page.context.set_offline(True)

    assert page.evaluate(WHOLE) == []
    page.goto("/en/big+contrast/r/121")
    assert page.locator("html").get_attribute("data-mode") == "big contrast"
    leave(page)
    page.goto("/en/search")
    page.locator("#q").fill("protect")
    expect(page.locator('.results a[href="/en/r/172"]')).to_be_visible()
    page.goto("/nothing")
    assert page.url.endswith("/leave")


def test_an_address_that_no_list_names_is_asked_of_the_server(stage: Stage, screen: Open) -> None:
    """A page that came after the list was answered with "This page is not here"."""
    page = screen(stage.address)
    install(page)
    stage.asked.clear()
    for place, how in (("/en/r/999", "later"), ("/en/big/r/998", "starting")):
        stage.spoilt[place] = how
        page.goto(place)
        expect(page.locator("body")).to_contain_text(
            {"later": "a page that came later", "starting": "in a moment"}[how]
        )
    for place, how in (("/en/r/997", "missing"), ("/en/t/996", "hangs")):
        stage.spoilt[place] = how
        answer = page.goto(place)
        assert answer and answer.status == 404
        assert school(page) == FIRST
        expect(page.locator("main")).to_contain_text("988")
    asked = {"/en/r/999", "/en/big/r/998", "/en/r/997", "/en/t/996"}
    assert set(stage.asked) - OPEN == {f"GET {place}" for place in asked}
    page.context.set_offline(True)
    page.goto("/en/r/999")
    expect(page.locator("main")).to_contain_text("988")


def test_every_page_that_a_page_leads_to_is_on_a_list(stage: Stage) -> None:
    """Else the server would hear which of them is opened."""
    with httpx2.Client(base_url=stage.address, trust_env=False, timeout=60) as client:
        listed = {file["url"] for file in pack_files(lambda path: client.get(path).json())}
        pages = [url for url in listed if "." not in url.rpartition("/")[2]]
        links = {
            split(link)[0]
            for url in pages
            for link in re.findall(r'<a [^>]*href="(/[^"#]*)"', client.get(url).text)
        }
    assert len(links) > 100
    assert links - listed == set()


@pytest.mark.slow
def test_a_page_s_own_policy_holds_offline_too(stage: Stage, screen: Open) -> None:
    page = screen(stage.address)
    seen = {place: _headers(page, place) for place in ("/", "/leave", "/en/now")}
    install(page)
    page.context.set_offline(True)

    for place, headers in seen.items():
        offline = _headers(page, place)
        assert offline.get("content-security-policy") == headers["content-security-policy"]
        assert offline.get("cache-control") == "no-store"
        assert not {"content-encoding", "etag", "vary"} & set(offline)


def _headers(page: Page, place: str) -> dict[str, str]:
    answer = page.goto(place)
    assert answer is not None
    return answer.all_headers()


FETCHED = """(url) => fetch(url).then((answer) => answer.status, () => "refused")"""


def _in_charge(page: Page) -> None:
    until(page, "navigator.serviceWorker.controller !== null", "the worker is in charge")


def test_the_first_language_needs_no_other_and_a_language_to_come_is_this_pack_s_or_none(
    stage: Stage, screen: Open
) -> None:
    """Every page and clip had to be there before the worker protected anything: minutes, and never
    while clips were made."""
    stage.spoilt["/es/r/121"] = "corrupt"
    page = screen(stage.address)
    page.goto("/en/")
    _in_charge(page)
    assert page.evaluate(RECORD)["more"] == ["/pack/es.json"]

    page.goto("/es/now")
    assert school(page) == FIRST
    page.goto("/es/r/121")
    assert page.locator("html").get_attribute("lang") == "es"
    expect(page.locator("main")).to_contain_text("988")
    assert not page.locator(".number", has_text="not what the list says").count()

    stage.show(SECOND)  # and not yet seen by the worker
    for worker in page.context.service_workers:
        worker.evaluate("() => { lists.clear(); look = () => {} }")
    page.goto("/es/now")
    assert school(page) == FIRST
    expect(page.locator("main")).to_contain_text("988")
    page.goto("/en/r/121")
    assert school(page) == FIRST


@pytest.mark.slow
def test_with_the_server_gone_a_language_to_come_gives_the_lines_in_the_first(
    stage: Stage, screen: Open
) -> None:
    stage.spoilt["/pack/es.json"] = "missing"
    page = screen(stage.address)
    page.goto("/en/")
    _in_charge(page)
    stage.stop()
    assert page.evaluate(WHOLE) == []
    answer = page.goto("/es/r/121")
    assert answer and answer.status == 404
    assert page.locator("html").get_attribute("lang") == "en"
    expect(page.locator("main")).to_contain_text("988")
    page.goto("/en/big/r/121")
    assert school(page) == FIRST


@pytest.mark.slow
def test_a_language_that_could_not_be_had_comes_with_the_next_page(
    stage: Stage, screen: Open
) -> None:
    stage.spoilt["/es/r/121"] = "missing"
    page = screen(stage.address)
    page.goto("/en/")
    _in_charge(page)
    stage.spoilt.clear()
    page.goto("/en/now")
    until(page, COMPLETE, "every language is there")
    assert page.evaluate(WHOLE) == []


def test_a_screen_at_rest_looks_every_ten_seconds_for_what_was_withdrawn(
    stage: Stage, screen: Open
) -> None:
    """A withdrawn number stood for five minutes."""
    page = screen(stage.address)
    page.clock.install()
    page.goto("/leave")
    until(page, COMPLETE, "every language is there")
    stage.show(SECOND)
    stage.asked.clear()
    page.clock.run_for(10_100)
    expect(page.locator("body")).to_contain_text(SECOND, timeout=60_000)


@pytest.mark.slow
def test_looking_for_a_new_pack_asks_for_nothing_else(stage: Stage, screen: Open) -> None:
    page = screen(stage.address)
    page.clock.install()
    install(page, "/leave")
    stage.asked.clear()
    for _ in range(PATIENCE):  # an answer takes time that this clock does not show
        page.clock.run_for(10_000)
        page.wait_for_timeout(1000)
        if stage.asked.count("GET /pack.json") > 1:
            break
    assert stage.asked.count("GET /pack.json") > 1
    assert set(stage.asked) <= OPEN


@pytest.fixture
def clips(tmp_path: Path) -> list[str]:
    """Clips of the English home page on the disk, in the order of their making."""
    book = {page.path: page.body for page in pages(pack(), settings(FIRST), today=TODAY)}
    said = list(dict.fromkeys(spoken(book["/en/"])))
    folder = tmp_path / "audio"
    folder.mkdir()
    rows = [f"en\t{piece.key}.opus\t{piece.text}\n" for piece in said]
    (folder / "texts.tsv").write_text("".join(rows), encoding="utf-8")
    for piece in said:
        (folder / f"{piece.key}.opus").write_bytes(b"OggS OpusHead" + piece.key.encode())
    return [f"/audio/{piece.key}.opus" for piece in said]


@pytest.mark.slow
def test_what_is_read_aloud_comes_last_one_at_a_time_and_only_at_rest(
    tmp_path: Path, clips: list[str], screen: Open
) -> None:
    with staged(FIRST, tmp_path) as stage:
        page = screen(stage.address)
        install(page)
        page.goto("/en/")
        expect(page.locator("#listen")).to_have_count(0)  # no hole where it would stand
        assert page.evaluate(FETCHED, clips[0]) == "refused"  # nor is the server told
        assert not [what for what in stage.asked if "/audio/" in what and "ready" not in what]

        page.goto("/leave")
        count = "caches.open('speech').then((cache) => cache.keys()).then((all) => all.length)"
        until(page, f"() => {count}.then((count) => count === {len(clips)})", "all clips are there")

        asked = [what for what in stage.asked if what.endswith(".opus")]
        assert asked == [f"GET {clip}" for clip in clips]
        assert stage.most_clips == 1
        stage.asked.clear()
        page.goto("/en/")
        expect(page.locator("#listen")).to_be_visible()
        # It is there from the first frame: nothing moves when a script runs.
        source = "fetch('/en/big/').then((answer) => answer.text())"
        assert 'aria-controls="listen-panel">' in page.evaluate(source)
        page.goto("/en/now")
        expect(page.locator("#listen")).to_have_count(0)
        assert set(stage.asked) <= OPEN


def test_who_listens_while_the_worker_takes_over_goes_on_listening(
    tmp_path: Path, clips: list[str], screen: Open
) -> None:
    """The worker, which had no clip yet, answered with an error: the rest was heard as tones."""
    with staged(FIRST, tmp_path) as stage:
        page = screen(stage.address)
        page.goto("/en/")
        _in_charge(page)
        assert page.evaluate(FETCHED, clips[0]) == 200
        page.goto("/en/")
        assert page.evaluate(FETCHED, clips[0]) == "refused"


def test_case_33_an_update_with_one_bad_file_leaves_the_old_pack_intact_and_a_later_retry_succeeds(
    stage: Stage, screen: Open, some: Some
) -> None:
    page = screen(stage.address)
    install(page)
    hows = some(["corrupt", "missing", "redirected", "oversize"], 1)
    for how, coming in zip(hows, itertools.cycle((SECOND, FIRST)), strict=False):
        _spoilt_update(page, stage, how, coming)


def _spoilt_update(page: Page, stage: Stage, how: str, coming: str) -> None:
    name = page.evaluate(CURRENT)
    page.goto("/leave")
    stage.show(coming)
    stage.asked.clear()
    stage.spoilt["/es/r/121"] = how

    _look(page, stage)

    page.wait_for_timeout(500)
    assert page.evaluate(NEXT) == "", f"the {how} pack waits to be shown"
    assert page.evaluate(CURRENT) == name
    assert page.evaluate(WHOLE) == []
    stage.spoilt.clear()
    page.goto("/leave")
    until(page, f"() => ({CURRENT})().then((now) => now !== '{name}')", "the good pack is shown")
    expect(page.locator("body")).to_contain_text(coming)  # School info has opened itself anew
    page.goto("/es/r/121")
    assert school(page) == coming, how
    assert page.evaluate(WHOLE) == [], how


def _look(page: Page, stage: Stage) -> None:
    """The worker looks for a new pack now, and has at least met the file that is spoilt.

    It is told again and again: while it looks by itself, as on School info, it hears nothing.
    """
    end = time.monotonic() + 30
    while True:
        page.evaluate("() => navigator.serviceWorker.controller.postMessage('look')")
        if not stage.spoilt or any(f"GET {path}" in stage.asked[-200:] for path in stage.spoilt):
            break
        assert time.monotonic() < end
        page.wait_for_timeout(500)


@pytest.mark.slow
def test_an_update_asks_only_for_what_changed(stage: Stage, screen: Open) -> None:
    page = screen(stage.address)
    name = install(page)
    stage.show(SECOND)
    stage.asked.clear()

    page.goto("/leave")
    until(page, f"() => ({CURRENT})().then((now) => now !== '{name}')", "the new pack is shown")

    asked = set(stage.asked) - OPEN
    assert asked
    assert not [what for what in asked if what.startswith(("GET /static/", "GET /search/"))]


def test_case_34_an_update_in_the_middle_of_a_visit_changes_nothing_until_the_kiosk_is_at_rest(
    stage: Stage, screen: Open
) -> None:
    page = screen(stage.address)
    name = install(page)
    page.goto("/en/t/32")
    stage.show(SECOND)

    page.evaluate("() => navigator.serviceWorker.controller.postMessage('look')")
    until(page, f"() => ({NEXT})().then(Boolean)", "the new pack waits")
    page.evaluate(
        "() => navigator.serviceWorker.controller.postMessage('idle')"
    )  # another window cannot hurry it
    for place in ("/en/r/121", "/es/r/121", "/en/big/now", "/en/"):
        page.goto(place)
        assert school(page) == FIRST

    leave(page)
    until(
        page,
        f"() => ({CURRENT})().then((now) => now !== '{name}')",
        "the new pack is shown at rest",
    )
    expect(page.locator("body")).to_contain_text(SECOND)
    page.goto("/en/r/121")
    assert school(page) == SECOND
    assert page.evaluate(WHOLE) == []


@pytest.mark.slow
def test_a_touch_on_school_info_holds_an_update_back(stage: Stage, screen: Open) -> None:
    page = screen(stage.address)
    name = install(page, "/leave")
    page.locator("h1").first.tap()
    stage.show(SECOND)

    page.evaluate("() => navigator.serviceWorker.controller.postMessage('look')")
    until(page, f"() => ({NEXT})().then(Boolean)", "the new pack waits")
    page.wait_for_timeout(500)

    assert page.evaluate(CURRENT) == name
    assert school(page) == FIRST


@pytest.mark.slow
def test_a_pack_that_is_no_pack_never_replaces_one(stage: Stage, screen: Open) -> None:
    page = screen(stage.address)
    name = install(page)
    stage.spoilt["/pack.json"] = "corrupt"
    page.goto("/leave")
    page.wait_for_timeout(1000)
    assert page.evaluate(CURRENT) == name
    assert page.evaluate(WHOLE) == []


@pytest.mark.parametrize("how", ["empty", "invalid"])
@pytest.mark.few(1)
def test_case_38_with_a_broken_pack_at_boot_a_built_in_page_shows_the_lines_and_a_staff_notice(
    screen: Open, tmp_path: Path, how: str
) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    if how == "invalid":
        (pack / "pack.toml").write_text("this is = = no pack", encoding="utf-8")
    with serving(
        environment(tmp_path / "data", PORCHLIGHT_CONTENT__PACK=str(pack)), ready=False
    ) as server:
        page = screen(f"http://127.0.0.1:{server.port}")
        for place in ("/", "/en/now", "/es/", "/en/r/121", "/nothing"):
            page.goto(place)
            assert page.title() == TITLE
            expect(page.locator("body")).to_contain_text("988")
            expect(page.locator("#clear, .clear").first).to_be_visible()
        page.goto("/en/")
        expect(page.locator("body")).to_contain_text("School staff")
        assert json.loads(server.http.get("/pack.json").text)["files"] == []


@pytest.mark.slow
def test_a_worker_that_lost_its_pack_still_shows_the_lines(stage: Stage, screen: Open) -> None:
    page = screen(stage.address)
    install(page)
    page.evaluate("async () => { for (const key of await caches.keys()) await caches.delete(key) }")
    for worker in page.context.service_workers:
        worker.evaluate("() => { shown = undefined }")
    stage.stop()
    page.goto("/en/now")
    expect(page.locator("body")).to_contain_text("988")


@pytest.mark.slow
def test_a_file_that_the_disk_lost_is_brought_back(stage: Stage, screen: Open) -> None:
    page = screen(stage.address)
    install(page)
    gone = "(await caches.open('pages')).delete('/en/r/121', { ignoreSearch: true })"
    lost = f"async () => {gone}"
    assert page.evaluate(lost)
    page.goto("/en/r/121")
    assert school(page) == FIRST
    page.goto("/leave")
    until(
        page,
        "() => caches.match('/en/r/121', { cacheName: 'pages', ignoreSearch: true }).then(Boolean)",
        "it is back",
    )

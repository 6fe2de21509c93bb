"""The large directory on the screen: what is found beside the pack's own, in which order, and what
is kept of it."""

import json
import logging
import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest

from content.directory import index as directory_index
from content.directory.model import AreaServed
from content.model.pack import Pack
from editor.directory.build import build
from kiosk import directory_results
from kiosk.app import KioskApp
from settings.schema import Kiosk
from tests.content import invented_services
from tests.content.indexed import prepare
from tests.kiosk import conftest
from tests.kiosk.outline import Outline
from tests.kiosk.screens import ask, showing

SCHOOL = msgspec.structs.replace(conftest.SCHOOL, languages=("en", "es", "ar"))
SACRAMENTO, ALAMEDA = "06067", "06001"


def service(name: str, **more: Any) -> dict[str, Any]:
    made = {
        "id": re.sub(r"\W+", "-", name.casefold()).strip("-"),
        "name": name,
        "updated": "2026-10-01",
    }
    return {
        **made,
        "area": {"counties": [SACRAMENTO]},
        "phones": [{"number": "+19165552671"}],
        "confidential": False,
        **more,
    }


OWN = [
    service("Zebra Shelter"),
    service(
        'Zebra & Sons\' "House" @@rows@@',
        organization="@@[own@@ Invented Center",
        what='Beds = "/en/now" & food',
        phones=[
            {"number": "+19165552672", "extension": "12"},
            {"number": "+19165552673", "kind": "sms"},
        ],
        address={"street": "1 K Street", "city": "Sacramento", "zip": "95814"},
        hours="9 to 5",
        languages=["en", "es"],
        url="https://zebra.example.org/help/",
    ),
    service(
        "Zebra Night Home",
        area={"counties": [ALAMEDA]},
        address={"city": "Emeryville", "zip": "94608"},
    ),
    service(
        "Zebra State Desk",
        area={"states": ["CA"]},
        phones=[{"number": "+19165552674", "kind": "tty"}],
    ),
    service("Kiwi Center", area={"counties": [ALAMEDA]}),
    *(service(f"Walrus Home {number}") for number in range(1, 21)),
]


def fill(data_dir: Path, *own: dict[str, Any]) -> None:
    """Give a kiosk a directory of these services among others."""
    source = data_dir.parent / "services.ndjson"
    lines = [json.dumps(one) for one in (*own, *invented_services.services(200))]
    source.write_text("\n".join(lines), "utf-8")
    out = data_dir.parent / "out"
    made = build(
        source,
        out,
        name="211 <Invented>",
        origin="made up",
        day=date(2026, 11, 1),
        area=AreaServed(states=("CA",)),
    )
    assert made.index is not None, made.problems
    prepare(directory_index.path_in(data_dir), out)


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kiosk") / "data"
    fill(folder, *OWN)
    return folder


@pytest.fixture(scope="module")
def app(pack: Pack, data_dir: Path) -> KioskApp:
    return showing(pack, data_dir=data_dir)


Ask = Callable[..., str]


@pytest.fixture
def found(app: KioskApp) -> Ask:
    """The page that a search gives."""

    def asked(words: str, path: str = "/en/search", **fields: str) -> str:
        answer = ask(app, path, method="POST", body=urlencode({"q": words, **fields}).encode())
        assert answer.status == 200
        return answer.body.decode()

    return asked


def names(page: str) -> list[str]:
    return re.findall(r'<b class="service-name" dir="auto">(.*?)</b>', page)


WHERE = {"street": "12 Quokka Street", "city": "Wombatville", "zip": "95814"}


@pytest.mark.parametrize(
    ("mark", "told"),
    [({}, False), ({"confidential": True}, False), ({"confidential": False}, True)],
    ids=["unmarked", "confidential", "open to all"],
)
@pytest.mark.parametrize("typed", ["narwhal shelter", "narwhal 95814"])
def test_the_place_of_a_shelter_is_shown_only_where_its_row_says_that_anybody_may_know(
    pack: Pack, tmp_path: Path, mark: dict[str, bool], told: bool, typed: str
) -> None:
    row = service("Narwhal Shelter", address=WHERE, what="Beds in Wombatville. Call first.")
    del row["confidential"]
    data_dir = tmp_path / "data"
    fill(data_dir, row | mark)
    app = showing(pack, data_dir=data_dir)

    def shown(words: str) -> str:
        answer = ask(app, "/en/search", method="POST", body=urlencode({"q": words}).encode())
        return answer.body.decode().replace(f'value="{words}"', "")

    page = shown(typed)
    assert names(page)[0] == "Narwhal Shelter"
    assert "916-555-2671" in page
    assert "Call first." in page
    for place in ("Quokka", "Wombatville"):
        assert (place in page) is told
    assert (names(shown("wombatville")) == ["Narwhal Shelter"]) is told


@pytest.mark.slow
def test_a_search_shows_the_school_s_county_first_then_the_state_and_leaves_other_counties_out(
    found: Ask,
) -> None:
    shown = names(found("zebra"))
    assert set(shown[:2]) == {"Zebra Shelter", "Zebra &amp; Sons&#x27; &quot;House&quot; @@rows@@"}
    assert shown[2:] == ["Zebra State Desk"]


@pytest.mark.parametrize(
    "typed", ["zebra 94608", "94608 zebra", "zebra alameda", "alameda county zebra"]
)
def test_a_zip_code_or_county_that_is_typed_takes_the_place_of_the_school_s(
    found: Ask, typed: str
) -> None:
    assert names(found(typed)) == ["Zebra Night Home", "Zebra State Desk"]


def test_94608_alone_shows_what_is_there_and_what_serves_it(found: Ask) -> None:
    page = found("94608")
    assert names(page)[0] == "Zebra Night Home"
    assert 'href="/en/adults/counties#c06001"' in page


def test_sacramento_alone_shows_its_child_protection_line_and_its_services(found: Ask) -> None:
    page = found("sacramento")
    assert 'href="/en/r/150"' in page
    assert len(names(page)) == directory_results.PAGE


def test_a_zip_code_that_nobody_knows_shows_state_and_nation_and_never_nothing(found: Ask) -> None:
    page = found("00000")
    assert "Zebra State Desk" in names(page)
    assert "Zebra Shelter" not in names(page)
    assert 'href="/en/r/140"' in page  # 211


def test_what_only_other_places_have_is_said_to_be_there(found: Ask) -> None:
    page = found("kiwi")
    assert names(page) == ["Kiwi Center"]
    assert "Services in other places" in page
    assert "Alameda" in page
    assert "Services in other places" not in found("zebra")


def test_the_crisis_lines_stand_above_every_result(found: Ask) -> None:
    for typed in ("zebra", "food pantry", "kiwi", "94608"):
        page = found(typed)
        results = page[page.index('id="results"') :]
        for number in ("911", "988", "741741"):
            assert results.index(f">{number}<") < results.index("service-name")
            assert "row" not in results[: results.index(f">{number}<")].split()


def test_a_card_shows_numbers_place_hours_language_page_and_when_it_was_updated(found: Ask) -> None:
    page = found("zebra sons")
    card = page[page.index("Zebra &amp; Sons") : page.index("pager")]
    for shown in (
        '<bdi class="number" dir="ltr">1-916-555-2672 x12</bdi>',
        'Text <bdi class="number" dir="ltr">1-916-555-2673</bdi>',
        "1 K Street, Sacramento 95814",
        "9 to 5",
        "English, Español",
        "zebra.example.org/help<",
        'Last updated: <bdi dir="ltr">2026-10-01</bdi>',
    ):
        assert shown in card, shown
    assert "tel:" not in card
    assert "href" not in card


def test_the_page_says_whose_list_it_is_and_of_which_day(found: Ask) -> None:
    said = re.sub(r"<[^>]+>", "", found("zebra"))
    assert "This list comes from 211 &lt;Invented&gt;, 2026-11-01. Call first to be sure." in said


def test_every_word_of_the_directory_is_text_and_no_mark_or_link_of_ours(found: Ask) -> None:
    page = found("zebra sons", path="/en/big/search")
    assert "Zebra &amp; Sons&#x27; &quot;House&quot; @@rows@@" in page
    assert "@@[own@@ Invented Center" in page
    assert "Beds = &quot;/en/now&quot; &amp; food" in page
    assert not re.findall(r"@@\]?\w+", page.replace("@@rows@@", "").replace("@@[own@@", ""))


@pytest.mark.parametrize(
    "typed", ["@@rows@@ zebra", "<b>zebra</b>", "zebra @@[services@@", '"zebra" = "/en/now"']
)
def test_every_word_that_is_typed_is_text(found: Ask, typed: str) -> None:
    page = found(typed, path="/en/contrast/search")
    assert names(page)
    assert ("value", typed) in Outline.of(page).attributes


def test_pages_are_turned_by_a_form_and_hold_each_service_once(found: Ask) -> None:
    pages = [found("walrus", p=str(number)) for number in range(1, 5)]
    seen = [name for page in pages for name in names(page)]
    assert sorted(seen) == sorted(f"Walrus Home {number}" for number in range(1, 21))
    assert [len(names(page)) for page in pages] == [6, 6, 6, 2]
    assert ['name="p" value="2"' in pages[0], "Earlier results" in pages[0]] == [True, False]
    assert ['name="p" value="3"' in pages[1], 'name="p" value="1"' in pages[1]] == [True, True]
    assert "More results" not in pages[3]
    assert 'method="post"' in pages[0]


@pytest.mark.parametrize("number", ["0", "-1", "99", "1000", "x", "١", "1e9", ""])
def test_a_page_that_is_not_there_is_a_page_all_the_same(found: Ask, number: str) -> None:
    assert {"911", "988"} <= set(re.findall(r">(911|988)<", found("walrus", p=number)))


@pytest.mark.parametrize("path", ["/es/search", "/ar/big+contrast/search", "/es/down/search"])
def test_a_search_stays_in_its_language_and_mode(found: Ask, path: str) -> None:
    page = found("zebra", path=path)
    assert Outline.of(page).language == path.split("/")[1]
    assert f'action="{path}"' in page
    assert "More services" not in page


def test_what_is_typed_stands_in_no_address_and_no_log(
    app: KioskApp, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = ask(app, "/en/search", method="POST", body=b"q=zqxpurple+zebra")
    assert answer.headers[b"cache-control"] == b"no-store"
    assert "zqxpurple" not in caplog.text
    assert not re.search(r'(?:href|action|src)="[^"]*zqxpurple', answer.body.decode())


def test_without_a_directory_search_is_as_it_was(pack: Pack, tmp_path: Path) -> None:
    silent = msgspec.structs.replace(SCHOOL, audio="off")
    bare, empty = showing(pack, silent), showing(pack, silent, tmp_path)
    for words in (b"q=zebra", b"q=food", b"q=94608", b"q="):
        one, two = (ask(app, "/en/search", method="POST", body=words).body for app in (bare, empty))
        assert one == two
        assert b"services" not in one
    assert b"data-services" not in ask(bare, "/en/search").body


@pytest.mark.parametrize(
    "spoil", [lambda file: file.unlink(), lambda file: file.write_bytes(b"SQLite format 3\0" * 99)]
)
@pytest.mark.slow
def test_a_directory_that_breaks_while_it_is_served_leaves_the_pack_s_own_search(
    pack: Pack, tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    fill(tmp_path / "data", *OWN)
    app = showing(pack, data_dir=tmp_path / "data")
    assert names(ask(app, "/en/search", method="POST", body=b"q=zebra").body.decode())
    spoil(directory_index.path_in(tmp_path / "data"))
    answer = ask(app, "/en/search", method="POST", body=b"q=food")
    assert answer.status == 200
    assert names(answer.body.decode()) == []
    assert {"/en/t/7", "/en/r/140"} & set(Outline.of(answer.body.decode()).links)


def test_a_directory_edited_while_it_is_served_is_not_searched(pack: Pack, tmp_path: Path) -> None:
    """In place, with its times as they were: the same file for whoever looks at its number."""
    fill(tmp_path / "data", *OWN)
    app, file = (
        showing(pack, data_dir=tmp_path / "data"),
        directory_index.path_in(tmp_path / "data"),
    )
    assert names(ask(app, "/en/search", method="POST", body=b"q=zebra").body.decode())
    before = file.stat()
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("update service set body = replace(body, '+1', '+1900')")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_ino == before.st_ino
    assert names(ask(app, "/en/search", method="POST", body=b"q=zebra").body.decode()) == []


def test_a_school_without_counties_is_shown_everything(pack: Pack, data_dir: Path) -> None:
    page = ask(
        showing(pack, Kiosk(languages=("en",)), data_dir),
        "/en/search",
        method="POST",
        body=b"q=zebra",
    ).body.decode()
    assert "Zebra Night Home" in names(page)

"""One process serves the screens of several schools, each below its address."""

import asyncio
import gc
import re
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.types import Receive, Scope, Send

from content.model.pack import Pack
from kiosk.app import NEXT_WORD
from kiosk.enrolled import Enrolled
from kiosk.search import Terms
from runtime.district.screens import READERS, SchoolScreens
from runtime.kiosk_door import KioskDoor
from settings import schools
from settings.schema import Kiosk, Server, Settings
from tests.content.candidates import NOW
from tests.kiosk.screens import App, ask
from tests.shipped import pack as shipped

ROWS = """address,name,languages,time zone,topics off
lincoln,Lincoln High,en|es,,immigration
elm,Elm & Oak,en,America/New_York,
"""


async def _own(scope: Scope, receive: Receive, send: Send) -> None:
    del scope, receive
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b"the machine's own screen"})


@pytest.fixture
def enrolled(tmp_path: Path) -> Enrolled:
    return Enrolled(tmp_path, lambda: NOW)


@pytest.fixture
def screens(tmp_path: Path, enrolled: Enrolled) -> SchoolScreens:
    (tmp_path / "schools.csv").write_text(ROWS, encoding="utf-8")
    settings = Settings(
        server=Server(data_dir=tmp_path / "data"),
        kiosk=Kiosk(languages=("en", "es"), audio="off", schools=tmp_path / "schools.csv"),
    )
    table = schools.read(settings)
    assert not table.problems
    return SchoolScreens(
        table,
        lambda own, watch: KioskDoor(own, watch, clock=lambda: NOW, enrolled=enrolled),
    )


@pytest.fixture
def app(screens: SchoolScreens) -> App:
    answer = screens.before(_own)

    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(scope, receive, send)

    return asked


def shown(screens: SchoolScreens, pack: Pack) -> None:
    screens.show(pack, directory=())


def addresses(page: str) -> set[str]:
    return set(re.findall(r'(?<!clips)="(/[^"]*)"', page))


def test_before_a_pack_is_there_the_crisis_lines_lead_to_the_same_school(app: App) -> None:
    page = ask(app, "/lincoln/").body.decode()
    assert "988" in page
    assert "Lincoln High" in ask(app, "/lincoln/leave").body.decode()
    assert addresses(page)
    assert all(one.startswith("/lincoln/") for one in addresses(page))


@pytest.mark.parametrize(
    "path", ["/", "/leave", "/en/", "/en/now", "/en/big+contrast/now", "/es/t/31", "/en/nothing"]
)
def test_every_address_of_a_school_s_page_leads_to_that_school(
    app: App, screens: SchoolScreens, path: str
) -> None:
    shown(screens, shipped())
    answer = ask(app, f"/lincoln{path}")
    page = answer.body.decode()
    assert answer.status == (404 if path == "/en/nothing" else 200)
    assert "Lincoln High" in page
    assert len(addresses(page)) > 10
    assert all(one.startswith("/lincoln/") for one in addresses(page))
    assert not re.search(r'url\("/(?!lincoln/)', page)
    for style in re.findall(r'href="([^"]+\.css)"', page):
        sheet = ask(app, style)
        assert sheet.status == 200
        assert b'url("/' not in sheet.body


def test_a_page_s_title_and_address_name_no_topic_and_no_engine_lists_it(
    app: App, screens: SchoolScreens
) -> None:
    shown(screens, shipped())
    answer = ask(app, "/elm/en/t/31")
    page = answer.body.decode()
    assert answer.headers[b"x-robots-tag"] == b"noindex"
    assert "<title>Student Info Desk</title>" in page
    assert "Elm &amp; Oak" in page


def test_a_search_without_script_finds_pages_of_the_same_school(
    app: App, screens: SchoolScreens
) -> None:
    shown(screens, shipped())
    page = ask(app, "/lincoln/en/big/search", method="POST", body=b"q=suicide").body.decode()
    rows = re.findall(r'class="row" href="([^"]*)"', page)
    assert rows
    assert all(row.startswith("/lincoln/en/big/") for row in rows)


def test_schools_that_find_the_same_share_one_search_index(tmp_path: Path) -> None:
    """Six megabytes for each of forty schools were more than all else that they hold."""
    (tmp_path / "schools.csv").write_text(
        "address,counties\none,Sacramento\ntwo,Sacramento\nthree,Yolo\n", encoding="utf-8"
    )
    kiosk = Kiosk(languages=("en", "es"), audio="off", schools=tmp_path / "schools.csv")
    settings = Settings(server=Server(data_dir=tmp_path), kiosk=kiosk)
    schools_of = SchoolScreens(
        schools.read(settings),
        lambda own, watch: KioskDoor(own, watch, clock=lambda: NOW),
    )
    shown(schools_of, replace(shipped()))

    def kept() -> int:
        gc.collect()
        return sum(isinstance(one, Terms) for one in gc.get_objects())

    before = kept()
    pages = [
        ask(screen.app, "/en/search", method="POST", body=b"q=county+line")
        for screen in schools_of.screens.values()
    ]
    assert [page.status for page in pages] == [200] * 3
    assert kept() - before == 2
    shown(schools_of, replace(shipped()))
    assert kept() == before


def test_an_address_of_no_school_is_the_machine_s_own(app: App) -> None:
    assert ask(app, "/oak/en/now").status == 418
    assert ask(app, "/").status == 418
    assert ask(app, "/lincoln").status == 307


def test_one_changed_bell_renders_one_school(
    app: App, screens: SchoolScreens, tmp_path: Path
) -> None:
    shown(screens, shipped())
    before = {address: screen.app.key for address, screen in screens.screens.items()}
    file = tmp_path / "data/schools/elm/school.toml"
    file.parent.mkdir(parents=True)
    file.write_text('[[people]]\nrole = "Nurse"\nplace = "Room 12"\n', encoding="utf-8")
    for screen in screens.screens.values():
        screen.school.look()
    assert screens.renew()
    after = {address: screen.app.key for address, screen in screens.screens.items()}
    assert [one for one in before if before[one] != after[one]] == ["elm"]
    assert "Room 12" in ask(app, "/elm/en/now").body.decode()
    assert "Room 12" not in ask(app, "/lincoln/en/now").body.decode()
    assert not screens.renew()


def test_a_topic_that_is_off_in_one_school_stays_in_the_other(
    app: App, screens: SchoolScreens
) -> None:
    pack = shipped()
    (code,) = [topic.codes["en"] for topic in pack.topics if topic.id == "immigration"]
    shown(screens, pack)
    assert ask(app, f"/lincoln/en/t/{code}").status == 404
    assert ask(app, f"/elm/en/t/{code}").status == 200


def test_a_report_counts_at_the_school_that_the_screen_was_enrolled_for_alone(
    app: App, screens: SchoolScreens, enrolled: Enrolled
) -> None:
    shown(screens, shipped())
    screen = enrolled.enroll("lincoln", "lobby")
    assert screen
    key = screens.screens["lincoln"].app.key
    ours = {"host": "help.example.org", "origin": "http://help.example.org"}

    def report(school: str, **headers: str) -> int:
        path, word = f"/{school}/beat?screen={screen.name}", b""
        for _ in range(2):  # with the word of the answer before
            body = word + f" {key} whole".encode()
            answer = ask(app, path, method="POST", body=body, **headers)
            word = answer.headers.get(NEXT_WORD, b"")
        return answer.status

    assert report("lincoln", host="help.example.org", origin="http://elsewhere.example") == 403
    assert report("elm", **ours) == 204
    assert enrolled.all()[0].seen is None
    assert report("lincoln", **ours) == 204
    (heard,) = enrolled.all()
    assert (heard.standing(NOW, key), heard.release) == ("newest", shipped().version[:12])


def test_the_cover_s_clock_is_of_the_school_s_time_zone(app: App, screens: SchoolScreens) -> None:
    shown(screens, shipped())
    assert 'data-zone="America/New_York"' in ask(app, "/elm/leave").body.decode()
    assert 'data-zone="America/Los_Angeles"' in ask(app, "/lincoln/leave").body.decode()


def test_forty_schools_share_a_few_threads(tmp_path: Path) -> None:
    table = tmp_path / "schools.csv"
    table.write_text("\n".join(["address", *(f"school-{n}" for n in range(40))]), "utf-8")
    settings = Settings(
        server=Server(data_dir=tmp_path), kiosk=Kiosk(languages=("en",), schools=table)
    )
    many = SchoolScreens(
        schools.read(settings),
        lambda own, watch: KioskDoor(own, watch, clock=lambda: NOW),
    )
    file = tmp_path / "schools" / "school-39" / "school.toml"
    file.parent.mkdir(parents=True)
    file.write_text('[[people]]\nrole = "Nurse"\nplace = "Room 12"\n', encoding="utf-8")
    asyncio.run(many.turn())
    assert many.screens["school-39"].school.facts.people
    assert 0 < sum(one.name == "school files" for one in threading.enumerate()) <= READERS
    many.end()

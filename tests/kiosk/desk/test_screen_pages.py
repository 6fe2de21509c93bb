"""Screens: the desk enrolls a device once, and says which are alive and what each shows."""

import re
from datetime import timedelta

import pytest

from kiosk.enrolled import FILE, ServedPages
from tests.kiosk.desks import NOON, Office, Stage
from tests.kiosk.screens import report

KEY = "a" * 64


def addresses(page: str) -> list[str]:
    return re.findall(r"<code>(\S+\?screen=\S+)</code>", page)


def test_a_screen_of_a_single_school_gets_its_address(desk: tuple[Stage, Office]) -> None:
    stage, office = desk
    answer = office.press("/staff/screens", name="Front office")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/screens")
    page = office.get("/staff/screens").text
    (address,) = addresses(page)
    assert re.fullmatch(r"/\?screen=front-office-[0-9a-f]{20}", address)
    assert "It has never reported" in page
    assert [one.school for one in stage.enrolled.all()] == [""]
    assert address in office.get("/staff/screens").text
    assert "set public_url" in page


def test_each_school_without_a_screen_gets_one_and_all_addresses_are_in_one_sheet(
    district: tuple[Stage, Office],
) -> None:
    _, office = district
    office.press("/staff/screens", school="elm", name="gym")
    for _ in range(2):
        assert office.press("/staff/screens", school="*", name="Lobby").status_code == 303
    page = office.get("/staff/screens")
    assert "set public_url" not in page.text
    answer = office.get("/staff/screens.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    head, *rows = answer.text.removeprefix("\ufeff").splitlines()
    assert head == "school,place,address"
    assert [row.split(",")[:2] for row in rows] == [["elm", "gym"], ["lincoln", "lobby"]]
    assert [row.split(",")[2] for row in rows] == addresses(page.text)


def test_the_list_says_of_each_screen_how_it_is(district: tuple[Stage, Office]) -> None:
    stage, office = district
    made = {}
    for school, name in (("lincoln", "lobby"), ("elm", "gym"), ("elm", "library")):
        office.press("/staff/screens", school=school, name=name)
        made[name] = stage.enrolled.all()
    shown = ServedPages(KEY, "0123456789abcdef")
    by = {one.label: one for one in stage.enrolled.all()}
    report(stage.enrolled, by["lobby"], f"{KEY} whole".encode(), shown)
    report(stage.enrolled, by["gym"], b"b" * 64 + b" part", shown)
    stage.keys = {"lincoln": KEY, "elm": KEY}
    page = office.get("/staff/screens").text
    lobby, gym, library = (
        re.search(rf": {label}</b>.*?</details>", page, re.DOTALL)[0]  # type: ignore[index]
        for label in ("lobby", "gym", "library")
    )
    assert "Lincoln &lt;High&gt;: lobby" in page
    assert "On, with the newest numbers" in lobby
    assert "Release: 0123456789ab. Its offline copy is complete." in lobby
    assert "https://help.example.org/lincoln/?screen=lobby-" in lobby
    assert "On, with older numbers" in gym
    assert "Its offline copy is not complete." in gym
    assert "It has never reported" in library


def test_a_screen_is_called_silent_with_the_time_when_it_was_seen(
    desk: tuple[Stage, Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, office = desk
    office.press("/staff/screens", name="lobby")
    (screen,) = stage.enrolled.all()
    monkeypatch.setattr(stage.enrolled, "_clock", lambda: NOON - timedelta(minutes=10))
    report(stage.enrolled, screen, b"none", ServedPages(KEY, ""))
    page = office.get("/staff/screens").text
    assert "Silent" in page
    assert "last seen today at 11:50" in page


def test_screens_that_need_somebody_come_first_then_by_school_and_place(
    district: tuple[Stage, Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, office = district
    enrolled, shown = stage.enrolled, ServedPages(KEY, "")
    stage.keys = {"elm-2": KEY, "elm-10": KEY}
    said = {"right": f"{KEY} whole", "behind": f"{'b' * 64} whole", "gone": "none"}
    for name in ("right", "behind", "new", "gone"):
        at = NOON - timedelta(minutes=10 if name == "gone" else 0)
        monkeypatch.setattr(enrolled, "_clock", lambda at=at: at)
        for school in ("elm-10", "elm-2"):
            screen = enrolled.enroll(school, name)
            assert screen
            if name in said:
                report(enrolled, screen, said[name].encode(), shown)
    page = office.get("/staff/screens").text
    assert re.findall(r'<b class="name">([^<]*)</b>', page) == [
        f"{school}: {name}"
        for name in ("gone", "behind", "new", "right")
        for school in ("elm-2", "elm-10")
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"school": "oak", "name": "lobby"},
        {"school": "", "name": "lobby"},
        {"school": "elm", "name": "*"},
        {"school": "elm"},
    ],
    ids=["no such school", "no school", "no letter", "no name"],
)
def test_what_cannot_be_enrolled_is_said(
    district: tuple[Stage, Office], fields: dict[str, str]
) -> None:
    stage, office = district
    answer = office.press("/staff/screens", **fields)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert not stage.enrolled.all()


def test_a_screen_is_removed_from_the_list(district: tuple[Stage, Office]) -> None:
    stage, office = district
    office.press("/staff/screens", school="elm", name="lobby")
    (screen,) = stage.enrolled.all()
    office.press("/staff/screens/remove", school="elm", name=screen.name)
    assert not stage.enrolled.all()


def test_a_disk_that_takes_nothing_is_said(
    desk: tuple[Stage, Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, office = desk
    monkeypatch.setattr(stage.enrolled, "_file", stage.root / "desk.passphrase" / FILE)
    answer = office.press("/staff/screens", name="lobby")
    assert answer.status_code == 500
    assert 'role="alert"' in answer.text

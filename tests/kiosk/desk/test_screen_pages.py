"""Screens: the desk enrolls a device once, and says which are alive and what each shows."""

import csv
import html
import logging
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
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/screens#unopened")
    page = office.get("/staff/screens").text
    (address,) = addresses(page)
    assert re.fullmatch(r"/\?screen=front-office-[0-9a-f]{20}", address)
    assert "New addresses: 1" in page
    assert [one.school for one in stage.enrolled.all()] == [""]
    assert address in office.get("/staff/screens").text
    assert "set public_url" in page


def test_one_form_makes_an_address_for_each_school_that_has_none(
    district: tuple[Stage, Office],
) -> None:
    stage, office = district
    office.press("/staff/screens", school="elm", name="gym")
    assert "Schools without a screen: 1." in office.get("/staff/screens").text
    for _ in range(2):
        answer = office.press("/staff/screens", school="*", name="Lobby")
        assert (answer.status_code, answer.headers["location"]) == (303, "/staff/screens#unopened")
    assert [(one.school, one.label) for one in stage.enrolled.all()] == [
        ("elm", "gym"),
        ("lincoln", "lobby"),
    ]
    page = office.get("/staff/screens").text
    assert "Schools without a screen" not in page
    assert "set public_url" not in page


def test_the_new_addresses_can_be_copied_and_saved_until_a_device_opens_them(
    district: tuple[Stage, Office],
) -> None:
    stage, office = district
    office.press("/staff/screens", school="*", name="Lobby")
    gym = stage.enrolled.enroll("elm", "gym")
    assert gym
    report(stage.enrolled, gym, b"none", ServedPages(KEY, ""))

    page = office.get("/staff/screens").text
    copied = re.findall(r"<textarea[^>]*>([^<]*)</textarea>", page)
    new, every = rows(office, "/staff/screens/new.csv"), rows(office, "/staff/screens.csv")

    assert [row[:2] for row in new] == [["elm", "lobby"], ["Lincoln <High>", "lobby"]]
    assert [row[:2] for row in every] == [["elm", "gym"], *(row[:2] for row in new)]
    assert {row[2] for row in every} == set(addresses(page))
    assert [html.unescape(line).split("\t") for line in copied[0].splitlines()] == new


def rows(office: Office, path: str) -> list[list[str]]:
    """The rows of a sheet below its header."""
    answer = office.get(path)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    header, *rest = csv.reader(answer.text.removeprefix("\ufeff").splitlines())
    assert header == ["school", "screen", "address"]
    return rest


def test_no_address_of_a_screen_reaches_a_log(
    district: tuple[Stage, Office],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Anybody who knows the address can report as that screen."""
    stage, office = district
    caplog.set_level(logging.DEBUG)
    office.press("/staff/screens", school="*", name="Lobby")
    secrets = [one.name.rpartition("-")[2] for one in stage.enrolled.all()]
    office.get("/staff/screens")
    office.get("/staff/screens/new.csv")
    monkeypatch.setattr(stage.enrolled, "_file", stage.root / "desk.passphrase" / FILE)
    removed = office.press("/staff/screens/remove", school="elm", name=stage.enrolled.all()[0].name)

    assert removed.status_code == 500
    assert len(secrets) == 2
    assert [one for one in secrets if one in caplog.text] == []


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
    on = page.partition("On, with the newest numbers: 1")
    assert (lobby in on[2], gym in on[2]) == (True, False)
    assert "Release: 0123456789ab. Its offline copy is complete." in lobby
    assert "https://help.example.org/lincoln/?screen=lobby-" in lobby
    assert "On, with older numbers" in gym
    assert "Its offline copy is not complete." in gym
    assert "Release" not in library


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


def test_new_screens_and_those_that_need_somebody_come_first_then_by_school_and_place(
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
    assert re.findall(r'<b class="name">([^<]*: [a-z]+)</b>', page) == [
        f"{school}: {name}"
        for name in ("new", "gone", "behind", "right")
        for school in ("elm-2", "elm-10")
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"school": "oak", "name": "lobby"},
        {"school": "", "name": "lobby"},
        {"school": "elm", "name": "*"},
        {"school": "elm"},
        {"school": "*", "name": "*"},
    ],
    ids=["no such school", "no school", "no letter", "no name", "no letter for each"],
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

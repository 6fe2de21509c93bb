"""Taking a line out: one person hides it at once, a second shows it again, and screens report."""

import threading
from datetime import timedelta
from typing import cast

import pytest

from content.model.pack import Pack
from content.releases.generations import Releases
from kiosk.desk import passphrase, take_out_pages
from kiosk.desk.take_out_pages import receipts
from kiosk.enrolled import Screen, ServedPages, Standing
from tests.kiosk.desks import NOON, PASSPHRASE, QUICK, Office, Stage
from tests.kiosk.screens import report
from tests.running import PATIENCE

PAGE, BACK = "/staff/take-out", "/staff/take-out/back"
DONE = 'role="status"'
SECOND = "another set of plain words"
SACRAMENTO = "county:06067"
NEW, OLD = "a" * 64, "b" * 64
Desk = tuple[Stage, Office]


def out(stage: Stage) -> list[str]:
    return [entry.id for entry in stage.releases.state().taken_out]


def hide(office: Office, line: str, **fields: str) -> int:
    return office.press(PAGE, line=line, **{"passphrase": PASSPHRASE, **fields}).status_code


@pytest.fixture
def second(district: Desk) -> Desk:
    """A district whose desk has a second passphrase, and a school in Sacramento County."""
    stage, _ = district
    passphrase.keep(stage.root, SECOND, passphrase.SECOND, cost=QUICK)
    return district


def test_one_person_hides_a_line_and_a_second_shows_it_again(second: Desk) -> None:
    stage, office = second
    assert hide(office, "trevor") == 303
    assert out(stage) == ["trevor"]
    assert "Hidden today at 12:00" in office.get(PAGE).text

    assert office.press(BACK, line="trevor", second=PASSPHRASE).status_code == 403
    assert out(stage) == ["trevor"]
    answer = office.press(BACK, line="trevor", second=SECOND)
    assert answer.status_code == 303
    assert out(stage) == []
    assert DONE in office.get(answer.headers["location"]).text
    assert DONE not in office.get(PAGE).text


@pytest.mark.parametrize("line", ["911", "988", "childhelp", "ctl", "nobody", "", "county:06001"])
def test_a_fixed_line_and_what_is_no_line_here_cannot_be_hidden(second: Desk, line: str) -> None:
    stage, office = second
    assert hide(office, line) == 400
    assert f'<option value="{line}">' not in office.get(PAGE).text or not line
    assert out(stage) == []


def test_nothing_is_hidden_without_the_passphrase(second: Desk) -> None:
    stage, office = second
    assert hide(office, "trevor", passphrase="guessed words of a pupil") == 403
    assert out(stage) == []


def test_a_county_s_child_abuse_line_takes_the_second_person(second: Desk) -> None:
    stage, office = second
    assert "Child-abuse line of Sacramento" in office.get(PAGE).text
    assert hide(office, SACRAMENTO) == 400
    assert hide(office, SACRAMENTO, second=PASSPHRASE) == 403
    assert out(stage) == []
    assert hide(office, SACRAMENTO, second=SECOND) == 303
    assert out(stage) == [SACRAMENTO]


def test_where_nobody_has_a_second_passphrase_it_is_said(district: Desk) -> None:
    stage, office = district
    assert hide(office, SACRAMENTO, second="x") == 409
    assert hide(office, "trevor") == 303
    answer = office.press(BACK, line="trevor", second="")
    assert answer.status_code == 409
    assert "second-passphrase" in answer.text
    assert out(stage) == ["trevor"]


def test_at_most_three_lines_are_out_at_a_time(second: Desk) -> None:
    stage, office = second
    assert [hide(office, one) for one in ("trevor", "211", "samhsa", "fbi")] == [303, 303, 303, 409]
    assert out(stage) == ["trevor", "211", "samhsa"]
    assert 'name="line" required' not in office.get(PAGE).text


def test_while_a_refresh_writes_the_desk_tries_again(
    second: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, office = second
    waits: list[float] = []
    began, ended = threading.Event(), threading.Event()

    def refresh() -> None:
        with Releases(stage.root).lock():
            began.set()
            ended.wait(PATIENCE)

    async def ends(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            ended.set()
            refreshing.join(PATIENCE)

    monkeypatch.setattr(take_out_pages, "sleep", ends)
    refreshing = threading.Thread(target=refresh)
    refreshing.start()
    assert began.wait(PATIENCE)
    assert hide(office, "trevor") == 303
    assert len(waits) == 2
    assert out(stage) == ["trevor"]


def test_the_receipts_say_who_shows_the_release_without_it(
    second: Desk, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, office = second
    enrolled, at = stage.enrolled, ServedPages(NEW, "")
    a, b, c, _ = (cast(Screen, enrolled.enroll("lincoln", name)) for name in "abcd")
    report(enrolled, a, f"{NEW} whole".encode(), at)
    report(enrolled, b, f"{OLD} whole".encode(), at)
    monkeypatch.setattr(stage.enrolled, "_clock", lambda: NOON - timedelta(minutes=10))
    report(enrolled, c, f"{NEW} whole".encode(), at)
    stage.keys = {"lincoln": NEW}
    assert hide(office, "trevor") == 303

    before = office.get(PAGE).text
    assert "The server is still preparing the pages without it." in before
    assert "Still showing it: b, a." in before

    stage.pack = stage.releases.state().visible(pack)
    page = office.get(PAGE).text
    assert "The server is still preparing" not in page
    assert [one in page for one in ("reporting: c, d.", "Still showing it: b.")] == [True, True]
    assert "No longer showing it: a." in page
    assert "Schools to check: 1" in page
    assert "<li>elm</li>" in page.partition("Schools without an enrolled screen: 1")[2]


def test_schools_whose_screens_all_dropped_the_line_are_folded_away(
    second: Desk, pack: Pack
) -> None:
    stage, office = second
    for school in ("lincoln", "elm"):
        screen = cast(Screen, stage.enrolled.enroll(school, "lobby"))
        report(stage.enrolled, screen, f"{NEW} whole".encode(), ServedPages(NEW, ""))
    stage.keys = {"lincoln": NEW, "elm": OLD}
    assert hide(office, "trevor") == 303
    stage.pack = stage.releases.state().visible(pack)

    page = office.get(PAGE).text
    check, _, fine = page.partition("<summary>Schools that no longer show it: 1</summary>")
    assert "<b>elm.</b> Still showing it: lobby." in " ".join(check.split())
    assert "<b>Lincoln &lt;High&gt;.</b> No longer showing it: lobby." in " ".join(fine.split())


def test_each_school_has_one_receipt_silent_ones_first_then_those_that_show_the_line() -> None:
    said: dict[str, list[Standing]] = {
        "a": ["newest", "newest"],
        "school-10": ["newest", "older"],
        "school-2": ["older"],
        "y": ["never", "newest"],
        "z": ["older", "silent"],
    }
    screens = [
        (Screen(school=school, name=f"{number}-0", since=NOON), one)
        for school, each in said.items()
        for number, one in enumerate(each)
    ]

    assert receipts(screens, is_gone=True) == [
        ("z", ["1"], ["0"], []),
        ("y", ["0"], [], ["1"]),
        ("school-2", [], ["0"], []),
        ("school-10", [], ["1"], ["0"]),
        ("a", [], [], ["0", "1"]),
    ]
    assert receipts(screens, is_gone=False)[2] == ("a", [], ["0", "1"], [])

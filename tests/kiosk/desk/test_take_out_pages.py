"""Taking a line out: one person hides it at once, a second shows it again, and screens report."""

import threading
from datetime import timedelta
from typing import cast

import pytest

from content.model.pack import Pack
from content.releases.generations import Releases
from kiosk.desk import passphrase, take_out_pages
from kiosk.enrolled import Screen, ServedPages
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
    assert "Lincoln &lt;High&gt;, a: still shows it." in before

    stage.pack = stage.releases.state().visible(pack)
    page = office.get(PAGE).text
    assert "The server is still preparing" not in page
    assert "Lincoln &lt;High&gt;, a: shows the pages without it." in page
    assert "Lincoln &lt;High&gt;, b: still shows it." in page
    assert "Lincoln &lt;High&gt;, c: not reporting." in page
    assert "Lincoln &lt;High&gt;, d: not reporting." in page
    assert (
        "elm: cannot report. The school’s exported files will no longer show it after the next upload."
        in page
    )

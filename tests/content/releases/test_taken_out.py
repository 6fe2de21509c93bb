"""A line that a person at the desk hid stays hidden, until the publisher recalls it."""

from pathlib import Path

import pytest

from content.model.pack import Pack
from content.releases.generations import Releases
from tests.content.candidates import NOW
from tests.content.reviewed import Kiosk, line, noted, signed, small
from tests.shipped import pack as shipped

OLD = small(line(), line("+19164455000", "other"))
NEXT = small(line(), line("+19164455000", "other"), line("+19164456000", "third"))
GONE = small(line(status="withdrawn"), line("+19164455000", "other"))


@pytest.fixture
def kiosk(tmp_path: Path) -> Kiosk:
    made = Kiosk(tmp_path)
    made.start()
    made.accept(OLD, signed(2))
    made.releases.change(lambda state: state.take_out("line", now=NOW))
    return made


def live(kiosk: Kiosk, pack: Pack) -> set[str]:
    shown = kiosk.releases.state().visible(pack)
    return {one.id for one in shown.resources if one.status == "live" and not one.pinned}


def test_it_is_hidden_from_what_is_served_until_it_is_put_back(kiosk: Kiosk) -> None:
    assert live(kiosk, OLD) == {"other"}
    kiosk.releases.change(lambda state: state.put_back("line"))
    assert live(kiosk, OLD) == {"line", "other"}


def test_another_pack_that_lists_it_as_live_does_not_show_it_again(kiosk: Kiosk) -> None:
    outcome = kiosk.accept(NEXT, signed(2, *noted(OLD, NEXT)))
    assert outcome.state == "active"  # nobody is asked about the line as if it were new
    assert live(kiosk, NEXT) == {"other", "third"}


def test_the_publisher_s_recall_takes_the_place_of_the_desk_s(kiosk: Kiosk) -> None:
    assert kiosk.accept(GONE, signed(2, *noted(OLD, GONE))).state == "active"
    state = kiosk.releases.state()
    assert not state.taken_out
    assert [entry.id for entry in state.withdrawn] == ["line"]
    assert live(kiosk, OLD) == {"other"}


def test_no_file_on_the_disk_takes_a_fixed_crisis_line_away(tmp_path: Path) -> None:
    state = Releases(tmp_path).state().take_out("988", now=NOW).take_out("childhelp", now=NOW)
    shown = state.visible(OLD)
    assert {shown.resource(name).status for name in ("988", "childhelp")} == {"live"}


def test_a_county_s_own_number_is_hidden_and_no_other_county_s(tmp_path: Path) -> None:
    (fips,) = [one.fips for one in shipped().counties if one.name == "Sacramento"]
    state = Releases(tmp_path).state().take_out(f"county:{fips}", now=NOW)
    without = [one.name for one in state.visible(shipped()).counties if not one.numbers]
    before = [one.name for one in shipped().counties if not one.numbers]
    assert sorted(without) == sorted([*before, "Sacramento"])

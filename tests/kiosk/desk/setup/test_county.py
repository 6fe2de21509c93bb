"""The county line at the desk: a second person confirms it, and one person takes it back."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from content.review import county_confirmation
from kiosk.desk import passphrase
from messages.message import of_error
from settings import desk_file
from settings.schema import DESK, Kiosk, Settings
from tests.kiosk.desks import PASSPHRASE, QUICK, Office, Stage, opened, staged
from tests.shipped import pack as shipped

PAGE, BACK = "/staff/county-line", "/staff/county-line/back"
SECOND = "another set of plain words"
OF_PACK, TYPED = "+19168755437", "+19168755438"


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setattr(passphrase.keep, "__kwdefaults__", {"names": (), "cost": QUICK})
    with staged(tmp_path, shipped()) as (stage, _office):
        yield stage


@pytest.fixture
def office(stage: Stage) -> Iterator[Office]:
    """A desk where one person typed another number than the pack's."""
    with typed(stage, TYPED) as office:
        yield office


class typed:  # noqa: N801  a context
    """Sign in at a desk whose settings have this number."""

    def __init__(self, stage: Stage, number: str, *, origin: str = DESK) -> None:
        kiosk = msgspec.structs.replace(
            stage.installation.kiosk, counties=("Sacramento",), county_line=number
        )
        values = {"kiosk.counties": ("Sacramento",), "kiosk.county_line": number}
        if origin == DESK:
            (stage.root / desk_file.FILE).write_bytes(desk_file.encoded(values))
        origins = {"kiosk.county_line": origin}
        stage.set_up(msgspec.structs.replace(stage.installation, kiosk=kiosk, origins=origins))
        self._served = opened(stage.desk)

    def __enter__(self) -> Office:
        self._office = Office(self._served.__enter__())
        self._office.sign_in()
        return self._office

    def __exit__(self, *_: object) -> None:
        self._office.close()
        self._served.__exit__(None, None, None)


def confirm(office: Office, **changed: str) -> int:
    fields = {"number": TYPED, "role": "nurse", "passphrase": SECOND, **changed}
    return office.press(PAGE, **fields).status_code


def test_a_district_names_the_schools_that_do_not_show_the_number(stage: Stage) -> None:
    stage.schools = {
        name: Settings(kiosk=Kiosk(school=school, counties=counties))
        for name, school, counties in (
            ("oak", "Oak", ("Sacramento",)),
            ("elm", "Elm", ("Yolo", "Sacramento")),
            ("pine", "", ("Yolo",)),
        )
    }
    with typed(stage, TYPED) as office:
        assert "publisher’s number: Elm, pine." in office.get(PAGE).text
    del stage.schools["elm"], stage.schools["pine"]
    with typed(stage, TYPED) as office:
        assert "publisher’s number: " not in office.get(PAGE).text


def test_the_second_passphrase_shows_the_number(stage: Stage, office: Office) -> None:
    passphrase.keep(stage.root, SECOND, passphrase.SECOND)
    assert stage.county_line().shown == ""

    assert confirm(office) == 303

    assert stage.county_line().shown == TYPED
    assert "is shown. Confirmed: Nurse, today." in office.get(PAGE).text
    record = (stage.root / county_confirmation.FILE).read_bytes()
    assert set(msgspec.json.decode(record)) == {
        *("number", "counties", "role", "on", "seal", "withdrawn")
    }


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"passphrase": PASSPHRASE}, 403),
        ({"passphrase": ""}, 403),
        ({"role": ""}, 400),
        ({"role": "parent"}, 400),
        ({"number": OF_PACK}, 409),
    ],
    ids=["the desk's passphrase", "none", "no role", "no role of the list", "another number"],
)
def test_nothing_else_shows_it(
    stage: Stage, office: Office, changed: dict[str, str], status: int
) -> None:
    passphrase.keep(stage.root, SECOND, passphrase.SECOND)
    assert confirm(office, **changed) == status
    assert stage.county_line().state == "unconfirmed"
    assert not (stage.root / county_confirmation.FILE).exists()


def test_without_a_second_passphrase_nobody_can_confirm_and_the_page_says_how(
    stage: Stage, office: Office
) -> None:
    assert "porchlight desk second-passphrase" in office.get(PAGE).text
    assert confirm(office) == 409
    assert stage.county_line().shown == ""


def test_guesses_of_the_second_passphrase_are_slowed(stage: Stage, office: Office) -> None:
    passphrase.keep(stage.root, SECOND, passphrase.SECOND)
    answers = [confirm(office, passphrase=f"a wrong guess {k}") for k in range(4)]
    assert answers == [403, 403, 403, 429]


def test_the_two_passphrases_are_never_the_same(stage: Stage) -> None:
    with pytest.raises(passphrase.PassphraseError) as refused:
        passphrase.keep(stage.root, PASSPHRASE, passphrase.SECOND)
    assert of_error(refused.value).code == "passphrase.same"
    passphrase.keep(stage.root, SECOND, passphrase.SECOND)
    with pytest.raises(passphrase.PassphraseError) as refused:
        passphrase.keep(stage.root, SECOND)
    assert of_error(refused.value).code == "passphrase.same"


def test_the_desk_refuses_the_second_passphrase_as_its_new_one(
    stage: Stage, office: Office
) -> None:
    passphrase.keep(stage.root, SECOND, passphrase.SECOND)
    form = {"current": PASSPHRASE, "passphrase": SECOND, "again": SECOND}
    answer = office.press("/staff/setup/passphrase", **form)
    assert (answer.status_code, "the second passphrase" in answer.text) == (400, True)


def test_the_second_passphrase_signs_nobody_in(stage: Stage, office: Office) -> None:
    passphrase.keep(stage.root, SECOND, passphrase.SECOND)
    office.cookies.clear()
    assert office.sign_in(SECOND).status_code == 403


def test_one_person_takes_a_shown_number_back_and_it_is_told(stage: Stage, office: Office) -> None:
    passphrase.keep(stage.root, SECOND, passphrase.SECOND)
    confirm(office)

    assert office.press(BACK).status_code == 303

    assert (stage.county_line().shown, stage.county_line().lost) == ("", True)
    assert desk_file.read(stage.root)[0]["kiosk.county_line"] == ""
    assert stage.changes == 1
    assert "The confirmed county line is no longer shown" in office.get("/staff/").text


def test_a_number_of_the_settings_file_is_taken_back_too(stage: Stage) -> None:
    passphrase.keep(stage.root, SECOND, passphrase.SECOND)
    with typed(stage, TYPED, origin="/etc/porchlight/settings.toml") as office:
        confirm(office)
        assert stage.county_line().shown == TYPED
        office.press(BACK)
        assert (stage.county_line().shown, stage.county_line().lost) == ("", True)
        assert not (stage.root / desk_file.FILE).exists()


def test_set_up_that_replaces_a_confirmed_number_withdraws_it(stage: Stage, office: Office) -> None:
    passphrase.keep(stage.root, SECOND, passphrase.SECOND)
    confirm(office)
    form = {"county-06067": "on", "language-en": "on", "first": "en"}
    assert office.press("/staff/setup", **form, county_line="916 875 5439").status_code == 303
    record = county_confirmation.kept(stage.root)
    assert record
    assert record.withdrawn
    assert stage.county_line().lost


def test_today_and_the_checklist_name_a_number_that_waits(stage: Stage, office: Office) -> None:
    today = office.get("/staff/").text
    assert "A county line is waiting for a second person" in today
    assert PAGE in today
    assert "a second person has to confirm it first" in office.get("/staff/open").text
    with typed(stage, OF_PACK) as other:
        assert "is waiting for a second person" not in other.get("/staff/").text
        assert re.search("entered the publisher’s number", other.get("/staff/open").text)

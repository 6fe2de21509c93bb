"""A district's desk: the office chooses a school, and a school's own passphrase opens it alone."""

import re

import msgspec
import pytest

from content.review.county_confirmation import CountyLine
from kiosk.desk import passphrase
from messages.message import Finding, message
from settings import desk_file
from tests.kiosk.desks import PASSPHRASE, QUICK, Office, Stage, opened

Desk = tuple[Stage, Office]
OWN = "plain words of one school"
INFO = "/staff/school"
NOTICE = {"notice.en": "Picture day", "notice_until": "2026-12-20"}
PAGES, GUIDE = {"/staff/", INFO, "/staff/posters"}, "/staff/guide"


def keep(stage: Stage, school: str = "elm") -> None:
    folder = stage.schools[school].kiosk.school_file.parent
    folder.mkdir(parents=True, exist_ok=True)
    passphrase.keep(folder, OWN, cost=QUICK)


def file(stage: Stage, school: str) -> str:
    path = stage.schools[school].kiosk.school_file
    return path.read_text("utf-8") if path.exists() else ""


@pytest.fixture
def elm(district: Desk) -> Desk:
    """The office of one school, signed in with its own passphrase."""
    stage, office = district
    keep(stage)
    office.cookies.clear()
    answer = office.form("/staff/in", {"passphrase": OWN, "school": "elm"})
    assert answer.status_code == 303
    return district


def test_the_district_chooses_whose_school_info_it_edits(district: Desk) -> None:
    stage, office = district
    assert "This computer’s own screen" in office.get(INFO).text
    assert office.press("/staff/choose", school="lincoln", back=INFO).headers["location"] == INFO
    assert "School info: Lincoln &lt;High&gt;" in office.get(INFO).text
    assert office.press(INFO, **NOTICE).status_code == 303
    assert "Picture day" in file(stage, "lincoln")
    assert not file(stage, "elm")
    assert not (stage.root / "school.toml").exists()


SET_UP = "/staff/setup"
ASKED = {"county-06067": "on", "language-en": "on", "first": "en", "audio": "off"}


def test_set_up_asks_one_school_for_what_is_its_own(district: Desk) -> None:
    stage, office = district
    whole = office.get(SET_UP).text
    assert 'name="mail_to"' in whole
    assert 'name="number"' in whole
    office.press("/staff/choose", school="elm", back=SET_UP)
    page = office.get(SET_UP).text
    asked = set(re.findall(r'<(?:input|select) id="([a-z_]+)"', page))
    assert asked == {"choose", "school", "zips", "first", "audio"}
    assert "passphrase" not in page

    answer = office.press(SET_UP, **ASKED, school="Elm School", number="916 875 5437")

    assert (answer.status_code, answer.headers["location"]) == (303, SET_UP)
    assert stage.changes == 1
    assert not (stage.root / desk_file.FILE).exists()
    assert not (stage.root / "schools" / "lincoln").exists()
    assert desk_file.read(stage.root / "schools" / "elm")[0] == {
        "kiosk.school": "Elm School",
        "kiosk.counties": ("Sacramento",),
        "kiosk.languages": ("en",),
        "kiosk.audio": "off",
    }


def test_an_answer_that_is_that_of_all_schools_is_not_kept_for_one(district: Desk) -> None:
    stage, office = district
    office.press("/staff/choose", school="elm", back=SET_UP)
    office.press(SET_UP, **{**ASKED, "audio": "headset"})
    assert "kiosk.audio" not in desk_file.read(stage.root / "schools" / "elm")[0]


def test_what_the_table_of_schools_says_is_shown_and_not_asked_for(district: Desk) -> None:
    stage, _ = district
    origins = {"kiosk.school": "/etc/porchlight/schools.csv"}
    stage.schools = {"elm": msgspec.structs.replace(stage.schools["elm"], origins=origins)}
    stage.set_up(stage.installation)
    with opened(stage.desk) as port, Office(port) as office:
        office.sign_in()
        office.press("/staff/choose", school="elm", back=SET_UP)
        assert "/etc/porchlight/schools.csv sets this." in office.get(SET_UP).text
        assert office.press(SET_UP, **ASKED, school="Another").status_code == 303
    assert "kiosk.school" not in desk_file.read(stage.root / "schools" / "elm")[0]


def test_posters_are_made_for_the_chosen_school_or_for_all(district: Desk) -> None:
    stage, office = district
    office.press("/staff/posters", size="letter", first="en")
    office.press("/staff/choose", school="lincoln", back="/staff/posters")
    office.press("/staff/posters", size="letter", first="en")
    office.press("/staff/choose", school="oak", back="/staff/posters")
    office.press("/staff/posters", size="letter", first="en")
    assert stage.printed_for == ["", "lincoln", ""]


def test_a_school_s_passphrase_opens_its_today_school_info_and_posters(elm: Desk) -> None:
    stage, office = elm
    assert {office.get(path).status_code for path in PAGES} == {200}
    assert "Check the screen and its network." in office.get("/staff/").text
    assert office.press(INFO, **NOTICE).status_code == 303
    assert "Picture day" in file(stage, "elm")
    office.press("/staff/posters", size="letter", first="en")
    assert stage.printed_for == ["elm"]


def test_it_opens_no_other_page_of_the_desk(elm: Desk) -> None:
    stage, office = elm
    addresses = {path for method, path in stage.desk.pages.rooms if method == "GET"}
    opens = {path for path in addresses if office.get(path).status_code == 200}
    assert opens == PAGES | {f"{INFO}/saved", f"{INFO}/cover", GUIDE}
    posts = {path for method, path in stage.desk.pages.rooms if method == "POST"} - PAGES
    answers = {office.form(path, {"token": office.token()}).status_code for path in posts - opens}
    assert answers == {404}
    assert not stage.processes.started
    for page in PAGES:
        links = set(re.findall(r"<nav.*?</nav>", office.get(page).text, re.DOTALL)[0].split('"'))
        assert {one for one in links if one.startswith("/staff/")} == PAGES


def test_its_pages_send_nobody_where_the_passphrase_does_not_open(elm: Desk) -> None:
    _, office = elm
    for page in PAGES | {GUIDE}:
        html = office.get(page).text
        links = set(re.findall(r'<a[^>]* href="(/staff/[^"#?]*)"', html))
        assert {one for one in links if office.get(one).status_code == 404} == set()
        assert "/staff/refresh" not in html
    assert "not yet been compared" in office.get("/staff/").text


def test_its_today_counts_checks_only_if_some_passed(elm: Desk) -> None:
    stage, office = elm
    note = Finding("note", message("school.no-bells"))
    good = Finding("ok", message("screens.well", count=2))
    stage.findings_of = [note]
    page = office.get("/staff/").text
    assert "Nothing needs attention today." in page
    assert "One note can wait." in page
    assert "passed" not in page
    stage.findings_of = [note, good]
    assert "One check passed. One note can wait." in office.get("/staff/").text


def test_the_guide_of_a_school_names_its_county_and_no_line_of_another(elm: Desk) -> None:
    stage, _ = elm
    confirmed = CountyLine(state="confirmed", shown="+19165550142")
    stage.county_line = lambda: confirmed  # type: ignore[method-assign]
    own = stage.schools["elm"]
    kiosk = msgspec.structs.replace(own.kiosk, counties=("Yolo",))
    stage.schools = {"elm": msgspec.structs.replace(own, kiosk=kiosk)}
    stage.set_up(stage.installation)
    with opened(stage.desk) as port, Office(port) as other:
        other.form("/staff/in", {"passphrase": OWN, "school": "elm"})
        page = other.get(GUIDE).text
        assert ("Yolo:" in page, "916-555-0142" in page) == (True, False)


def test_it_opens_nothing_of_another_school(elm: Desk) -> None:
    stage, office = elm
    office.form("/staff/choose", {"token": office.token(), "school": "lincoln", "back": INFO})
    office.press(INFO, **NOTICE)
    assert not file(stage, "lincoln")
    assert "Lincoln" not in office.get(INFO).text


@pytest.mark.parametrize(
    ("school", "typed"),
    [
        ("lincoln", OWN),
        ("", OWN),
        ("oak", OWN),
        ("../elm", OWN),
        ("elm", PASSPHRASE),
        ("oak", PASSPHRASE),
    ],
)
def test_it_signs_nobody_in_elsewhere(district: Desk, school: str, typed: str) -> None:
    stage, _ = district
    keep(stage)
    with opened(stage.desk) as port, Office(port) as other:
        answer = other.form("/staff/in", {"passphrase": typed, "school": school})
        assert answer.status_code == 403
        assert other.get("/staff/").status_code == 303


def test_another_passphrase_of_the_school_or_none_ends_its_sessions(elm: Desk) -> None:
    stage, office = elm
    folder = stage.schools["elm"].kiosk.school_file.parent
    passphrase.keep(folder, f"{OWN} again", cost=QUICK)
    assert office.get("/staff/").status_code == 303
    (folder / passphrase.FILE).unlink()
    assert office.get("/staff/").status_code == 303

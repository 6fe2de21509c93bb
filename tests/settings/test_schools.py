"""The table of a district's schools: what each school gets, and what is said of a bad row."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from messages.message import Message
from settings import desk_file, schools
from settings.schema import DESK, Kiosk, Server, Settings, Sms
from settings.schools import Schools

HEAD = "address,name,counties,languages,time zone,topics off\n"


def table(folder: Path, text: str | bytes, **kiosk: Any) -> Schools:
    file = folder / "schools.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    given = replace(Kiosk(counties=("Sacramento",), county_line="+19168755437"), **kiosk)
    settings = Settings(
        server=Server(data_dir=folder / "data"),
        kiosk=replace(given, schools=file),
        sms=Sms(topics_off=("health",)),
    )
    return schools.read(settings)


def said(found: Schools) -> list[tuple[object, object, object]]:
    """Row, column and code of each problem."""
    whats = [(one.args["row"], one.args["column"], one.args["what"]) for one in found.problems]
    return [(row, column, getattr(what, "code", what)) for row, column, what in whats]


def test_the_settings_county_line_is_for_the_same_counties_in_any_order(tmp_path: Path) -> None:
    rows = "address,counties\npine,Yolo; Sacramento\noak,Sacramento\n"
    found = table(tmp_path, rows, counties=("Sacramento", "Yolo")).settings
    assert found["pine"].kiosk.county_line == "+19168755437"
    assert found["oak"].kiosk.county_line == ""


def test_without_a_table_there_are_no_schools() -> None:
    assert schools.read(Settings()) == Schools({})


def test_a_cell_goes_before_the_setting_and_an_empty_one_takes_it(tmp_path: Path) -> None:
    found = table(
        tmp_path,
        HEAD
        + "lincoln,Lincoln High,yolo; LOS ANGELES County,es|en,America/Denver,immigration\n"
        + "elm-street,,,,,\n",
    )
    lincoln, elm = found.settings["lincoln"], found.settings["elm-street"]
    assert not found.problems
    assert lincoln.kiosk.school == "Lincoln High"
    assert lincoln.kiosk.counties == ("Yolo", "Los Angeles")
    assert lincoln.kiosk.county_line == ""  # that of the settings is another county's
    assert lincoln.kiosk.languages == ("es", "en")
    assert lincoln.kiosk.zone == "America/Denver"
    assert lincoln.sms.topics_off == ("health", "immigration")
    assert lincoln.kiosk.base == "/lincoln"
    assert lincoln.kiosk.school_file == tmp_path / "data/schools/lincoln/school.toml"
    assert elm.kiosk.counties == ("Sacramento",)
    assert elm.kiosk.county_line == "+19168755437"
    assert elm.kiosk.languages == Kiosk().languages
    assert elm.sms.topics_off == ("health",)


def test_what_the_desk_set_for_a_school_fills_its_empty_cells(tmp_path: Path) -> None:
    folder = tmp_path / "data" / schools.FOLDER / "lincoln"
    folder.mkdir(parents=True)
    at_desk: dict[str, object] = {
        "kiosk.school": "Of the desk",
        "kiosk.counties": (),
        "kiosk.languages": ("es", "en"),
        "kiosk.audio": "off",
        "kiosk.printer": "off",
    }
    (folder / desk_file.FILE).write_bytes(desk_file.encoded(at_desk))

    lincoln = table(tmp_path, HEAD + "lincoln,Lincoln High,,,,\n").settings["lincoln"]

    assert lincoln.kiosk.school == "Lincoln High"
    assert (lincoln.kiosk.languages, lincoln.kiosk.audio) == (("es", "en"), "off")
    assert lincoln.kiosk.counties == ("Sacramento",)  # nothing is chosen: those of the settings
    assert lincoln.kiosk.county_line == "+19168755437"
    assert lincoln.kiosk.printer == "browser"  # the computer's own, not a school's
    assert lincoln.origins == {
        "kiosk.school": str(tmp_path / "schools.csv"),
        "kiosk.languages": DESK,
        "kiosk.audio": DESK,
    }


def test_a_damaged_file_of_the_desk_is_named_and_its_school_is_served(tmp_path: Path) -> None:
    folder = tmp_path / "data" / schools.FOLDER / "lincoln"
    folder.mkdir(parents=True)
    (folder / desk_file.FILE).write_bytes(b"[kiosk")

    found = table(tmp_path, HEAD + "lincoln,,,,,\n")

    assert [one.code for one in found.problems] == ["settings.file-unreadable"]
    assert list(found.settings) == ["lincoln"]


def test_a_school_set_up_at_the_desk_is_seen_as_a_change(tmp_path: Path) -> None:
    table(tmp_path, HEAD + "lincoln,,,,,\n")
    kiosk = Kiosk(schools=tmp_path / "schools.csv")
    settings = Settings(server=Server(data_dir=tmp_path / "data"), kiosk=kiosk)
    before = schools.raw(settings)
    folder = tmp_path / "data" / schools.FOLDER / "lincoln"
    folder.mkdir(parents=True)
    assert schools.raw(settings) == before
    (folder / desk_file.FILE).write_bytes(desk_file.encoded({"kiosk.audio": "off"}))
    assert schools.raw(settings) != before


@pytest.mark.parametrize(
    "text",
    [
        ("\ufeff" + HEAD + "lincoln,“Escuela Ñandú”,,,,\n").encode(),
        HEAD.replace(",", ";").encode() + "lincoln;Escuela Ñandú;;;;\r\n".encode(),
        ("\ufeff" + HEAD.replace(",", "\t") + "lincoln\tEscuela Ñandú\n").encode("utf-16-le"),
        ("Sep=;\n" + HEAD.replace(",", ";").title() + "“lincoln”;Escuela Ñandú\n").encode(),
    ],
)
def test_a_table_of_a_spreadsheet_is_read(tmp_path: Path, text: bytes) -> None:
    found = table(tmp_path, text)
    assert not found.problems
    assert found.settings["lincoln"].kiosk.school == "Escuela Ñandú"


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ('=HYPERLINK("x"),A,,,,', "address", "schools.formula"),
        ("oak,“=1+1”,,,,", "name", "schools.formula"),
        ("../oak,A,,,,", "address", "schools.address"),
        ("oak/../elm,A,,,,", "address", "schools.address"),
        ("Oak Park,A,,,,", "address", "schools.address"),
        (",A,,,,", "address", "schools.address"),
        ("a" * 41 + ",A,,,,", "address", "schools.address"),
        ("es,A,,,,", "address", "schools.taken"),
        ("static,A,,,,", "address", "schools.taken"),
        ("oak," + "A" * 61 + ",,,,", "name", "schools.name"),
        ("oak,A\u202eB,,,,", "name", "schools.name"),
        ("oak,A,,tlh,,", "languages", "schools.language"),
        ("oak,A,,,Pacific,", "time zone", "schools.zone"),
        ("oak,A,,,../../etc/passwd,", "time zone", "schools.zone"),
        ("oak,A,,,PST,", "time zone", "schools.zone"),  # no such file
        ("oak,A,,,,suicide", "topics off", "schools.topic"),
        ("oak,A,,,,,Yolo", "topics off", "schools.beyond"),
    ],
)
def test_a_bad_row_is_named_and_the_other_schools_are_served(
    tmp_path: Path, row: str, column: str, code: str
) -> None:
    found = table(tmp_path, f"{HEAD}lincoln,L,,,,\n{row}\nelm,E,,,,\n")
    assert said(found) == [(3, column, code)]
    assert list(found.settings) == ["lincoln", "elm"]


def test_an_address_of_two_rows_leads_to_neither(tmp_path: Path) -> None:
    found = table(tmp_path, HEAD + "oak,A,,,,\nelm,B,,,,\noak,C,,,,\n")
    assert said(found) == [(2, "address", "schools.twice"), (4, "address", "schools.twice")]
    assert list(found.settings) == ["elm"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("name,counties\nA,B\n", "schools.no-column"),
        ("address,school\noak,B\n", "schools.odd-column"),
        (b"address,name\noak,\xff\xfe\xfa\n", "schools.unreadable"),
        ("", "schools.unreadable"),
    ],
)
def test_a_file_that_is_no_such_table_serves_no_school(
    tmp_path: Path, text: str | bytes, code: str
) -> None:
    found = table(tmp_path, text)
    assert not found.settings
    assert [one.code for one in found.problems] == [code]


def test_a_table_that_is_gone_is_a_problem_and_not_the_end(tmp_path: Path) -> None:
    gone = Settings(kiosk=Kiosk(schools=tmp_path / "schools.csv"))
    (problem,) = schools.read(gone).problems
    assert isinstance(problem, Message)
    assert problem.code == "schools.unreadable"
    assert schools.raw(gone) is None

"""School info at the desk: saved where it is right, told beside the field where it is not, and
nothing that was typed or saved is ever lost."""

import html
import os
import re
from pathlib import Path

import pytest

from kiosk.desk.school_pages import ADDRESS, COVER, SAVED
from kiosk.desk.setup.pages import OPEN
from kiosk.pages import school_file
from system import files
from tests.kiosk.desk.test_school_form import FILE
from tests.kiosk.desks import Office, Stage

_FIELD = re.compile(r'<input[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"')


@pytest.fixture
def school(desk: tuple[Stage, Office]) -> tuple[Path, Office]:
    """The file, and a browser that is signed in."""
    stage, office = desk
    file = stage.root / "school.toml"
    file.write_text(FILE, encoding="utf-8")
    return file, office


def form_of(page: str) -> dict[str, str]:
    """What a browser sends of the form that it was shown."""
    fields = _FIELD.findall(page.replace('type="checkbox"', ">"))
    return {name: html.unescape(value) for name, value in fields}


def shown(office: Office) -> dict[str, str]:
    return form_of(office.get(ADDRESS).text)


def test_what_is_typed_is_in_the_file_and_every_other_byte_is_as_it_was(
    school: tuple[Path, Office],
) -> None:
    file, office = school
    answer = office.form(ADDRESS, shown(office) | {"bells.0.to": "09:20", "lunch.es": "12:15"})

    assert (answer.status_code, answer.headers["location"]) == (303, SAVED)
    assert "Saved." in office.get(SAVED).text
    changed = FILE.replace('to = "9:25"', 'to = "9:20"')
    assert file.read_text("utf-8").replace(
        '{ en = "12:05", es = "12:15", fr = "À 12 h 05" }', "@"
    ) == (changed.replace('{en = "12:05", es = "A las 12:05", fr = "À 12 h 05"}', "@"))


def test_the_office_confirms_a_phone_and_is_told_if_someone_who_reports_sits_there(
    school: tuple[Path, Office],
) -> None:
    file, office = school
    tick = {"phone.en": "Room 40", "phone_is_private": "yes"}
    assert office.form(ADDRESS, shown(office) | tick).status_code == 303
    assert school_file.read(file)[0].private_phone
    assert '"phone_is_private" value="yes" checked' in office.get(SAVED).text
    assert "must report" not in office.get(SAVED).text

    person = {"people.0.role.en": "Nurse", "people.0.place.en": "Room 40", "people.0.was": ""}
    assert office.form(ADDRESS, shown(office) | tick | person).status_code == 303
    assert "must report" in office.get(SAVED).text
    assert school_file.read(file)[0].private_phone is None

    office.form(ADDRESS, shown(office))  # no tick
    assert "phone_is_private" not in file.read_text("utf-8")


def test_what_no_field_shows_is_said_and_stays(school: tuple[Path, Office]) -> None:
    page = school[1].get(ADDRESS).text

    assert "school.toml: telephone: Porchlight does not know this" in page
    assert "[[bells]] number 1, color: Porchlight does not know this" in page
    assert "Nothing is saved yet" not in page


def test_a_form_sent_untouched_writes_no_byte(school: tuple[Path, Office]) -> None:
    file, office = school
    assert office.form(ADDRESS, shown(office)).status_code == 303
    assert file.read_text("utf-8") == FILE


def test_a_fault_stands_beside_its_field_nothing_is_saved_and_all_that_was_typed_stays(
    school: tuple[Path, Office],
) -> None:
    file, office = school
    typed = {"bells.0.to": "08:00", "notice.en": "Picture <day>", "bells.2.name.vi": "Tiết 3"}
    answer = office.form(ADDRESS, shown(office) | typed)

    assert answer.status_code == 400
    assert '<span class="fault" id="bells.0.to-fault">It must end after it begins.' in answer.text
    assert "Correct 3 fields" in answer.text  # the new bell has no times
    assert form_of(answer.text).items() >= typed.items()
    assert file.read_text("utf-8") == FILE


def test_a_form_with_a_fault_offers_no_link_that_loses_what_was_typed(
    desk: tuple[Path, Office],
) -> None:
    _file, office = desk
    assert "hreflang" in office.get(ADDRESS).text
    assert "hreflang" not in office.form(ADDRESS, shown(office) | {"bells.0.to": "8"}).text


@pytest.mark.parametrize("key", ["notice_until", "valid_until"])
def test_a_day_that_is_over_is_not_taken(school: tuple[Path, Office], key: str) -> None:
    file, office = school
    answer = office.form(ADDRESS, shown(office) | {key: "2020-01-31"})

    assert answer.status_code == 400
    assert f'id="{key}-fault">This day has passed.' in answer.text
    assert file.read_text("utf-8") == FILE


def test_the_second_of_two_who_save_is_told_and_loses_nothing(school: tuple[Path, Office]) -> None:
    file, office = school
    first = second = shown(office)
    row = {"places.0.name.en": "Library", "places.0.where.en": "B"}
    office.form(ADDRESS, first | row | {"bells.0.name.en": "First hour"})
    after_first = file.read_text("utf-8")

    answer = office.form(ADDRESS, second | {"bells.0.name.en": "Hour 1", "notice.es": "Hola"})

    assert answer.status_code == 409
    assert file.read_text("utf-8") == after_first
    assert "Someone else saved: “First hour”" in answer.text
    again = form_of(answer.text)
    assert (again["bells.0.name.en"], again["notice.es"]) == ("Hour 1", "Hola")
    assert again["places.0.name.en"] == "Library"
    assert office.form(ADDRESS, again).status_code == 303
    both = file.read_text("utf-8")
    assert all(word in both for word in ('"Hour 1"', '"Hola"', '"Library"', "# Kept by"))


def test_more_rows_come_with_what_was_typed_and_save_nothing(school: tuple[Path, Office]) -> None:
    file, office = school
    page = office.form(ADDRESS, shown(office) | {"do": "rows bells", "bells.0.from": "08:40"}).text

    assert "bells.5.from" in form_of(page)
    assert form_of(page)["bells.0.from"] == "08:40"
    assert file.read_text("utf-8") == FILE


def test_rows_are_added_while_the_last_ones_are_empty_up_to_what_a_screen_shows(
    school: tuple[Path, Office],
) -> None:
    """The second press did nothing and said nothing."""
    _file, office = school
    page, counts = office.get(ADDRESS).text, []
    while 'value="rows places"' in page:
        counts.append(page.count('id="places-'))
        assert f'formaction="/staff/school#places-{counts[-1]}"' in page
        page = office.form(ADDRESS, form_of(page) | {"do": "rows places"}).text

    assert counts == [1, 5]
    assert "The screen shows at most 8." in page
    assert page.count('id="bells-') == len(FILE.split("[[bells]]"))


def test_the_first_of_what_is_wrong_is_the_first_on_the_page(school: tuple[Path, Office]) -> None:
    _file, office = school
    typed = {"notice_until": "2020-01-31", "people.0.name.en": "Ms. Miller", "phone.en": "x" * 400}
    wrong = typed | {"bells.1.to": "09:00", "bells.0.to": "08:00", "valid_until": "2020-01-31"}
    page = office.form(ADDRESS, shown(office) | wrong).text

    beside = re.findall(r'class="fault" id="(.+?)-fault"', page)
    assert page.count('href="#valid_until"') == 1
    assert beside[:3] == ["valid_until", "bells.0.to", "bells.1.to"]
    del wrong["valid_until"]
    assert 'href="#bells.0.to"' in office.form(ADDRESS, shown(office) | wrong).text


def test_the_cover_is_in_the_desks_language_where_the_screen_has_it(
    school: tuple[Path, Office],
) -> None:
    _file, office = school
    assert '<html lang="en"' in office.get(COVER).text
    assert '<html lang="es"' in office.get(COVER, headers={"accept-language": "es"}).text


def test_the_cover_shows_the_draft_and_saves_nothing(school: tuple[Path, Office]) -> None:
    file, office = school
    before = office.get(COVER)
    after = office.form(COVER, shown(office) | {"bells.0.name.en": "Hour <1>"})

    assert "Period 1" in before.text
    assert "Hour &lt;1&gt;" in after.text
    assert "Period 1" not in after.text
    assert file.read_text("utf-8") == FILE
    policy = after.headers["content-security-policy"]
    assert "frame-ancestors 'self'" in policy
    assert "script-src" not in policy
    assert after.headers["x-frame-options"] == "SAMEORIGIN"
    (font,) = set(re.findall(r"/staff/fonts/atkinson-latin\.\w+\.woff2", after.text))
    assert office.get(font).headers["content-type"] == "font/woff2"


@pytest.mark.parametrize("path", ["/staff/fonts/../../app.000000000000.woff2", "/static/kiosk.css"])
def test_no_other_file_of_the_screen_is_given(school: tuple[Path, Office], path: str) -> None:
    assert school[1].get(path).status_code == 404


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("[[bells", True),
        ('bells = [{name = "1", from = "8:30", to = "9:25"}]\n# a', True),
        ("", False),
    ],
)
def test_a_file_that_cannot_be_edited_is_kept_beside_the_new_one(
    school: tuple[Path, Office], text: str, kept: bool
) -> None:
    file, office = school
    file.write_text(text, encoding="utf-8")
    form = shown(office) | {"valid_until": "2027-06-11", "lunch.en": "Noon", "bells.0.to": "09:20"}
    extra = {} if form.get("bells.0.from") else {"bells.0.to": ""}
    assert office.form(ADDRESS, form | extra).status_code == 303

    assert 'lunch = { en = "Noon" }' in file.read_text("utf-8")
    beside = file.with_name("school.toml.before")
    assert (beside.read_text("utf-8") if beside.exists() else "") == (text if kept else "")


def test_a_link_to_the_file_stays_a_link_and_its_rights_stay(school: tuple[Path, Office]) -> None:
    file, office = school
    real = file.with_name("real.toml")
    file.rename(real)
    real.chmod(0o640)
    file.symlink_to(real)
    office.form(ADDRESS, shown(office) | {"notice.en": "Hello"})

    assert file.is_symlink()
    assert "Hello" in real.read_text("utf-8")
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_disk_that_takes_nothing_is_a_sentence_and_what_was_typed_stays(
    school: tuple[Path, Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, office = school
    form = shown(office)

    def full(_path: Path, _data: bytes, *, mode: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "replace", full)
    answer = office.form(ADDRESS, form | {"notice.en": "Hello"})

    assert answer.status_code == 500
    assert "You cannot save School info now" in answer.text
    assert "No space left on device" in answer.text
    assert form_of(answer.text)["notice.en"] == "Hello"
    assert file.read_text("utf-8") == FILE


def test_a_pipe_in_its_place_is_left_alone_and_told(school: tuple[Path, Office]) -> None:
    file, office = school
    form = shown(office)
    file.unlink()
    os.mkfifo(file)

    assert "You cannot save School info now" in office.get(ADDRESS).text
    answer = office.form(ADDRESS, shown(office) | {"notice.en": "Hello"})
    assert (answer.status_code, form_of(answer.text)["notice.en"]) == (500, "Hello")
    assert file.is_fifo()
    assert office.form(ADDRESS, form).status_code == 409


def test_a_link_that_leads_to_itself_is_told_on_every_page(school: tuple[Path, Office]) -> None:
    file, office = school
    file.unlink()
    file.symlink_to(file.name)

    assert "You cannot save School info now" in office.get(ADDRESS).text
    answer = office.form(ADDRESS, shown(office) | {"notice.en": "Hello"})
    assert (answer.status_code, form_of(answer.text)["notice.en"]) == (500, "Hello")
    assert [office.get(path).status_code for path in ("/staff/", OPEN)] == [200, 200]
    assert file.is_symlink()


HOSTILE: dict[str, dict[str, str]] = {
    "a formula": {"notice.en": "=HYPERLINK(1)"},
    "a path": {"people.0.name.en": "../../etc/passwd"},
    "markup": {"lunch.en": "</input><script>alert(1)</script>"},
    "a template": {"phone.en": "{{ 7 * 7 }} %(x)s %s"},
    "TOML": {"phone.en": 'a"\n[server]\nport = 1', "phone.es": "'''"},
    "fields that are none": {
        "server.port": "1",
        "bells.0.was.x": "y",
        "__class__": "z",
        "lunch.": "",
    },
    "a row that is none": {"bells.0.was": "../../x", "bells.999.was": "", "people.1.was": "-1"},
}


@pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE)
def test_whatever_is_typed_is_a_text_of_the_file_or_refused(
    school: tuple[Path, Office], typed: dict[str, str]
) -> None:
    file, office = school
    answer = office.form(ADDRESS, shown(office) | typed)
    page = answer.text if answer.status_code == 400 else office.get(ADDRESS).text

    assert answer.status_code in {303, 400}
    assert "<script>alert" not in page
    assert {"notice.en", "people.0.name.en", "lunch.en"} <= form_of(page).keys()
    assert sorted(path.name for path in file.parent.glob("*.toml*")) == ["school.toml"]


def test_more_than_a_form_can_hold_is_refused(school: tuple[Path, Office]) -> None:
    file, office = school
    answer = office.form(ADDRESS, shown(office) | {"notice.en": "x" * 2**20})

    assert answer.status_code == 413
    assert "The form is too long" in answer.text
    assert file.read_text("utf-8") == FILE


def test_another_site_and_a_form_of_another_session_change_nothing(
    school: tuple[Path, Office],
) -> None:
    file, office = school
    form = shown(office) | {"notice.en": "Hello"}
    assert office.form(ADDRESS, form, origin="http://evil.example").status_code == 403
    assert office.form(ADDRESS, form | {"token": "x"}).status_code == 403
    assert office.form(COVER, form | {"token": "x"}).status_code == 403
    assert file.read_text("utf-8") == FILE


def test_the_form_speaks_spanish(school: tuple[Path, Office]) -> None:
    _file, office = school
    office.get(f"{ADDRESS}?language=es")
    page = office.form(ADDRESS, shown(office) | {"bells.1.from": "09:00"}).text

    assert "Esto comienza antes de que termine “Period 1”." in page
    assert "Guardar" in page

"""School info as a form: what is not touched stays as the file had it, and what is typed is what
the file says afterwards."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.desk import school_form
from kiosk.desk.school_form import SchoolDraft
from kiosk.pages import school_file
from kiosk.pages.school_file import COLUMNS, DAYS, TEXTS
from system.toml_edit import EditError

SHIPPED = (Path(__file__).parents[3] / "school.toml").read_text(encoding="utf-8")
FILE = """# Kept by Ms. Ortiz.
valid_until = 2026-12-18   # winter
lunch = {en = "12:05", es = "A las 12:05", fr = "À 12 h 05"}
telephone = "unknown to the form"

# Regular days.
[[bells]]
name = "Period 1"
from = "8:30"   # as the bell rings
to = "9:25"
color = "red"

[[bells]]
name = {en = "Period 2", es = "Hora 2"}
from = "9:30"
to = "10:25"

# Who is here.
[[people]]
role = "Nurse"
name = "Ms. Rivera"
place = "Room 12"
"""


def opened(text: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The file's values, and the form as a browser sends it untouched."""
    table = school_file.table(text.encode())
    return table, school_form.fields(school_form.of_file(table))


def saved(text: str, typed: Mapping[str, str]) -> str:
    table, form = opened(text)
    draft = school_form.of_form({**form, **typed}, table, ("en", "vi"))
    return school_form.written(text, table, draft)


def test_a_form_that_nobody_touched_changes_no_byte() -> None:
    for text in (FILE, SHIPPED, ""):
        assert saved(text, {}) == text


TYPED: dict[str, tuple[dict[str, str], str, str]] = {
    "a time": ({"bells.0.from": "08:35"}, 'from = "8:30"   #', 'from = "8:35"   #'),
    "a day": ({"valid_until": "2027-06-11"}, "2026-12-18   # w", "2027-06-11   # w"),
    "one of three languages": (
        {"lunch.es": "12:10"},
        '{en = "12:05", es = "A las 12:05", fr = "À 12 h 05"}',
        '{ en = "12:05", es = "12:10", fr = "À 12 h 05" }',
    ),
    "a text for all": ({"bells.0.name.en": "Hour 1"}, '"Period 1"', '"Hour 1"'),
    "a further language": (
        {"people.0.place.vi": "Phòng 12"},
        '"Room 12"',
        '{ en = "Room 12", vi = "Phòng 12" }',
    ),
}


@pytest.mark.parametrize(("typed", "old", "new"), TYPED.values(), ids=TYPED)
def test_what_is_typed_is_changed_and_every_other_byte_stays(
    typed: dict[str, str], old: str, new: str
) -> None:
    assert saved(FILE, typed) == FILE.replace(old, new)


def test_a_row_is_taken_out_by_its_tick_or_by_emptying_it() -> None:
    second = FILE[FILE.index("\n[[bells]]\nname = {en") : FILE.index("\n# Who")]
    empty = {"bells.1.name.en": "", "bells.1.name.es": " ", "bells.1.from": "", "bells.1.to": ""}
    for typed in ({"bells.1.out": "yes"}, empty):
        assert saved(FILE, typed) == FILE.replace(second, "")


def test_new_rows_stand_behind_the_others_and_the_first_below_its_example() -> None:
    row = {"bells.2.was": "", "bells.2.name.en": "Period 3", "bells.2.from": "10:30"}
    found = saved(FILE, row | {"bells.2.to": "11:25"})
    assert (
        'to = "10:25"\n\n[[bells]]\nname = { en = "Period 3" }\nfrom = "10:30"\nto = "11:25"\n\n# Who'
        in found
    )
    first = saved(
        SHIPPED, {"bells.0.was": "", "bells.0.name.es": "Hora 1", "notice.en": "No school"}
    )
    assert '# to = "9:25"\n\n[[bells]]\nname = { es = "Hora 1" }\n\n# Places' in first
    assert 'jueves en la biblioteca."}\nnotice = { en = "No school" }\n# notice_until' in first


def test_spare_rows_that_stay_empty_are_none() -> None:
    assert saved(FILE, {"bells.2.was": "", "bells.2.from": " ", "bells.3.was": ""}) == FILE


def test_what_only_the_file_says_is_offered_and_stays() -> None:
    table, form = opened(FILE)
    assert form["lunch.fr"] == "À 12 h 05"
    assert "telephone" not in form
    assert school_form.tags_of(table, ("en", "vi")) == ("en", "es", "vi", "fr")


@pytest.mark.parametrize(
    ("typed", "field", "code"),
    [
        ({"bells.0.to": "08:20"}, "bells.0.to", "ends-early"),
        ({"bells.1.from": "09:20"}, "bells.1.from", "overlaps"),
        ({"bells.0.from": "quarter past"}, "bells.0.from", "no-time"),
        ({"bells.0.to": ""}, "bells.0.to", "missing"),
        ({"bells.0.name.en": ""}, "bells.0.name.en", "missing"),
        ({"valid_until": "soon"}, "valid_until", "no-day"),
        ({"valid_until": ""}, "valid_until", "no-last-day"),
        ({"lunch.es": "x" * 121}, "lunch.es", "too-long"),
        ({"notice.en": "Abuse is wrong"}, "notice.en", "harm"),
        ({"people.0.place.en": "a\nb"}, "people.0.place.en", "unseen"),
        ({"phone.vi": "a\u202eb"}, "phone.vi", "unseen"),
    ],
)
def test_each_fault_stands_at_its_field_and_what_was_typed_stays(
    typed: dict[str, str], field: str, code: str
) -> None:
    table, form = opened(FILE)
    draft = school_form.of_form({**form, **typed}, table, ("en", "vi"))
    (fault,) = school_form.by_field(school_file.judged(draft.table())[1]).items()

    assert fault[0] == field
    assert fault[1].code == f"school-file.{code}"
    assert school_form.fields(draft).get(field, "") == typed[field].strip()


def test_what_the_form_cannot_show_is_no_fault_of_it() -> None:
    table, _form = opened(FILE)
    assert {f.where.rpartition(".")[2] for f in school_file.judged(table)[1]} == {
        "telephone",
        "color",
    }
    assert school_form.by_field(school_file.judged(table)[1]) == {}


ODD: dict[str, tuple[str, dict[str, str], dict[str, Any]]] = {
    "a number for a text": ("lunch = 7\n", {}, {"lunch": {"en": "7"}}),
    "a clock without quotation marks": (
        '[[bells]]\nname = "1"\nfrom = 08:30:00\nto = "9:25"\n',
        {},
        {"bells": [{"name": "1", "from": "8:30", "to": "9:25"}]},
    ),
    "a text for a list": (
        'bells = "see the office"\n',
        {"bells.0.was": "", "bells.0.name.en": "1"},
        {"bells": [{"name": {"en": "1"}}]},
    ),
}


@pytest.mark.parametrize(("text", "typed", "after"), ODD.values(), ids=ODD)
def test_odd_values_of_a_file_become_right_ones(
    text: str, typed: dict[str, str], after: dict[str, Any]
) -> None:
    assert school_file.table(saved(text, typed).encode()) == after


@pytest.mark.parametrize("was", ["9", "-1", "x", "²", "../1", "99999999999999999999"])
def test_a_row_that_names_no_row_of_the_file_is_a_new_one(was: str) -> None:
    table, form = opened(FILE)
    draft = school_form.of_form({**form, "bells.0.was": was}, table, ())
    assert [row.was for row in draft.rows["bells"]] == [None, 1]


def test_a_file_that_cannot_be_edited_in_place_is_written_anew() -> None:
    text = 'bells = [{name = "1", from = "8:30", to = "9:25"}]\n'
    table, form = opened(text)
    draft = school_form.of_form({**form, "bells.0.to": "09:20", "lunch.en": "12"}, table, ())
    with pytest.raises(EditError):
        school_form.written(text, table, draft)
    assert school_file.table(school_form.anew(draft).encode()) == draft.table()


LETTERS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


FIELDS = "lunch.en lunch.es notice.vi valid_until bells.0.name.en bells.1.from bells.0.out"
FURTHER = "people.0.name.en people.0.role.es places.0.where.en bells.2.to"


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from(f"{FIELDS} {FURTHER}".split()),
        st.one_of(LETTERS, st.sampled_from(["yes", "2027-01-02", "08:00", "=1+1", '"""', "#"])),
    )
)
def test_whatever_is_typed_the_file_says_it_and_stays_one(typed: dict[str, str]) -> None:
    spare = {"bells.2.was": "", "places.0.was": ""}
    table, form = opened(FILE)
    draft: SchoolDraft = school_form.of_form({**form, **spare, **typed}, table, ("vi",))
    try:
        text = school_form.written(FILE, table, draft)
    except EditError:  # a value with a comment behind it, taken out
        assert "valid_until" not in draft.top
        text = school_form.anew(draft)
    else:
        assert "# Kept by Ms. Ortiz.\n" in text
        assert school_file.table(text.encode())["telephone"] == table["telephone"]
    after = school_file.table(text.encode())
    assert all(after.get(key) == draft.top.get(key) for key in (*TEXTS, *DAYS))
    assert {
        kind: [{key: row.get(key) for key in keys} for row in after.get(kind, [])]
        for kind, keys in COLUMNS.items()
    } == {
        kind: [{key: row.values.get(key) for key in keys} for row in draft.rows[kind]]
        for kind, keys in COLUMNS.items()
    }


def test_a_day_in_the_file_is_a_day() -> None:
    assert school_file.table(saved(FILE, {"notice_until": "2026-12-03"}).encode())[
        "notice_until"
    ] == date(2026, 12, 3)

"""Editing an author's file: only the values change, everything else stays byte for byte."""

from datetime import date
from pathlib import Path

import pytest

from editor import toml_file
from system import toml_edit
from system.toml_edit import EditError, changed
from tests.selection import Some

FILE = """# About this line.
id = "trevor"   # never changes
code = "130"
confidence = "high"
review_every_days = 180      # twice a year

# Where it serves.
[area]
states = ["CA"]   # all of it

[[channels]]
kind = "voice"
open = [
  { days = ["mo"], opens_at = "09:00", closes_at = "17:00" },   # Mondays
]
[text]
name = '''review_every_days = 5'''
"""
DAY = date(2026, 12, 1)


def test_a_new_value_stands_below_the_interval_and_all_else_stays() -> None:
    found = changed(FILE, (), {"checked_on": DAY})
    assert found == FILE.replace("# twice a year\n", "# twice a year\nchecked_on = 2026-12-01\n")


def test_a_value_is_replaced_and_its_comment_stays() -> None:
    once = changed(FILE, (), {"checked_on": DAY}).replace(
        "2026-12-01", "2026-12-01  # by telephone? no"
    )
    again = changed(once, (), {"checked_on": date(2027, 1, 2), "review_every_days": 90})
    assert "checked_on = 2027-01-02  # by telephone? no\n" in again
    assert "review_every_days = 90      # twice a year\n" in again
    assert "name = '''review_every_days = 5'''" in again


def test_a_value_is_taken_away_and_one_that_is_not_there_is_no_fault() -> None:
    once = changed(FILE, (), {"first_checked_on": DAY})
    assert changed(once, (), {"first_checked_on": None, "first_checked_by": None}) == FILE


def test_words_are_written_so_that_they_are_read_back() -> None:
    odd = 'the "desk", \\ and ñ'
    assert 'checked_by = "the \\"desk\\", \\\\ and ñ"' in changed(FILE, (), {"checked_by": odd})


ROWS = '[[county]]\nname = "A"\nfips = "06001"\nnumbers = []\n\n[[county]]\nname = "B"   # second\nfips = "06003"\n'


def test_a_row_of_a_list_is_edited_and_no_other() -> None:
    found = changed(ROWS, ("county", 1), {"checked_on": DAY})
    assert found == ROWS + "checked_on = 2026-12-01\n"


HOPELESS: dict[str, tuple[str, toml_edit.TablePath, str]] = {
    "a comment inside the value": ('id = "a"\ncode = [\n  "x",  # why\n]\n', (), "code"),
    "no line to stand below": ('[area]\nstates = ["CA"]\n', (), "status"),
    "a row that is not there": (ROWS, ("county", 7), "status"),
    "a name that would be read as two": ('id = "a"\n', (), "sta.tus"),
    "no TOML at all": ("id = \n", (), "status"),
    "an inline table that looks like a row": (
        'county = [{ name = "A", fips = "06001" }]\n',
        ("county", 0),
        "status",
    ),
}


@pytest.mark.parametrize("case", HOPELESS.values(), ids=HOPELESS)
def test_what_cannot_be_edited_safely_is_left_as_it_is_with_a_sentence(
    tmp_path: Path, case: tuple[str, toml_edit.TablePath, str]
) -> None:
    text, table, name = case
    file = tmp_path / "entry.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(EditError, match=r'Write this by hand: .* = "withdrawn"'):
        toml_file.apply(file, table, {name: "withdrawn"})
    assert file.read_text("utf-8") == text
    assert [path.name for path in tmp_path.iterdir()] == ["entry.toml"]


def test_line_ends_and_the_mark_of_another_editor_stay(tmp_path: Path) -> None:
    file = tmp_path / "entry.toml"
    file.write_bytes(b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").encode())
    toml_file.apply(file, (), {"status": "withdrawn"})
    wanted = FILE.replace("# twice a year\n", '# twice a year\nstatus = "withdrawn"\n')
    assert file.read_bytes() == b"\xef\xbb\xbf" + wanted.replace("\n", "\r\n").encode()


def test_every_file_of_the_shipped_pack_can_be_signed_off_and_withdrawn(some: Some) -> None:
    pack = Path(__file__).parents[2] / "content" / "packs" / "california"
    for file in some((*pack.glob("resources/*.toml"), *pack.glob("partners/*.toml")), 20):
        text = file.read_text("utf-8")
        values: dict[str, toml_edit.Value] = {
            "checked_on": DAY,
            "checked_by": "content editor",
            "status": "withdrawn",
        }
        assert set(changed(text, (), values).split("\n")) - set(text.split("\n")) == {
            "checked_on = 2026-12-01",
            'checked_by = "content editor"',
            'status = "withdrawn"',
        }
    counties = (pack / "counties.toml").read_text("utf-8")
    for number in some(range(58), 4):
        assert (
            changed(counties, ("county", number), {"checked_on": DAY}).count(
                "checked_on = 2026-12-01"
            )
            == 1
        )


SCHOOL = """# What stands above must stay above the lists.
# lunch = "12:05, in the cafeteria"

# Times run to 24 hours.
# [[bells]]
# name = "Period 1"
# from = "8:30"

# Places: where things are.
# [[places]]
# name = "Library"
"""


def test_the_first_value_and_the_first_row_stand_below_their_example() -> None:
    once = changed(SCHOOL, (), {"lunch": "12:30"})
    assert once == SCHOOL.replace('cafeteria"\n', 'cafeteria"\nlunch = "12:30"\n')
    row = toml_edit.appended(once, "bells", {"name": "A"})
    assert '# from = "8:30"\n\n[[bells]]\nname = "A"\n\n# Places: where' in row
    both = toml_edit.appended(row, "places", {"name": "B"})
    assert both == row + '\n[[places]]\nname = "B"\n'
    assert toml_edit.appended(both, "bells", {"name": "C"}).count("[[bells]]\nname") == 2


def test_a_row_stands_at_the_end_where_keys_of_the_top_follow_its_example() -> None:
    text = '# [[bells]]\nid = "a"'
    assert toml_edit.appended(text, "bells", {"n": 1}) == f"{text}\n\n[[bells]]\nn = 1\n"
    assert toml_edit.appended("", "bells", {"n": 1}) == "\n[[bells]]\nn = 1\n"


def test_a_row_is_taken_out_and_the_comments_around_it_stay() -> None:
    assert toml_edit.removed(ROWS, "county", 0) == ROWS[ROWS.index('[[county]]\nname = "B') :]
    assert toml_edit.removed(ROWS + "\n# the end\n", "county", 1).endswith(
        "numbers = []\n\n# the end\n"
    )
    windows = ROWS.replace("\n", "\r\n")
    assert (
        toml_edit.removed(windows, "county", 1)
        == windows[: windows.index('\r\n[[county]]\r\nname = "B')]
    )
    with pytest.raises(EditError):  # its list ends on a line of its own
        toml_edit.removed(FILE, "channels", 0)


@pytest.mark.parametrize("text", ["county = [{ n = 1 }]\n", "county = []\n", "county = 7\n"])
def test_a_list_that_is_written_otherwise_is_left_as_it_is(text: str) -> None:
    with pytest.raises(EditError):
        toml_edit.appended(text, "county", {"n": 2})
    with pytest.raises(EditError):
        toml_edit.removed(text, "county", 0)

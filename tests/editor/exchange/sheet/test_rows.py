"""The editors' spreadsheet: out and back without a byte changed, and every fault by row and column."""

import csv
import io
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from editor.authoring.documents import MAX_BYTES
from editor.exchange.sheet.apply import Plan, SheetError, exported, planned, write
from editor.exchange.sheet.columns import bare, guarded, plain
from system import files
from system.toml_edit import EditError, changed, toml
from tests.content.conftest import TinyPack

CALIFORNIA = Path("content/packs/california")
TREVOR = "pack/resources/trevor.toml"
Rows = list[list[str]]


def rows_of(data: bytes) -> Rows:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def csv_of(
    rows: Iterable[Iterable[str]], *, separator: str = ",", encoding: str = "utf-8-sig"
) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue().encode(encoding)


def edited(tiny: TinyPack, row: int, column: str, value: str) -> Rows:
    """The tiny pack's sheet with one cell changed. Rows count as a spreadsheet shows them."""
    rows = rows_of(exported(tiny.folder))
    rows[row - 1][rows[0].index(column)] = value
    return rows


def plan(tiny: TinyPack, rows: Rows) -> Plan:
    file = tiny.root / "sheet.csv"
    file.write_bytes(csv_of(rows))
    return planned(tiny.folder, file)


def said(of: Plan) -> list[str]:
    return [str(fault) for fault in of.faults]


@pytest.mark.parametrize("which", ["tiny", "california"])
def test_a_sheet_that_nobody_changed_changes_no_byte(tiny: TinyPack, which: str) -> None:
    pack = tiny.folder if which == "tiny" else CALIFORNIA
    file = tiny.root / "sheet.csv"
    file.write_bytes(exported(pack))

    done = planned(pack, file)

    assert (done.edits, done.after, done.faults) == ((), {}, ())


HARM: dict[str, Callable[[Rows], bytes]] = {
    "no byte order mark": lambda rows: csv_of(rows, encoding="utf-8"),
    "semicolons": lambda rows: csv_of(rows, separator=";"),
    "tabs, as Unicode text": lambda rows: csv_of(rows, separator="\t", encoding="utf-16"),
    "numbers with decimals": lambda rows: csv_of(
        [[f"{cell}.0" if cell.isdigit() else cell for cell in row] for row in rows]
    ),
    "blank rows at the end": lambda rows: csv_of([*rows, *[[""] * len(rows[0])] * 300]),
    "fewer cells": lambda rows: csv_of([[*row] if row[-1] else row[:-1] for row in rows]),
    "line ends of Unix": lambda rows: csv_of(rows).replace(b"\r\n", b"\n"),
    "the hint of a separator": lambda rows: (
        b"sep=;\r\n" + csv_of(rows, separator=";", encoding="utf-8")
    ),
    "rows in another order": lambda rows: csv_of([rows[0], *reversed(rows[1:])]),
    "columns in another order": lambda rows: csv_of([list(reversed(row)) for row in rows]),
    "some rows left out": lambda rows: csv_of([rows[0], rows[-1]]),
    "capitals in the first row": lambda rows: csv_of(
        [[cell.upper() for cell in rows[0]], *rows[1:]]
    ),
}


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM)
@pytest.mark.slow
def test_what_a_spreadsheet_program_does_to_a_file_is_no_change(
    tiny: TinyPack, harm: Callable[[Rows], bytes]
) -> None:
    for pack in (tiny.folder, CALIFORNIA):
        file = tiny.root / "sheet.csv"
        file.write_bytes(harm(rows_of(exported(pack))))
        done = planned(pack, file)
        assert [str(edit) for edit in done.edits] + said(done) == []


CHANGES = {
    "a number": (
        (2, "number"),
        "1-800-273-8255",
        'number = "+18664887386"',
        'number = "+18002738255"',
    ),
    "a number in another way": (
        (2, "number"),
        "(800) 273-8255",
        'number = "+18664887386"',
        'number = "+18002738255"',
    ),
    "a number as a formula": (
        (2, "number"),
        "+18002738255",
        'number = "+18664887386"',
        'number = "+18002738255"',
    ),
    "an address": (
        (3, "url"),
        "https://example.org/x",
        'url = "https://www.thetrevorproject.org/get-help/"',
        'url = "https://example.org/x"',
    ),
    "an age": ((2, "maximum_age"), "25.0", "maximum_age = 24", "maximum_age = 25"),
    "languages": ((2, "languages"), "en, es", 'languages = ["en"]', 'languages = ["en", "es"]'),
    "a key to press": (
        (2, "press"),
        "es=3; vi=4",
        'press = { es = "2" }',
        'press = { es = "3", vi = "4" }',
    ),
    "a word in capitals": ((2, "urgency"), "CRISIS", 'urgency = "today"', 'urgency = "crisis"'),
    "the area": ((2, "area"), "US", 'states = ["CA"]', "us = true"),
    "the state, and where its people are": (
        (2, "area"),
        "CA counties 06037",
        'states = ["CA"]',
        'states = ["CA"]\ncounties = ["06037"]',
    ),
    "a name with smart quotes": (
        (2, "organization"),
        "The “Trevor” Project",
        '"The Trevor Project"',
        '"The \\"Trevor\\" Project"',
    ),
}


@pytest.mark.parametrize(("place", "cell", "old", "new"), CHANGES.values(), ids=CHANGES)
def test_one_changed_cell_changes_one_place(
    tiny: TinyPack, place: tuple[int, str], cell: str, old: str, new: str
) -> None:
    before = (tiny.root / TREVOR).read_text("utf-8")
    assert old in before
    done = plan(tiny, edited(tiny, *place, cell))

    assert said(done) == []
    write(tiny.folder, done)
    assert (tiny.root / TREVOR).read_text("utf-8") == before.replace(old, new)


def test_comments_line_ends_and_the_order_of_values_stay(tiny: TinyPack) -> None:
    spaced = (
        (tiny.root / TREVOR)
        .read_text("utf-8")
        .replace(
            'number = "+18664887386"',
            '# Voice first.\nnumber   =  "+18664887386"   # "tested" in May',
        )
    )
    (tiny.root / TREVOR).write_bytes(spaced.replace("\n", "\r\n").encode())
    done = plan(tiny, edited(tiny, 2, "number", "1-800-273-8255"))
    write(tiny.folder, done)

    new = spaced.replace('"+18664887386"', '"+18002738255"').replace("\n", "\r\n")
    assert (tiny.root / TREVOR).read_bytes() == new.encode()


def test_a_value_comes_and_a_value_goes(tiny: TinyPack) -> None:
    rows = edited(tiny, 2, "minimum_age", "13")
    rows[1][rows[0].index("press")] = ""
    done = plan(tiny, rows)
    write(tiny.folder, done)

    data = tomllib.loads((tiny.root / TREVOR).read_text("utf-8"))
    assert data["minimum_age"] == 13
    assert "press" not in data["channels"][0]
    assert len(done.edits) == 2


def test_hours_come_and_go_together(tiny: TinyPack) -> None:
    rows = edited(tiny, 2, "open", "mo we 09:00-17:00; sa 9:30-12:00")
    write(tiny.folder, plan(tiny, rows))
    opened = tomllib.loads((tiny.root / TREVOR).read_text("utf-8"))["channels"][0]["open"]
    assert opened == [
        {"days": ["mo", "we"], "opens_at": "09:00", "closes_at": "17:00"},
        {"days": ["sa"], "opens_at": "09:30", "closes_at": "12:00"},
    ]

    rows = edited(tiny, 2, "open", "")
    rows[1][rows[0].index("hours")] = "always"
    write(tiny.folder, plan(tiny, rows))
    channel = tomllib.loads((tiny.root / TREVOR).read_text("utf-8"))["channels"][0]
    assert ("open" in channel, channel["hours"]) == (False, "24/7")


def test_a_new_row_is_one_more_channel(tiny: TinyPack) -> None:
    rows = rows_of(exported(tiny.folder))
    new = [""] * len(rows[0])
    for column, cell in {
        "resource": "trevor",
        "channel": "new",
        "kind": "tty",
        "number": "800-273-8255",
    }.items():
        new[rows[0].index(column)] = cell
    for column in (
        "organization",
        "answers",
        "urgency",
        "passes_on",
        "confidence",
        "area",
        "review_every_days",
    ):
        new[rows[0].index(column)] = rows[1][rows[0].index(column)]
    for column in ("maximum_age", "name", "blurb", "for", "private"):
        new[rows[0].index(column)] = rows[1][rows[0].index(column)]
    done = plan(tiny, [*rows, new])

    assert said(done) == []
    write(tiny.folder, done)
    text = (tiny.root / TREVOR).read_text("utf-8")
    assert '\n\n[[channels]]\nkind = "tty"\nnumber = "+18002738255"\n\n[[sources]]' in text


def test_a_new_number_was_checked_by_nobody_yet(tiny: TinyPack) -> None:
    tiny.edit(
        TREVOR,
        "maximum_age = 24",
        'maximum_age = 24\nchecked_on = 2026-11-01\nchecked_by = "editor"',
    )
    done = plan(tiny, edited(tiny, 2, "number", "1-800-273-8255"))
    write(tiny.folder, done)

    assert "checked_" not in (tiny.root / TREVOR).read_text("utf-8")
    assert any("checked_on" in str(edit) for edit in done.edits)


FAULTS = {
    "a ZIP code": (2, "number", "94608", "ZIP code"),
    "a premium number": (2, "number", "900-555-2368", "premium"),
    "is a made-up number (555-0100 to 555-0199 are reserved for films); write the real one": (
        2,
        "number",
        "916-555-0123",
        "is a made-up number (555-0100 to 555-0199 are reserved for films); write the real one",
    ),
    "a foreign number": (2, "number", "+44 20 7946 0958", "foreign"),
    "a short code of another kind": (2, "number", "741741", "not for voice"),
    "several numbers": (2, "number", "800-273-8255 or 888-373-7888", "letters"),
    "a shortened number": (
        2,
        "number",
        "1.88837E+10",
        "was shortened by the spreadsheet; copy it again from its source, as text",
    ),
    "an address without https": (3, "url", "http://example.org", "https://"),
    "another kind": (2, "kind", "phone", "must be one of: voice, sms"),
    "hours as a date": (2, "hours", "24-Jul", "must be one of: always, listed, unknown"),
    "an opening that is none": (
        2,
        "open",
        "mo 9-17",
        'does not look like "mo tu 09:00-17:00"; put a ; between two of these',
    ),
    "an opening past midnight": (
        2,
        "open",
        "mo 22:00-02:00",
        "ends before it begins; split hours that go past midnight in two",
    ),
    "a zone that is none": (
        2,
        "timezone",
        "Pacific",
        "is not a time zone such as America/Los_Angeles",
    ),
    "a language that is none": (2, "languages", "Spanish", "not a language tag"),
    "words that are none": (
        2,
        "press",
        "2",
        'does not look like "es=AYUDA"; write each language once, with a ; between two',
    ),
    "an age in words": (2, "maximum_age", "about 20", "not a whole number"),
    "an age as a date": (2, "maximum_age", "12-Jan", "not a whole number"),
    "a county without its zero": (
        2,
        "area",
        "counties 6001",
        "is not a county's five digits; the zero at the beginning may be missing",
    ),
    "an area that is none": (2, "area", "Bay Area", "must be US, or states"),
    "an area of one apostrophe": (2, "area", "'", "must be US, or states"),
    "no area": (2, "area", "", "the area is empty"),
    "a text on two lines": (2, "blurb", "One.\nTwo.", "on one line"),
    "another resource": (2, "resource", "trebor", 'there is no resource "trebor"'),
    "another channel": (2, "channel", "7", "must be a number from 1 to 2"),
    "the same channel twice": (3, "channel", "1", "the same channel as in row 2"),
    "an old sheet": (2, "as_of", "v0000000000", "was changed after this sheet was made"),
    "an unknown status": (2, "status", "open", "must be one of: live, draft, withdrawn"),
    "yes or no": (2, "interpreters", "perhaps", "neither yes nor no"),
}


@pytest.mark.parametrize(("row", "column", "cell", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_by_row_and_column_and_nothing_is_written(
    tiny: TinyPack, row: int, column: str, cell: str, message: str
) -> None:
    done = plan(tiny, edited(tiny, row, column, cell))

    place = (
        f"row {row}: " if column == "channel" and cell == "1" else f"row {row}, column {column}: "
    )
    assert [one for one in said(done) if one.startswith(place) and message in one], said(done)


def test_what_only_the_whole_pack_shows_is_told_at_its_cell(tiny: TinyPack) -> None:
    done = plan(tiny, edited(tiny, 2, "blurb", "Call 1-866-488-7386."))
    assert any(
        one.startswith("row 2, column blurb: resources/trevor.toml:") for one in said(done)
    ), said(done)

    done = plan(tiny, edited(tiny, 2, "hours", "unknown"))
    assert any(one.startswith("row 2") and '"open" lists hours' in one for one in said(done)), said(
        done
    )


def test_a_row_with_more_cells_than_columns_is_refused(tiny: TinyPack) -> None:
    rows = rows_of(exported(tiny.folder))
    rows[1].append("and more")
    assert said(plan(tiny, rows)) == [
        "row 2: the row has more cells than the first row has columns; a text may contain a separator"
    ]


def test_a_resource_without_channels_has_a_row_of_its_own(tiny: TinyPack) -> None:
    text = (tiny.root / TREVOR).read_text("utf-8")
    start, end = text.index("[[channels]]"), text.index("[[sources]]")
    tiny.write(
        TREVOR,
        (text[:start] + text[end:]).replace('id = "trevor"', 'id = "trevor"\nstatus = "draft"'),
    )
    rows = rows_of(exported(tiny.folder))
    assert [row[:2] for row in rows[1:]] == [["trevor", ""]]
    assert plan(tiny, rows).edits == ()

    rows[1][rows[0].index("number")] = "1-800-273-8255"
    assert said(plan(tiny, rows)) == ['row 2, column number: to add a channel, write "new" here']


def test_two_rows_of_a_resource_may_not_disagree(tiny: TinyPack) -> None:
    rows = edited(tiny, 2, "confidence", "low")
    assert [edit.new for edit in plan(tiny, rows).edits] == ["low"]

    rows[2][rows[0].index("confidence")] = "medium"
    assert said(plan(tiny, rows)) == [
        "row 3, column confidence: row 2 has a different entry for the same value; make both the same"
    ]


def test_a_translation_that_no_longer_fits_is_work_for_later_and_no_fault(tiny: TinyPack) -> None:
    done = plan(tiny, edited(tiny, 2, "blurb", "Call {voice}, or read {web}."))

    assert said(done) == []
    assert any("po/es.po" in one for one in done.later)


def test_a_sheet_that_is_none_is_refused_in_a_sentence(tiny: TinyPack) -> None:
    file = tiny.root / "sheet.csv"
    for data, message in (
        (b"", "is empty"),
        (
            "resource,channel,as_of,name\ntrevor,1,v,caf\xe9".encode("latin-1"),
            "a character is not valid Unicode",
        ),
        (b"a,a\n1,2", "appears twice"),
    ):
        file.write_bytes(data)
        with pytest.raises(SheetError, match=message):
            planned(tiny.folder, file)
    file.write_bytes(b"resource,colour\ntrevor,red\n")
    assert [one.partition(":")[0] for one in said(planned(tiny.folder, file))] == [
        "row 1, column as_of",
        "row 1, column channel",
        "row 1, column colour",
    ] or len(said(planned(tiny.folder, file))) == 3
    with pytest.raises(SheetError, match="toml; specify a pack's folder"):
        exported(tiny.root / "nowhere")


def test_all_files_are_written_or_none(tiny: TinyPack, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tiny.root / "pack/resources/second.toml"
    other.write_text(
        (tiny.root / TREVOR)
        .read_text("utf-8")
        .replace('"trevor"', '"second"')
        .replace('"130"', '"131"'),
        "utf-8",
    )
    rows = rows_of(exported(tiny.folder))
    for row in rows[1:]:
        row[rows[0].index("confidence")] = "low"
    before = {path: path.read_bytes() for path in (other, tiny.root / TREVOR)}
    done = plan(tiny, rows)
    assert len(done.after) == 2
    real, calls = files.replace, list[Path]()

    def full(path: Path, data: bytes) -> None:
        calls.append(path)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        real(path, data)

    monkeypatch.setattr(files, "replace", full)
    with pytest.raises(SheetError, match="a file could not be written, so no file was changed"):
        write(tiny.folder, done)
    assert {path: path.read_bytes() for path in before} == before

    monkeypatch.undo()
    other.write_bytes(before[other] + b"# edited meanwhile\n")
    with pytest.raises(
        SheetError, match="was changed while this command ran, so nothing was written; run it again"
    ):
        write(tiny.folder, done)
    assert (tiny.root / TREVOR).read_bytes() == before[tiny.root / TREVOR]


def test_no_cell_leaves_as_a_formula(tiny: TinyPack) -> None:
    for text in ("=1+1", "+cmd", "-2", "@sum", "'quoted", "1-2"):
        tiny.write(TREVOR, (tiny.root / TREVOR).read_text("utf-8"))
        data = (tiny.root / TREVOR).read_text("utf-8")
        old = tomllib.loads(data)["organization"]
        tiny.edit(TREVOR, f'organization = "{old}"', f'organization = "{text}"')
        rows = rows_of(exported(tiny.folder))
        cells = [cell for row in rows[1:] for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
        assert plan(tiny, rows).edits == ()


@given(st.text(max_size=40))
@settings(max_examples=300, deadline=None)
def test_a_guarded_cell_comes_back_as_it_was(text: str) -> None:
    assert bare(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert plain(plain(text)) == plain(text) or "." in text


REFUSED = {
    "a comment inside a list": ('a = [\n  "x", # why\n  "y",\n]\n', ("a",), ["z"]),
    "a comment behind what goes": ('a = "x" # why\n', ("a",), None),
    "a value inside a value": ('t = { a = "x" }\n', ("t", "a"), "y"),
    "a dotted name": ('t.a = "x"\n', ("t", "a"), "y"),
    "a section that is none": ('t = { b = "x" }\n', ("t", "a"), "y"),
}


@pytest.mark.parametrize(("text", "path", "value"), REFUSED.values(), ids=REFUSED)
def test_an_edit_that_would_touch_more_is_refused(
    text: str, path: tuple[str, ...], value: object
) -> None:
    with pytest.raises(EditError, match="edit the file itself"):
        changed(text, path[:-1], {path[-1]: value})


@given(
    st.dictionaries(st.sampled_from("abcd"), st.text(max_size=12) | st.integers(0, 99), max_size=4),
    st.sampled_from("abcd"),
    st.text(max_size=12) | st.none(),
)
@settings(max_examples=300, deadline=None)
def test_an_edit_changes_its_value_and_no_other(
    values: dict[str, object], key: str, new: str | None
) -> None:
    text = (
        "# top\n"
        + "".join(f"{name} = {toml(value)}  # of {name}\n\n" for name, value in values.items())
        + "[t]\nx = 1\n"
    )
    try:
        after = changed(text, (), {key: new})
    except EditError:
        assert new is None
        return
    expected = {**values, "t": {"x": 1}}
    expected.pop(key, None)
    if new is not None:
        expected[key] = new
    assert tomllib.loads(after) == expected
    kept = [line for line in text.split("\n") if not line.startswith(f"{key} =")]
    assert [line for line in after.split("\n") if not line.startswith(f"{key} =")] == kept
    assert len(text) < MAX_BYTES


@given(
    row=st.integers(1, 2),
    column=st.integers(0, 27),
    cell=st.text(max_size=12) | st.sampled_from(["1", "=1", "", "US"]),
)
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@pytest.mark.slow
def test_any_cell_is_a_change_or_a_fault(tiny: TinyPack, row: int, column: int, cell: str) -> None:
    rows = rows_of(exported(tiny.folder))
    rows[row][min(column, len(rows[0]) - 1)] = cell.replace("\ud800", "")
    try:
        done = plan(tiny, rows)
    except SheetError as error:
        assert str(error)
        return
    for text in done.after.values():
        assert tomllib.loads(text)

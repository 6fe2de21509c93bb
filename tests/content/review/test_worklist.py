"""The list for the people who check: what is on it, in which order, and what must never be dialled."""

import csv
import io
import re
from dataclasses import replace
from datetime import date

import pytest

from content.model.attestation import Source
from content.model.pack import Pack
from content.model.pinned import pinned_pack
from content.review import worklist
from editor.authoring import worklist_table
from messages.message import message
from tests import shipped
from tests.content.conftest import TinyPack

TODAY = date(2026, 12, 1)


@pytest.fixture
def pack(tiny: TinyPack) -> Pack:
    return tiny.pack()


def keys(pack: Pack, *, today: date = TODAY, due_by: date | None = None) -> list[str]:
    return [task.key for task in worklist.tasks(pack, today=today, due_by=due_by)]


def with_trevor(pack: Pack, **values: object) -> Pack:
    changed = replace(pack.resource("trevor"), **values)  # type: ignore[arg-type]
    return replace(
        pack, resources=tuple(changed if r.id == "trevor" else r for r in pack.resources)
    )


def test_crisis_lines_come_first_then_what_has_no_date_then_the_longest_overdue(pack: Pack) -> None:
    found = worklist.tasks(pack, today=TODAY)
    calls = [task.call for task in found]
    assert calls == sorted(calls, key=lambda call: call != worklist.NEVER_CALL)
    rest = [task.key for task in found if task.call == worklist.MAY_CALL]
    assert rest == ["partner:a21", "resource:trevor"]


def test_what_is_for_other_counties_alone_comes_last() -> None:
    pack, day = shipped.pack(), date(2030, 1, 1)
    county = next(c for c in reversed(pack.counties) if c.numbers)
    elsewhere = {f"county:{c.fips}" for c in pack.counties if c != county}
    elsewhere |= {
        f"resource:{r.id}"
        for r in pack.resources
        if r.area.counties and county.fips not in r.area.counties
    }
    found = [t.key for t in worklist.tasks(pack, today=day, counties=(county.name,))]

    last = [key for key in found if key in elsewhere]
    assert f"county:{county.fips}" in found
    assert len(last) > 30
    assert found[-len(last) :] == last
    assert sorted(found) == sorted(t.key for t in worklist.tasks(pack, today=day))


def test_what_was_checked_lately_is_not_on_it_until_it_is_due(pack: Pack) -> None:
    checked = with_trevor(pack, checked_on=date(2026, 11, 1), review_every_days=180)
    assert "resource:trevor" not in keys(checked)
    assert "resource:trevor" not in keys(checked, due_by=date(2027, 3, 31))
    assert "resource:trevor" in keys(checked, due_by=date(2027, 4, 1))
    assert "resource:trevor" in keys(checked, today=date(2027, 4, 1))
    assert "resource:trevor" in keys(checked, today=date(2027, 4, 1), due_by=date(2026, 12, 1))


@pytest.mark.parametrize("status", ["withdrawn", "draft"])
def test_what_is_not_shown_is_not_on_it(pack: Pack, status: str) -> None:
    assert "resource:trevor" not in keys(with_trevor(pack, status=status))


def test_no_crisis_line_may_be_dialled_as_a_test() -> None:
    calls = {task.key: task.call for task in worklist.tasks(pinned_pack(), today=date(2036, 1, 1))}
    assert set(calls) == {
        f"resource:{one}" for one in ("911", "988", "childhelp", "ctl", "ncmec", "nhth")
    }
    assert set(calls.values()) == {worklist.NEVER_CALL}


def test_a_line_may_be_marked_so_and_county_lines_always_are(pack: Pack) -> None:
    found = {
        task.key: task.call
        for task in worklist.tasks(with_trevor(pack, never_test_call=True), today=TODAY)
    }
    assert found["resource:trevor"] == found["county:06001"] == worklist.NEVER_CALL


def test_it_says_whose_turn_it_is_what_to_open_and_what_to_compare(pack: Pack) -> None:
    first = next(
        task for task in worklist.tasks(pack, today=TODAY) if task.key == "resource:trevor"
    )
    assert first.who == "first check: content editor"
    assert first.open == ("https://www.thetrevorproject.org/get-help/",)  # the source names none
    compared = [[str(fact) for fact in facts] for facts in first.compare]
    assert compared == [
        [
            *("voice", "1-866-488-7386", "hours listed"),
            *("mo/tu", "18:00-22:00", "fr", "09:00-24:00", "in en"),
        ],
        ["web", "https://www.thetrevorproject.org/get-help/", "hours unknown"],
        ["what it may pass on: may-act"],
        ["cost: not-stated"],
        ["ages 0 to 24"],
    ]
    again = with_trevor(
        pack,
        first_checked_on=TODAY,
        first_checked_by="editor",
        sources=(Source(kind="page", url="https://example.org/a"),),
    )
    second = next(
        task for task in worklist.tasks(again, today=TODAY) if task.key == "resource:trevor"
    )
    assert second.who == "second check, in another role than editor"
    assert second.open == ("https://example.org/a",)


def test_a_county_without_numbers_has_nothing_to_compare(pack: Pack) -> None:
    empty = replace(pack, counties=tuple(replace(county, numbers=()) for county in pack.counties))
    assert not [key for key in keys(empty) if key.startswith("county:")]


def test_no_county_is_compared_with_another_county_s_page_as_if_it_were_its_own() -> None:
    """Sacramento's number was seen on Placer's page alone (the facts of the counties)."""
    pack = shipped.pack()
    names = {f"county:{c.fips}": re.sub(r"\W", "", c.name).lower() for c in pack.counties}
    found = {
        task.key: task.open
        for task in worklist.tasks(pack, today=date(2040, 1, 1))
        if task.key in names
    }
    for key, pages in found.items():
        hosts = [page.split("/")[2] for page in map(str, pages) if page.startswith("http")]
        others = {name for name in names.values() if any(name in host for host in hosts)}
        assert all(name in names[key] for name in others), (key, pages)
    placer = "https://www.placer.ca.gov/8306/Reporting-Child-Abuse"
    assert found["county:06067"] == (
        message("fact.own-page"),
        message("fact.others-page", page=placer),
    )


def test_the_table_is_a_row_for_each_and_no_cell_is_a_formula(pack: Pack) -> None:
    found = worklist.tasks(with_trevor(pack, organization='=HYPERLINK("x")'), today=TODAY)
    rows = list(csv.DictReader(io.StringIO(worklist_table.table(found))))
    assert [row["entry"] for row in rows] == [task.key for task in found]
    assert {row["name"] for row in rows if row["entry"] == "resource:trevor"} == {
        '\'=HYPERLINK("x")'
    }
    assert all(row["call"] in {str(worklist.NEVER_CALL), str(worklist.MAY_CALL)} for row in rows)


def test_check_tells_of_all_that_is_due_in_one_warning(pack: Pack) -> None:
    (told,) = worklist_table.warning(pack, today=TODAY, file="pack.toml")
    assert told.kind == "note"
    assert f"{len(keys(pack))} entries are due" in str(told.message)
    fresh = {"checked_on": TODAY, "checked_by": "two"}
    everything = replace(
        pack,
        resources=tuple(replace(one, **fresh) for one in pack.resources),  # type: ignore[arg-type]
        partners=tuple(replace(one, **fresh) for one in pack.partners),  # type: ignore[arg-type]
        counties=tuple(replace(one, **fresh) for one in pack.counties),  # type: ignore[arg-type]
    )
    assert list(worklist_table.warning(everything, today=TODAY, file="pack.toml")) == []

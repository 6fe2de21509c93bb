"""Two people compare each crisis number with its own page; a changed number asks for both again."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from content.model.pack import Resource
from content.model.pinned import pinned_pack
from content.review import crisis_comparison
from content.review.crisis_comparison import ComparisonError, Comparisons, add, numbers, still_valid
from messages.message import of_error
from system import files

PINNED = pinned_pack().resources
EVERY = [one.key for one in numbers(PINNED)]
DAY = date(2026, 11, 27)


def compared(*roles: str) -> Comparisons:
    kept = Comparisons()
    for role in roles:
        kept = add(kept, PINNED, role, EVERY, DAY)
    return kept


def changed(resource: Resource, number: str) -> Resource:
    return replace(
        resource, channels=tuple(replace(c, number=number) for c in resource.channels if c.number)
    )


def test_every_number_of_the_pinned_set_is_asked_about_once() -> None:
    asked = [(one.number, one.keyword) for one in numbers(PINNED)]

    assert asked == [
        ("911", ""),
        ("988", ""),
        ("+18002738255", ""),
        ("+18883737888", ""),
        ("233733", ""),
        ("741741", "HOME"),
        ("+18004224453", ""),
        ("+18008435678", ""),
    ]
    assert len(set(EVERY)) == len(EVERY)


def test_each_number_is_compared_with_the_lines_own_page_and_911_with_none() -> None:
    pages = {one.number: one.page for one in numbers(PINNED)}

    assert pages.pop("911") == ""  # its sources are a bill, news and other people's pages
    assert all(page.startswith("https://") for page in pages.values())
    assert not any("leginfo" in page for page in pages.values())


def test_it_takes_two_people(tmp_path: Path) -> None:
    for roles, is_open in (((), True), (("nurse",), True), (("nurse", "office"), False)):
        files.write_record(tmp_path / crisis_comparison.FILE, compared(*roles))
        assert crisis_comparison.is_open(tmp_path, PINNED) is is_open


@pytest.mark.parametrize(
    ("kept", "role", "ticked", "reason"),
    [
        (Comparisons(), "nurse", EVERY[1:], "left-out"),
        (Comparisons(), "nurse", [], "left-out"),
        (Comparisons(), "Ms. Miller", EVERY, "role"),
        (Comparisons(), "", EVERY, "role"),
        (compared("nurse"), "nurse", EVERY, "same-role"),
    ],
)
def test_a_comparison_that_does_not_count_is_refused(
    kept: Comparisons, role: str, ticked: list[str], reason: str
) -> None:
    with pytest.raises(ComparisonError) as refused:
        add(kept, PINNED, role, ticked, DAY)

    assert of_error(refused.value).code == f"compare.{reason}"


@pytest.mark.parametrize("number", ["+18004224454", "741742"])
def test_a_number_that_changed_asks_for_both_again_and_is_marked(number: str) -> None:
    kept = compared("nurse", "office")
    now = tuple(changed(r, number) if r.id == "childhelp" else r for r in PINNED)

    assert still_valid(kept, now) == ()
    assert [one.name for one in numbers(now, kept) if one.changed] == [
        "Childhelp National Child Abuse Hotline"
    ]
    again = add(kept, now, "nurse", [one.key for one in numbers(now)], DAY)
    assert [one.role for one in again.by] == ["nurse"]


def test_a_word_to_text_that_changed_asks_again() -> None:
    text_line = next(r for r in PINNED if r.id == "ctl")
    other = tuple(
        replace(c, keyword={"en": "HELLO"}) if c.keyword else c for c in text_line.channels
    )

    now = tuple(replace(r, channels=other) if r.id == "ctl" else r for r in PINNED)

    assert still_valid(compared("nurse", "office"), now) == ()


def test_a_line_that_is_not_pinned_is_not_asked_about() -> None:
    assert numbers([replace(PINNED[0], pinned=False)]) == ()


@pytest.mark.parametrize("content", [b"", b"{", b'{"by": 5}'])
def test_a_damaged_record_counts_as_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / crisis_comparison.FILE).write_bytes(content)

    assert crisis_comparison.is_open(tmp_path, PINNED)

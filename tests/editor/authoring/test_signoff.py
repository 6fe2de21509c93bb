"""Two people in two roles, and what is refused."""

from datetime import date

import pytest

from content.model.attestation import Checked
from editor.authoring.signoff import EntryError, sign

TODAY = date(2026, 12, 1)
NOBODY = Checked(review_every_days=90)
ONCE = Checked(
    review_every_days=90, first_checked_on=date(2026, 11, 20), first_checked_by="content editor"
)


def test_the_first_check_is_only_noted() -> None:
    values, sentence = sign(NOBODY, role=" content  editor ", day=TODAY, today=TODAY)
    assert values == {"first_checked_on": TODAY, "first_checked_by": "content editor"}
    assert "Within 30 days, someone in another role must check it again." in sentence


def test_the_second_in_another_role_makes_it_checked() -> None:
    values, sentence = sign(ONCE, role="county liaison", day=TODAY, today=TODAY)
    assert values == {
        "checked_on": TODAY,
        "checked_by": "content editor, county liaison",
        "first_checked_on": None,
        "first_checked_by": None,
    }
    assert (
        sentence
        == "Two people have checked it: content editor, county liaison. The next check is due in 90 days."
    )


@pytest.mark.parametrize("role", ["content editor", "Content Editor", " CONTENT EDITOR"])
def test_one_role_cannot_sign_twice(role: str) -> None:
    with pytest.raises(EntryError, match="someone in another role"):
        sign(ONCE, role=role, day=TODAY, today=TODAY)


@pytest.mark.parametrize("day", [date(2026, 12, 21), date(2026, 11, 19)])
def test_a_first_check_too_long_ago_or_later_than_this_one_begins_again(day: date) -> None:
    values, sentence = sign(ONCE, role="county liaison", day=day, today=date(2027, 1, 1))
    assert values == {"first_checked_on": day, "first_checked_by": "county liaison"}
    assert "The first check (2026-11-20) no longer counts." in sentence


@pytest.mark.parametrize("role", ["", "  ", "a.person@example.org", "editor 2", "call 555-0100"])
def test_a_person_or_an_address_is_no_role(role: str) -> None:
    with pytest.raises(EntryError, match="is not a role"):
        sign(NOBODY, role=role, day=TODAY, today=TODAY)


def test_a_day_that_has_not_come_is_refused() -> None:
    with pytest.raises(EntryError, match="2026-12-02 is in the future"):
        sign(NOBODY, role="editor", day=date(2026, 12, 2), today=TODAY)

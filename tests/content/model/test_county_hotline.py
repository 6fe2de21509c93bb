"""Which of a county's numbers is given where only one can be."""

import pytest

from content.model.county_hotline import usual_number
from content.model.pack import County, CountyNumber


@pytest.mark.parametrize(
    ("numbers", "given"),
    [
        ([("+15305551001", "alternate"), ("+15305551002", "any")], "+15305551002"),
        ([("+15305551001", "after-hours"), ("+15305551002", "office-hours")], "+15305551002"),
        ([("+15305551001", "alternate"), ("+15305551002", "alternate")], "+15305551001"),
        ([("+15305551001", "after-hours"), ("+15305551002", "tty")], ""),
        ([("+15305551001", "outside-state")], ""),
        ([], ""),
    ],
)
def test_the_usual_number_is_one_that_any_caller_may_call(
    numbers: list[tuple[str, str]], given: str
) -> None:
    made = tuple(CountyNumber(number=number, when=when) for number, when in numbers)  # type: ignore[arg-type]
    county = County(name="Siskiyou", fips="06093", confidence="high", numbers=made)
    assert usual_number(county) == given

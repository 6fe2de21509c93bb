"""A county's child-abuse hotline: its id in topics, its card's code, and the number to give."""

from content.model.pack import County

COUNTY = "county"  # in a topic's resources: the hotline of the school's own county
CODE = "150"  # its card's code, which is not in any pack file
_GIVEN = ("any", "office-hours", "alternate")


def usual_number(county: County) -> str:
    """Return the number to give first: any-hour, else office-hours, else alternate, else "".

    A night, out-of-state or TTY number is given only with that label.
    """
    numbers = sorted(
        (n for n in county.numbers if n.when in _GIVEN), key=lambda n: _GIVEN.index(n.when)
    )
    return numbers[0].number if numbers else ""

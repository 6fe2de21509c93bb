"""A county's child-abuse hotline: what a topic calls it, its card's code, which number is given."""

from content.model.pack import County

COUNTY = "county"  # among a topic's resources: the hotline of the school's own county
CODE = "150"  # of its card, which no file of a pack holds
_GIVEN = ("any", "office-hours", "alternate")


def usual_number(county: County) -> str:
    """The number to give where one stands alone: for any hour, else for office hours, else another
    one; "" for none. A number for nights, for callers from outside California or for a TTY is never
    given without saying so."""
    numbers = sorted(
        (n for n in county.numbers if n.when in _GIVEN), key=lambda n: _GIVEN.index(n.when)
    )
    return numbers[0].number if numbers else ""

"""A county's child-abuse hotline: its id in topics, its card's code, and which number to give."""

from content.model.pack import County

COUNTY = "county"  # among a topic's resources: the hotline of the school's own county
CODE = "150"  # of its card, which no file of a pack holds
_GIVEN = ("any", "office-hours", "alternate")


def usual_number(county: County) -> str:
    """The number to give alone: any hour's, else office hours', else an alternate; "" for none.

    Numbers for nights, out-of-state callers or a TTY are given only with those words.
    """
    numbers = sorted(
        (n for n in county.numbers if n.when in _GIVEN), key=lambda n: _GIVEN.index(n.when)
    )
    return numbers[0].number if numbers else ""

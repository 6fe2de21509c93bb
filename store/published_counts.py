"""Which counts a board may see: closed months and terms, none under 11, none by subtraction.

Months have totals alone, and topics whole terms alone. So one equation holds in a term, and what
it gives away is known (docs/develop/decisions/0041-counts-for-a-board.md).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec

SMALL = 11  # Cal-PASS hides groups of ten and fewer
OTHER = "other"  # counted and never shown: what is left when all else is taken away is not known
UNKNOWN = "(another key)"  # sealed by a hash key that this server does not have
NEVER = frozenset({OTHER, UNKNOWN})
GRACE = timedelta(days=2)  # what was counted on a month's last day is written by then
# Whole months: a term that a school could move would lie over months already shown.
TERMS = {"fall": range(8, 13), "spring": range(1, 6), "summer": range(6, 8)}


class TermCounts(msgspec.Struct, frozen=True):
    """One term as it may be shown: month → number, None where hidden; topic → ``SMALL`` or more."""

    name: str
    year: int
    over: bool
    months: dict[int, int | None]
    topics: dict[str, int]

    @property
    def total(self) -> int | None:
        """Of the whole term, where every month of it is shown."""
        shown = [number for number in self.months.values() if number is not None]
        return sum(shown) if self.over and len(shown) == len(self.months) else None


def month_of(day: date) -> int:
    """A month as a number that goes on over New Year."""
    return day.year * 12 + day.month - 1


def first_open(today: date) -> date:
    """The first day of the oldest month that may still change."""
    return (today - GRACE).replace(day=1)


def published(
    counted: Mapping[tuple[int, str], int], today: date, since: date = date.min
) -> list[TermCounts]:
    """The terms of this school year and the one before, the newest first. ``since``: the day on
    which counting began; months before it are nobody's.

    Neither pack nor setting has a say: what was shown once must not change with them.
    """
    end = month_of(first_open(today))
    begin = month_of(since)
    if since > today or any(month < begin for month, _topic in counted):
        begin = 0  # a clock that was wrong hides nothing, and nothing begins with the first text
    terms = []
    for name, year, whole in _terms(today):
        months = [month for month in whole if month >= begin]
        closed = [month for month in months if month < end]
        if not closed:
            continue
        sums: Counter[int] = Counter()
        topics: Counter[str] = Counter()
        for (month, topic), number in counted.items():
            if month in months:
                sums[month] += number
                topics[topic] += number
        shown = {month: sums[month] if sums[month] >= SMALL else None for month in closed}
        over = len(closed) == len(months)
        terms.append(TermCounts(name, year, over, shown, _topics(topics, shown) if over else {}))
    return terms


def _terms(today: date) -> Iterable[tuple[str, int, Sequence[int]]]:
    first = today.year - (today.month < TERMS["fall"][0]) - 1  # the year in which last fall began
    for year in (first + 2, first + 1, first):
        for name in ("fall", "summer", "spring"):
            months = [year * 12 + month - 1 for month in TERMS[name]]
            if months[0] >= first * 12 + TERMS["fall"][0] - 1:
                yield name, year, months


def _topics(topics: Mapping[str, int], months: Mapping[int, int | None]) -> dict[str, int]:
    """The topics of a term that may stand beside its months.

    What is shown of topics, less what is shown of months, is what the hidden months are together,
    less what the hidden topics are. Each of these may be 0 to 10, and ``OTHER`` anything. While
    that difference leaves room for all of it, each still may be any of those. Where not, further
    topics are hidden, from the end of the alphabet: by size, it would tell something of them.
    """
    shown = sorted(name for name, n in topics.items() if n >= SMALL and name not in NEVER)
    hidden_months = sum(number is None for number in months.values())
    difference = sum(topics[name] for name in shown) - sum(n for n in months.values() if n)
    most = SMALL - 1
    highest = most * (hidden_months - 1) if hidden_months else -SMALL
    slack = 0
    while shown and difference > highest - slack:
        difference -= topics[shown.pop()]
        slack = most  # that one has 11 at least, which leaves so much less to the small ones
    return {name: topics[name] for name in shown}

"""Decides which counts a board may see: only closed months and terms, and no count below 11.

No number below 11 can be deduced: months show only totals, and topics only whole terms, so a term
has one equation (docs/develop/decisions/0041-counts-for-a-board.md).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec

SMALL = 11  # Cal-PASS hides groups of ten or fewer
OTHER = "other"  # counted but never shown, so that subtraction reveals nothing
UNKNOWN = "(another key)"  # sealed with a hash key that this server does not have
NEVER = frozenset({OTHER, UNKNOWN})
GRACE = timedelta(days=2)  # after this time, counts from a month's last day are written
# Terms are whole months. If a school could move a term, it could overlap months already shown.
TERMS = {"fall": range(8, 13), "spring": range(1, 6), "summer": range(6, 8)}


class TermCounts(msgspec.Struct, frozen=True):
    """A term as it may be shown: month → number (None if hidden); topic → ``SMALL`` or more."""

    name: str
    year: int
    over: bool
    months: dict[int, int | None]
    topics: dict[str, int]

    @property
    def total(self) -> int | None:
        """The whole term's total, if every month is shown."""
        shown = [number for number in self.months.values() if number is not None]
        return sum(shown) if self.over and len(shown) == len(self.months) else None


def month_of(day: date) -> int:
    """Return a month as a number that continues to count up after New Year."""
    return day.year * 12 + day.month - 1


def first_open(today: date) -> date:
    """Return the first day of the oldest month that may still change."""
    return (today - GRACE).replace(day=1)


def published(
    counted: Mapping[tuple[int, str], int], today: date, since: date = date.min
) -> list[TermCounts]:
    """Return this school year's and last year's terms, newest first. ``since``: the date when
    counting began; earlier months are not part of any term.

    The pack and the settings are ignored: they must not change numbers that were once shown.
    """
    end = month_of(first_open(today))
    begin = month_of(since)
    if since > today or any(month < begin for month, _topic in counted):
        begin = 0  # a wrong clock must not hide counts, and the first text must not set the start
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
    first = today.year - (today.month < TERMS["fall"][0]) - 1  # the year of the earlier fall
    for year in (first + 2, first + 1, first):
        for name in ("fall", "summer", "spring"):
            months = [year * 12 + month - 1 for month in TERMS[name]]
            if months[0] >= first * 12 + TERMS["fall"][0] - 1:
                yield name, year, months


def _topics(topics: Mapping[str, int], months: Mapping[int, int | None]) -> dict[str, int]:
    """Return a term's topics that may be shown next to its months.

    The shown topics' sum minus the shown months' sum equals the hidden months' sum minus the
    hidden topics' sum. Each hidden value may be 0 to 10, and ``OTHER`` anything. If the difference
    allows all of these, nobody can deduce any value. If not, we hide more topics, from the
    end of the alphabet: hiding them by size would reveal something about them.
    """
    shown = sorted(name for name, n in topics.items() if n >= SMALL and name not in NEVER)
    hidden_months = sum(number is None for number in months.values())
    difference = sum(topics[name] for name in shown) - sum(n for n in months.values() if n)
    most = SMALL - 1
    highest = most * (hidden_months - 1) if hidden_months else -SMALL
    slack = 0
    while shown and difference > highest - slack:
        difference -= topics[shown.pop()]
        slack = most  # this topic has at least 11, which leaves less for the small topics
    return {name: topics[name] for name in shown}

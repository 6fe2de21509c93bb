"""What a board may see of the counts, and that nobody can work out more from it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import published_counts
from store.published_counts import (
    OTHER,
    SMALL,
    UNKNOWN,
    TermCounts,
    first_open,
    month_of,
    published,
)

ROWS = [f"topic{n}" for n in range(6)]
LATE = date(2027, 1, 10)  # fall 2026 is over
SEPTEMBER = month_of(date(2026, 9, 1))
Counted = Mapping[tuple[int, str], int]


def of(name: str, counted: Counted, *, today: date = LATE) -> TermCounts:
    """One term of those that are shown."""
    return next(term for term in published(counted, today) if term.name == name)


def ordinary() -> Counter[tuple[int, str]]:
    """A fall with three topics that are large, and three that are small."""
    counted: Counter[tuple[int, str]] = Counter()
    for month in range(month_of(date(2026, 8, 1)), month_of(date(2027, 1, 1))):
        for topic, number in (("topic0", 30), ("topic1", 9), ("topic2", 4)):
            counted[month, topic] += number
    counted[SEPTEMBER, "topic3"] = 1
    counted[SEPTEMBER, "topic4"] = 9
    counted[SEPTEMBER, "topic5"] = 5
    return counted


def test_whole_months_and_terms_are_shown_and_small_numbers_are_not() -> None:
    fall = of("fall", ordinary())
    assert set(fall.months.values()) == {43, 58}
    assert fall.total == 230
    assert fall.topics == {"topic0": 150, "topic1": 45, "topic2": 20}


def test_a_month_is_shown_two_days_after_its_end_and_a_term_when_its_last_month_is() -> None:
    counted = ordinary()
    assert SEPTEMBER not in of("fall", counted, today=date(2026, 10, 2)).months
    assert of("fall", counted, today=date(2026, 10, 3)).months[SEPTEMBER] == 58
    assert of("fall", counted, today=date(2027, 1, 2)).topics == {}
    assert of("fall", counted, today=date(2027, 1, 3)).topics["topic0"] == 150


def test_a_term_that_runs_has_no_total() -> None:
    """Else the month that is still open could be worked out when the term is over."""
    running = of("fall", ordinary(), today=date(2026, 11, 27))
    assert running.total is None
    assert len(running.months) == 3


@pytest.mark.parametrize(
    ("today", "names"),
    [
        ("2026-11-27", ["fall 2026", "summer 2026", "spring 2026", "fall 2025"]),
        ("2026-08-15", ["summer 2026", "spring 2026", "fall 2025"]),
        (
            "2026-07-31",
            ["summer 2026", "spring 2026", "fall 2025", "summer 2025", "spring 2025", "fall 2024"],
        ),
    ],
)
def test_this_school_year_and_the_one_before_are_shown_whatever_was_counted(
    today: str, names: list[str]
) -> None:
    """A list that began with the first text would say that a hidden month is not zero."""
    terms = published({}, date.fromisoformat(today))
    assert [f"{term.name} {term.year}" for term in terms] == names
    assert {number for term in terms for number in term.months.values()} == {None}


@pytest.mark.parametrize(
    ("since", "counted", "first"),
    [
        (date(2026, 10, 20), {}, date(2026, 10, 1)),
        (date(2026, 10, 20), {(SEPTEMBER + 1, "food"): 40}, date(2026, 10, 1)),
        # A clock that was wrong hides no month, and no list begins with the first text.
        (date(2026, 10, 20), {(SEPTEMBER, "food"): 1}, date(2025, 8, 1)),
        (date(2031, 1, 1), {}, date(2025, 8, 1)),
    ],
)
def test_no_month_is_shown_in_which_the_line_was_not_there(
    since: date, counted: Counted, first: date
) -> None:
    terms = published(counted, date(2026, 12, 10), since)
    assert min(month for term in terms for month in term.months) == month_of(first)


def test_where_the_line_began_within_a_term_its_rest_is_that_term() -> None:
    counted = {key: n for key, n in ordinary().items() if key[0] > SEPTEMBER}
    [fall] = published(counted, LATE, date(2026, 10, 20))
    assert set(fall.months.values()) == {43}
    assert (fall.total, fall.topics) == (129, {"topic0": 90})


def test_one_small_topic_alone_takes_another_with_it() -> None:
    """From 133 texts in all and 130 about two things, whoever subtracts knows of 3 about a third."""
    months = range(month_of(date(2026, 8, 1)), month_of(date(2027, 1, 1)))
    counted = {(month, "food"): 20 for month in months} | {(SEPTEMBER, "money"): 30}
    counted[SEPTEMBER, "assault"] = 3
    fall = of("fall", counted)
    assert fall.total == 133
    assert fall.topics == {"food": 100}


def test_what_is_left_is_never_shown_nor_what_another_key_sealed() -> None:
    counted = ordinary() + Counter({(SEPTEMBER, OTHER): 500, (SEPTEMBER, UNKNOWN): 90})
    assert set(of("fall", counted).topics) == {"topic0", "topic1", "topic2"}


@pytest.mark.parametrize("today", [date(2026, 12, 31), date(2027, 1, 2), date(2027, 1, 3)])
def test_nothing_is_counted_into_a_month_that_was_shown(today: date) -> None:
    shown = [month for term in published({}, today) for month in term.months]
    assert month_of(first_open(today)) == max(shown) + 1


# ---- what an adversary works out who knows everything shown, ever, and the rule itself ----

Term = tuple[tuple[int, ...], tuple[int, ...]]  # numbers of the months, and of the topics
Shown = tuple[tuple[int | None, ...], tuple[int | None, ...]]
THRESHOLD = 4  # instead of 11: a world that can be looked through whole


def shown_of(months: Sequence[int], topics: Sequence[int]) -> Shown:
    """All that is ever shown of a term: its months, one after the other, and then its topics.

    The last topic is what is never shown.
    """
    visible = {n: number if number >= THRESHOLD else None for n, number in enumerate(months)}
    names = [*(f"t{n}" for n in range(len(topics) - 1)), OTHER]
    shown = published_counts._topics(dict(zip(names, topics, strict=True)), visible)
    return tuple(visible.values()), tuple(shown.get(name) for name in names)


def worlds(most: int, months: int, topics: int) -> Iterator[Term]:
    """Every term of so many months with up to so many texts each."""
    by_sum = defaultdict(list)
    for numbers in product(range(most + 1), repeat=months):
        by_sum[sum(numbers)].append(numbers)
    for named in product(range(most * months + 1), repeat=topics):
        for numbers in by_sum.get(sum(named), ()):
            yield numbers, named


def fewest_values(most: int, months: int, topics: int) -> int:
    """Of all hidden numbers and all worlds that look alike: how few values one may still have.

    Also for a topic within a month, which is shown nowhere.
    """
    alike: dict[Shown, list[Term]] = defaultdict(list)
    for world in worlds(most, months, topics):
        alike[shown_of(*world)].append(world)
    fewest = THRESHOLD
    for (seen_months, seen_topics), group in alike.items():
        cells = [
            {world[0][n] for world in group} for n, seen in enumerate(seen_months) if seen is None
        ]
        cells += [
            {world[1][n] for world in group} for n, seen in enumerate(seen_topics) if seen is None
        ]
        cells += _within(group, months, topics)
        fewest = min([fewest, *(len(values) for values in cells if min(values) < THRESHOLD)])
    return fewest


def _within(group: Sequence[Term], months: int, topics: int) -> list[set[int]]:
    found = []
    for month, topic in product(range(months), range(topics)):
        values: set[int] = set()
        for by_month, by_topic in group:
            rest = by_month[month] + by_topic[topic] - sum(by_month)
            values |= set(range(max(0, rest), min(by_month[month], by_topic[topic]) + 1))
        found.append(values)
    return found


WORLDS = [(9, 2, 3), (14, 1, 3), (6, 2, 4), (6, 3, 3)]


@pytest.mark.parametrize(
    "world",
    [WORLDS[1], *(pytest.param(one, marks=pytest.mark.slow) for one in [WORLDS[0], *WORLDS[2:]])],
)
def test_no_hidden_number_can_be_worked_out_by_someone_who_knows_the_rule(
    monkeypatch: pytest.MonkeyPatch, world: tuple[int, int, int]
) -> None:
    """Every world that looks the same is looked through: all values below the threshold
    stay possible, for months, topics, and topics within a month."""
    monkeypatch.setattr(published_counts, "SMALL", THRESHOLD)
    assert fewest_values(*world) == THRESHOLD


def test_the_search_finds_a_leak_that_is_planted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what is hidden for the sake of others, subtraction gives a number away."""

    def only_small(topics: Mapping[str, int], _months: object) -> dict[str, int]:
        return {name: number for name, number in topics.items() if number >= THRESHOLD}

    monkeypatch.setattr(published_counts, "SMALL", THRESHOLD)
    monkeypatch.setattr(published_counts, "_topics", only_small)
    assert fewest_values(14, 1, 3) == 1


# ---- the same at the real threshold and of real size, by bounds, over a year of looking ----

NUMBERS = st.one_of(st.integers(0, 12), st.integers(0, 60), st.integers(0, 400))
COUNTS = st.dictionaries(
    st.tuples(
        st.integers(month_of(date(2026, 8, 1)), month_of(date(2027, 7, 1))),
        st.sampled_from([*ROWS, OTHER]),
    ),
    NUMBERS,
    max_size=40,
)
LOOKS = [
    date(2026 + (month > 12), (month - 1) % 12 + 1, day) for month in range(8, 22) for day in (2, 3)
]


class Seen:
    """Everything that was shown on any day: a month or a topic → the numbers it ever had."""

    def __init__(self, counted: Counted) -> None:
        self.months: dict[int, set[int | None]] = defaultdict(set)
        self.topics: dict[tuple[str, int], set[str]] = defaultdict(set)
        self.terms: dict[tuple[str, int], TermCounts] = {}
        for today in LOOKS:
            until = month_of(today)
            so_far = {key: number for key, number in counted.items() if key[0] <= until}
            for term in published(so_far, today):
                for month, number in term.months.items():
                    self.months[month].add(number)
                if term.over:
                    self.topics[term.name, term.year].add(repr(term.topics))
                self.terms[term.name, term.year] = term


@settings(deadline=None, max_examples=40)
@given(COUNTS)
def test_what_was_shown_never_changes(counted: dict[tuple[int, str], int]) -> None:
    """Else two looks give away what came between."""
    seen = Seen(counted)
    assert [shown for shown in seen.months.values() if len(shown) != 1] == []
    assert [shown for shown in seen.topics.values() if len(shown) != 1] == []


def narrowest(term: TermCounts) -> int:
    """How many values the tightest of a term's hidden numbers under 11 may have, by bounds.

    One equation: the months together are the topics together. Among the hidden topics is what is
    never shown, which may be any number.
    """
    if not term.over:
        return SMALL
    months = [n for n in term.months.values() if n is not None]
    hidden_months = len(term.months) - len(months)
    least = sum(months) - sum(term.topics.values())  # of hidden topics together, less the months
    widths = [min(10, least + 10 * hidden_months) + 1]
    if hidden_months:
        widths.append(10 - max(0, -least - 10 * (hidden_months - 1)) + 1)
    return min(widths)


@settings(deadline=None, max_examples=40)
@given(COUNTS)
def test_no_hidden_number_is_bounded_by_what_is_shown(counted: dict[tuple[int, str], int]) -> None:
    for term in Seen(counted).terms.values():
        assert narrowest(term) >= SMALL, term


def test_the_bounds_find_a_leak_that_is_planted() -> None:
    """A term in which 3 texts are left when all that is shown is taken away."""
    leak = TermCounts("fall", 2026, over=True, months={SEPTEMBER: 50}, topics={"food": 47})
    assert narrowest(leak) == 4

"""How old an entry is: a table of dates, and which entries may say so or fold away."""

from dataclasses import replace
from datetime import date

import pytest

from content.model import freshness
from content.model.attestation import Source
from content.model.pack import Area, County, Partner, Resource

TODAY = date(2026, 11, 25)
LINE = Resource(
    id="line",
    code="130",
    organization="A line",
    answers="counselling",
    urgency="today",
    passes_on="not-stated",
    channels=(),
    area=Area(counties=("06001",)),
    confidence="high",
    review_every_days=90,
    sources=(),
)
PARTNER = Partner(
    id="p",
    code="171",
    organization="A",
    standing="active",
    names=(),
    resource="line",
    sources=(),
    confidence="low",
)
COUNTY = County(name="Alameda", fips="06001", confidence="high")

DATES = {  # checked_on, dates of sources, review_every_days → state, day that counts
    "checked today": (TODAY, (), 90, "fresh", TODAY),
    "checked by a person counts more than a newer source": (date(2026, 8, 1), ("2026-11-01",), 90, "overdue",
                                                           date(2026, 8, 1)),
    "no date at all": (None, ("", ""), 90, "overdue", None),
    "no source at all": (None, (), 90, "overdue", None),
    "the newest of several sources": (None, ("2019-10-21", "2026-11-01", "2024"), 90, "fresh", date(2026, 11, 1)),
    "a month counts from its first day": (None, ("2026-06",), 180, "due", date(2026, 6, 1)),
    "a year counts from its first day": (None, ("2026",), 365, "fresh", date(2026, 1, 1)),
    "words count by the year in them": (None, ("about 2014 (inferred)",), 90, "old", date(2014, 1, 1)),
    "words without a year are no date": (None, ("some time ago",), 90, "overdue", None),
    "a day that does not exist is no date": (None, ("2026-02-30",), 90, "overdue", None),
    "the last day before the warning": (date(2026, 9, 25), (), 91, "fresh", date(2026, 9, 25)),
    "the first day of the warning": (date(2026, 9, 25), (), 90, "due", date(2026, 9, 25)),
    "the last day of the interval": (date(2026, 8, 27), (), 90, "due", date(2026, 8, 27)),
    "the first day beyond it": (date(2026, 8, 26), (), 90, "overdue", date(2026, 8, 26)),
    "a short interval warns for a third of it": (date(2026, 11, 11), (), 20, "fresh", date(2026, 11, 11)),
    "a short interval, within that third": (date(2026, 11, 10), (), 20, "due", date(2026, 11, 10)),
    "365 days overdue": (date(2025, 8, 26), (), 90, "overdue", date(2025, 8, 26)),
    "366 days overdue": (date(2025, 8, 25), (), 90, "old", date(2025, 8, 25)),
    "a clock set back": (date(2027, 5, 1), (), 90, "fresh", date(2027, 5, 1)),
}  # fmt: skip


@pytest.mark.parametrize("case", DATES.values(), ids=DATES)
def test_an_entry_is_as_fresh_as_its_date(
    case: tuple[date | None, tuple[str, ...], int, freshness.State, date | None],
) -> None:
    checked_on, dates, every, state, as_of = case
    sources = tuple(Source(kind="page", date=text) for text in dates)
    entry = replace(LINE, checked_on=checked_on, sources=sources, review_every_days=every)
    found = freshness.of(entry, TODAY)
    assert (found.state, found.as_of) == (state, as_of)
    assert found.late == (state in {"overdue", "old"})


OLD = replace(LINE, sources=(Source(kind="page", date="2021"),))
FOLDS = {
    "an old line of a county": (OLD, True),
    "the same line, checked lately": (replace(OLD, checked_on=date(2026, 11, 1)), False),
    "an old crisis line of a county": (replace(OLD, urgency="crisis"), False),
    "an old emergency line": (replace(OLD, answers="emergency"), False),
    "an old line of the pinned set": (replace(OLD, pinned=True), False),
    "an old line of the state": (replace(OLD, area=Area(states=("CA",))), False),
    "an old line of the nation": (replace(OLD, area=Area(us=True)), False),
    "a county's line without any date": (LINE, False),
    "an old partner": (replace(PARTNER, sources=(Source(kind="page", date="2013"),)), False),
    "an old county child-abuse line": (
        replace(COUNTY, sources=(Source(kind="page", date="2013"),)),
        False,
    ),
}


@pytest.mark.parametrize("case", FOLDS.values(), ids=FOLDS)
def test_only_an_old_local_line_that_is_no_crisis_line_folds_away(
    case: tuple[freshness.Entry, bool],
) -> None:
    entry, folds = case
    assert freshness.folds(entry, TODAY) is folds


def test_the_pinned_set_does_not_age() -> None:
    assert not freshness.ages(replace(OLD, pinned=True))
    assert freshness.ages(OLD)
    assert freshness.ages(PARTNER)
    assert freshness.ages(COUNTY)

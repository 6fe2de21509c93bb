"""Rates how old an entry's facts are on a given day: fresh, due, overdue or old.

The pinned set comes with the program and does not age.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias

from content.model.pack import County, Pack, Partner, Resource

State = Literal["fresh", "due", "overdue", "old"]
Entry: TypeAlias = Resource | Partner | County

# The time from due to overdue (at most a third of the interval), so that two people can check.
WARNED_DAYS = 30
OLD_DAYS = 365  # an entry overdue by more than this may be collapsed

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Freshness:
    """``as_of``: last check's or source's date. An entry is old OLD_DAYS after ``overdue_on``."""

    state: State
    as_of: date | None
    overdue_on: date | None

    @property
    def late(self) -> bool:
        return self.state in {"overdue", "old"}


def of(entry: Entry, today: date) -> Freshness:
    """Return how fresh an entry is on that day. An undated entry is overdue, but never old."""
    as_of = entry.checked_on or newest(entry)
    if as_of is None:
        return Freshness("overdue", None, None)
    overdue_on = as_of + timedelta(days=entry.review_every_days + 1)
    return Freshness(_state((today - overdue_on).days, entry.review_every_days), as_of, overdue_on)


def newest(entry: Entry) -> date | None:
    """Return the newest date among the entry's sources, None if no source has a date."""
    return max((day for source in entry.sources if (day := dated(source.date))), default=None)


def dated(text: str) -> date | None:
    """Return a source's date (a month's or year's first day, so never too late), else None."""
    if match := _ISO.fullmatch(text.strip()):
        try:
            return date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
        except ValueError:
            return None
    years = _YEAR.findall(text)
    return date(int(max(years)), 1, 1) if years else None


def crisis(entry: Entry) -> bool:
    """Whether the entry is for people in danger, so that it is never folded away or test-dialed."""
    if isinstance(entry, County):
        return True
    return isinstance(entry, Resource) and (
        entry.pinned or entry.urgency == "crisis" or entry.answers == "emergency"
    )


def ages(entry: Entry) -> bool:
    """Whether the screen may call an entry overdue; never true for the pinned set."""
    return not (isinstance(entry, Resource) and entry.pinned)


def folds(entry: Entry, today: date) -> bool:
    """Whether lists fold the entry under "may be out of date": old, local and not for a crisis."""
    if not isinstance(entry, Resource) or crisis(entry):
        return False
    local = entry.area.is_local
    return local and of(entry, today).state == "old"


def entries(pack: Pack) -> dict[str, Entry]:
    """Map keys (``resource:988``, ``county:06001``) to all live entries, in the pack's order."""
    found: dict[str, Entry] = {f"resource:{r.id}": r for r in pack.resources if r.status == "live"}
    found |= {f"partner:{partner.id}": partner for partner in pack.live_partners}
    found |= {f"county:{county.fips}": county for county in pack.counties}
    return found


def _state(days: int, every: int) -> State:
    """Return the state; ``days`` counts from the first overdue day, and is negative before it."""
    if days > OLD_DAYS:
        return "old"
    if days >= 0:
        return "overdue"
    return "due" if days >= -min(WARNED_DAYS, every // 3) else "fresh"

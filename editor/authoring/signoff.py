"""Records a check by two people in two roles within 30 days."""

import re
from collections.abc import Mapping
from datetime import date

from content.model.attestation import Checked
from messages.message import CodedError, message

SECOND_WITHIN_DAYS = 30  # if more days pass, the two people may have seen different facts
_CONTACT = re.compile(r"[@\d\n]")


class EntryError(CodedError):
    """An entry was not found, or its check can't be recorded; the message explains why."""


def sign(
    entry: Checked, *, role: str, day: date, today: date
) -> tuple[Mapping[str, str | date | None], str]:
    """Return values to set in the entry's source, and a sentence to print. Raises EntryError."""
    role = judged_role(role, day, today)
    first = entry.first_checked_on
    if first is None or not 0 <= (day - first).days <= SECOND_WITHIN_DAYS:
        said = message("author.first-check", days=SECOND_WITHIN_DAYS)
        if first is not None:
            said = message("author.first-check-again", said=said, first=first)
        return {"first_checked_on": day, "first_checked_by": role}, str(said)
    if role.casefold() == entry.first_checked_by.casefold():
        raise EntryError("author.second-role", role=role)
    both = f"{entry.first_checked_by}, {role}"
    values: dict[str, str | date | None] = {
        "checked_on": day,
        "checked_by": both,
        "first_checked_on": None,
        "first_checked_by": None,
    }
    said = message("author.both-checked", roles=both, days=entry.review_every_days)
    return values, str(said)


def judged_role(role: str, day: date, today: date) -> str:
    """Return the trimmed role. Raises EntryError for a person, an address or a future date."""
    role = " ".join(role.split())
    if not role or _CONTACT.search(role):
        raise EntryError("author.not-a-role", role=role)
    if day > today:
        raise EntryError("author.future", day=day)
    return role

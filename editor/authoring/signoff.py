"""Records a check by two people in two roles within 30 days."""

import re
from collections.abc import Mapping
from datetime import date

from content.model.attestation import Checked

SECOND_WITHIN_DAYS = 30  # if more days pass, the two people may have seen different facts
_CONTACT = re.compile(r"[@\d\n]")


class EntryError(Exception):
    """An entry was not found, or its check can't be recorded; the message explains why."""


def sign(
    entry: Checked, *, role: str, day: date, today: date
) -> tuple[Mapping[str, str | date | None], str]:
    """Return values to set in the entry's source, and a sentence to print. Raises EntryError."""
    role = judged_role(role, day, today)
    first = entry.first_checked_on
    if first is None or not 0 <= (day - first).days <= SECOND_WITHIN_DAYS:
        late = "" if first is None else f" The first check of {first} does not count any more."
        sentence = (
            f"Noted as the first check. Within {SECOND_WITHIN_DAYS} days someone in another role"
            " checks it again."
        )
        return {"first_checked_on": day, "first_checked_by": role}, sentence + late
    if role.casefold() == entry.first_checked_by.casefold():
        raise EntryError(
            f'The first check was made as "{role}"; the second takes someone in another role.'
        )
    both = f"{entry.first_checked_by}, {role}"
    values: dict[str, str | date | None] = {
        "checked_on": day,
        "checked_by": both,
        "first_checked_on": None,
        "first_checked_by": None,
    }
    return values, f"Checked by two: {both}. It is due again in {entry.review_every_days} days."


def judged_role(role: str, day: date, today: date) -> str:
    """Return the trimmed role. Raises EntryError for a person, an address or a future date."""
    role = " ".join(role.split())
    if not role or _CONTACT.search(role):
        raise EntryError(
            f'"{role}" is not a role; write one such as "content editor", never a person or an'
            " address."
        )
    if day > today:
        raise EntryError(f"{day} has not come yet; give the day on which you looked at it.")
    return role

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
        late = "" if first is None else f" The first check ({first}) no longer counts."
        sentence = (
            f"This is recorded as the first check. Within {SECOND_WITHIN_DAYS} days, someone"
            " in another role must check it again."
        )
        return {"first_checked_on": day, "first_checked_by": role}, sentence + late
    if role.casefold() == entry.first_checked_by.casefold():
        raise EntryError(
            f'The first check was made by "{role}", so someone in another role must make'
            " the second."
        )
    both = f"{entry.first_checked_by}, {role}"
    values: dict[str, str | date | None] = {
        "checked_on": day,
        "checked_by": both,
        "first_checked_on": None,
        "first_checked_by": None,
    }
    return values, (
        f"Two people have checked it: {both}. The next check is due in"
        f" {entry.review_every_days} days."
    )


def judged_role(role: str, day: date, today: date) -> str:
    """Return the trimmed role. Raises EntryError for a person, an address or a future date."""
    role = " ".join(role.split())
    if not role or _CONTACT.search(role):
        raise EntryError(
            f'"{role}" is not a role; write a role, such as "content editor", never a'
            " person's name or address."
        )
    if day > today:
        raise EntryError(f"{day} is in the future; write the day on which you checked it.")
    return role

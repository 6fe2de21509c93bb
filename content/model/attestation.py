"""An entry's sources, the basis for listing it, and who last checked it: roles, never names."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Basis = Literal["public-facts", "approved"]
# only a hold sets "reviewing"; a pack's files never do
Status = Literal["live", "draft", "withdrawn", "reviewing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The source of a fact. ``url`` and ``date`` are "" if the source has none."""

    kind: str
    url: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """The basis for a listing: public facts, or the organization's approval with its date."""

    basis: Basis = "public-facts"
    approved_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """A listed organization's address for corrections, and the number of days to make them.

    ``address``: email or https URL; "" if the publisher has none and the school passes them on.
    """

    role: str = "content editor"
    address: str = ""
    within_days: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """An entry's last comparison with its source: its date, the person's role, and the interval.

    Two roles must check: the first sets ``first_checked_*``, the second ``checked_*`` (signoff.py).
    """

    review_every_days: int = 365
    checked_on: date | None = None
    checked_by: str = ""
    first_checked_on: date | None = None
    first_checked_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Checked):
    """An entry about an organization, which may approve its wording and may be withdrawn.

    ``confidential``: whether its location must be kept secret; None means only for a shelter or a
    home (content/model/confidential.py).
    """

    status: Status = "live"
    consent: Consent = Consent()
    confidential: bool | None = None

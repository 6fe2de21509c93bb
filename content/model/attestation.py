"""Where an entry's facts come from, on what ground it is listed, and who last checked it.

No person is named: ``checked_by`` and kin are roles.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Basis = Literal["public-facts", "approved"]
Status = Literal[
    "live", "draft", "withdrawn", "reviewing"
]  # reviewing is set by holds, not by files


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a fact was read. ``url`` or ``date`` is "" where the source has none."""

    kind: str
    url: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """The ground of a listing: public facts, or the organization's approval and its day."""

    basis: Basis = "public-facts"
    approved_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """Whom a listed organization writes to, as a role and that role's address, and within how many
    days it is mended.

    ``address`` is an e-mail or https address, or "" while the publisher has none: then the school
    passes it on.
    """

    role: str = "content editor"
    address: str = ""
    within_days: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """When a person last compared the entry with its source, in which role, and how often that is
    to be done.

    ``checked_on`` needs two people: the first leaves ``first_checked_on`` and ``first_checked_by``,
    and only a second, in another role, makes it ``checked_on`` (see signoff.py).
    """

    review_every_days: int = 365
    checked_on: date | None = None
    checked_by: str = ""
    first_checked_on: date | None = None
    first_checked_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Checked):
    """An entry about an organization, which may approve its words and may be withdrawn."""

    status: Status = "live"
    consent: Consent = Consent()

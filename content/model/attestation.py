"""What every listed entry carries besides its facts: its sources, on what ground it stands, and who
last checked it.

Owns these few values and their defaults, which are the honest ones: checked by nobody, approved by
nobody. Refuses to work out what is due (see freshness.py). A person is never named: ``checked_by``
and kin are roles.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Basis = Literal["public-facts", "approved"]
Status = Literal["live", "draft", "withdrawn", "reviewing"]  # no file says reviewing: see hiding.py


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a fact was read. ``url`` is "" for a source with no public address, ``date`` where the
    page has none."""

    kind: str
    url: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """On what an entry stands: facts that anyone can read, or the listed organization's approval,
    and since when."""

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
    """An entry about an organization: it may approve its words, and may be withdrawn in one step."""

    status: Status = "live"
    consent: Consent = Consent()

"""An entry's sources, the ground it is listed on, and who last checked it: roles, never persons."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Basis = Literal["public-facts", "approved"]
# reviewing is set by holds, not by files
Status = Literal["live", "draft", "withdrawn", "reviewing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a fact was read. ``url`` and ``date`` are "" where the source has none."""

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
    """To whom a listed organization writes, and within how many days it is corrected.

    ``address``: e-mail or https; "" where the publisher has none: the school passes it on.
    """

    role: str = "content editor"
    address: str = ""
    within_days: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """When a person last compared the entry with its source, in which role, and how often to do so.

    Two roles must check: the first sets ``first_checked_*``, the second ``checked_*`` (signoff.py).
    """

    review_every_days: int = 365
    checked_on: date | None = None
    checked_by: str = ""
    first_checked_on: date | None = None
    first_checked_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Checked):
    """An entry about an organization, which may approve its words and may be withdrawn.

    ``confidential``: whether its place must not be told; None: if it is a shelter or a home
    (content/model/confidential.py).
    """

    status: Status = "live"
    consent: Consent = Consent()
    confidential: bool | None = None

"""Rules about checks and consent: a date needs a role, and no person may be named."""

import re
from collections.abc import Iterator

from content.model.attestation import Checked, Listed
from content.model.pack import Pack
from content.rules.channels import address_problem
from content.rules.locations import Where
from messages.message import Finding

MOST_DAYS = 60  # maximum days for a promised correction
_MAIL = re.compile(r"[A-Za-z0-9._+-]+@(?:[a-z0-9-]+\.)+[a-z]{2,24}")
_CONTACT = re.compile(r"@|\d{3}")


def problems(pack: Pack, where: Where) -> Iterator[Finding]:
    for resource in pack.resources:
        yield from _listed(resource, f"resource:{resource.id}", where)
    for partner in pack.partners:
        yield from _listed(partner, f"partner:{partner.id}", where)
    for county in pack.counties:
        yield from _checked(county, f"county:{county.fips}", where)
    yield from _corrections(pack, where)


def _listed(entry: Listed, key: str, where: Where) -> Iterator[Finding]:
    yield from _checked(entry, key, where)
    consent = entry.consent
    if consent.basis == "approved" and consent.approved_on is None:
        message = (
            "an approval needs a date: approved_on = 2026-12-01; if there is no approval,"
            ' write basis = "public-facts"'
        )
        yield where.problem(f"{key}/consent/basis", message)
    if consent.basis == "public-facts" and consent.approved_on is not None:
        message = (
            'approved_on needs basis = "approved"; an entry based on public facts has no approval'
        )
        yield where.problem(f"{key}/consent/approved_on", message)


def _checked(entry: Checked, key: str, where: Where) -> Iterator[Finding]:
    if entry.review_every_days <= 0:
        message = (
            f"review_every_days is {entry.review_every_days}; it must be at least one day,"
            " such as 90"
        )
        yield where.problem(f"{key}/review_every_days", message)
    for day, role in (("checked_on", "checked_by"), ("first_checked_on", "first_checked_by")):
        given = getattr(entry, role)
        if getattr(entry, day) is not None and not given.strip():
            message = (
                f"{day} needs {role}: the role of the person who compared this entry with the"
                " line's own page"
            )
            yield where.problem(f"{key}/{day}", message)
        if given and getattr(entry, day) is None:
            message = (
                f"{role} needs {day}: the day on which this entry was compared with the line's"
                " own page"
            )
            yield where.problem(f"{key}/{role}", message)
        if _CONTACT.search(given):
            yield where.problem(
                f"{key}/{role}", f'"{given}" must be a role, such as "content editor", not a person'
            )


def _corrections(pack: Pack, where: Where) -> Iterator[Finding]:
    said = pack.corrections
    if not said.role.strip() or _CONTACT.search(said.role):
        message = (
            f'"{said.role}" must be a role, such as "content editor"; write its address under'
            " address"
        )
        yield where.problem("pack/corrections/role", message)
    if (
        said.address
        and not _MAIL.fullmatch(said.address)
        and (fault := address_problem(said.address))
    ):
        yield where.problem(
            "pack/corrections/address", f"{fault}; or write a role's e-mail address"
        )
    if not 1 <= said.within_days <= MOST_DAYS:
        message = f"within_days is {said.within_days}; write 1 to {MOST_DAYS} days"
        yield where.problem("pack/corrections/within_days", message)

"""Rules about checks and consent: a date needs a role, and no person may be named."""

import re
from collections.abc import Iterator

from content.model.attestation import Checked, Listed
from content.model.pack import Pack
from content.rules.channels import address_problem
from content.rules.locations import Where
from messages.message import Finding, message

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
        yield where.problem(f"{key}/consent/basis", message("rule.approval-date"))
    if consent.basis == "public-facts" and consent.approved_on is not None:
        yield where.problem(f"{key}/consent/approved_on", message("rule.approval-basis"))


def _checked(entry: Checked, key: str, where: Where) -> Iterator[Finding]:
    if entry.review_every_days <= 0:
        yield where.problem(
            f"{key}/review_every_days", message("rule.review-days", days=entry.review_every_days)
        )
    for day, role in (("checked_on", "checked_by"), ("first_checked_on", "first_checked_by")):
        given = getattr(entry, role)
        if getattr(entry, day) is not None and not given.strip():
            yield where.problem(
                f"{key}/{day}", message("rule.day-without-role", day=day, role=role)
            )
        if given and getattr(entry, day) is None:
            yield where.problem(
                f"{key}/{role}", message("rule.role-without-day", role=role, day=day)
            )
        if _CONTACT.search(given):
            yield where.problem(f"{key}/{role}", message("rule.role", role=given))


def _corrections(pack: Pack, where: Where) -> Iterator[Finding]:
    said = pack.corrections
    if not said.role.strip() or _CONTACT.search(said.role):
        yield where.problem(
            "pack/corrections/role", message("rule.corrections-role", role=said.role)
        )
    if (
        said.address
        and not _MAIL.fullmatch(said.address)
        and (fault := address_problem(said.address))
    ):
        yield where.problem(
            "pack/corrections/address", message("rule.corrections-address", why=fault)
        )
    if not 1 <= said.within_days <= MOST_DAYS:
        yield where.problem(
            "pack/corrections/within_days",
            message("rule.corrections-days", days=said.within_days, most=MOST_DAYS),
        )

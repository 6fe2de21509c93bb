"""Records whether two people at this school compared each crisis number with the line's own page.

We keep roles and days, never names. If a number has changed since, both must compare it again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

import msgspec

from content.model.pack import Resource
from messages.message import message
from system import files

FILE = "COMPARED"  # in data_dir
ROLES = ("principal", "office", "counselor", "nurse", "teacher", "technician", "district")
NEEDED = 2


class Comparison(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A record that one person compared every number. ``role``: one of ROLES.

    ``same_sign_in``: these numbers were already compared in the same sign-in, so nobody knows
    whether this was a second person.
    """

    role: str
    on: date
    same_sign_in: bool = False


class Comparisons(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers that were compared ("ctl sms" → "741741 HOME"), and who compared them."""

    numbers: dict[str, str] = {}
    by: tuple[Comparison, ...] = ()


_NONE = Comparisons()


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisNumber:
    """A number to compare. ``kinds``: voice, sms, or both; ``page``: its own page, "" for 911."""

    key: str
    name: str
    number: str
    kinds: tuple[str, ...]
    keyword: str
    page: str
    changed: bool = False

    @property
    def value(self) -> str:
        """The value to compare: the number and, if there is one, the word to text."""
        return f"{self.number} {self.keyword}".strip()


class ComparisonError(Exception):
    """The comparison does not count; the message is for the person who made it."""


def kept(data_dir: Path) -> Comparisons:
    """Return the comparisons made so far. Reads the disk."""
    return files.read_record(data_dir / FILE, Comparisons) or _NONE


def still_valid(kept: Comparisons, resources: Iterable[Resource]) -> tuple[Comparison, ...]:
    """Return the people who compared the numbers in their current form."""
    return kept.by if kept.numbers == _as_they_are(resources) else ()


def people(by: Iterable[Comparison]) -> int:
    """Return how many people compared the numbers, as far as the desk knows: one per sign-in."""
    return sum(not one.same_sign_in for one in by)


def is_open(data_dir: Path, resources: Iterable[Resource]) -> bool:
    """Whether somebody still has to compare the numbers. Reads the disk."""
    return people(still_valid(kept(data_dir), resources)) < NEEDED


def numbers(resources: Iterable[Resource], before: Comparisons = _NONE) -> tuple[CrisisNumber, ...]:
    """Return every number of the pinned lines, each once. ``before``: shows which have changed."""
    found = []
    for resource in (r for r in resources if r.pinned):
        at = [c for c in resource.channels if c.number]
        for number in dict.fromkeys(c.number for c in at):
            key = f"{resource.id} {at[0].kind if number == at[0].number else 'sms'}"
            words = [c.keyword.get("en", "") for c in at if c.number == number and c.keyword]
            one = CrisisNumber(
                key=key,
                name=resource.organization,
                number=number,
                kinds=tuple(c.kind for c in at if c.number == number),
                keyword=words[0] if words else "",
                page=_page(resource),
            )
            is_new = bool(before.by) and before.numbers.get(key) != one.value
            found.append(replace(one, changed=is_new))
    return tuple(found)


def add(
    kept: Comparisons,
    resources: Sequence[Resource],
    role: str,
    ticked: Iterable[str],
    on: date,
    *,
    heard: Mapping[str, str] = MappingProxyType({}),
) -> Comparisons:
    """Add one more person's comparison of every number. Raises ComparisonError.

    ``heard``: the numbers that were already compared in this sign-in.
    """
    now = _as_they_are(resources)
    if role not in ROLES:
        raise ComparisonError(message("compare.role"))
    before = still_valid(kept, resources)
    if role in {one.role for one in before}:
        raise ComparisonError(message("compare.same-role"))
    if set(now) - set(ticked):
        raise ComparisonError(message("compare.left-out"))
    one = Comparison(role=role, on=on, same_sign_in=bool(before) and heard == now)
    return Comparisons(numbers=now, by=(*before, one))


def _as_they_are(resources: Iterable[Resource]) -> dict[str, str]:
    return {one.key: one.value for one in numbers(resources)}


def _page(resource: Resource) -> str:
    own = [c.url for c in resource.channels if c.kind == "web" and c.url]
    own += [c.url for c in resource.channels if c.url]
    return next(iter(own), "")  # a source with its own number may not be a page for comparing

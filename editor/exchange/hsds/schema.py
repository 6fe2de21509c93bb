"""The HSDS fields (Open Referral 3.0 to 3.2) that a draft needs, parsed leniently.

Named contacts are not read, because a person's number is not a hotline.
"""

from collections.abc import Hashable, Mapping
from functools import cache
from types import UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

import msgspec

from messages.message import CodedError

T = TypeVar("T", bound="FeedRow")

AT = "\0at"  # key for a row's location; no publisher's field has this name
MOST_MISFITS = 40  # maximum per record; a record with more is not HSDS at all


class FeedError(CodedError):
    """A feed can't be read or its drafts can't be written. The message says what to do."""


class FeedRow(msgspec.Struct, frozen=True):
    """The fields in every table. ``at`` names the row in the publisher's own file."""

    at: str = ""
    id: str = ""


class Language(FeedRow, frozen=True):
    name: str = ""
    code: str = ""


class Phone(FeedRow, frozen=True):
    """A phone number. ``row``: the whole row, including flags such as ``isActive``."""

    row: Mapping[str, Any] = {}
    number: str = ""
    type: str = ""
    extension: str = ""
    description: str = ""
    languages: tuple[Language | None, ...] = ()


class Schedule(FeedRow, frozen=True):
    """Opening hours, as parts of an RFC 5545 rule."""

    freq: str = ""
    interval: str = ""
    byday: str = ""
    opens_at: str = ""
    closes_at: str = ""
    valid_from: str = ""
    valid_to: str = ""
    until: str = ""
    count: str = ""
    byweekno: str = ""
    bymonthday: str = ""
    byyearday: str = ""
    description: str = ""
    notes: str = ""


class FeedArea(FeedRow, frozen=True):
    """The area that a service covers, in the publisher's words."""

    name: str = ""
    description: str = ""


class Address(FeedRow, frozen=True):
    """A postal address, with only the fields that help detect a ZIP code in the wrong column."""

    postal_code: str = ""


class Location(FeedRow, frozen=True):
    phones: tuple[Phone | None, ...] = ()
    schedules: tuple[Schedule | None, ...] = ()
    addresses: tuple[Address | None, ...] = ()


class ServiceAtLocation(FeedRow, frozen=True):
    phones: tuple[Phone | None, ...] = ()
    schedules: tuple[Schedule | None, ...] = ()
    service_areas: tuple[FeedArea | None, ...] = ()
    location: Location | None = None


class Organization(FeedRow, frozen=True):
    name: str = ""
    website: str = ""
    phones: tuple[Phone | None, ...] = ()


class Service(FeedRow, frozen=True):
    name: str = ""
    description: str = ""
    url: str = ""
    status: str = ""
    alert: str = ""
    eligibility_description: str = ""
    minimum_age: str = ""
    maximum_age: str = ""
    fees_description: str = ""
    fees: str = ""
    interpretation_services: str = ""
    assured_date: str = ""
    last_modified: str = ""
    organization: Organization | None = None
    phones: tuple[Phone | None, ...] = ()
    schedules: tuple[Schedule | None, ...] = ()
    service_areas: tuple[FeedArea | None, ...] = ()
    service_at_locations: tuple[ServiceAtLocation | None, ...] = ()
    languages: tuple[Language | None, ...] = ()
    cost_options: tuple[FeedRow | None, ...] = ()
    required_documents: tuple[FeedRow | None, ...] = ()


def service(data: Mapping[str, Any]) -> tuple[Service | None, dict[str, str]]:
    """Return the service (None if it is not one) and the values set aside ("phones/0/number")."""
    misfits: dict[str, str] = {}
    found = _row(Service, data, "", misfits)
    return (None if len(misfits) > MOST_MISFITS else found), misfits


def _row(kind: type[T], data: Mapping[str, Any], path: str, misfits: dict[str, str]) -> T:
    values: dict[str, Any] = {"row": data} if kind is Phone else {}
    for name, wanted in _hints(cast(Hashable, kind)).items():
        found = data.get(AT if name == "at" else name)
        if found is not None and name not in values:
            values[name] = _value(wanted, found, f"{path}{name}", misfits)
    return kind(**values)


def _value(wanted: Any, found: Any, path: str, misfits: dict[str, str]) -> Any:
    """Return ``found`` as the wanted type; record a value of any other type in ``misfits``."""
    if wanted is str:
        if isinstance(found, str):
            return found.strip()
        if isinstance(found, bool | int):
            return str(found).lower()
        if isinstance(found, float):
            return str(int(found)) if found.is_integer() else str(found)
    elif get_origin(wanted) is tuple:
        if isinstance(found, list):
            row = get_args(wanted)[0]
            return tuple(
                None if one is None else _value(row, one, f"{path}/{at}", misfits)
                for at, one in enumerate(found)
            )
    elif get_origin(wanted) is UnionType and isinstance(found, Mapping):
        return _row(get_args(wanted)[0], found, f"{path}/", misfits)
    misfits[path] = repr(found)
    return "" if wanted is str else () if get_origin(wanted) is tuple else None


@cache
def _hints(kind: Hashable) -> Mapping[str, Any]:
    return get_type_hints(kind)

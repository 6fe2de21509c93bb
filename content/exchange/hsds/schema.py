"""The HSDS fields (Open Referral 1.1 to 3.2) that a draft needs, read leniently.

Named contacts are not read: a person's number is not a hotline's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

AT = "\0at"  # where a reader found a row; no publisher's field has this name
MOST_MISFITS = 40  # of one record: beyond that it is no HSDS at all


@dataclass(frozen=True, slots=True)
class Misfit:
    """A value of the wrong kind: its field ("phones/0/number") and what stood there."""

    field: str
    found: str


def _text(found: Any) -> str:
    if found is None:
        return ""
    if isinstance(found, str):
        return found.strip()
    if isinstance(found, bool | int):
        return str(found).lower()
    if isinstance(found, float):
        return str(int(found)) if found.is_integer() else str(found)
    raise ValueError("no text")


def _rows(found: Any) -> Any:
    return [] if found is None else found


Text = Annotated[str, BeforeValidator(_text)]


class FeedRow(BaseModel):
    """What every table has. ``at`` names the row in the publisher's own file."""

    model_config = ConfigDict(extra="ignore")
    at: Text = Field("", alias="\0at")
    id: Text = ""


class Language(FeedRow):
    """A language that is spoken."""

    name: Text = ""
    code: Text = ""


class Phone(FeedRow):
    """A telephone number. Flags such as ``isActive`` stay in ``model_extra``."""

    model_config = ConfigDict(extra="allow")
    number: Text = ""
    type: Text = ""
    extension: Text = ""
    description: Text = ""
    languages: Annotated[list[Language | None], BeforeValidator(_rows)] = []


class Schedule(FeedRow):
    """When something is open, as an RFC 5545 rule in pieces."""

    freq: Text = ""
    interval: Text = ""
    byday: Text = ""
    opens_at: Text = ""
    closes_at: Text = ""
    valid_from: Text = ""
    valid_to: Text = ""
    until: Text = ""
    count: Text = ""
    byweekno: Text = ""
    bymonthday: Text = ""
    byyearday: Text = ""
    description: Text = ""
    notes: Text = ""


class FeedArea(FeedRow):
    """Where a service serves, in the publisher's words."""

    name: Text = ""
    description: Text = ""


class Address(FeedRow):
    """A postal address: only what tells a ZIP code in the wrong column."""

    postal_code: Text = ""


class Location(FeedRow):
    """A place with its own numbers and hours."""

    phones: Annotated[list[Phone | None], BeforeValidator(_rows)] = []
    schedules: Annotated[list[Schedule | None], BeforeValidator(_rows)] = []
    addresses: Annotated[list[Address | None], BeforeValidator(_rows)] = []


class ServiceAtLocation(FeedRow):
    """A service at a place."""

    phones: Annotated[list[Phone | None], BeforeValidator(_rows)] = []
    schedules: Annotated[list[Schedule | None], BeforeValidator(_rows)] = []
    service_areas: Annotated[list[FeedArea | None], BeforeValidator(_rows)] = []
    location: Location | None = None


class Organization(FeedRow):
    """Who offers a service."""

    name: Text = ""
    website: Text = ""
    phones: Annotated[list[Phone | None], BeforeValidator(_rows)] = []


class Service(FeedRow):
    """One service with all that belongs to it."""

    name: Text = ""
    description: Text = ""
    url: Text = ""
    status: Text = ""
    alert: Text = ""
    eligibility_description: Text = ""
    minimum_age: Text = ""
    maximum_age: Text = ""
    fees_description: Text = ""
    fees: Text = ""
    interpretation_services: Text = ""
    assured_date: Text = ""
    last_modified: Text = ""
    organization: Organization | None = None
    phones: Annotated[list[Phone | None], BeforeValidator(_rows)] = []
    schedules: Annotated[list[Schedule | None], BeforeValidator(_rows)] = []
    service_areas: Annotated[list[FeedArea | None], BeforeValidator(_rows)] = []
    service_at_locations: Annotated[list[ServiceAtLocation | None], BeforeValidator(_rows)] = []
    languages: Annotated[list[Language | None], BeforeValidator(_rows)] = []
    cost_options: Annotated[list[FeedRow | None], BeforeValidator(_rows)] = []
    required_documents: Annotated[list[FeedRow | None], BeforeValidator(_rows)] = []


def service(data: Mapping[str, Any]) -> tuple[Service | None, list[Misfit]]:
    """One record, and the values put aside. None for what is no service at all."""
    kept: Any = dict(data)
    misfits: list[Misfit] = []
    while True:
        try:
            return Service.model_validate(kept), misfits
        except ValidationError as error:
            paths = {
                tuple(fault["loc"])
                for fault in error.errors(include_url=False, include_context=False)
            }
        for path in sorted(paths, key=str):
            kept, found = _aside(kept, path)
            misfits.append(Misfit("/".join(str(part) for part in path), repr(found)))
        if len(misfits) > MOST_MISFITS or () in paths:
            return None, misfits


def _aside(data: Any, path: Iterable[int | str]) -> tuple[Any, Any]:
    """``data`` with None at the path, and what stood there."""
    first, *rest = path
    changed: Any = dict(data) if isinstance(data, Mapping) else list(data)
    found = changed[first]
    if rest:
        changed[first], found = _aside(found, rest)
    else:
        changed[first] = None
    return changed, found

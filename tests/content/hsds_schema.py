"""What HSDS 3.1 and 3.2 require of a service, as our own schema.

The facts (names, types, required fields, enums, formats) are from openreferral/specification,
branch 3.2, at 149f77cd (schema/*.json). None of its text is here because its license requires
changed copies to be shared alike. Has only the tables and fields that our export may use. It is
stricter than the original: no other fields, dates and times must be valid, and web addresses are
http or https. ``tools/check_hsds.py`` checks an export against the original, if that can be
fetched: on 25 November 2026, it found 0 faults in 65 services.
"""

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from jsonschema import Draft202012Validator, FormatChecker

# Table → fields. A star marks required fields; a field's kind is text, number, uuid, uri, email,
# date, time, moment, an enum "a|b", "[table]" for rows, or "table" for one row.
_TABLES: dict[str, str] = {
    "service": (
        "id*:uuid organization_id:uuid program_id:uuid name*:text alternate_name:text description:text url:uri "
        "additional_urls:[url] email:email status*:active|inactive|defunct|temporarily_closed "
        "interpretation_services:text application_process:text fees_description:text accreditations:text "
        "eligibility_description:text minimum_age:number maximum_age:number assured_date:date assurer_email:email "
        "alert:text last_modified:moment phones:[phone] schedules:[schedule] service_areas:[service_area] "
        "service_at_locations:[service_at_location] languages:[language] organization:organization "
        "attributes:[attribute] metadata:[metadata]"
    ),
    "organization": (
        "id*:uuid name*:text alternate_name:text description*:text email:email website:uri "
        "additional_websites:[url] phones:[phone] locations:[location] attributes:[attribute] metadata:[metadata]"
    ),
    "phone": (
        "id*:uuid location_id:uuid service_id:uuid organization_id:uuid contact_id:uuid service_at_location_id:uuid "
        "number*:text extension:number type:text description:text languages:[language] attributes:[attribute] "
        "metadata:[metadata]"
    ),
    "schedule": (
        "id*:uuid service_id:uuid location_id:uuid service_at_location_id:uuid valid_from:date valid_to:date "
        "dtstart:date timezone:number until:date count:number wkst:MO|TU|WE|TH|FR|SA|SU freq:WEEKLY|MONTHLY "
        "interval:number byday:text byweekno:text bymonthday:text byyearday:text description:text opens_at:time "
        "closes_at:time schedule_link:uri attending_type:text notes:text attributes:[attribute] metadata:[metadata]"
    ),
    "service_area": (
        "id*:uuid service_id:uuid service_at_location_id:uuid name:text description:text extent:text "
        "extent_type:text uri:text attributes:[attribute] metadata:[metadata]"
    ),
    "service_at_location": (
        "id*:uuid service_id:uuid location_id:uuid description:text service_areas:[service_area] phones:[phone] "
        "schedules:[schedule] location:location attributes:[attribute] metadata:[metadata]"
    ),
    "location": (
        "id*:uuid location_type*:physical|postal|virtual url:uri organization_id:uuid name:text alternate_name:text "
        "description:text transportation:text latitude:number longitude:number languages:[language] phones:[phone] "
        "schedules:[schedule] attributes:[attribute] metadata:[metadata]"
    ),
    "language": (
        "id*:uuid service_id:uuid location_id:uuid phone_id:uuid name:text code:text note:text "
        "attributes:[attribute] metadata:[metadata]"
    ),
    "attribute": (
        "id*:uuid link_id:uuid taxonomy_term_id:uuid link_type:text link_entity:text value:text "
        "taxonomy_term:taxonomy_term metadata:[metadata] label:text"
    ),
    "taxonomy_term": (
        "id*:uuid code:text name*:text description*:text parent_id:uuid taxonomy:text taxonomy_detail:taxonomy "
        "language:text taxonomy_id:uuid term_uri:uri metadata:[metadata]"
    ),
    "taxonomy": "id*:uuid name*:text description*:text uri:uri version:text metadata:[metadata]",
    "url": (
        "id*:uuid label:text url*:uri organization_id:uuid service_id:uuid attributes:[attribute] metadata:[metadata]"
    ),
    "metadata": (
        "id*:uuid resource_id:uuid resource_type:text last_action_date*:date last_action_type*:text "
        "field_name*:text previous_value*:text replacement_value*:text updated_by*:text"
    ),
}
_FORMATS = {
    "uuid": "uuid",
    "uri": "uri",
    "email": "email",
    "date": "date",
    "time": "time",
    "moment": "date-time",
}
checker = FormatChecker(formats=())


def faults(service: object) -> list[str]:
    """Return what HSDS would say about a service; empty if it is valid."""
    return [f"{error.json_path}: {error.message}" for error in _VALIDATOR.iter_errors(service)]


def write_files(folder: Path) -> None:
    """Write the same with one file per table, laid out like the original, which has no formats for
    dates and times alone."""
    for name, fields in _TABLES.items():
        loose = re.sub(r":(?:date|time)\b", ":text", fields)
        schema = {"$id": f"https://example.org/schema/{name}.json", **_table(loose, "{}.json")}
        (folder / f"{name}.json").write_text(json.dumps(schema), encoding="utf-8")


def _field(kind: str, reference: str) -> dict[str, Any]:
    if kind.startswith("["):
        return {"type": "array", "items": {"$ref": reference.format(kind.strip("[]"))}}
    if "|" in kind:
        return {"type": "string", "enum": [one.replace("_", " ") for one in kind.split("|")]}
    if kind in _FORMATS:
        return {"type": "string", "format": _FORMATS[kind]}
    plain = {"text": "string", "number": "number"}.get(kind)
    return {"type": plain} if plain else {"$ref": reference.format(kind)}


def _table(fields: str, reference: str = "#/$defs/{}") -> dict[str, Any]:
    pairs = [one.split(":") for one in fields.split()]
    return {
        "type": "object",
        "properties": {name.rstrip("*"): _field(kind, reference) for name, kind in pairs},
        "required": [name.rstrip("*") for name, _ in pairs if name.endswith("*")],
        "additionalProperties": False,
    }


@checker.checks("uuid", raises=ValueError)
def _is_uuid(found: object) -> bool:
    return str(UUID(str(found))) == found


@checker.checks("uri", raises=ValueError)
def _is_uri(found: object) -> bool:
    parts = urlsplit(str(found))
    return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in str(found)


@checker.checks("email")
def _is_email(found: object) -> bool:
    return re.fullmatch(r"[^@\s]+@[^@\s]+", str(found)) is not None


@checker.checks("date-time", raises=ValueError)
def _is_moment(found: object) -> bool:
    return datetime.fromisoformat(str(found)).tzinfo is not None


@checker.checks("date", raises=ValueError)
def _is_date(found: object) -> bool:
    return date.fromisoformat(str(found)).isoformat() == found


@checker.checks("time")
def _is_time(found: object) -> bool:
    return re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?", str(found)) is not None


_VALIDATOR = Draft202012Validator(
    {
        "$ref": "#/$defs/service",
        "$defs": {name: _table(fields) for name, fields in _TABLES.items()},
    },
    format_checker=checker,
)

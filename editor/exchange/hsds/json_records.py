"""Reads an HSDS 3 JSON value (page, list, organization) as services; refuses other values."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from editor.exchange.hsds.drafts import need
from editor.exchange.hsds.schema import AT, FeedError
from messages.message import Finding, Message, message

DEEPEST = 48
KNOWN = "3.0 to 3.2"
_VERSIONS = ("schema_version", "hsds_version", "version")
# A taxonomy or a data package has one of these keys, and its own version numbers.
_OWN_VERSION = frozenset({"name", "resources"})
_SERVICE_FIELDS = frozenset(
    {"status", "organization", "organization_id", "eligibility_description"}
)
_OTHER_KINDS = {
    "an organization": frozenset(
        {"legal_status", "organization_identifiers", "tax_status", "year_incorporated", "website"}
    ),
    "a location": frozenset({"location_type"}),
    "a taxonomy or one of its terms": frozenset(
        {"term_uri", "taxonomy_detail", "taxonomy", "uri", "version"}
    ),
    "the root of an API": frozenset({"openapi_url", "profile"}),
}


class OlderError(FeedError):
    """The feed uses an HSDS version older than 3.0."""

    def __init__(self, what: Message | str) -> None:
        super().__init__(message("feed.older", what=what, known=KNOWN))


def check_version(value: Mapping[str, Any], at: str) -> None:
    """Raise FeedError if the schema is not HSDS 3. A missing version counts as 3."""
    for key in _VERSIONS:
        found = re.match(r"v?(\d{1,4})(?:\.|$)", str(value.get(key, "")))
        major = int(found[1]) if found else 3
        said = f'{at} says schema version "{str(value.get(key))[:20]}"'
        if major > 3:
            raise FeedError("feed.newer", said=said, known=KNOWN)
        if major < 3 and (key != "version" or _OWN_VERSION.isdisjoint(value)):
            raise OlderError(said)


def check_depth(value: Any, at: str) -> None:
    """Raise FeedError if the value nests deeper than HSDS ever does."""
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise FeedError("feed.nested", at=at, most=DEEPEST)
        inner: list[Any] = []
        for one in level:
            if isinstance(one, Mapping):
                inner += one.values()
            elif isinstance(one, list):
                inner += one
        level = [one for one in inner if isinstance(one, Mapping | list)]


def services(value: Any, at: str, needs: list[Finding]) -> Iterator[dict[str, Any]]:
    """Yield every service in the value named ``at``; add others to ``needs``. Raises FeedError."""
    check_depth(value, at)
    if isinstance(value, list):
        for number, one in enumerate(value, 1):
            yield from _one(one, f"{at}, item {number}" if at else f"item {number}", needs)
    elif isinstance(value, Mapping):
        check_version(value, at)
        inside = next(
            (value[key] for key in ("contents", "services") if isinstance(value.get(key), list)),
            None,
        )
        if inside is not None and not value.get("name"):
            yield from services(inside, at, needs)
        else:
            yield from _one(value, at, needs)
    else:
        raise FeedError("feed.value", at=at)


def _one(value: Any, at: str, needs: list[Finding]) -> Iterator[dict[str, Any]]:
    if not isinstance(value, Mapping):
        needs.append(need(at, "record", repr(value), message("feed.not-a-record")))
        return
    if isinstance(inside := value.get("services"), list):
        organization = {key: one for key, one in value.items() if key != "services"}
        for number, one in enumerate(inside, 1):
            if isinstance(one, Mapping):
                yield {"organization": organization, **one, AT: f"{at}, services {number}"}
            else:
                needs.append(
                    need(
                        f"{at}, services {number}",
                        "record",
                        repr(one),
                        message("feed.no-record-inside"),
                    )
                )
    elif isinstance(inside := value.get("service"), Mapping):
        place = {key: one for key, one in value.items() if key != "service"}
        yield {"service_at_locations": [place], **inside, AT: at}
    elif kind := _other(value):
        needs.append(
            need(
                at,
                "record",
                str(value.get("name", "")),
                message("feed.other-kind", kind=kind),
                note=True,
            )
        )
    else:
        yield {**value, AT: at}


def _other(value: Mapping[str, Any]) -> str:
    """Return what kind of record this is, or "" if it may be a service."""
    if not _SERVICE_FIELDS.isdisjoint(value):
        return ""
    return next((kind for kind, keys in _OTHER_KINDS.items() if not keys.isdisjoint(value)), "")

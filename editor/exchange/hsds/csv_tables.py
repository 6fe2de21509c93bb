"""Joins the tables of an HSDS 3 package into services."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from editor.exchange.hsds.drafts import need
from editor.exchange.hsds.json_records import OlderError
from editor.exchange.hsds.schema import AT, FeedError
from messages.message import Finding, message
from system.csv_cells import CsvTable

Tables = Mapping[str, CsvTable]  # file name as the publisher wrote it → table
_ALIASES = {
    "service": ("services",),
    "organization": ("organizations",),
    "location": ("locations",),
    "phones": ("phone",),
    "schedules": ("schedule",),
    "service_areas": ("service_area",),
    "languages": ("language",),
    "cost_options": ("cost_option",),
    "required_documents": ("required_document",),
    "addresses": ("address",),
    "service_at_location": ("service_at_locations",),
}
_NAMES = {alias: name for name, others in _ALIASES.items() for alias in (name, *others)}
# Only versions before HSDS 3.0 have these tables, or the first of these columns without the second.
_OLDER = re.compile(
    r"(regular|holiday)_schedules?|(postal|physical|mail)_address(es)?|services_at_location"
)
_OLDER_COLUMNS = {
    "phones": ("number_type", "type"),
    "schedules": ("weekday", "freq"),
    "service": ("location_id", "organization_id"),
}
_OWNERS = (
    ("phone_id", "phones"),
    ("service_id", "service"),
    ("service_at_location_id", "service_at_location"),
    ("location_id", "location"),
    ("organization_id", "organization"),
)
_CHILDREN = (
    *("phones", "languages", "schedules", "service_areas"),
    *("cost_options", "required_documents", "addresses"),
)
_PARENTS = ("service", "location", "service_at_location", "organization", "phones")


def services(tables: Tables, needs: list[Finding]) -> Iterator[dict[str, Any]]:
    """Yield every service; add orphan rows to ``needs``. Raises FeedError if it finds none."""
    rows = _read(tables, needs)
    if "service" not in rows:
        raise FeedError("feed.no-services")
    known = {
        name: {row["id"]: row for row in rows.get(name, []) if row.get("id")}
        for name in _NAMES.values()
    }
    for name in _CHILDREN:
        for row in rows.get(name, []):
            _attach(row, name, known, needs)
    for row in rows.get("service_at_location", []):
        row["location"] = _owner(row, "location_id", known["location"], needs)
        if (service := _owner(row, "service_id", known["service"], needs)) is not None:
            service["service_at_locations"].append(row)
    for service in rows["service"]:
        service["organization"] = _owner(service, "organization_id", known["organization"], needs)
        yield service


def _read(tables: Tables, needs: list[Finding]) -> dict[str, list[dict[str, Any]]]:
    """Return our name for each table → its rows. Raises FeedError for versions before HSDS 3.0."""
    found: dict[str, list[dict[str, Any]]] = {}
    for file, table in tables.items():
        base = re.sub(r"\.csv$", "", file.rpartition("/")[2].casefold())
        if _OLDER.fullmatch(base):
            raise OlderError(message("feed.older-table", file=file))
        name = _NAMES.get(base)
        before, since = _OLDER_COLUMNS.get(str(name), ("", ""))
        for line in table.rows if name else ():
            at = f"{file} row {line.number}"
            if before in line.cells and since not in line.cells:
                raise OlderError(message("feed.older-column", file=file, before=before))
            row: dict[str, Any] = {column: cell.strip() for column, cell in line.cells.items()}
            row[AT] = at
            if line.beyond:
                needs.append(need(at, "row", "; ".join(line.beyond), message("feed.shifted")))
                continue
            if name in _PARENTS:
                row |= {key: [] for key in (*_CHILDREN, "service_at_locations")}
            found.setdefault(str(name), []).append(row)
        found.setdefault(name or "", [])
    return found


def _attach(
    row: dict[str, Any], name: str, known: Mapping[str, Mapping[str, Any]], needs: list[Finding]
) -> None:
    """Attach a row to the most specific object that it refers to."""
    for column, kind in _OWNERS:
        if not row.get(column) or kind == name:
            continue
        owner = known.get(kind, {}).get(row[column])
        if owner is None:
            needs.append(
                need(row[AT], column, row[column], message("feed.no-such-row", column=column))
            )
            return
        owner[name].append(row)
        return
    if name == "phones" and row.get("contact_id"):
        needs.append(need(row[AT], "contact_id", "", message("feed.person"), note=True))
    elif name in ("phones", "schedules"):
        needs.append(need(row[AT], "row", "", message("feed.unowned")))


def _owner(
    row: Mapping[str, Any], column: str, among: Mapping[str, dict[str, Any]], needs: list[Finding]
) -> dict[str, Any] | None:
    wanted = row.get(column, "")
    if wanted and wanted not in among:
        needs.append(need(row[AT], column, str(wanted), message("feed.no-such-id")))
    return among.get(str(wanted))


def from_json(value: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the tables in a JSON object ("services.csv": [rows]); empty if it has no tables."""
    found = {
        key: rows for key, rows in value.items() if key.endswith(".csv") and isinstance(rows, list)
    }
    return found if len(found) == len(value) else {}

"""Reads an HSDS API (3.0 to 3.2) page by page: its services, and the ids that it still lists.

Servers may ignore any filter, and a partial list never counts as complete.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from editor.exchange.hsds import json_records
from editor.exchange.hsds.drafts import need
from editor.exchange.hsds.files import parsed
from editor.exchange.hsds.http import NotFoundError
from editor.exchange.hsds.schema import FeedError
from messages.message import Finding, message

Get = Callable[[str], bytes]
PER_PAGE = 100
MOST_PAGES = 2000
_FULL = ("phones", "schedules", "service_areas", "service_at_locations", "languages", "contacts")


@dataclass(slots=True)
class Listing:
    """The result of reading a feed's list: its ids, whether all were read, and failed records."""

    ids: set[str] = field(default_factory=set)
    whole: bool = False
    missed: int = 0


def services(
    base: str, get: Get, needs: list[Finding], listing: Listing, *, since: str = ""
) -> Iterator[dict[str, Any]]:
    """Yield services (if possible, only those changed after ``since``). Raises FeedError.

    ``listing`` receives every id; it is marked complete only if the feed's own counts agree.
    """
    root = base.rstrip("/").removesuffix("/services")
    _version(root, get, needs)
    seen = Listing()
    query = {"full": "true", **({"modified_after": since} if since else {})}
    for at, item in _items(root, query, get, needs, seen):
        if item is None:
            continue
        full = any(isinstance(item.get(key), list) for key in _FULL)
        whole = item if full else _detail(root, item, get, at)
        if isinstance(whole, Finding):
            needs.append(whole)
            listing.missed += 1
        else:
            yield from json_records.services(whole, at, needs)
    if since and seen.whole:
        seen = Listing()
        for _ in _items(root, {"minimal": "true"}, get, needs, seen):
            pass
    listing.ids, listing.whole = seen.ids, seen.whole


def _version(root: str, get: Get, needs: list[Finding]) -> None:
    try:
        value = parsed(get(f"{root}/"), f"{root}/")
    except NotFoundError:
        value = None
    if isinstance(value, Mapping) and str(value.get("version", "")).strip():
        json_records.check_version(value, f"{root}/")
        return
    needs.append(need(f"{root}/", "version", "", message("feed.no-version"), note=True))


def _items(
    root: str, query: Mapping[str, str], get: Get, needs: list[Finding], seen: Listing
) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Yield each entry of a paged list with its location; None if an entry is not a record."""
    pages: dict[tuple[str, ...], int] = {}
    total = 0
    for number in range(1, MOST_PAGES + 1):
        at = f"page {number}"
        try:
            asked = urlencode({"page": number, "per_page": PER_PAGE, **query})
            value = parsed(get(f"{root}/services?{asked}"), at)
            contents = _contents(value, at)
        except FeedError as error:
            if number == 1:
                raise
            needs.append(need(at, "page", "", message("feed.page-failed", why=error)))
            return
        ids = tuple(str(one.get("id", "")) if isinstance(one, Mapping) else "" for one in contents)
        total = max(total, _count(value, "total_items"))
        if contents and ids in pages:
            seen.whole = 0 < total <= len(seen.ids)
            needs += (
                ()
                if seen.whole
                else (need(at, "page", "", message("feed.page-again", first=pages[ids])),)
            )
            return
        pages[ids] = number
        seen.ids.update(filter(None, ids))
        for index, one in enumerate(contents, 1):
            place = f"{at}, service {index}"
            if not isinstance(one, Mapping):
                needs.append(need(place, "record", repr(one), message("feed.not-a-record")))
            yield place, dict(one) if isinstance(one, Mapping) else None
        if not contents or not isinstance(value, Mapping) or _last(value, number):
            seen.whole = len(seen.ids) >= total
            if not seen.whole:
                said = message("feed.incomplete", total=total, given=len(seen.ids))
                needs.append(need(at, "total_items", "", said))
            return
    needs.append(need(f"page {MOST_PAGES}", "page", "", message("feed.endless")))


def _contents(value: Any, at: str) -> list[Any]:
    """Return the entries of a page object, or of a bare list, which some servers send."""
    json_records.check_depth(value, at)
    if isinstance(value, Mapping):
        json_records.check_version(value, at)
        value = value.get("contents")
    if not isinstance(value, list):
        raise FeedError("feed.no-contents", at=at)
    return value


def _last(value: Mapping[str, Any], number: int) -> bool:
    return value.get("last_page") is True or 0 < _count(value, "total_pages") <= number


def _count(value: Any, key: str) -> int:
    found = value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, int) and found > 0 else 0


def _detail(root: str, item: Mapping[str, Any], get: Get, at: str) -> Any:
    """Return the full record for a list entry; if it can't be fetched, add a task for a person."""
    origin, name = str(item.get("id", "")), str(item.get("name", ""))
    if not origin:
        return need(at, "id", name, message("feed.no-id"))
    try:
        value = parsed(get(f"{root}/services/{quote(origin, safe='')}"), at)
    except FeedError as error:
        return need(at, "service", name, message("feed.no-record", why=error))
    if isinstance(value, Mapping) and str(value.get("id", "")) == origin:
        return value
    return need(at, "service", origin, message("feed.other-record"))

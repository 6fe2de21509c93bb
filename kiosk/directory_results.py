"""Searches the large directory for the screen. Does not keep or log queries.

A ZIP code or county in the query sets the place (default: the school's counties).
"""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from content.directory import index
from content.directory.model import DirectoryService, ServicePhone
from content.directory.search import Results, search
from content.model import phone_numbers, placeholders, zips_and_counties
from content.model.edit_distance import fold
from content.model.language import own_name
from content.model.pack import Pack
from content.model.zips_and_counties import Place
from kiosk.edition.markers import Values
from system import files

PAGE = 6  # services on a page of results
LAST_PAGE = 10
_STATES = {"CA": "California"}


class Directory:
    """One kiosk's directory. ``home``: the names of the school's counties."""

    def __init__(
        self,
        data_dir: Path | None,
        home: Sequence[str],
        pack: Pack | None,
        *,
        verified: files.Stamp = (),
    ) -> None:
        """Prepare searches. ``verified``: the file's stamp when it was verified."""
        self._verified = verified
        self._file = index.path_in(data_dir) if data_dir else None
        counties = pack.counties if pack else ()
        self._counties = {tuple(fold(county.name)): county.fips for county in counties}
        self._names = {county.fips: county.name for county in counties}
        known = tuple(county.fips for county in counties if county.name in home)
        self._home = Place(known) if known else None

    async def find(
        self, words: str, page: int, in_thread: Callable[..., Awaitable[Results | None]]
    ) -> Results | None:
        """Return a page of results, counted from 1; None without results or a directory."""
        if self._file is None or not words.strip():
            return None
        typed, file = fold(words), self._file
        place, left = zips_and_counties.named(typed, self._counties)
        start = (min(max(page, 1), LAST_PAGE) - 1) * PAGE

        def found() -> Results | None:
            results = search(file, left, place=place or self._home, start=start, most=PAGE)
            try:  # compare again afterward: a file that was edited during the search is not trusted
                return results if files.stamp(file) == self._verified else None
            except OSError:
                return None

        results = await in_thread(found)
        return results if results and results.found else None

    def values(self, results: Results, typed: Values, *, page: int) -> Values:
        """Return a page's template values. ``typed``: words and, for page 1, the pack's rows."""
        pages = min(-(-results.total // PAGE), LAST_PAGE)
        own = typed["rows"] if page == 1 else ()
        return {
            **typed,
            "directory": results.name,
            "date": results.date,
            "rows": own,
            "own": "yes" if own else "",
            "services": [self._service(match.service) for match in results.found],
            "earlier": str(page - 1) if page > 1 else "",
            "later": str(page + 1) if page < pages else "",
        }

    def _service(self, service: DirectoryService) -> Values:
        address, area = service.address, service.area
        serves = [self._names.get(county, "") for county in area.counties] or [
            _STATES.get(s, s) for s in area.states
        ]
        return {
            "name": service.name,
            "organization": service.organization if service.organization != service.name else "",
            "what": service.what,
            **{kind: _phones(service.phones, kind) for kind in ("voice", "sms", "tty")},
            "address": ", ".join(
                part for part in (address.street, f"{address.city} {address.zip}".strip()) if part
            ),
            "serves": ", ".join(name for name in serves if name)
            or ("United States" if area.us else ""),
            "hours": service.hours,
            "languages": ", ".join(own_name(tag) for tag in service.languages),
            "url": placeholders.bare(service.url.removeprefix("http://")),
            "updated": service.updated,
        }


def _phones(phones: Sequence[ServicePhone], kind: str) -> Sequence[Values]:
    return [
        {"number": phone_numbers.display(phone.number), "extension": phone.extension}
        for phone in phones
        if phone.kind == kind
    ]

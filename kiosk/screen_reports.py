"""The reports that the screen's page sends every half minute, and the rule for those that count.

The kiosk's session opens ``/?screen=NAME``, and the page sends that name with each report. A page
that anyone else opens sends no name. Until a name arrives, for example while a session is older
than the program, every report counts, so that an update does not make a screen look dark.
"""

import re
import time
from collections.abc import Callable, Iterable

from system.hosts import same_origin

UNSEEN_SECONDS = 600  # after this long without a report, we assume nobody can see the page
_SAID = re.compile(rb"screen=[A-Za-z0-9._-]{1,64}")  # matches the whole query string
Pairs = Iterable[tuple[bytes, bytes]]


class ScreenReports:
    """When the screen last reported. ``public_url``: this server's public address."""

    def __init__(self, public_url: str, steady: Callable[[], float] = time.monotonic) -> None:
        self._public_url, self._steady = public_url, steady
        self._since = steady()
        self._heard: float | None = None
        self.is_named = False  # whether a session has sent the name that it opened

    def hear(self, query: bytes, headers: Pairs) -> bool:
        """Record a page's report; return False, recording nothing, if it is from another origin."""
        if not self.is_ours(headers):
            return False
        if self._named(query) or not self.is_named:
            self._heard = self._steady()
        return True

    def is_ours(self, headers: Pairs) -> bool:
        """Return whether the report comes from a page of this server."""
        return same_origin(_decoded(headers), self._public_url)

    def age(self, query: bytes, headers: Pairs) -> float | None:
        """Tell the kiosk's session how many seconds ago the last counted report came, or None."""
        if _decoded(headers).get("sec-fetch-site", "same-origin") == "same-origin":
            self._named(query)
        return None if self._heard is None else self._steady() - self._heard

    @property
    def was_heard(self) -> bool:
        return self._heard is not None

    def unheard(self) -> float:
        """Return the seconds since the last report that counts, or since the start if none did."""
        return self._steady() - (self._since if self._heard is None else self._heard)

    def _named(self, query: bytes) -> bool:
        """Return whether the query has a name; once one has had a name, others don't count."""
        is_named = _SAID.fullmatch(query) is not None
        if is_named and not self.is_named:
            self.is_named, self._heard, self._since = True, None, self._steady()
        return is_named


def _decoded(headers: Pairs) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in headers}

"""HTTPS requests to an HSDS API, with retries and limits, but without redirects or cookies."""

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from content.trust.proxies import proxy_for
from editor.exchange.hsds.schema import FeedError
from messages.message import verbatim
from system.hosts import is_loopback

_AGAIN: dict[str, Any] = {
    "status_forcelist": {429, 500, 502, 503, 504},
    "backoff_factor": 0.5,
    "backoff_jitter": 0.5,
}
_PIECE = 64 * 1024


class NotFoundError(FeedError):
    """The server has nothing at this address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits on bytes per response, total bytes and seconds, attempts, and seconds between them."""

    page: int = 8 * 1024 * 1024
    total: int = 256 * 1024 * 1024
    seconds: float = 900
    tries: int = 4
    wait: float = 60


def check_address(url: str) -> None:
    """Raise FeedError if the address is not https (http is allowed only for this machine)."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError as error:
        raise FeedError("feed.no-address", url=url, why=error) from error
    local = parts.scheme == "http" and is_loopback(host)
    if not host or not (parts.scheme == "https" or local):
        raise FeedError("feed.not-https", url=url)
    if parts.username or parts.query or parts.fragment:
        raise FeedError("feed.not-plain", url=url)


class Web:
    """One import's connection to its feed."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._end = time.monotonic() + self._limits.seconds
        self._left = self._limits.total
        self._pool: Any = None

    def get(self, url: str) -> bytes:
        """Return the response body from the address. Raises FeedError."""
        import urllib3  # noqa: PLC0415 (a tenth of a second that only an import needs)
        from urllib3.exceptions import HTTPError, MaxRetryError, SSLError  # noqa: PLC0415

        wait = int(min(self._limits.wait, max(0.0, self._end - time.monotonic())))
        retries = urllib3.Retry(
            self._limits.tries, backoff_max=wait, retry_after_max=wait, **_AGAIN
        )
        retries = retries.increment("GET", url)  # otherwise, the second attempt would not wait
        while True:
            self._in_time(url)
            answer, cut = None, None
            try:
                answer = self._ask(url)
                why = f"the server answered {answer.status}"
                if not retries.is_retry("GET", answer.status):
                    return self._body(url, answer)
            except SSLError as error:
                said = f"this computer does not trust its certificate ({error}); set SSL_CERT_FILE"
                raise FeedError(verbatim(f"{url}: {said}")) from error
            except HTTPError as error:
                cut, why = error, f"no complete answer ({type(error).__name__})"
            finally:
                if answer is not None:
                    answer.close()
            try:
                retries = retries.increment("GET", url, response=answer, error=cut)
                retries.sleep(answer)
            except (MaxRetryError, urllib3.exceptions.InvalidHeader) as error:
                said = f"{why}, {self._limits.tries} times; try again later"
                raise FeedError(verbatim(f"{url}: {said}")) from error

    def _ask(self, url: str) -> Any:
        """Send one request. The pool must not retry: it would read a discarded body to the end."""
        headers = {"Accept": "application/json", "User-Agent": "Porchlight"}
        headers["Accept-Encoding"] = "gzip"
        self._pool = self._pool or _pool(url)
        return self._pool.request(
            "GET", url, headers=headers, preload_content=False, redirect=False
        )

    def _body(self, url: str, answer: Any) -> bytes:
        if answer.status != 200:
            raise _refused(url, int(answer.status))
        found = bytearray()
        # read1 returns any available data, so a slow trickle cannot outlast the limit.
        while piece := answer.read1(_PIECE, decode_content=True):
            found += piece
            self._left -= len(piece)
            if len(found) > self._limits.page:
                mb = self._limits.page / 1024 / 1024
                raise FeedError("feed.large-page", url=url, mb=f"{mb:g}")
            if self._left < 0:
                raise FeedError("feed.large-feed", url=url)
            self._in_time(url)
        return bytes(found)

    def _in_time(self, url: str) -> None:
        if time.monotonic() > self._end:
            raise FeedError("feed.slow", url=url, seconds=f"{self._limits.seconds:g}")


def _refused(url: str, status: int) -> FeedError:
    if status in (404, 410):
        return NotFoundError("feed.nothing-there", url=url, status=status)
    if 300 <= status < 400 and status != 304:
        return FeedError("feed.redirect", url=url, status=status)
    if status in (401, 403, 407):
        return FeedError("feed.needs-key", url=url, status=status)
    return FeedError("feed.odd-status", url=url, status=status)


def _pool(url: str) -> Any:
    import urllib3  # noqa: PLC0415

    settings: dict[str, Any] = {"retries": False, "timeout": urllib3.Timeout(connect=10, read=30)}
    parts = urlsplit(url)
    proxy = proxy_for(parts.scheme, parts.hostname or "")
    return urllib3.ProxyManager(proxy, **settings) if proxy else urllib3.PoolManager(**settings)

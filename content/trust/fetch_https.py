"""Fetches a publisher's files over https through a school's proxy, filter or inspection.

Uses the environment's proxy and certificates. Sends no cookie or machine id; follows no redirects.
"""

import os
import ssl
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import urllib3
from urllib3 import exceptions as wrong

from content.trust.failures import Failure, Kind, of_status
from content.trust.fetch import Deadline, Fetcher, FetchError, StatusError
from content.trust.proxies import proxy_for
from messages.message import message, verbatim

CONNECT_SECONDS = 10
SILENT_SECONDS = 30
CHUNK = 65536
MOST_CERTIFICATES = 64 * 2**20  # bytes; a system's whole list takes a quarter of a megabyte
HEADERS = {"Accept-Encoding": "identity", "User-Agent": "porchlight"}
_BROKEN: tuple[tuple[tuple[type[Exception], ...], Kind, str], ...] = (
    ((wrong.ProxyError,), "no network", "fetch.proxy"),
    ((wrong.NewConnectionError, wrong.ConnectTimeoutError), "no network", "fetch.no-connection"),
    ((wrong.TimeoutError, TimeoutError), "slow", "fetch.host"),
    ((wrong.SSLError, ssl.SSLError), "inspection", "fetch.not-secure"),
    ((wrong.DecodeError,), "damaged", "fetch.compressed"),
)
_NOT_YET_VALID, _EXPIRED = 9, 10  # OpenSSL's X509_V_ERR_CERT_…


class HttpsFetcher(Fetcher):
    """Reads https addresses. ``plain`` allows http, for TUF's conformance suite."""

    def __init__(self, deadline: Deadline, *, plain: bool = False) -> None:
        super().__init__(deadline)
        self._plain = plain
        self._pools: dict[str, urllib3.PoolManager] = {}

    def host(self, url: str) -> str:
        """Return only the host: an address may contain more than a staff page should show."""
        return urlsplit(url).hostname or str(message("fetch.publisher"))

    def chunks(self, url: str) -> Iterator[bytes]:
        """Yield the body, decompressed if necessary. Raises FetchError or StatusError."""
        host, scheme = self.host(url), urlsplit(url).scheme
        if scheme != "https" and not self._plain:
            raise FetchError(Failure("sign-in page", message("fetch.plain", host=host)))
        try:
            answer = self._pool(scheme, host).request(
                "GET",
                url,
                headers=HEADERS,
                redirect=False,
                retries=False,
                preload_content=False,
                timeout=self._timeout(),
            )
        except wrong.HTTPError as error:
            raise FetchError(_met(error, host)) from error
        try:
            yield from _body(answer, host)
        except (wrong.HTTPError, OSError) as error:
            raise FetchError(_met(error, host)) from error
        finally:
            answer.close()

    def _timeout(self) -> urllib3.Timeout:
        left = max(0.1, self.deadline.left())
        return urllib3.Timeout(connect=min(CONNECT_SECONDS, left), read=min(SILENT_SECONDS, left))

    def _pool(self, scheme: str, host: str) -> urllib3.PoolManager:
        proxy = proxy_for(scheme, host)
        if proxy not in self._pools:
            trust = _certificates(host)
            self._pools[proxy] = (
                urllib3.ProxyManager(proxy, ssl_context=trust)
                if proxy
                else urllib3.PoolManager(ssl_context=trust)
            )
        return self._pools[proxy]


def _certificates(host: str) -> ssl.SSLContext:
    """Return the system's certificates; OpenSSL adds those of SSL_CERT_FILE and SSL_CERT_DIR.
    Raises FetchError if OpenSSL would never finish reading one of them."""
    for path in _named_certificates():
        with suppress(OSError):  # a missing folder is skipped, as in OpenSSL
            found = path.stat()  # links are common here
            if not stat.S_ISREG(found.st_mode) or found.st_size > MOST_CERTIFICATES:
                detail = message("fetch.no-certificates", host=host, path=path)
                raise FetchError(Failure("inspection", detail))
    trust = ssl.create_default_context()
    # Inspection certificates seldom pass Python 3.13's strict checks; signatures protect content.
    trust.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return trust


def _named_certificates() -> Iterator[Path]:
    """Yield the certificates that the environment names: a file, and those in a folder."""
    if file := os.environ.get("SSL_CERT_FILE"):
        yield Path(file)
    for folder in filter(None, os.environ.get("SSL_CERT_DIR", "").split(os.pathsep)):
        with suppress(OSError):
            yield from (path for path in Path(folder).iterdir() if not path.is_dir())


def _body(answer: urllib3.BaseHTTPResponse, host: str) -> Iterator[bytes]:
    if answer.status != 200:
        if answer.status >= 400:
            raise StatusError(answer.status, host)
        raise FetchError(of_status(answer.status, host))
    # read1 returns available bytes; a read of a given size could wait past any deadline.
    while chunk := answer.read1(CHUNK, decode_content=True):
        yield chunk


def _met(error: Exception, host: str) -> Failure:
    """Return the failure that a broken connection indicates."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            kind: Kind = (
                "clock" if cause.verify_code in (_NOT_YET_VALID, _EXPIRED) else "inspection"
            )
            return Failure(
                kind, message("fetch.certificate", host=host, why=verbatim(cause.verify_message))
            )
    for types, kind, code in _BROKEN:
        if isinstance(error, types):
            return Failure(kind, message(code, host=host))
    return Failure("no network", message("fetch.cut", host=host))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the exception and its causes, outermost first; urllib3 keeps them in several places."""
    while error is not None:
        yield error
        inner = getattr(error, "original_error", None) or error.__cause__ or error.__context__
        error = inner or next((one for one in error.args if isinstance(one, BaseException)), None)

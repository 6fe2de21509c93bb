"""The base of TUF fetchers, with a deadline for the whole refresh.

Sources are read in a thread, so a hanging DNS lookup, handshake or stick cannot block the caller.
"""

import time
from abc import abstractmethod
from collections.abc import Callable, Iterator
from functools import partial

from tuf.api.exceptions import DownloadError, DownloadHTTPError, DownloadLengthMismatchError
from tuf.ngclient import FetcherInterface

from content.trust.failures import Failure, is_page, of_status
from messages.message import message
from system.bounded import Pool


class FetchError(DownloadError):
    """A file could not be fetched; ``failure`` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.detail)
        self.failure = failure


class StatusError(DownloadHTTPError):
    """A status of 400 or more; TUF reads 403 and 404 on a root as "no newer root"."""

    def __init__(self, status: int, host: str, failure: Failure | None = None) -> None:
        super().__init__(f"status {status}", status)
        self.failure = failure or of_status(status, host)


class Deadline:
    """The time by which a refresh must end, on the monotonic clock."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """The seconds left, never less than 0."""
        return max(0.0, self._end - time.monotonic())


class Fetcher(FetcherInterface):
    """Fetches files within time and length limits. ``hidden``: the server refused a root (403)."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline
        self.hidden = False

    @abstractmethod
    def chunks(self, url: str) -> Iterator[bytes]:
        """Yield the file's bytes as they come, in a thread. Raises FetchError or StatusError."""

    @abstractmethod
    def host(self, url: str) -> str:
        """Return the host to name in a failure."""

    def read(self, url: str, max_length: int) -> Iterator[bytes]:
        """Yield the file's bytes, at most ``max_length``. Every failure is a DownloadError."""
        taken = 0
        try:
            for chunk in _in_time(lambda: self.chunks(url), self.deadline):
                taken += len(chunk)
                if taken > max_length:
                    raise DownloadLengthMismatchError(message("fetch.longer", count=max_length))
                yield chunk
        except TimeoutError:
            raise FetchError(Failure("slow", self.host(url))) from None
        except StatusError as error:
            self.hidden = self.hidden or (error.status_code == 403 and url.endswith(".root.json"))
            raise

    def download_bytes(self, url: str, max_length: int) -> bytes:
        """Return the whole file, as TUF requests metadata. Raises FetchError for a web page."""
        taken = b""
        try:
            for chunk in self.read(url, max_length):
                taken += chunk
        finally:
            self.refuse_page(url, taken)
        return taken

    def refuse_page(self, url: str, taken: bytes) -> None:
        """Raise FetchError if this begins like a web page instead of a signed file."""
        if is_page(taken):
            raise FetchError(
                Failure("sign-in page", message("fetch.web-page", host=self.host(url)))
            )

    def _fetch(self, url: str) -> Iterator[bytes]:
        return self.chunks(url)


def _in_time(produce: Callable[[], Iterator[bytes]], deadline: Deadline) -> Iterator[bytes]:
    """Yield the chunks of ``produce``, run in a thread. Raises TimeoutError at the deadline."""
    pool = Pool("fetch", 1)
    try:
        chunks = pool.call(produce, deadline.left())
        following = partial(next, chunks, None)
        while (chunk := pool.call(following, deadline.left())) is not None:
            if not deadline.left():
                raise TimeoutError
            yield chunk
    finally:
        pool.shutdown()

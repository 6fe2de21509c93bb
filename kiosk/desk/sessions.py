"""Who is signed in at the desk and how often one may guess, in memory only.

No address, name or browser is kept: the wait after wrong guesses is the same for everybody.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable

IDLE_SECONDS = 30 * 60
LONGEST_SECONDS = 10 * 60 * 60  # a working day, also for a page that asks by itself
MOST = 50
FREE_GUESSES = 3
LONGEST_WAIT_SECONDS = 60.0
FORGOTTEN_SECONDS = 60 * 60


class Session:
    """One browser that is signed in. ``form_token`` must come back with every form of its pages."""

    def __init__(self, now: float, stamp: bytes) -> None:
        self.began = self.seen = now
        self.stamp = stamp
        self.form_token = secrets.token_urlsafe(32)

    def owns(self, form_token: str) -> bool:
        """Whether a form was made for this session."""
        return hmac.compare_digest(form_token.encode(), self.form_token.encode())


class Sessions:
    """All sessions by the hash of their token. ``steady``: a clock in seconds that never jumps."""

    def __init__(self, steady: Callable[[], float]) -> None:
        self._steady = steady
        self._open: dict[bytes, Session] = {}

    def begin(self, stamp: bytes) -> str:
        """A new session's token. ``stamp``: the passphrase's hash; a new passphrase ends it."""
        token = secrets.token_urlsafe(32)
        self._open[_key(token)] = Session(self._steady(), stamp)
        while len(self._open) > MOST:
            del self._open[min(self._open, key=lambda key: self._open[key].seen)]
        return token

    def find(self, token: str, stamp: bytes) -> Session | None:
        """The session of this token, if it is not over; being asked for keeps it alive."""
        now = self._steady()
        self._open = {
            key: one
            for key, one in self._open.items()
            if now - one.seen < IDLE_SECONDS and now - one.began < LONGEST_SECONDS
        }
        session = self._open.get(_key(token))
        if session is None or not hmac.compare_digest(session.stamp, stamp):
            return None
        session.seen = now
        return session

    def end(self, token: str) -> None:
        """Sign this browser out."""
        self._open.pop(_key(token), None)


class GuessPace:
    """How long the next guess must wait: 1, 2, 4 … 60 seconds after three wrong ones in a row."""

    def __init__(self, steady: Callable[[], float]) -> None:
        self._steady = steady
        self._wrong = 0
        self._last = 0.0

    def wait(self) -> float:
        """Seconds until a guess is looked at, 0 for now."""
        since = self._steady() - self._last
        if self._wrong < FREE_GUESSES or since >= FORGOTTEN_SECONDS:
            return 0.0
        wait = min(LONGEST_WAIT_SECONDS, 2.0 ** min(self._wrong - FREE_GUESSES, 10))  # no overflow
        return max(0.0, wait - since)

    def wrong(self) -> None:
        """A guess was wrong."""
        self._wrong = 1 if self._steady() - self._last >= FORGOTTEN_SECONDS else self._wrong + 1
        self._last = self._steady()

    def right(self) -> None:
        """Somebody knew it: the count begins anew."""
        self._wrong = 0


def _key(token: str) -> bytes:
    """What a token is found by: it is compared nowhere itself, so no timing tells about it."""
    return hashlib.sha256(token.encode()).digest()

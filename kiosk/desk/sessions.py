"""The desk's sessions and the delay after wrong guesses, in memory only.

Keeps no address, name or browser: the delay is the same for everybody.
"""

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.desk.words import DeskWords

IDLE_SECONDS = 30 * 60
LONGEST_SECONDS = 10 * 60 * 60  # a working day, also for pages that reload themselves
MOST = 50
FREE_GUESSES = 3
LONGEST_WAIT_SECONDS = 60.0
FORGOTTEN_SECONDS = 60 * 60


class Session:
    """One signed-in browser. Every form of its pages must send ``form_token`` back.

    ``compared``: the crisis numbers that were compared in this sign-in.
    """

    def __init__(self, now: float, stamp: bytes) -> None:
        self.began = self.seen = now
        self.stamp = stamp
        self.form_token = secrets.token_urlsafe(32)
        self.compared: Mapping[str, str] = {}

    def owns(self, form_token: str) -> bool:
        """Whether a form was made for this session."""
        return hmac.compare_digest(form_token.encode(), self.form_token.encode())


class Sessions:
    """All sessions by token hash, and the pace of guesses. ``steady``: a monotonic clock in
    seconds."""

    def __init__(self, steady: Callable[[], float]) -> None:
        self._steady, self.pace = steady, GuessPace(steady)
        self._open: dict[bytes, Session] = {}

    def begin(self, stamp: bytes) -> str:
        """A new session's token. ``stamp``: the passphrase's hash; another one ends the session."""
        token = secrets.token_urlsafe(32)
        self._open[_key(token)] = Session(self._steady(), stamp)
        while len(self._open) > MOST:
            del self._open[min(self._open, key=lambda key: self._open[key].seen)]
        return token

    def find(self, token: str, stamp: bytes) -> Session | None:
        """The token's session, unless expired; extends it."""
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

    def of_form(self, form_token: str) -> Session | None:
        """The session that a form was made for, None once it ended."""
        return next((one for one in self._open.values() if one.owns(form_token)), None)

    def end(self, token: str) -> None:
        """Sign this browser out."""
        self._open.pop(_key(token), None)


class GuessPace:
    """Delay before the next guess: 1, 2, 4 … 60 seconds from the third wrong one in a row."""

    def __init__(self, steady: Callable[[], float]) -> None:
        self._steady = steady
        self._wrong = 0
        self._last = 0.0
        self._one_at_a_time = asyncio.Lock()  # 32 MiB and a third of a second each

    async def guess(self, is_right: Callable[[], bool], _: "DeskWords") -> tuple[str, int]:
        """What is wrong with a typed secret, "" if nothing; the seconds to wait, 0 for none."""
        async with self._one_at_a_time:
            if seconds := ceil(self.wait()):
                said = _(
                    "Too many wrong guesses. Wait %(seconds)s seconds, then try again.",
                    seconds=seconds,
                )
                return said, seconds
            if await asyncio.to_thread(is_right):
                self.right()
                return "", 0
            self.wrong()
            return _("That is not the passphrase."), 0

    def wait(self) -> float:
        """Seconds until the next guess, 0 for none."""
        since = self._steady() - self._last
        if self._wrong < FREE_GUESSES or since >= FORGOTTEN_SECONDS:
            return 0.0
        wait = min(LONGEST_WAIT_SECONDS, 2.0 ** min(self._wrong - FREE_GUESSES, 10))  # no overflow
        return max(0.0, wait - since)

    def wrong(self) -> None:
        """Count a wrong guess."""
        self._wrong = 1 if self._steady() - self._last >= FORGOTTEN_SECONDS else self._wrong + 1
        self._last = self._steady()

    def right(self) -> None:
        """Reset the count."""
        self._wrong = 0


def _key(token: str) -> bytes:
    """Lookup by hash: the token itself is never compared, so timing reveals nothing."""
    return hashlib.sha256(token.encode()).digest()

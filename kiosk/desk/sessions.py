"""The desk's sessions and the delay after wrong guesses, in memory only.

Keeps no address, name or browser: the delay is the same for everybody.
"""

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from functools import partial
from math import ceil
from pathlib import Path

from kiosk.desk import passphrase
from messages.message import Message, message

IDLE_SECONDS = 30 * 60
FORM_SECONDS = 2 * 60 * 60  # session length after opening a form that takes minutes to fill in
LONGEST_SECONDS = 10 * 60 * 60  # a working day, the maximum even for pages that reload themselves
MOST = 50
FREE_GUESSES = 3
LONGEST_WAIT_SECONDS = 60.0
FORGOTTEN_SECONDS = 60 * 60


class Session:
    """One signed-in browser. Every form on its pages must send ``form_token`` back.

    ``compared``: crisis numbers compared in this session. ``school``: the school whose pages
    it shows, "" for the district's; ``is_bound``: whether it may show no other school's.
    """

    def __init__(self, now: float, stamp: bytes, school: str = "") -> None:
        self.school, self.is_bound = school, bool(school)
        self.began = now
        self.until = now + IDLE_SECONDS
        self.stamp = stamp
        self.form_token = secrets.token_urlsafe(32)
        self.compared: Mapping[str, str] = {}

    def owns(self, form_token: str) -> bool:
        return hmac.compare_digest(form_token.encode(), self.form_token.encode())


class Sessions:
    """All sessions by token hash, and the delay after wrong guesses. ``steady``: a monotonic clock
    in seconds."""

    def __init__(self, steady: Callable[[], float]) -> None:
        self._steady, self.pace = steady, GuessPace(steady)
        self._open: dict[bytes, Session] = {}

    def begin(self, stamp: bytes, school: str = "") -> str:
        """Return a new session's token. ``stamp``: the passphrase's hash; a new passphrase ends the
        session. ``school``: the school whose own passphrase was used."""
        token = secrets.token_urlsafe(32)
        self._open[_key(token)] = Session(self._steady(), stamp, school)
        while len(self._open) > MOST:
            del self._open[min(self._open, key=lambda key: self._open[key].until)]
        return token

    def find(self, token: str, stamp: bytes, *, in_form: bool = False) -> Session | None:
        """Return the token's session unless it has expired; extend it, longer if ``in_form``."""
        now = self._steady()
        self._open = {
            key: one
            for key, one in self._open.items()
            if now < one.until and now - one.began < LONGEST_SECONDS
        }
        session = self._open.get(_key(token))
        if session is None or not hmac.compare_digest(session.stamp, stamp):
            return None
        session.until = max(session.until, now + (FORM_SECONDS if in_form else IDLE_SECONDS))
        return session

    def bound_to(self, token: str) -> str:
        """Return the school whose passphrase started the session; "" for the district's."""
        session = self._open.get(_key(token))
        return session.school if session and session.is_bound else ""

    def of_form(self, form_token: str) -> Session | None:
        """Return the session that a form was made for; None if it has ended."""
        return next((one for one in self._open.values() if one.owns(form_token)), None)

    def end(self, token: str) -> None:
        self._open.pop(_key(token), None)


class DeskRefusedError(Exception):
    """A form is refused. ``wait``: seconds until another guess may be made."""

    def __init__(self, said: Message, status: int = 400, wait: int = 0) -> None:
        super().__init__(said)
        self.said, self.status, self.wait = said, status, wait


class GuessPace:
    """Delays the next guess: by 1, 2, 4 … 60 seconds from the third wrong one in a row."""

    def __init__(self, steady: Callable[[], float]) -> None:
        self._steady = steady
        self._wrong = 0
        self._last = 0.0
        self._one_at_a_time = asyncio.Lock()  # each guess takes 32 MiB and a third of a second

    async def guess(self, is_right: Callable[[], bool]) -> None:
        """Raise DeskRefusedError unless a typed secret is correct."""
        async with self._one_at_a_time:
            if seconds := ceil(self.wait()):
                raise DeskRefusedError(message("passphrase.wait", count=seconds), 429, seconds)
            if await asyncio.to_thread(is_right):
                self._wrong = 0
                return
            self._wrong = 1 if self._since() >= FORGOTTEN_SECONDS else self._wrong + 1
            self._last = self._steady()
            raise DeskRefusedError(message("passphrase.wrong"), 403)

    async def confirm(self, data_dir: Path, typed: str, file: str = passphrase.FILE) -> None:
        """Raise DeskRefusedError unless this is the passphrase stored in the file."""
        await self.guess(partial(passphrase.is_current, data_dir, typed, file))

    def wait(self) -> float:
        """Return the seconds until another guess may be made, 0 for no delay."""
        if self._wrong < FREE_GUESSES or self._since() >= FORGOTTEN_SECONDS:
            return 0.0
        wait = min(LONGEST_WAIT_SECONDS, 2.0 ** min(self._wrong - FREE_GUESSES, 10))  # no overflow
        return max(0.0, wait - self._since())

    def _since(self) -> float:
        return self._steady() - self._last


def _key(token: str) -> bytes:
    """Hash a token for lookup: the token itself is never compared, so timing reveals nothing."""
    return hashlib.sha256(token.encode()).digest()

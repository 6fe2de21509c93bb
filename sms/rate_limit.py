"""Rate limit per sender, so that two machines do not answer each other for ever."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["answer", "limit", "quiet"]
FULL = 12  # answers a minute: a person in trouble types slower, an auto-responder does not
MINUTE = 60.0  # seconds
SENDERS = 20_000  # remembered, about 4 MB; the longest quiet is forgotten first


@dataclass(slots=True)
class _Window:
    since: float
    count: int = 0


class RateLimit:
    """``FULL`` messages a minute are answered, the next gets one short text, the rest none."""

    def __init__(self) -> None:
        self._windows: OrderedDict[bytes, _Window] = OrderedDict()

    def step(self, sender: bytes, now: float) -> Verdict:
        """Count one message. ``now`` in seconds; a clock set back starts a new minute."""
        window = self._windows.get(sender)
        if window is None or not 0 <= now - window.since < MINUTE:
            window = self._windows[sender] = _Window(now)
            self._forget(now)
        self._windows.move_to_end(sender)
        window.count += 1
        if window.count <= FULL:
            return "answer"
        return "limit" if window.count == FULL + 1 else "quiet"

    def _forget(self, now: float) -> None:
        while self._windows:
            oldest = next(iter(self._windows.values()))
            if len(self._windows) <= SENDERS and 0 <= now - oldest.since < MINUTE:
                return
            self._windows.popitem(last=False)

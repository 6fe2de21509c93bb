"""Limits the answers to each sender, so that two machines do not text each other forever."""

from collections import OrderedDict
from typing import Literal, NamedTuple

Verdict = Literal["answer", "limit", "short", "quiet"]
MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0  # seconds
FULL = 12  # answers per minute: a person in trouble types more slowly than that, unlike a machine
AN_HOUR = 50  # answers per hour (one every 72 seconds): more than the number of topics in a pack
A_DAY = 100  # answers per day: a machine that answers every 15 minutes stays below this
# Danger and suicide: 20 in 5 minutes is RapidPro's cap against loops (nyaruka/courier, 254).
URGENT_FULL, URGENT_SPAN = 20, 5 * MINUTE
FLOOD_SECONDS = URGENT_SPAN  # seconds to report that an urgent text was over the limit
SENDERS = 5_000  # maximum senders remembered (under 3 MB); those quiet longest are dropped first


class _Limit(NamedTuple):
    """At most ``full`` answers within ``span`` seconds."""

    span: float
    full: int


_OTHERS = (_Limit(MINUTE, FULL), _Limit(HOUR, AN_HOUR), _Limit(DAY, A_DAY))
_URGENT = (_Limit(URGENT_SPAN, URGENT_FULL), _Limit(DAY, A_DAY))


class _Windows:
    """Counts one sender's answers in each limit's time span, which starts with the first answer."""

    __slots__ = ("_limits", "_since", "counts")

    def __init__(self, limits: tuple[_Limit, ...], now: float) -> None:
        self._limits, self._since, self.counts = limits, [now] * len(limits), [0] * len(limits)

    def left(self, now: float) -> list[int]:
        """Return the number of answers that each limit still allows."""
        for place, limit in enumerate(self._limits):
            if now - self._since[place] >= limit.span:
                self._since[place], self.counts[place] = now, 0
        return [limit.full - self.counts[k] for k, limit in enumerate(self._limits)]

    def add(self) -> None:
        self.counts = [count + 1 for count in self.counts]


class _Sender:
    __slots__ = ("others", "seen", "urgent", "urgent_at")

    def __init__(self) -> None:
        self.others: _Windows | None = None
        self.urgent: _Windows | None = None
        self.urgent_at, self.seen = float("-inf"), 0.0


class RateLimit:
    """Decides "answer", "limit" (one short text), "short" (urgent but brief) or "quiet"."""

    def __init__(self) -> None:
        self._senders: OrderedDict[bytes, _Sender] = OrderedDict()
        self._flooded = float("-inf")

    def __len__(self) -> int:
        return len(self._senders)

    def step(self, sender: bytes, now: float, *, urgent: bool) -> Verdict:
        """Count a text. ``now``: monotonic seconds, which do not change when the clock is set."""
        known = self._senders.setdefault(sender, _Sender())
        known.seen = now
        self._senders.move_to_end(sender)
        self.forget(now)
        if not urgent:
            return _other(known, now)
        verdict = _urgent(known, now)
        if verdict != "answer":
            self._flooded = now
        return verdict

    def is_flooded(self, now: float) -> bool:
        """Whether some sender's urgent texts recently exceeded a limit, without naming them."""
        return now - self._flooded < FLOOD_SECONDS

    def forget(self, now: float) -> None:
        """Forget senders that were quiet for a day and, beyond ``SENDERS``, the quietest."""
        while self._senders:
            oldest = next(iter(self._senders.values()))
            if len(self._senders) <= SENDERS and now - oldest.seen < DAY:
                return
            self._senders.popitem(last=False)


def _other(known: _Sender, now: float) -> Verdict:
    """Decide on a text. The first text over a limit gets the short text, counted as an answer."""
    windows = known.others = known.others or _Windows(_OTHERS, now)
    left = windows.left(now)
    left[-1] -= _today(known.urgent, now)
    if min(left) < 0:
        return "quiet"
    windows.add()
    return "limit" if 0 in left else "answer"


def _urgent(known: _Sender, now: float) -> Verdict:
    """Over the five-minute limit, answer once a minute; over the daily limit, once an hour."""
    windows = known.urgent = known.urgent or _Windows(_URGENT, now)
    five_minutes, day = windows.left(now)
    every = HOUR if day <= _today(known.others, now) else MINUTE if five_minutes <= 0 else 0.0
    if every and now - known.urgent_at < every:
        return "quiet"
    known.urgent_at = now
    windows.add()
    return "short" if every else "answer"


def _today(others: _Windows | None, now: float) -> int:
    """Count today's answers of the other kind. The daily limit covers both: otherwise, if one of
    two machines took the other's short text for an emergency, they would go on for a second day."""
    return A_DAY - others.left(now)[-1] if others else 0

"""Tracks whether Twilio is delivering our replies and, if not, when that stopped.

Sources: twilio.com/docs/messaging/guides/track-outbound-message-status, twilio.com/docs/api/errors.
"""

from collections.abc import Callable
from datetime import datetime

from messages.message import Message, message
from sms.alarms import Alarms

# 30032: toll-free unverified, 30033: campaign suspended, 30034: unregistered, 30035: in setup.
NOT_ARRIVING = frozenset({"30032", "30033", "30034", "30035"})
FILTERED = "30007"  # a reply was treated as spam


class Deliveries:
    """Records each reply's status. ``clock`` returns the time to show the operator."""

    def __init__(self, alarms: Alarms, *, clock: Callable[[], datetime]) -> None:
        self._alarms = alarms
        self._clock = clock
        self._since: datetime | None = None
        self.seen = False  # True once any final status has arrived since the start

    def record(self, status: str, error_code: str) -> None:
        """Record a MessageStatus and an ErrorCode ("" if there is no error)."""
        self.seen = self.seen or bool(error_code) or status == "delivered"
        if error_code in NOT_ARRIVING:
            self._since = self._since or self._clock()
            self._alarms.say("not-arriving")
        elif error_code == FILTERED:
            self._alarms.say("filtered")
        elif status == "delivered":
            self._since = None

    def problem(self) -> Message | None:
        if self._since is None:
            return None
        since = f"{self._since:%Y-%m-%d %H:%M} UTC"
        return message("carrier.not-arriving", since=since)

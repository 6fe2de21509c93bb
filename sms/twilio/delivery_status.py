"""Whether our replies arrive: since when the carrier lets none through.

Sources: twilio.com/docs/messaging/guides/track-outbound-message-status, twilio.com/docs/api/errors.
"""

from collections.abc import Callable
from datetime import datetime

from sms.alarms import Alarms

# 30032 toll-free not verified, 30033 campaign suspended, 30034 number not registered, 30035 still
# being configured.
NOT_ARRIVING = frozenset({"30032", "30033", "30034", "30035"})
FILTERED = "30007"  # the carrier took the words of a reply for spam


class Deliveries:
    """Hears of each reply's fate. ``clock`` tells the time of day, for the operator."""

    def __init__(self, alarms: Alarms, *, clock: Callable[[], datetime]) -> None:
        self._alarms = alarms
        self._clock = clock
        self._since: datetime | None = None

    def record(self, status: str, error_code: str) -> None:
        """Take in a MessageStatus and an ErrorCode, "" where there is none."""
        if error_code in NOT_ARRIVING:
            self._since = self._since or self._clock()
            self._alarms.say("not-arriving")
        elif error_code == FILTERED:
            self._alarms.say("filtered")
        elif status == "delivered":
            self._since = None

    def problem(self) -> str:
        """A sentence for the operator while replies do not arrive; "" while they do."""
        if self._since is None:
            return ""
        since = f"{self._since:%Y-%m-%d %H:%M} UTC"
        return f"replies are not arriving since {since}: see the number's registration"

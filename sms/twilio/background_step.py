"""Runs one background step; logs a failure once and reports it in /readyz."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from sms.alarms import Alarms
from sms.carrier import SendError
from store.group_commit import StoreError


class BackgroundStep:
    """The turns of one kind of work."""

    def __init__(self, alarms: Alarms, *, clock: Callable[[], datetime], summary: str) -> None:
        """``summary``: the operator's sentence while the API fails, with a place {since}."""
        self._alarms, self._clock, self._summary = alarms, clock, summary
        self._failing_since: datetime | None = None

    def problem(self) -> str:
        """A sentence for the operator; "" if the last turn went well."""
        since = self._failing_since
        return self._summary.format(since=f"{since:%Y-%m-%d %H:%M} UTC") if since else ""

    async def take(self, work: Callable[[], Awaitable[int]]) -> int:
        """What the work returns, 0 if it failed. Raises nothing but cancellation."""
        try:
            done = await work()
        except (SendError, TimeoutError) as error:
            self._failing_since = self._failing_since or self._clock()
            self._alarms.say("carrier-away", error)
        except StoreError as error:
            self._alarms.say("store", error)
        # whatever it was, the next turn begins at the same place
        except Exception as error:  # noqa: BLE001
            self._alarms.say("fault", error)
        else:
            self._failing_since = None
            return done
        return 0

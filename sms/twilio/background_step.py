"""Runs one background step; logs a failure once and reports it to the desk."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from messages.message import Message, message
from sms.carrier import SendError, Transport
from sms.line import TextLine
from store.failure import StoreError
from store.group_commit import Store
from system.bounded import Pool


@dataclass(frozen=True, slots=True)
class CarrierWork:
    """State shared by all steps. ``threads``: for calls to the carrier. ``clock``: aware UTC."""

    line: TextLine
    store: Store
    carrier: Transport
    threads: Pool
    clock: Callable[[], datetime]


class BackgroundStep:
    """One kind of background work. Any number of servers may run it at the same time."""

    failing: ClassVar[str]  # the code of the message that is shown while the API fails

    def __init__(self, shared: CarrierWork) -> None:
        self._line, self._store, self._carrier = shared.line, shared.store, shared.carrier
        self._ask, self._clock = shared.threads.run, shared.clock
        self._failing_since: datetime | None = None

    def problem(self) -> Message | None:
        """Return a message for the technician, or None if the last turn went well."""
        since = self._failing_since
        return message(self.failing, since=f"{since:%Y-%m-%d %H:%M} UTC") if since else None

    async def turn(self) -> int:
        """Return the number of messages handled (0 after a failure). Raises only if cancelled."""
        try:
            done = await self._work()
        except (SendError, TimeoutError) as error:
            self._failing_since = self._failing_since or self._clock()
            self._line.alarms.say("carrier-away", error)
        except StoreError as error:
            self._line.alarms.say("store", error)
        except Exception as error:  # noqa: BLE001  the next turn starts here again
            self._line.alarms.say("fault", error)
        else:
            self._failing_since = None
            return done
        return 0

    async def _work(self) -> int:
        raise NotImplementedError

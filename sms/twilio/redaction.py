"""Deletes Twilio's copy of each handled message within the hour."""

from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice

from sms.twilio import outbox_table
from sms.twilio.background_step import BackgroundStep

# The outbox sends for at most 15 minutes, and searches the list a little longer.
KEPT = timedelta(minutes=25)
REACH = timedelta(days=7)  # enough to cover an outage, but not the whole history
MOST = 2_000  # maximum messages per turn


class Redaction(BackgroundStep):
    failing = "carrier.not-redacted"

    async def _work(self) -> int:
        now = self._clock()
        read_until = await self._store.submit(outbox_table.read_until, None)
        if read_until is None:
            return 0
        before = min(now - KEPT, datetime.fromtimestamp(read_until, UTC))
        rows = (held.sid for held in self._carrier.list(now - REACH) if held.sent_at < before)
        sids: list[str] = await self._ask(lambda: list(islice(rows, MOST)))
        gone = 0
        for sid in sids:  # one at a time, because replies come first
            gone += await self._ask(partial(self._carrier.forget, sid))
        return gone

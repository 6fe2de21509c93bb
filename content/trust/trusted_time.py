"""What time it is where the clock may be wrong: the rule by which signed content is judged too old.

Owns the choice between the system's clock and the floor: the newest instant that a publisher signed
and this machine accepted (``x-issued`` of a timestamp), or the day this program was written.
Refuses to read a clock: it is handed in. Source of the rule: content guide, 3.6.
"""

from datetime import UTC, datetime, timedelta
from typing import Literal

Verdict = Literal["ok", "behind", "unknown"]

# No machine runs this program earlier than this; moved forward with each version.
BUILT = datetime(2026, 11, 20, tzinfo=UTC)
# A clock that nobody set may be any time ahead; a machine that was off for a year is still
# believed.
FAR = timedelta(days=400)
DAY = timedelta(days=1)


def trusted_now(
    system: datetime, *, synchronised: bool, floor: datetime | None, built: datetime = BUILT
) -> tuple[datetime, Verdict]:
    """The instant to judge expiry by, and what it says of the system's clock.

    ``synchronised``: the clock was set from the network. ``behind``: the clock is more than a day
    before something signed; ``unknown``: it is far ahead and nobody set it. In both, the floor is
    the time: nothing expires by it.
    """
    least = max(floor or built, built)
    if system < least - DAY:
        return least, "behind"
    if not synchronised and system > least + FAR:
        return least, "unknown"
    return max(system, least), "ok"

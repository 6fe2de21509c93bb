"""What time it is where the clock may be wrong."""

from datetime import UTC, datetime, timedelta

import pytest

from content.trust.trusted_time import trusted_now

BUILT = datetime(2026, 11, 20, tzinfo=UTC)
FLOOR = datetime(2027, 3, 1, tzinfo=UTC)
HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)


@pytest.mark.parametrize(
    ("system", "synchronised", "floor", "time", "verdict"),
    [
        (FLOOR + DAY, True, FLOOR, FLOOR + DAY, "ok"),
        (FLOOR + DAY, False, FLOOR, FLOOR + DAY, "ok"),
        # A clock that runs a little behind: never earlier than what was signed.
        (FLOOR - HOUR, True, FLOOR, FLOOR, "ok"),
        (FLOOR - DAY, False, FLOOR, FLOOR, "ok"),
        # Without a battery a clock starts in 1970.
        (datetime(1970, 1, 1, tzinfo=UTC), False, FLOOR, FLOOR, "behind"),
        (datetime(1970, 1, 1, tzinfo=UTC), True, FLOOR, FLOOR, "behind"),
        (datetime(1970, 1, 1, tzinfo=UTC), False, None, BUILT, "behind"),
        # A floor from before this program was written is no floor.
        (BUILT, True, BUILT - YEAR, BUILT, "ok"),
        (BUILT + 399 * DAY, False, None, BUILT + 399 * DAY, "ok"),
        # Far ahead: only a clock set from the network is believed.
        (datetime(2099, 1, 1, tzinfo=UTC), False, FLOOR, FLOOR, "unknown"),
        (datetime(2099, 1, 1, tzinfo=UTC), True, FLOOR, datetime(2099, 1, 1, tzinfo=UTC), "ok"),
    ],
)
def test_expiry_is_judged_by_a_clock_that_can_be_right(
    system: datetime, synchronised: bool, floor: datetime | None, time: datetime, verdict: str
) -> None:
    assert trusted_now(system, synchronised=synchronised, floor=floor, built=BUILT) == (
        time,
        verdict,
    )

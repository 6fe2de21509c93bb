"""How fast one sender may go: by the minute, the hour and the day, and what always passes."""

import tracemalloc

import pytest

from sms import rate_limit
from sms.rate_limit import A_DAY, AN_HOUR, DAY, FULL, HOUR, URGENT_FULL, RateLimit


def test_full_answers_then_one_short_then_quiet_until_the_minute_ends() -> None:
    guard = RateLimit()
    verdicts = [guard.step(b"a", now, urgent=False) for now in range(FULL + 3)]
    assert verdicts == ["answer"] * FULL + ["limit", "quiet", "quiet"]
    assert guard.step(b"a", 59.9, urgent=False) == "quiet"
    assert guard.step(b"a", 60.0, urgent=False) == "answer"


def test_each_sender_has_a_pace_of_its_own() -> None:
    guard = RateLimit()
    for _ in range(FULL + 2):
        guard.step(b"a", 0, urgent=False)
    assert guard.step(b"b", 0, urgent=False) == "answer"


@pytest.mark.parametrize(
    ("every", "full", "begins_anew"), [(10.0, AN_HOUR, HOUR), (100.0, A_DAY, DAY)]
)
def test_whoever_keeps_within_the_minute_is_bounded_by_the_hour_and_the_day(
    every: float, full: int, begins_anew: float
) -> None:
    guard = RateLimit()
    verdicts = [guard.step(b"a", k * every, urgent=False) for k in range(full + 20)]
    assert verdicts == ["answer"] * full + ["limit"] + ["quiet"] * 19
    assert guard.step(b"a", begins_anew - 1, urgent=False) == "quiet"
    assert guard.step(b"a", begins_anew, urgent=False) == "answer"


def test_what_is_urgent_passes_where_nothing_else_does() -> None:
    guard = RateLimit()
    for _ in range(FULL + 2):
        guard.step(b"a", 0, urgent=False)
    assert guard.step(b"a", 0, urgent=True) == "answer"
    assert guard.step(b"a", 0, urgent=False) == "quiet"


def test_beyond_twenty_in_five_minutes_what_is_urgent_passes_once_a_minute_and_briefly() -> None:
    guard = RateLimit()
    verdicts = [guard.step(b"a", now, urgent=True) for now in range(240)]
    assert verdicts[:URGENT_FULL] == ["answer"] * URGENT_FULL
    passed = [now for now, verdict in enumerate(verdicts) if verdict == "short"]
    assert passed == [79, 139, 199]
    assert set(verdicts[URGENT_FULL:]) == {"short", "quiet"}
    assert guard.step(b"a", 300, urgent=True) == "answer"


def test_beyond_a_hundred_in_a_day_what_is_urgent_passes_once_an_hour_and_briefly() -> None:
    guard = RateLimit()
    verdicts = [guard.step(b"a", now * 60.0, urgent=True) for now in range(24 * 60)]
    assert verdicts[:A_DAY] == ["answer"] * A_DAY
    passed = [now for now, verdict in enumerate(verdicts) if verdict == "short"]
    assert passed == list(range(A_DAY - 1 + 60, 24 * 60, 60))
    assert guard.step(b"a", DAY, urgent=True) == "answer"


def test_a_days_limit_counts_both_what_is_urgent_and_what_is_not() -> None:
    guard = RateLimit()
    for number in range(A_DAY):
        guard.step(b"a", number * 600.0, urgent=False)
    end = A_DAY * 600.0
    found = [guard.step(b"a", end + after, urgent=True) for after in (0, 600, 3_600)]
    assert found == ["short", "quiet", "short"]
    assert guard.step(b"a", end + 3_600, urgent=False) == "quiet"


def test_memory_is_bounded_and_who_was_quiet_for_a_day_is_forgotten() -> None:
    guard = RateLimit()
    for k in range(rate_limit.SENDERS + 50):
        guard.step(str(k).encode(), 0, urgent=False)
    assert len(guard) == rate_limit.SENDERS
    guard.forget(DAY - 1)
    assert len(guard) == rate_limit.SENDERS
    guard.forget(DAY)
    assert len(guard) == 0


def test_what_is_remembered_of_all_senders_together_stays_below_three_megabytes() -> None:
    tracemalloc.start()
    try:
        guard = rate_limit.RateLimit()
        for k in range(rate_limit.SENDERS + 50):
            guard.step(f"{k:032x}".encode(), 1.0 + k / 1000, urgent=k % 5 == 0)
        assert tracemalloc.get_traced_memory()[0] < 3 * 2**20
    finally:
        tracemalloc.stop()

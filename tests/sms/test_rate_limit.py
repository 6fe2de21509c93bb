"""How fast one sender may go."""

from sms import rate_limit
from sms.rate_limit import FULL, RateLimit


def test_full_answers_then_one_short_then_quiet_until_the_minute_ends() -> None:
    guard = RateLimit()
    verdicts = [guard.step(b"a", now) for now in range(FULL + 3)]
    assert verdicts == ["answer"] * FULL + ["limit", "quiet", "quiet"]
    assert guard.step(b"a", 59.9) == "quiet"
    assert guard.step(b"a", 60.0) == "answer"


def test_each_sender_has_a_pace_of_its_own() -> None:
    guard = RateLimit()
    for _ in range(FULL + 2):
        guard.step(b"a", 0)
    assert guard.step(b"b", 0) == "answer"


def test_a_clock_set_back_starts_a_new_minute() -> None:
    guard = RateLimit()
    for _ in range(FULL + 2):
        guard.step(b"a", 1000)
    assert guard.step(b"a", 10) == "answer"


def test_memory_is_bounded_and_old_minutes_are_forgotten() -> None:
    guard = RateLimit()
    for k in range(rate_limit.SENDERS + 50):
        guard.step(str(k).encode(), 0)
    assert len(guard._windows) == rate_limit.SENDERS
    guard.step(b"later", 61)
    assert len(guard._windows) == 1

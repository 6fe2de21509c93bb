"""Whether replies arrive, from what the carrier says of each, in whatever order it says it."""

from datetime import UTC, datetime

import pytest

from sms.alarms import Alarms
from sms.twilio.delivery_status import Deliveries

NOW = datetime(2026, 11, 24, 20, 5, tzinfo=UTC)


@pytest.fixture
def deliveries() -> Deliveries:
    return Deliveries(Alarms(), clock=lambda: NOW)


@pytest.mark.parametrize("code", ["30032", "30033", "30034", "30035"])
def test_a_number_that_may_not_send_is_a_problem_until_a_reply_arrives(
    deliveries: Deliveries, code: str
) -> None:
    deliveries.record("undelivered", code)
    assert (
        str(deliveries.problem())
        == "replies have not been arriving since 2026-11-24 20:05 UTC: see the number's registration"
    )
    deliveries.record("sent", "")
    assert deliveries.problem()
    deliveries.record("delivered", "")
    assert deliveries.problem() is None


@pytest.mark.parametrize(
    "words", [("failed", "21610"), ("undelivered", "30003"), ("undelivered", "30007"), ("odd", "x")]
)
def test_one_phone_that_is_off_or_opted_out_is_no_problem_of_the_line(
    deliveries: Deliveries, words: tuple[str, str]
) -> None:
    deliveries.record(*words)
    assert deliveries.problem() is None


@pytest.mark.parametrize(
    ("code", "said"), [("30034", "is blocking every reply"), ("30007", "treated a reply as spam")]
)
def test_the_operator_is_told_and_no_number_is(
    deliveries: Deliveries, caplog: pytest.LogCaptureFixture, code: str, said: str
) -> None:
    deliveries.record("undelivered", code)
    assert said in caplog.text
    assert "+1" not in caplog.text

"""The carrier's copies of what was handled are gone within the hour, and nothing else is."""

import logging
from datetime import timedelta

import pytest

from messages.message import message
from sms.twilio.background import BackgroundWork
from tests.sms.conftest import NOON, Clock
from tests.sms.stand_in import Fault, StandIn
from tests.sms.twilio.test_backfill import SENDER, play


def bodies(stand_in: StandIn) -> list[str]:
    return [row["body"] for row in stand_in.messages.values()]


def test_what_was_handled_is_gone_within_the_hour_both_ways(
    rounds: BackgroundWork, stand_in: StandIn, clock: Clock
) -> None:
    stand_in.deliver("old", sender=SENDER, at=NOON - timedelta(minutes=30))
    stand_in.replied("reply", to=SENDER, at=NOON - timedelta(minutes=30))
    stand_in.deliver("young", sender=SENDER, at=NOON - timedelta(minutes=20))
    play(rounds.catch_up, rounds.redaction.turn)
    assert bodies(stand_in)[0] == "young"

    clock.pass_by(30 * 60)
    play(rounds.catch_up, rounds.redaction.turn)
    assert bodies(stand_in) == []
    assert rounds.report()["redaction"] == "ok"


def test_what_the_backfill_has_not_seen_is_kept(
    rounds: BackgroundWork, stand_in: StandIn, clock: Clock
) -> None:
    stand_in.deliver("before the first look", sender=SENDER, at=NOON - timedelta(minutes=30))
    play(rounds.redaction.turn)
    assert len(bodies(stand_in)) == 1

    play(rounds.catch_up)
    stand_in.deliver("missed", sender=SENDER, at=NOON + timedelta(minutes=1))
    clock.pass_by(3600)
    play(rounds.redaction.turn)
    assert bodies(stand_in) == ["missed"]


def test_what_it_is_too_soon_for_is_tried_again(
    rounds: BackgroundWork, stand_in: StandIn, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    play(rounds.catch_up)
    clock.pass_by(3600)
    stand_in.deliver("a", sender=SENDER, at=NOON + timedelta(minutes=1))
    stand_in.faults.append(Fault(kind="redact", status=409, code=20009))
    with caplog.at_level(logging.WARNING):
        play(rounds.catch_up, rounds.redaction.turn)
        assert bodies(stand_in) == ["a"]
        play(rounds.redaction.turn)
    assert (bodies(stand_in), caplog.text) == ([], "")


def test_an_api_that_fails_is_told_and_tried_again(
    rounds: BackgroundWork, stand_in: StandIn, clock: Clock
) -> None:
    play(rounds.catch_up)
    clock.pass_by(3600)
    stand_in.deliver("a", sender=SENDER, at=NOON + timedelta(minutes=1))
    play(rounds.catch_up)
    stand_in.faults.append(Fault(kind="redact", status=503))
    play(rounds.redaction.turn)
    assert rounds.report()["redaction"] == message(
        "carrier.not-redacted", since="2026-11-24 21:00 UTC"
    )
    play(rounds.redaction.turn)
    assert (bodies(stand_in), rounds.report()["redaction"]) == ([], "ok")

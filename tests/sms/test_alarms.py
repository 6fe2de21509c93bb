"""What is logged, and how often."""

import logging

import pytest

from sms.alarms import Alarms


def test_each_kind_is_said_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    alarms = Alarms(lambda: now[0])
    with caplog.at_level(logging.WARNING):
        for moment in (0, 30, 59, 61):
            now[0] = moment
            alarms.say("store")
        alarms.say("forged")
    assert len(caplog.records) == 3


def test_an_error_is_named_and_not_quoted(caplog: pytest.LogCaptureFixture) -> None:
    try:
        int("+1916 555 0123 said help")
    except ValueError as error:
        Alarms().say("fault", error)
    assert "ValueError in test_alarms.py:" in caplog.text
    assert "555" not in caplog.text

"""A store on both databases, and a line over it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from sms.conversation import Script
from sms.ledger import Ledger
from sms.line import Line
from store import Store
from tests.sms.packs import PACK, SETTINGS

NOON = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture(scope="session")
def script() -> Script:
    return Script(PACK, SETTINGS)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def new_line(script: Script, clock: Clock) -> Callable[..., Line]:
    """Makes a line over a store, with any argument of its own."""

    def make(store: Store, **other: object) -> Line:
        arguments = {"script": script, "hash_key": b"key", "clock": clock, "own_number": SETTINGS.number, **other}
        return Line(ledger=Ledger(store), **arguments)  # type: ignore[arg-type]

    return make

"""A store on both databases, and a line that uses it."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from settings.load import Secrets
from sms.carrier import Transport
from sms.ledger import DOOR, Ledger
from sms.line import TextLine
from sms.script import Script
from sms.twilio.account import Account
from sms.twilio.background import BackgroundWork
from sms.twilio.client import Twilio
from sms.twilio.delivery_status import Deliveries
from store import counts
from store.group_commit import Store
from store.sealing import Seal
from tests.sms.packs import PACK, SETTINGS
from tests.sms.stand_in import ACCOUNT, TOKEN, StandIn, ToStandIn, standing_in

PUBLIC = "https://kiosk.example"
SEAL = Seal(b"key")
ON_BOTH = {"test_ledger.py", "test_traces.py", "test_redaction.py"}  # what a database stores
NOON = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Run most tests on one database: these and store/'s tests check that both behave alike."""
    asked = (
        item.callspec.params
        if isinstance(item, pytest.Function) and hasattr(item, "callspec")
        else ()
    )
    if "url" in asked and item.path.name not in ON_BOTH:
        item.add_marker(pytest.mark.either("url"))


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.now.timestamp()

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


async def counted(store: Store) -> dict[str, int]:
    """Return the counts by topic, including those only written at the end."""
    for work, item in [waiting for ask in store._last for waiting in ask()]:
        await store.submit(work, item)
    found = await store.submit(counts.every, DOOR)
    return {topic: number for (_month, topic), number in counts.by_month(found, SEAL).items()}


@pytest.fixture(scope="session")
def script() -> Script:
    return Script(PACK, SETTINGS)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def new_line(script: Script, clock: Clock) -> Callable[..., TextLine]:
    """Return a maker of lines on a store, with any arguments."""

    def make(store: Store, **other: object) -> TextLine:
        arguments = {
            "script": script,
            "clock": clock,
            "monotonic": clock.monotonic,
            "own_number": SETTINGS.number,
            **other,
        }
        return TextLine(ledger=Ledger(store, SEAL), **arguments)  # type: ignore[arg-type]

    return make


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with standing_in(SETTINGS.number) as running:
        yield running


def _twilio(stand_in: StandIn, **other: tuple[float, float]) -> Iterator[Twilio]:
    client = ToStandIn(stand_in.port)
    with closing(client.session):
        yield Twilio(
            Account(SETTINGS.number, PUBLIC, Secrets(account_sid=ACCOUNT, auth_token=TOKEN)),
            http_client=client,
            **other,
        )


@pytest.fixture
def twilio(stand_in: StandIn) -> Iterator[Twilio]:
    """Yield the real client, connected to the stand-in."""
    yield from _twilio(stand_in)


@pytest.fixture
def hasty(stand_in: StandIn) -> Iterator[Twilio]:
    """Yield the same with short timeouts. On a busy machine, it may give up too early."""
    yield from _twilio(stand_in, timeouts=(0.5, 0.3))


@pytest.fixture
def new_rounds(
    new_line: Callable[..., TextLine], store: Store, twilio: Twilio, clock: Clock
) -> Callable[..., BackgroundWork]:
    """Return a maker of a server's work with the carrier's API, with any arguments."""

    def make(*, over: Store = store, carrier: Transport = twilio) -> BackgroundWork:
        line = new_line(over)
        deliveries = Deliveries(line.alarms, clock=clock)
        return BackgroundWork(line, over, carrier, deliveries, clock=clock, chance=lambda: 0.5)

    return make


@pytest.fixture
def rounds(new_rounds: Callable[..., BackgroundWork]) -> BackgroundWork:
    return new_rounds()

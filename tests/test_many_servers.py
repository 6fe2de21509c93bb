"""Three identical servers on one PostgreSQL: the database decides, whichever of them a text
reaches."""

import hmac
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import create_engine, text

from tests import databases
from tests.running import CARRIER, Server, carrier_id, environment, serving

KEY = "one key for all servers of a line"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return databases.fresh("postgresql", tmp_path)


@pytest.fixture
def servers(url: str, tmp_path: Path) -> Iterator[list[Server]]:
    """Started at once on an empty database: one of them migrates it."""
    own = {
        "PORCHLIGHT_STORE__URL": url,
        "PORCHLIGHT_HASH_KEY": KEY,
        "PORCHLIGHT_KIOSK__ENABLED": "false",
    }

    def start(number: int) -> Server:
        return stack.enter_context(
            serving(environment(tmp_path / str(number) / "data", **CARRIER, **own))
        )

    with ExitStack() as stack:
        with ThreadPoolExecutor(3) as starting:
            started = list(starting.map(start, range(3)))
        yield started


def kept(url: str) -> dict[str, str]:
    """The sealed code of each handled message, by its hash."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {
            row.sid_hash: row.sealed
            for row in connection.execute(text("select sid_hash, sealed from handled"))
        }
    engine.dispose()
    return found


def sid_hash(sid: str) -> str:
    return hmac.new(KEY.encode(), f"sid:{carrier_id(sid)}".encode(), "sha256").digest()[:16].hex()


@pytest.mark.slow
def test_case_15_ten_posts_of_one_message_to_three_servers_give_one_row_and_ten_equal_answers(
    servers: list[Server], url: str
) -> None:
    with ThreadPoolExecutor(10) as posting:
        turns = [server for server, _ in zip(cycle(servers), range(10), strict=False)]
        answers = list(
            posting.map(lambda server: server.text("me pegan en mi casa", sid="SMsame"), turns)
        )
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert list(kept(url)) == [sid_hash("SMsame")]


@pytest.mark.slow
def test_a_server_that_is_killed_under_load_loses_nothing_that_was_acknowledged(
    servers: list[Server], url: str
) -> None:
    acknowledged: list[str] = []

    def post(number: int) -> None:
        server = servers[number % 3]
        sid = f"SM{number}"
        try:
            if server.text("FOOD", sid=sid, sender=f"+1916555{number:04}").status_code == 200:
                acknowledged.append(sid)
        except httpx2.TransportError:
            assert server is servers[0]  # the one that was killed; the carrier goes to its fallback
        if number == 60:
            servers[0].stop(signal.SIGKILL)

    with ThreadPoolExecutor(12) as posting:
        list(posting.map(post, range(200)))

    assert len(acknowledged) > 130
    assert {sid_hash(sid) for sid in acknowledged} <= set(kept(url))

"""Who holds the database, its journal, a backup or its log of statements learns no topic."""

import asyncio
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from sms.claims import HandledText
from sms.ledger import WORKS, Ledger
from sms.line import Inbound, TextLine
from store.group_commit import Store
from store.spool import Spool
from tests import databases
from tests.sms import traces
from tests.sms.conftest import NOON, SEAL, Clock
from tests.sms.test_slow_disk import paced, slowly

SAID = ["im not safe", "me quiero morir", "trafficked", "i ran away", "food", "hello", "95814"]
COUNTY = b"06067"  # of a reply's code; among many hashes it comes up by chance
SECOND = 1_234  # past the hour


@pytest.fixture(params=databases.KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Other tests write topics on purpose, and PostgreSQL keeps one journal for all databases."""
    return databases.alone(request.param, tmp_path)


def backup(url: str) -> bytes:
    """What the database's own tool makes of it."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return traces.dumped(Path(str(address.database)))[1]
    dump = str(databases.BINARIES[0] / "pg_dump")
    where = ["-U", "tester", "-h", str(address.query["host"]), str(address.database)]
    return subprocess.run([dump, *where], capture_output=True, check=True).stdout


def files(url: str, folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Tables, journal, and PostgreSQL's log of every statement with its values."""
    address = make_url(url)
    places = [folder]
    if address.get_backend_name() != "sqlite":
        cluster = Path(str(address.query["host"]))
        places += [cluster / "log", cluster / "data" / "pg_wal"]
    for place in places:
        for file in [place] if place.is_file() else place.rglob("*"):
            if file.is_file():
                yield file, file.read_bytes()


def log_everything(url: str) -> None:
    if make_url(url).get_backend_name() == "sqlite":
        return
    if os.environ.get("PORCHLIGHT_TEST_POSTGRES"):
        pytest.skip("the log of a PostgreSQL that is not ours cannot be read")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(
            text(f"alter database {make_url(url).database} set log_statement = 'all'")
        )
    engine.dispose()


@pytest.mark.few(1)
def test_no_topic_no_code_and_no_second_is_in_tables_journal_backup_spool_or_log(
    url: str, tmp_path: Path, new_line: Callable[..., TextLine], clock: Clock
) -> None:
    log_everything(url)
    clock.pass_by(SECOND)
    store = Store(url, spool=Spool(tmp_path / "waiting.jsonl", WORKS))
    store.open()
    at = int(NOON.timestamp()) + SECOND

    async def play() -> None:
        line = new_line(store, carrier_keeps_list=False, patience=60.0)
        for k, body in enumerate(SAID * 2):
            message = Inbound(sid=f"SM{k}", sender=f"+1916555{k:04}", body=body)
            assert (await line.answer(message)).reply.segments
        await line.answer(Inbound(sid="SMstop", sender="+19165550000", body="STOP"))
        await line.ledger.write_counts(clock.now)
        await Ledger(store, SEAL).keep(HandledText("SMkept", "t:danger:en:first", at))

    asyncio.run(play())
    seen = [*files(url, tmp_path)]
    store.close()
    seen += [*files(url, tmp_path), (Path("backup"), backup(url))]
    marks = [
        *traces.TOPICS,
        *traces.CODES,
        COUNTY,
        str(at).encode(),
        at.to_bytes(4, "big"),
        b"916555",
    ]
    found = [(str(file), mark) for file, said in seen for mark in marks if mark in said]
    assert found == []
    assert any(b"handled" in content for _file, content in seen)


@contextmanager
def away(url: str) -> Iterator[None]:
    """PostgreSQL takes nobody in to this database, and puts out who was in."""
    name = str(make_url(url).database)
    engine = create_engine(make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"alter database {name} allow_connections false"))
        out = "select pg_terminate_backend(pid) from pg_stat_activity where datname = :name"
        connection.execute(text(out), {"name": name})
        yield
        connection.execute(text(f"alter database {name} allow_connections true"))
    engine.dispose()


def rows(url: str) -> int:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = int(connection.execute(text("select count(*) from handled")).scalar_one())
    engine.dispose()
    return found


@pytest.mark.slow
def test_nor_is_any_after_five_thousand_texts_on_a_slow_disk_with_postgresql_away_and_back(
    tmp_path: Path, new_line: Callable[..., TextLine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite tests/sms/test_slow_disk.py does it."""
    url, texts, seen = databases.alone("postgresql", tmp_path), 5_000, list[traces.Seen]()
    log_everything(url)
    monkeypatch.setattr(os, "fsync", slowly(0.15))
    store = Store(url, spool=Spool(tmp_path / "waiting.jsonl", WORKS))
    store.open()

    async def play() -> None:
        line, third = new_line(store, patience=0.3), texts // 3
        answers = await paced(line, range(10))
        with away(url):
            answers |= await paced(line, range(10, third))
            seen.extend((str(file), said) for file, said in files(url, tmp_path))
        answers |= await paced(line, range(third, 2 * third))
        with away(url):
            answers |= await paced(line, range(2 * third, texts))
        while store.problem() or await asyncio.to_thread(rows, url) < texts:
            await asyncio.sleep(0.5)
        await line.ledger.write_counts(NOON)
        assert len(answers) == texts

    asyncio.run(asyncio.wait_for(play(), 600))
    store.close()
    seen += [(str(file), said) for file, said in files(url, tmp_path)]
    seen.append(("backup", backup(url)))
    assert rows(url) == texts
    assert any(b'"claim"' in said for name, said in seen if name.endswith("waiting.jsonl"))
    assert any(b"INSERT INTO handled" in said for name, said in seen if name.endswith("log"))
    assert traces.told(seen) == []

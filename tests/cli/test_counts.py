"""What the operator's verbs print."""

import asyncio
from argparse import Namespace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cli import counts
from cli.command import Context
from runtime.installation import hash_key
from settings.load import Secrets, load
from settings.schema import Settings
from sms.claims import Message
from sms.ledger import Ledger
from store.group_commit import Store
from store.sealing import Seal

NOW = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)


def given(settings: Settings, since: date | None = None) -> Context:
    return Context(settings, Secrets(), Namespace(since=since), lambda: NOW)


def settings_in(data: Path) -> Settings:
    return load({"PORCHLIGHT_SERVER__DATA_DIR": str(data)})


@pytest.mark.parametrize(
    ("today", "begin"),
    [("2026-11-24", "2026-08-01"), ("2027-07-31", "2026-08-01"), ("2026-08-01", "2026-08-01")],
)
def test_a_school_year_begins_in_august(today: str, begin: str) -> None:
    assert counts.school_year(date.fromisoformat(today)) == date.fromisoformat(begin)


def test_counts_are_told_since_a_day_with_small_numbers_hidden(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_in(tmp_path)
    store = Store(settings.store_url)
    store.open()

    async def fill() -> None:
        ledger = Ledger(store, Seal(hash_key(settings, Secrets())))
        for k in range(9):
            topic = "danger" if k < 7 else "basics"
            await ledger.handle(Message(f"s{k}", f"t:{topic}:en:first", int(NOW.timestamp())))

    asyncio.run(fill())
    store.close()
    assert counts.run(given(settings)) == 0
    since, *lines = capsys.readouterr().out.splitlines()
    assert since.startswith("Since 2026-08-01;")
    assert [line.split()[1:] for line in lines] == [["basics", "under", "5"], ["danger", "7"]]
    assert counts.run(given(settings, date(2026, 11, 25))) == 0
    assert capsys.readouterr().out.count("\n") == 1


def test_a_database_that_cannot_be_read_is_told_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_in(tmp_path / "not" / "there")
    assert counts.run(given(settings)) == 1
    assert "cannot be read" in capsys.readouterr().out

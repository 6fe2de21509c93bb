"""What ``counts`` prints: closed months and terms, and no small number."""

import asyncio
import csv
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cli import counts
from cli.command import Context
from runtime.installation import hash_key
from settings.load import Secrets, load
from settings.schema import Settings
from sms.claims import HandledText
from sms.ledger import Ledger
from store.group_commit import Store
from store.sealing import Seal

OCTOBER = datetime(2026, 10, 14, 20, 0, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
JANUARY = datetime(2027, 1, 10, 20, 0, tzinfo=UTC)


def given(settings: Settings, now: datetime, **options: object) -> Context:
    named = Namespace(**{"csv": None, **options})
    return Context(settings, Secrets(), named, lambda: now)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Where 41 texts came in October: 30 not understood in English, 11 about something else."""
    settings = load({"PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path)})
    store = Store(settings.store_url)
    store.open()

    async def fill() -> None:
        ledger = Ledger(store, Seal(hash_key(settings, Secrets())))
        for k in range(41):
            code = "line:general:en" if k < 30 else "t:danger:en:first"
            await ledger.handle(HandledText(f"s{k}", code, int(OCTOBER.timestamp())))
        await ledger.write_counts(OCTOBER)

    asyncio.run(fill())
    store.close()
    return settings


def test_a_month_is_told_when_it_is_over_and_its_term_says_no_topic_yet(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert counts.run(given(settings, NOVEMBER)) == 0
    printed = capsys.readouterr().out
    assert "41  October 2026" in printed
    assert "fewer than 11  September 2026" in printed
    assert "November 2026" not in printed
    assert "Fall 2026: hidden" in printed
    assert "By topic" not in printed


def test_the_month_that_is_open_is_told_to_nobody(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert counts.run(given(settings, OCTOBER)) == 0
    assert "41" not in capsys.readouterr().out


def test_a_sheet_holds_the_same_and_no_formula(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "counts.csv"
    assert counts.run(given(settings, JANUARY, csv=file)) == 0
    rows = list(csv.reader(file.read_text("utf-8").splitlines()))
    assert rows[0] == ["Term", "Table", "Name", "Texts"]
    assert ["Fall 2026", "By month", "October 2026", "41"] in rows
    assert {len(row) for row in rows} == {4}


def test_the_desk_gets_the_terms_as_they_are(settings: Settings) -> None:
    answers = list[Any]()
    asked = given(settings, JANUARY)._replace(answer=answers.append)
    assert counts.run(asked) == 0
    assert (answers[0][0].name, answers[0][0].year) == ("fall", 2026)


def test_a_database_that_cannot_be_read_is_told_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = load({"PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path / "not" / "there")})
    assert counts.run(given(settings, NOVEMBER)) == 1
    assert "cannot be read" in capsys.readouterr().err

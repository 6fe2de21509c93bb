"""``update`` as it is typed, where the machine lets it do nothing."""

import errno
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.command import Context
from cli.school import update as command
from runtime.upkeep import update, versions
from settings.load import Secrets
from settings.schema import Settings


def test_a_full_disk_is_a_sentence_that_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a write that fails Python names no file: it said "None"."""

    def full(*_given: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(update, "update", full)
    given = Namespace(verb="update", bundle=None, older="")
    assert command.run(Context(Settings(), Secrets(), given, lambda: datetime.now(UTC))) == 1
    said = capsys.readouterr().err
    assert "/opt/porchlight-versions: No space left on device." in said
    assert "Free up space" in said


def test_a_program_that_make_install_did_not_put_there_says_one_sentence_and_no_wait(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = versions.Versions(link=tmp_path / "porchlight")
    monkeypatch.setattr(versions, "Versions", lambda: elsewhere)
    given = Namespace(verb="update", bundle=None)
    assert command.run(Context(Settings(), Secrets(), given, lambda: datetime.now(UTC))) == 1
    (said,) = capsys.readouterr().err.splitlines()
    assert "For a checkout, run git pull and make run." in said

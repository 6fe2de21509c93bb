"""``update`` as it is typed, where the machine lets it do nothing."""

import errno
from argparse import Namespace
from datetime import UTC, datetime

import pytest

from cli.command import Context
from cli.school import update as command
from runtime.upkeep import update
from settings.load import Secrets
from settings.schema import Settings


def test_a_full_disk_is_a_sentence_that_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a write that fails Python names no file: it said "None"."""

    def full(*_given: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(update, "update", full)
    given = Namespace(verb="update", bundle=None)
    assert command.run(Context(Settings(), Secrets(), given, lambda: datetime.now(UTC))) == 1
    said = capsys.readouterr().err
    assert "/opt/porchlight-versions: No space left on device." in said
    assert "make room" in said

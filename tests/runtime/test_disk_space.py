import os
from pathlib import Path

import pytest

from messages.message import message
from runtime import disk_space


def test_a_disk_that_is_full_or_read_only_is_a_sentence_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert disk_space.trouble(tmp_path / "not" / "yet") is None
    room = list(os.statvfs(tmp_path))
    full = os.statvfs_result([*room[:4], 0, *room[5:]])
    monkeypatch.setattr(os, "statvfs", lambda _path: full)
    assert disk_space.trouble(tmp_path) == message("disk.full", folder=tmp_path, megabytes=0)
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    assert disk_space.trouble(tmp_path) == message("disk.unwritable", folder=tmp_path)

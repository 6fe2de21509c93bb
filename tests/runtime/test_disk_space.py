import os
from pathlib import Path

import pytest

from runtime import disk_space


def test_a_disk_that_is_full_or_read_only_is_a_sentence_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert disk_space.trouble(tmp_path / "not" / "yet") == ""
    room = list(os.statvfs(tmp_path))
    full = os.statvfs_result([*room[:4], 0, *room[5:]])
    monkeypatch.setattr(os, "statvfs", lambda _path: full)
    assert "only 0 MB are free" in disk_space.trouble(tmp_path)
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    assert "cannot be written" in disk_space.trouble(tmp_path)

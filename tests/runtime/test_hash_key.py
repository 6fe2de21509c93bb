"""The key of the hashes: made once, whole, and private."""

import stat
from pathlib import Path

import pytest

from runtime.installation import hash_key
from settings.load import Secrets
from settings.schema import Server, Settings


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    settings = Settings(server=Server(data_dir=tmp_path))

    keys = {hash_key(settings, Secrets()) for _ in range(2)}

    (file,) = tmp_path.iterdir()
    assert keys == {file.read_bytes()}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert hash_key(settings, Secrets(hash_key="given")) == b"given"


@pytest.mark.parametrize(
    "left", [pytest.param(b"", id="nothing"), pytest.param(bytes(64), id="zeros")]
)
def test_a_key_that_a_power_cut_emptied_is_made_anew_and_kept(tmp_path: Path, left: bytes) -> None:
    """Else each process has its own, or all installations have the same."""
    file = tmp_path / "hash.key"
    file.write_bytes(left)
    settings = Settings(server=Server(data_dir=tmp_path))

    keys = {hash_key(settings, Secrets()) for _ in range(2)}

    assert keys == {file.read_bytes()}
    assert len(file.read_bytes().strip(b"\0")) == 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]

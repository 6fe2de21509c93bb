"""The key of the hashes: made once, whole, and private."""

import stat
from pathlib import Path

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

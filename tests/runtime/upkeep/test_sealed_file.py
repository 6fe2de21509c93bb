"""A backup behind its passphrase: it opens with that alone, and only as it was written."""

from pathlib import Path

import pytest

from runtime.upkeep import sealed_file
from runtime.upkeep.archive import BackupError
from system import files

SECRET = "a backup's own words"


def test_it_opens_with_its_passphrase_and_as_it_was_written_alone(tmp_path: Path) -> None:
    file = tmp_path / "kept.backup"
    sealed_file.write(file, b"Elm Street " * 100, SECRET)
    assert file.stat().st_mode & 0o077 == 0
    whole = file.read_bytes()
    assert b"Elm Street" not in whole
    assert sealed_file.read(file, SECRET) == b"Elm Street " * 100
    with pytest.raises(BackupError, match="cannot be opened: the passphrase is wrong"):
        sealed_file.read(file, "some other words")
    for place in (5, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(BackupError, match="Nothing was restored"):
            sealed_file.read(file, SECRET)


@pytest.mark.parametrize("data", [b"", b"no backup", sealed_file.MARK])
def test_what_is_no_backup_is_refused_in_a_sentence(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "it").write_bytes(data)
    with pytest.raises(BackupError, match="is not a Porchlight backup"):
        sealed_file.read(tmp_path / "it", SECRET)


def test_a_backup_is_not_written_over_another(tmp_path: Path) -> None:
    (tmp_path / "it").write_text("last year's", "utf-8")
    with pytest.raises(BackupError, match="already exists"):
        sealed_file.write(tmp_path / "it", b"", SECRET)
    assert (tmp_path / "it").read_text("utf-8") == "last year's"


def test_a_short_passphrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="12 characters"):
        sealed_file.write(tmp_path / "it", b"", "1234")
    assert not (tmp_path / "it").exists()


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="could not be written"):
        sealed_file.write(tmp_path / "no/it", b"", SECRET)


def test_what_one_that_was_cut_off_left_is_gone_and_nothing_of_others(tmp_path: Path) -> None:
    """Each left its whole size on the stick, under a name that nobody sees."""
    begun, others = (files.temporary(tmp_path) for _ in range(2))
    begun.write_bytes(sealed_file.MARK + b"half of it")
    others.write_bytes(b"of another program")
    sealed_file.write(tmp_path / "it", b"", SECRET)
    assert set(tmp_path.iterdir()) == {tmp_path / "it", others}

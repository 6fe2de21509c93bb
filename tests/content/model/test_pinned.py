"""The crisis set that is always there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from content.model import built_pack
from content.model.built_pack import BuiltPackError
from content.model.pinned import PINNED_BUILT, pinned_pack
from tests.content.candidates import ONE, built
from tools.make import pinned

ROOT = Path(__file__).parents[3]


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_committed_crisis_set_is_what_its_source_builds(tmp_path: Path) -> None:
    assert pinned.main(tmp_path / "built") == 0
    assert files(PINNED_BUILT) == files(tmp_path / "built"), "run: python -m tools.make.pinned"


@pytest.mark.parametrize("line", ["911", "988", "nhth", "ctl", "childhelp", "ncmec"])
def test_the_crisis_set_holds_every_line_that_no_pack_can_remove(line: str) -> None:
    resource = pinned_pack().resource(line)
    assert resource.pinned
    assert any(channel.number for channel in resource.channels)


def test_the_crisis_set_needs_neither_source_nor_a_data_directory() -> None:
    code = (
        "import sys; from content.model.pinned import pinned_pack; pinned_pack();"
        "print(sorted({'babel', 'tomllib', 'sqlite3'} & sys.modules.keys()))"
    )
    # What measures coverage has modules of its own.
    plain = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE_")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=plain, capture_output=True, check=True
    )
    assert done.stdout == b"[]\n"


def test_a_damaged_crisis_set_says_so(tmp_path: Path) -> None:
    built(ONE, tmp_path)
    (tmp_path / built_pack.MANIFEST).write_bytes(b"")
    with pytest.raises(BuiltPackError):
        pinned_pack(tmp_path)

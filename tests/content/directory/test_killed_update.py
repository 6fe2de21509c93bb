"""A power cut while the directory is brought up to date: at every operation that changes the disk,
told by strace."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from content.directory import index as kept
from content.directory.model import INDEX, wanted
from content.directory.proof import kept_list
from content.directory.search import search
from tests.content.indexed import prepare
from tests.editor.directory.test_build import built, spoilt, whole
from tests.selection import Some

ROOT = Path(__file__).parents[3]
MANY = 60
CHANGES = (
    "write,pwrite64,pwritev,fsync,fdatasync,ftruncate,fallocate,rename,renameat,renameat2,unlink,unlinkat,mkdir,"
    "mkdirat,copy_file_range,sendfile"
)
UPDATE = """
import sys
from pathlib import Path
from tests.content.indexed import prepare
prepare(Path(sys.argv[1]), Path(sys.argv[2]))
"""


@dataclass
class Update:
    """An update of a kiosk's file, run again and again from the same start. ``old``: the file
    before; None for none."""

    folder: Path
    old: Path | None

    def run(self, place: Path, *watched: str) -> int:
        """Once, in ``place``, under strace; the signal that ended it, as a negative number, or 0."""
        place.mkdir()
        if self.old:
            shutil.copyfile(self.old, place / kept.FILE)
        update = [sys.executable, "-B", "-c", UPDATE, str(place / kept.FILE), str(self.folder)]
        command = ["strace", "-f", "-qq", "-o", str(place) + ".calls", *watched, *update]
        environ = {
            **os.environ,
            "PYTHONHASHSEED": "0",
        }  # words are written in the same order every time
        return subprocess.run(
            command, cwd=ROOT, capture_output=True, check=False, env=environ
        ).returncode

    def operations(self, folder: Path) -> list[tuple[str, int]]:
        """Every operation that changes the disk: which call, and which of its kind."""
        assert self.run(folder / "whole", "-e", f"trace={CHANGES}") == 0
        calls = re.findall(r"^\d+ +(\w+)\(", (folder / "whole.calls").read_text(), re.MULTILINE)
        return [
            (call, number)
            for call, count in Counter(calls).items()
            for number in range(1, count + 1)
        ]


@pytest.fixture(params=["in place", "beside"])
def update(request: pytest.FixtureRequest, tmp_path: Path) -> Update:
    """One service of MANY changes in a file in use; or the first directory comes."""
    folder = tmp_path / "out"
    whole(built(spoilt(tmp_path / "source", MANY, {}), folder))
    old = tmp_path / "old" / kept.FILE
    prepare(old, folder)
    whole(built(spoilt(tmp_path / "changed", MANY, {8: {"name": "Zebra House"}}), folder))
    return Update(folder, old if request.param == "in place" else None)


def test_case_29_killed_at_every_change_of_the_disk_the_old_directory_or_the_new_one_is_there(
    tmp_path: Path, update: Update, some: Some
) -> None:
    index = (update.folder / INDEX).read_bytes()
    lists = {kept_list(update.old), index} if update.old else {index}
    operations = update.operations(tmp_path)
    assert len(operations) > 40
    some.covered(f"a kill at each of {len(operations)} operations of an update of the directory")

    def cut(operation: tuple[str, int]) -> None:
        call, number = operation
        place = tmp_path / f"{call}-{number}"
        ended = update.run(
            place, "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}"
        )
        assert ended in (-signal.SIGKILL, 128 + signal.SIGKILL), operation
        left = place / kept.FILE
        results = search(left, ["zebra"])
        if results is None:
            assert update.old is None, operation
            assert not left.exists(), operation
        else:
            assert [found.service.id for found in results.found] in ([], ["invented-000007"]), (
                operation
            )
            assert kept_list(left) in lists, operation
        missing = [path.rpartition("/")[2] for path in wanted(index, kept.held(left))]
        kept.update(left, {name: update.folder / name for name in missing}, index=index)
        assert kept_list(left) == index, operation
        assert {path.name for path in place.iterdir()} == {kept.FILE}, operation

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(cut, some(operations, 4)))

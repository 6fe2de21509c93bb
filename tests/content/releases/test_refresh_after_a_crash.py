"""A refresh after a kill, a power cut or on a bad disk. The cases of
docs/develop/cases-content.md."""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from content.trust import blob_store
from system import files
from tests.content.machine import Machine, numbered
from tests.content.publisher import Publisher
from tests.selection import Some

ROOT = Path(__file__).parents[3]
CRASH = "tests.content.crash"


@pytest.fixture
def kiosk(kiosk: Machine, publisher: Publisher) -> Machine:
    """Pack-2 and new keys wait at the publisher."""
    publisher.rotate("root")
    publisher.rotate("targets")
    publisher.release(numbered(2))
    return kiosk


STEPS = 360  # about as many as there are, for a sample of them


def killed(some: Some, data: Path, publisher: Publisher) -> None:
    """A refresh of this machine is killed at each of its steps, or at some."""
    named = "" if some.whole else ",".join(map(str, some(range(STEPS), 4)))
    done = subprocess.run(
        [sys.executable, "-m", CRASH, named, data, publisher.folder, publisher.trust],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 54
    some.covered(f"a kill at each of {done.stdout.strip()} steps of a refresh")


def test_case_29_a_kill_at_every_single_step_of_an_update_leaves_a_whole_verified_pack(
    kiosk: Machine, publisher: Publisher, some: Some
) -> None:
    killed(some, kiosk.data, publisher)


def test_case_29_a_kill_at_every_single_step_of_the_first_install_leaves_nothing_or_all(
    publisher: Publisher, tmp_path: Path, some: Some
) -> None:
    publisher.release(numbered(2))
    (tmp_path / "data").mkdir()
    killed(some, tmp_path / "data", publisher)


def empty(path: Path) -> None:
    path.write_bytes(b"")


FILES = [
    "ACTIVE",
    "trust/FLOOR",
    "trust/metadata/timestamp.json",
    "trust/metadata/snapshot.json",
    "trust/metadata/targets.json",
    "trust/metadata/root.json",
    "LAST_REFRESH",
]


@pytest.mark.parametrize("damage", [empty, Path.unlink])
@pytest.mark.parametrize("file", FILES)
@pytest.mark.slow
def test_case_30_a_power_cut_that_empties_or_takes_a_file_is_healed_by_the_next_refresh(
    kiosk: Machine, file: str, damage: Callable[[Path], None]
) -> None:
    damage(kiosk.data / file)
    assert kiosk.shown == "pack-1"
    assert kiosk.refresh().state == "active"
    assert kiosk.shown == "pack-2"
    assert kiosk.is_clean()


def test_case_30_blobs_that_a_power_cut_emptied_are_fetched_again(kiosk: Machine) -> None:
    for blob in (kiosk.data / "blobs").iterdir():
        blob.write_bytes(b"")
    assert kiosk.shown == "pack-1"
    assert kiosk.refresh().state == "active"


@pytest.mark.parametrize("damage", [empty, Path.unlink])
def test_case_30_an_emptied_release_falls_back_to_the_one_before(
    kiosk: Machine, damage: Callable[[Path], None]
) -> None:
    kiosk.refresh()
    release = kiosk.releases.active(kiosk.releases.state())
    assert release is not None
    damage(release.folder / "core.json")
    assert kiosk.shown == "pack-1"
    assert kiosk.refresh().state == "active"
    assert kiosk.shown == "pack-2"


FULL = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}))\n"
REFRESH = """
import sys
from pathlib import Path
from content.trust.failures import RefreshError
from tests.content.machine import Machine
machine = Machine(data=Path(sys.argv[1]), root=Path(sys.argv[3]).read_bytes(), source=Path(sys.argv[2]))
try:
    print(str(machine.refresh().said))
except RefreshError as error:
    print(error)
"""


def told(
    kiosk: Machine, publisher: Publisher, *, before: str = "", as_: Callable[[], None] | None = None
) -> str:
    """Run a refresh in another process; its answer."""
    places = [str(kiosk.data), str(publisher.folder), str(publisher.trust)]
    command = [sys.executable, "-c", before + REFRESH, *places]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, preexec_fn=as_
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("room", [1_000, 5_000, 8_000])
def test_case_31_a_full_disk_keeps_the_pack_and_leaves_nothing_behind(
    kiosk: Machine, publisher: Publisher, room: int
) -> None:
    """With a limit that the kernel enforces, at the metadata, at a target and at the pack."""
    assert "could not write to the data folder" in told(kiosk, publisher, before=FULL.format(room))
    assert kiosk.shown == "pack-1"
    assert kiosk.is_clean()
    assert kiosk.refresh().state == "active"


def test_case_31_a_full_temporary_directory_does_not_matter(
    kiosk: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing goes through TMPDIR: what is fetched goes to the data partition, where it will stay."""
    monkeypatch.setenv("TMPDIR", "/proc/no-such-place")
    monkeypatch.setattr("tempfile.tempdir", "/proc/no-such-place")
    assert kiosk.refresh().state == "active"


def test_case_31_out_of_inodes(kiosk: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_more(self: Path, *_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", str(self))

    with monkeypatch.context() as full:
        full.setattr(Path, "mkdir", no_more)
        outcome = kiosk.refresh()
    assert "Porchlight could not write to the data folder (No space left on device)" in str(
        outcome.said
    )
    assert kiosk.shown == "pack-1"
    assert kiosk.refresh().state == "active"


def test_case_32_a_read_only_data_directory_serves_and_says_so(
    kiosk: Machine, publisher: Publisher
) -> None:
    folders = [
        kiosk.data,
        *(path for path in kiosk.data.rglob("*") if path.is_dir() and not path.is_symlink()),
    ]
    for folder in folders:
        folder.chmod(0o555)
    try:
        assert "could not write to the data folder" in told(kiosk, publisher, as_=_as_others)
        assert kiosk.shown == "pack-1"
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert kiosk.refresh().state == "active"


def _as_others() -> None:
    """Root writes everywhere; without this capability the rights of a folder hold for it, too."""
    ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)  # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE


def test_what_a_killed_refresh_left_is_swept_by_the_next(kiosk: Machine) -> None:
    (kiosk.data / "trust" / "metadata" / "tmpabc123").write_bytes(b"half")
    (kiosk.data / "blobs" / f"{files.TEMPORARY}0123{blob_store.UNFINISHED}").write_bytes(b"half")
    shutil.copytree(
        kiosk.data / "trust" / "metadata", kiosk.data / "trust" / f"{files.TEMPORARY}0123"
    )
    kiosk.refresh()
    assert kiosk.is_clean()

"""``backup`` and ``restore`` as they are typed: a machine wiped in between serves as before."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.desk import passphrase
from runtime.upkeep import archive, sealed_file
from tests import shipped
from tests.content.publisher import Publisher
from tests.kiosk.desks import PASSPHRASE, QUICK
from tests.running import ROOT, command, environment, serving

SECRET = "a backup's own words"


class School:
    """A kiosk with a publisher, a desk and a school of its own."""

    def __init__(self, root: Path) -> None:
        self.root, self.etc, self.data = root, root / "etc", root / "data"
        self.file = root / "kept.backup"
        publisher = Publisher(root / "site", now=datetime.now(UTC))
        publisher.release(shipped.pack())
        self.etc.mkdir()
        shutil.copy(publisher.trust, self.etc / "our-root.json")
        (self.etc / "settings.toml").write_text(
            '[kiosk]\nschool = "Elm Street School"\nlanguages = ["en", "es"]\naudio = "off"\n'
            'school_file = "bells.toml"\n[sms]\nenabled = false\n'
            f'[content]\nsource = "{publisher.folder}"\nroot = "our-root.json"\n',
            "utf-8",
        )
        (self.etc / "bells.toml").write_text('notice = "Picture day on Friday"\n', "utf-8")
        self.data.mkdir()
        passphrase.keep(self.data, PASSPHRASE, cost=QUICK)
        (root / "words").write_text(f"{SECRET}\n", "utf-8")

    @property
    def environ(self) -> dict[str, str]:
        named = environment(self.data, PORCHLIGHT_SETTINGS=str(self.etc / "settings.toml"))
        return {key: named[key] for key in named if key != "PORCHLIGHT_KIOSK__LANGUAGES"}

    def run(self, verb: str, words: str = "words") -> "subprocess.CompletedProcess[str]":
        typed = (verb, str(self.file), "--passphrase-file", str(self.root / words))
        return command(*typed, environ=self.environ)

    def wipe(self) -> None:
        """As a fresh installation: its own settings, no data."""
        shutil.rmtree(self.data)
        shutil.rmtree(self.etc)
        self.etc.mkdir()
        shutil.copy(ROOT / "deploy/settings.toml", self.etc)

    def shown(self) -> tuple[object, ...]:
        """What a student and the office would notice."""
        with serving(self.environ) as server:
            pages = [server.http.get(path).text for path in ("/leave", "/en/now", "/es/now")]
            served = server.detail()["release"]
        record = passphrase.kept(self.data)
        assert record is not None
        return pages, served, passphrase.right(record, PASSPHRASE)


@pytest.fixture
def school(tmp_path: Path) -> School:
    return School(tmp_path)


@pytest.mark.slow
def test_a_wiped_machine_serves_what_it_served(school: School) -> None:
    assert command("refresh", environ=school.environ).returncode == 0
    before = school.shown()
    assert "Picture day" in str(before)
    assert "Elm Street School" in str(before)
    done = school.run("backup")
    assert done.returncode == 0, done.stderr
    assert school.file.stat().st_mode & 0o077 == 0
    assert archive.last(school.data)  # for the checklist
    shutil.rmtree(school.root / "site")  # nothing can be fetched again
    school.wipe()

    done = school.run("restore")

    assert (done.returncode, done.stderr) == (0, "")
    assert school.shown() == before


@pytest.mark.slow
def test_a_full_disk_leaves_no_half_of_a_backup(school: School) -> None:
    small = school.root / "small"
    small.mkdir()
    mounted = ["unshare", "--mount", "--map-root-user", "sh", "-c"]
    script = (
        f"mount -t tmpfs -o size=16k tmpfs {small} && "
        f"{sys.executable} {ROOT}/server.py backup {small}/it --passphrase-file {school.root}/words;"
        f" echo rc=$?; ls {small}"
    )
    (school.etc / "bells.toml").write_bytes(os.urandom(40_000))
    done = subprocess.run(
        [*mounted, script], env=school.environ, capture_output=True, text=True, check=False
    )
    if "rc=" not in done.stdout:
        pytest.skip(f"nothing can be mounted here: {done.stderr}")
    assert done.stdout == "rc=1\n"
    assert "could not be written (No space left on device)" in done.stderr


@pytest.mark.slow
def test_killed_at_any_moment_a_restore_can_be_done_again(school: School) -> None:
    command("refresh", environ=school.environ)
    before = school.shown()
    school.run("backup")
    for tenth in range(12):
        school.wipe()
        file = str(school.root / "words")
        process = subprocess.Popen(
            [sys.executable, ROOT / "server.py", "restore", school.file, "--passphrase-file", file],
            env=school.environ,
            stdout=subprocess.DEVNULL,
        )
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(1.5 + tenth / 10)
        process.send_signal(signal.SIGKILL)
        process.wait()
        done = school.run("restore")
        assert done.returncode == 0, done.stderr
    assert school.shown() == before


@pytest.mark.slow
def test_killed_at_any_moment_a_backup_is_whole_or_not_there(school: School) -> None:
    """Before it is written, while it is, and while it is looked over; the next one works."""
    (school.data / "recordings").mkdir()
    (school.data / "recordings/long.opus").write_bytes(os.urandom(6 * 2**20))
    (stick := school.root / "stick").mkdir()
    school.file = stick / "kept.backup"
    words, found = str(school.root / "words"), set[bool]()
    moments: list[float | None] = [None, 0.0, 0.0, 0.02, 0.1, 0.4, 2.0]
    for after in moments:  # seconds after the first file is on the stick; None: before
        process = subprocess.Popen(
            [sys.executable, ROOT / "server.py", "backup", school.file, "--passphrase-file", words],
            env=school.environ,
            stdout=subprocess.DEVNULL,
        )
        while after is not None and process.poll() is None and not any(stick.iterdir()):
            time.sleep(0.001)  # `until` looks too seldom to see it being written
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(1 if after is None else after)
        process.kill()
        process.wait()
        found.add(school.file.exists())
        if school.file.exists():
            whole = archive.unpacked(sealed_file.read(school.file, SECRET))[1]
            assert len(whole["data/recordings/long.opus"]) == 6 * 2**20
            school.file.unlink()
        done = school.run("backup")
        assert done.returncode == 0, done.stderr
        school.file.unlink()
        left = [path for path in stick.iterdir() if path.stat().st_size]
        assert left == [], "what was cut off fills the stick"
    assert found == {True, False}  # else none was killed in time, or each too early

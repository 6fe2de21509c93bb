"""An update and the way back where something fails half-way: one version is named, and it runs."""

import subprocess
import tarfile
from datetime import date
from pathlib import Path

import pytest

from editor.publishing import keys, program_bundle
from runtime.upkeep import bundle, update
from runtime.upkeep.update import Offer
from runtime.upkeep.versions import BEFORE, CHECKOUT, SAVED, UpkeepError, Versions


def script(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    path.chmod(0o755)


@pytest.fixture
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Versions:
    """A newer version that runs and an older one that refuses the settings; no systemd."""
    made = Versions(
        link=tmp_path / "porchlight",
        folder=tmp_path / "versions",
        settings=tmp_path / "etc",
        command=tmp_path / "bin/doctor",
    )
    for name in ("newer", "older"):
        script(made.folder / name / "deploy/install.sh", "exit 0")
        (made.folder / name / "server.py").write_text("", "utf-8")
    (made.folder / "newer" / BEFORE).symlink_to(made.folder / "older")
    made.link.symlink_to(made.folder / "newer")
    made.settings.mkdir()
    (made.settings / "environment").write_text("", "utf-8")
    script(made.command, "echo the settings are wrong >&2; exit 2")
    script(tmp_path / "bin/systemctl", "exit 3")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    return made


def offer(root: Path, name: str, *, older: str = "") -> Offer:
    (root / "data").mkdir(exist_ok=True)
    return Offer(folder=root / name, data_dir=root / "data", older=older, on=date(2026, 11, 30))


SECRET = "four plain words here"


@pytest.fixture
def sticks(versions: Versions, tmp_path: Path) -> Path:
    """Two bundles of one publisher whose key is kept: "one" (build 10) and "two" (build 20)."""
    keys.make(tmp_path / "keys", "program", SECRET)
    (versions.settings / "program.pub").write_bytes((tmp_path / "keys/program.pub").read_bytes())
    script(versions.command, "exit 0")
    for name, build in (("one", 10), ("two", 20)):
        folder = tmp_path / name
        into = versions.folder / name
        setup = tmp_path / f"{name}.sh"
        script(
            setup,
            f"mkdir -p {into}/deploy; cp {versions.folder}/newer/deploy/install.sh"
            f" {into}/deploy; : > {into}/server.py; ln -sfn {into} {versions.link}",
        )
        (folder / "wheels").mkdir(parents=True)
        with tarfile.open(folder / "program.tar", "w") as tar:
            tar.add(setup, "deploy/setup.sh")
        program_bundle.sign(folder, tmp_path / "keys/program.key", SECRET, build=build)
    return tmp_path


def test_an_older_bundle_with_a_good_signature_is_refused(versions: Versions, sticks: Path) -> None:
    """Security review N3: an old stick could bring back faults that were fixed."""
    update.update(versions, lambda: b"today's", offer(sticks, "two"))
    assert (versions.current().name, bundle.highest(sticks / "data").build) == ("two", 20)

    with pytest.raises(UpkeepError, match=r"build 10\) is older.*--older"):
        update.update(versions, lambda: b"today's", offer(sticks, "one"))

    assert versions.current().name == "two"
    assert [left.name for left in versions.folder.glob(".tmp*")] == []


def test_an_older_bundle_is_taken_with_a_reason_and_the_highest_stays(
    versions: Versions, sticks: Path
) -> None:
    update.update(versions, lambda: b"today's", offer(sticks, "two"))
    update.update(versions, lambda: b"today's", offer(sticks, "one", older="the modem fails"))
    kept = bundle.highest(sticks / "data")
    assert (versions.current().name, kept.build) == ("one", 20)
    assert kept.older
    assert (kept.older.build, kept.older.reason) == (10, "the modem fails")
    with pytest.raises(UpkeepError, match="is older"):
        update.update(versions, lambda: b"today's", offer(sticks, "one"))


def test_the_version_that_ran_before_needs_no_reason(versions: Versions, sticks: Path) -> None:
    one, two = versions.folder / "one", versions.folder / "two"
    for name in ("one", "two"):
        update.update(versions, lambda: b"today's", offer(sticks, name))
    (two / BEFORE).symlink_to(one)
    assert "is running again" in update.go_back(versions, lambda: b"today's")
    assert (versions.current(), bundle.highest(sticks / "data").build) == (one, 20)


def test_a_bundle_whose_version_does_not_come_up_raises_no_number(
    versions: Versions, sticks: Path
) -> None:
    script(versions.command, "echo wrong >&2; exit 2")
    with pytest.raises(UpkeepError, match="the old version is back"):
        update.update(versions, lambda: b"today's", offer(sticks, "two"))
    assert bundle.highest(sticks / "data").build == 0


def test_a_damaged_copy_of_its_settings_is_told_and_the_version_runs_all_the_same(
    versions: Versions,
) -> None:
    """The link named it already, and the services were not restarted."""
    (versions.folder / "older" / SAVED).write_bytes(b"cut off")
    with pytest.raises(UpkeepError, match=r"older is back \(it cannot use .* cannot be read\)"):
        update.go_back(versions, lambda: b"today's")
    assert versions.current().name == "older"
    assert (versions.folder / "newer" / SAVED).read_bytes() == b"today's"


def test_a_version_whose_units_find_no_room_gives_way_to_the_one_that_ran(
    versions: Versions, tmp_path: Path
) -> None:
    """The link named it on, and the next start ran what the update had called a failure."""
    runs, new = versions.folder / "newer", versions.folder / "older"
    (runs / CHECKOUT).write_text(str(tmp_path / "checkout"), "utf-8")
    script(tmp_path / "bin/git", "exit 0")
    fails = "echo 'The disk is full: free up space there.' >&2; exit 1"
    script(runs / "deploy/install.sh", fails)
    script(
        tmp_path / "checkout/deploy/setup.sh", f"ln -sfn {new} {versions.link} || exit 2\n{fails}"
    )
    with pytest.raises(UpkeepError, match="free up space"):
        update.update(versions, lambda: b"today's", None)
    assert versions.current() == runs


def test_what_a_killed_git_left_is_named_with_what_to_do(
    versions: Versions, tmp_path: Path
) -> None:
    """Said was git's last line: "remove the file manually to continue", without the file."""
    (tmp_path / "bin/git").unlink(missing_ok=True)
    origin, checkout = tmp_path / "origin", tmp_path / "check out"

    def git(*command: str | Path) -> None:
        who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        subprocess.run(["git", *who, *command], check=True, capture_output=True)

    git("init", origin)
    script(origin / "deploy/setup.sh", "exit 0")
    git("-C", origin, "add", ".")
    git("-C", origin, "commit", "-m", "one")
    git("clone", origin, checkout)
    script(origin / "deploy/setup.sh", "exit 0 # newer")
    git("-C", origin, "commit", "-am", "two")
    (versions.current() / CHECKOUT).write_text(str(checkout), "utf-8")
    lock = checkout / ".git/index.lock"
    lock.touch()

    with pytest.raises(UpkeepError, match="no git command is running in") as told:
        update.update(versions, lambda: b"today's", None)

    assert f"sudo rm '{lock}'" in str(told.value)
    lock.unlink()
    assert "already the newest version" in update.update(versions, lambda: b"today's", None)
    assert "newer" in (checkout / "deploy/setup.sh").read_text("utf-8")


def test_a_stick_without_a_key_is_refused_in_a_sentence(versions: Versions, tmp_path: Path) -> None:
    """Of a kiosk that keeps no publisher's key yet."""
    (tmp_path / "stick").mkdir()
    with pytest.raises(UpkeepError, match=r"key\.pub.*Nothing was changed"):
        update.update(versions, lambda: b"today's", offer(tmp_path, "stick"))
    assert [left.name for left in versions.folder.glob(".tmp*")] == []

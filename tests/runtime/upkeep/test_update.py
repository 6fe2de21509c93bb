"""An update and the way back where something fails half-way: one version is named, and it runs."""

import subprocess
from pathlib import Path

import pytest

from runtime.upkeep import update
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


def test_a_damaged_copy_of_its_settings_is_told_and_the_version_runs_all_the_same(
    versions: Versions,
) -> None:
    """The link named it already, and the services were not restarted."""
    (versions.folder / "older" / SAVED).write_bytes(b"cut off")
    with pytest.raises(UpkeepError, match=r"older is back \(it refuses .* cannot be read\)"):
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
    fails = "echo 'The disk is full: make room there.' >&2; exit 1"
    script(runs / "deploy/install.sh", fails)
    script(
        tmp_path / "checkout/deploy/setup.sh", f"ln -sfn {new} {versions.link} || exit 2\n{fails}"
    )
    with pytest.raises(UpkeepError, match="make room"):
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

    with pytest.raises(UpkeepError, match="none runs in") as told:
        update.update(versions, lambda: b"today's", None)

    assert f"sudo rm '{lock}'" in str(told.value)
    lock.unlink()
    assert "newest version already" in update.update(versions, lambda: b"today's", None)
    assert "newer" in (checkout / "deploy/setup.sh").read_text("utf-8")


def test_a_stick_without_a_key_is_refused_in_a_sentence(versions: Versions, tmp_path: Path) -> None:
    """Of a kiosk that keeps no publisher's key yet."""
    (tmp_path / "stick").mkdir()
    with pytest.raises(UpkeepError, match=r"key\.pub.*Nothing was changed"):
        update.update(versions, lambda: b"today's", tmp_path / "stick")
    assert [left.name for left in versions.folder.glob(".tmp*")] == []

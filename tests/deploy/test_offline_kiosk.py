"""A kiosk from a stick, on a machine without a network: installed, updated, taken back, moved.

A real bundle with the libraries that PyPI has, on a booted systemd (tests/deploy/machine.py).
PORCHLIGHT_TEST_TREE may name a Debian tree (debootstrap) to boot in place of this machine's own
disk; without it no screen is installed, as the browser is not part of every machine that tests.
"""

import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from content.publishing import keys
from runtime.upkeep import bundle
from tests.deploy import machine as machines
from tests.deploy.machine import Machine, bare
from tests.running import ROOT, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(machines.missing()), reason=machines.missing()),
    pytest.mark.skipif(not Path("/usr/bin/python3").exists(), reason="Debian's Python is not here"),
]
SECRET = "four plain words here"
SECONDS = 900  # a guard against a hang
STICK = "/srv/stick"
OPTIONS = "--no-screen --port 8123"


@pytest.fixture(scope="module")
def sticks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two bundles, of this program and of one that calls itself newer, and one that changed."""
    root = tmp_path_factory.mktemp("sticks")
    keys.make(root / "keys", "program", SECRET)
    key = root / "keys/program.key"
    done = subprocess.run(
        ["sh", ROOT / "deploy/bundle.sh", key, root / "stick/this"],
        env={**os.environ, "PYTHON": "/usr/bin/python3", "PORCHLIGHT_KEY_PASSPHRASE": SECRET},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    newer, tree = root / "stick/newer", root / "tree"
    shutil.copytree(root / "stick/this", newer)
    with tarfile.open(newer / "program.tar") as tar:
        tar.extractall(tree, filter="data")
    project = tree / "pyproject.toml"
    project.write_text(project.read_text("utf-8").replace('version = "0', 'version = "99'), "utf-8")
    subprocess.run(["sh", tree / "deploy/setup.sh", "--tar", newer / "program.tar"], check=True)
    bundle.sign(newer, key, SECRET)
    broken = root / "stick/broken"
    shutil.copytree(newer, broken)
    (tree / "server.py").write_text("raise SystemExit('planted')\n", "utf-8")
    subprocess.run(["sh", tree / "deploy/setup.sh", "--tar", broken / "program.tar"], check=True)
    bundle.sign(broken, key, SECRET)
    changed = root / "stick/changed"
    shutil.copytree(newer, changed)
    wheel = next((changed / "wheels").glob("msgspec*.whl"))
    data = bytearray(wheel.read_bytes())
    data[len(data) // 2] ^= 1
    wheel.write_bytes(data)
    return root / "stick"


@pytest.fixture(scope="module")
def machine(sticks: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    folder = tmp_path_factory.mktemp("offline") / "machine"
    folder.mkdir()
    with bare(folder, sticks, STICK) as running:
        yield running


@pytest.fixture
def kiosk(machine: Machine) -> Machine:
    """The machine with a version installed, whichever tests ran before."""
    if machine.run("sh", "-c", "test -e /opt/porchlight || echo none"):
        machine.run("sh", "-c", f"sh {STICK}/this/install.sh {OPTIONS}", seconds=SECONDS)
    return machine


def ready(machine: Machine) -> bool:
    return '"ready":true' in machine.get("/readyz")


def version(machine: Machine) -> str:
    return machine.run("porchlight", "--version")


def refused(machine: Machine, *command: str) -> str:
    """What a command that must not succeed says."""
    script = '"$@" 2>&1 && echo "it succeeded"; true'
    return machine.run("sh", "-c", script, "sh", *command, seconds=SECONDS)


def test_a_stick_makes_a_kiosk_updates_it_and_takes_it_back(machine: Machine) -> None:
    assert "not what was made" in refused(machine, "sh", f"{STICK}/changed/install.sh")
    said = machine.run("sh", "-c", f"sh {STICK}/this/install.sh {OPTIONS}", seconds=SECONDS)
    assert "ssh -L 8001:127.0.0.1:8001" in said
    assert "No ssh server runs here" in said
    until(lambda: ready(machine), "the pack is shown", seconds=SECONDS)
    poster = machine.run("porchlight", "poster", "--out", "poster.pdf", seconds=SECONDS)
    assert "poster.pdf is written." in poster
    first = version(machine)
    assert machine.run("systemctl", "is-enabled", "porchlight.service") == "enabled"
    machine.write("/etc/porchlight/school.toml", 'notice = "Picture day on Friday"\n')
    before = machine.run("readlink", "/opt/porchlight")

    # Twice the same is no second version, and a byte that changed is not installed.
    assert "newest version already" in machine.run(
        "sh", f"{STICK}/this/install.sh", seconds=SECONDS
    )
    said = refused(machine, "porchlight", "update", "--from", f"{STICK}/changed")
    assert "is not what was signed" in said
    assert machine.run("readlink", "/opt/porchlight") == before

    # One that does not start is not named, and what runs goes on.
    said = refused(machine, "porchlight", "update", "--from", f"{STICK}/broken")
    assert "does not start on this machine; nothing was changed" in said
    assert ready(machine)

    machine.run("porchlight", "update", "--from", f"{STICK}/newer", seconds=SECONDS)
    assert (version(machine), ready(machine)) == ("porchlight 99.1.0", True)
    assert "Picture day" in machine.get("/leave")

    # The older program would refuse this file: it gets the one it had.
    settings = machine.run("cat", "/etc/porchlight/settings.toml")
    machine.write("/etc/porchlight/settings.toml", f"{settings}\n[of_tomorrow]\nyes = true\n")
    assert "with the settings it had" in machine.run("porchlight", "back", seconds=SECONDS)
    assert (version(machine), ready(machine)) == (first, True)
    assert machine.run("cat", "/etc/porchlight/settings.toml") == settings
    assert "No version before" in refused(machine, "porchlight", "back")


def test_killed_at_any_moment_one_of_the_two_versions_runs(kiosk: Machine) -> None:
    """`update` with everything it started, as when somebody pulls the plug; then it is repeated."""
    machine = kiosk
    known = {version(machine), "porchlight 99.1.0"}
    for tenths in (3, 10, 20, 40, 60, 80, 100, 120, 140, 170):
        script = (
            f"setsid porchlight update --from {STICK}/newer & sleep {tenths / 10};"
            " kill -KILL -- -$! 2>/dev/null; true"
        )
        machine.run("sh", "-c", script, seconds=SECONDS)
        machine.run(
            "systemctl", "restart", "porchlight.service", seconds=SECONDS
        )  # the power is back
        assert version(machine) in known
        until(lambda: ready(machine), "the pack is shown", seconds=SECONDS)
    machine.run("porchlight", "update", "--from", f"{STICK}/newer", seconds=SECONDS)
    assert version(machine) == "porchlight 99.1.0"
    assert (
        machine.run("sh", "-c", "ls -A /opt/porchlight-versions | grep -c tmp", check=False) == "0"
    )


def test_a_backup_moves_a_kiosk(kiosk: Machine) -> None:
    machine = kiosk
    machine.write("/etc/porchlight/school.toml", 'notice = "Picture day on Friday"\n')
    machine.write("/etc/words", "a backup's own words\n")
    words = ("--passphrase-file", "/etc/words")
    machine.run("porchlight", "backup", "/srv/kept", *words, seconds=SECONDS)
    machine.run("systemctl", "stop", "porchlight.service")
    machine.run("sh", "-c", "rm -rf /var/lib/porchlight/* /etc/porchlight/school.toml")
    machine.run("porchlight", "restore", "/srv/kept", *words, seconds=SECONDS)
    machine.run("systemctl", "start", "porchlight.service", seconds=SECONDS)
    until(lambda: ready(machine), "the pack is shown", seconds=SECONDS)
    assert "Picture day" in machine.get("/leave")
    assert machine.run("find", "/var/lib/porchlight", "-user", "root") == ""

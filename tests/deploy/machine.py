"""A machine with the shipped units installed: a real systemd as process 1 in a container.

Its disk is this machine's own, with writes kept in an overlay in memory and thrown away; mounts
the checkout where it is installed, and runs `deploy/install.sh`. It has no network, only
a private address. Needs root, systemd-nspawn (Debian: systemd-container) and overlayfs.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.running import ROOT, until

PORT = 8123
SECONDS = 60
OUTSIDE = "192.0.2.2"  # TEST-NET-1: stands for every address that is not this machine
# The same with nothing installed, from this disk or a Debian tree, with or without a network.
BARE = """set -eu
mount -t tmpfs tmpfs "$AT"
mkdir -p "$AT/over" "$AT/work" "$AT/root"
mount -t overlay overlay -o "lowerdir=$TREE,upperdir=$AT/over,workdir=$AT/work" "$AT/root"
if [ "$(stat --file-system --format=%T /sys/fs/cgroup)" != cgroup2fs ]; then
  umount -R /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup
fi
rm -rf "$AT/root/etc/porchlight" "$AT/root/var/lib/porchlight" "$AT/root/opt"/porchlight*
printf '0123456789abcdef0123456789abcdef\\n' > "$AT/root/etc/machine-id"
exec systemd-nspawn --quiet --directory="$AT/root" --machine=porchlight --register=no --keep-unit \\
  $NETWORK --boot --console=pipe --system-call-filter="adjtimex clock_adjtime bpf" \\
  "$@" -- systemd.unit=basic.target
"""
# Its own mount namespace: mounts disappear with the process. If this machine still uses the older
# cgroups, the container sees only the newer ones.
BOOT = """set -eu
mount -t tmpfs tmpfs "$AT"
mkdir -p "$AT/over" "$AT/work" "$AT/root" "$AT/venv/bin" "$AT/venv/lib"
mount -t overlay overlay -o "lowerdir=/,upperdir=$AT/over,workdir=$AT/work" "$AT/root"
if [ "$(stat --file-system --format=%T /sys/fs/cgroup)" != cgroup2fs ]; then
  umount -R /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup
fi
ln -s "/opt/python/bin/$PYTHON" "$AT/venv/bin/python"
printf 'home = /opt/python/bin\\nversion = %s\\n' "$VERSION" > "$AT/venv/pyvenv.cfg"
mkdir -p "$AT/root/opt/porchlight" "$AT/root/opt/python" "$AT/root/etc/ld.so.conf.d"
rm -rf "$AT/root/etc/porchlight" "$AT/root/var/lib/porchlight" "$AT/root/etc/systemd/system"/porchlight*
printf '/opt/python/lib\\n' > "$AT/root/etc/ld.so.conf.d/00-python.conf"
printf '0123456789abcdef0123456789abcdef\\n' > "$AT/root/etc/machine-id"
exec systemd-nspawn --quiet --directory="$AT/root" --machine=porchlight --register=no --keep-unit \\
  --private-network --boot --console=pipe --system-call-filter="adjtimex clock_adjtime bpf" \\
  --bind-ro="$ROOT:/opt/porchlight" --bind-ro="$AT/venv:/opt/porchlight/.venv" \\
  --bind-ro="$LIBRARIES:/opt/porchlight/.venv/lib" --bind-ro="$BASE:/opt/python" \\
  -- systemd.unit=basic.target
"""


def missing() -> str:
    """Say why such a machine cannot run here; "" if it can."""
    programs = ("systemd-nspawn", "unshare", "nsenter", "ip")
    if absent := ", ".join(name for name in programs if shutil.which(name) is None):
        return f"{absent} is not here (Debian: systemd-container, util-linux, iproute2)"
    if os.geteuid() != 0:
        return "a container with a systemd of its own needs root"
    if "overlay" not in Path("/proc/filesystems").read_text(encoding="ascii"):
        return "this kernel has no overlayfs"
    if not Path("/usr/lib/systemd/systemd").exists():
        return "systemd is not installed here"
    return ""


class Machine:
    """A booted machine. ``leader``: its process 1, as seen from outside.

    ``disk``: where its disk is mounted in the namespace of the process ``outside``.
    """

    def __init__(self, leader: int, outside: int, disk: Path) -> None:
        self.leader, self._outside, self._disk = leader, outside, disk

    @contextlib.contextmanager
    def full_disk(self) -> Iterator[None]:
        """Fill the disk: only writes that need no extra space still fit."""

        def is_full() -> bool:
            """Whether it is full: not while somebody writes more than was counted."""
            found = os.statvfs(f"/proc/{self._outside}/root{self._disk}")
            return self._resized(str((found.f_blocks - found.f_bfree) * found.f_frsize))

        until(is_full, "the disk is full")
        try:
            yield
        finally:
            assert self._resized("50%")

    def _resized(self, size: str) -> bool:
        remount = ["mount", "-o", f"remount,size={size}", str(self._disk)]
        command = ["nsenter", "--target", str(self._outside), "--mount", *remount]
        return subprocess.run(command, check=False).returncode == 0

    def run(
        self, *command: str, check: bool = True, typed: str = "", seconds: float = SECONDS
    ) -> str:
        """Run a command in the machine as root, outside every unit; return what it printed."""
        done = subprocess.run(
            ["nsenter", "--target", str(self.leader), "--all", "--", *command],
            input=typed,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
            env={"PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"},
        )
        assert not check or done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def write(self, path: str, text: str) -> None:
        """Put a file into the machine."""
        self.run("sh", "-c", 'mkdir -p "$(dirname "$1")" && cat > "$1"', "sh", path, typed=text)

    def show(self, unit: str, what: str) -> str:
        """Return a unit's property."""
        return self.run("systemctl", "show", "--property", what, "--value", unit)

    def journal(self, unit: str) -> str:
        """Return what a unit printed, and what systemd says about it."""
        return self.run("journalctl", "--no-pager", "--output=cat", "--unit", unit)

    def get(self, path: str) -> str:
        """Return the answer of the server in the machine; "" if it does not answer."""
        address = f"http://127.0.0.1:{PORT}{path}"
        return self.run("curl", "--silent", "--max-time", "20", address, check=False)

    def under(self, unit: str, script: str, lines: str = "", *, added_last: str = "") -> str:
        """Return what a Python script prints under all of a shipped unit's restrictions."""
        text = self.run("cat", f"/etc/systemd/system/{unit}.service")
        kept = [line for line in text.splitlines() if line.partition("=")[0] not in REPLACED]
        own = ["Type=oneshot", f"ExecStart={INTERPRETER} /srv/probe.py", lines]
        place = kept.index("[Service]") + 1
        self.write("/srv/probe.py", script)
        self.write(
            "/run/systemd/system/probe.service",
            "\n".join([*kept[:place], *own, *kept[place:], "[Service]", added_last]),
        )
        self.run("systemctl", "daemon-reload")
        before = self.journal("probe.service")
        self.run("systemctl", "start", "probe.service", check=False)
        said = self.journal("probe.service").removeprefix(before)
        return "\n".join(line for line in said.splitlines() if "probe.service" not in line)


INTERPRETER = "/opt/porchlight/.venv/bin/python"
REPLACED = {"Type", "ExecStart", "Restart", "RestartSec", "WatchdogSec", "TimeoutStartSec"}


@contextlib.contextmanager
def booted(folder: Path, settings: Mapping[str, str], *, options: str = "") -> Iterator[Machine]:
    """Yield a machine on which `deploy/install.sh` ran, with these extra options.

    ``settings``: for /etc/porchlight.
    """
    base = Path(sys.base_prefix)
    variables = {
        "AT": str(folder),
        "ROOT": str(ROOT),
        "BASE": str(base),
        "LIBRARIES": str(Path(sys.prefix) / "lib"),
        "PYTHON": f"python{sys.version_info.major}.{sys.version_info.minor}",
        "VERSION": sys.version.split()[0],
    }
    with _up(folder, BOOT, variables) as machine:
        machine.run("ldconfig")
        machine.run("ip", "link", "set", "lo", "up")
        machine.run("ip", "address", "add", f"{OUTSIDE}/32", "dev", "lo")
        lines = "".join(f"{name}={value}\n" for name, value in settings.items())
        machine.write("/etc/porchlight/environment", lines)
        install = f"/opt/porchlight/deploy/install.sh --port {PORT} {options}"
        machine.run("sh", "-c", f"PYTHON={INTERPRETER} {install}")
        yield machine


@contextlib.contextmanager
def bare(folder: Path, shown: Mapping[str, Path], *, network: bool = False) -> Iterator[Machine]:
    """Yield a machine with nothing of ours installed. ``shown``: our folders, by their path inside
    it. ``network``: it shares this machine's network and ports."""
    tree = os.environ.get("PORCHLIGHT_TEST_TREE", "/")
    binds = [f"--bind-ro={path}:{where}" for where, path in shown.items()]
    shut = "" if network else "--private-network"
    with _up(folder, BARE, {"AT": str(folder), "TREE": tree, "NETWORK": shut}, *binds) as machine:
        if not network:
            machine.run("ip", "link", "set", "lo", "up")
        yield machine


@contextlib.contextmanager
def _up(
    folder: Path, script: str, variables: Mapping[str, str], *options: str
) -> Iterator[Machine]:
    output = folder.parent / "machine.log"
    with output.open("wb") as log:
        process = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh", *options],
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        until(lambda: _leader(process), f"a systemd runs; see {output}", seconds=SECONDS)
        machine = Machine(_leader(process), process.pid, folder)
        until(lambda: _is_up(machine), f"the machine is up; see {output}", seconds=SECONDS)
        yield machine
    finally:
        _end(process)


def _leader(process: "subprocess.Popen[bytes]") -> int:
    """Return the container's process 1: the child of systemd-nspawn, which replaced the shell."""
    assert process.poll() is None, "the container ended at its start"
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii")
    for child in children.split():
        with contextlib.suppress(OSError):  # a step of the shell that has already ended
            if Path(f"/proc/{child}/comm").read_text(encoding="utf-8").strip() == "systemd":
                return int(child)
    return 0


def _is_up(machine: Machine) -> bool:
    state = machine.run("systemctl", "is-system-running", check=False)
    return state in {"running", "degraded"}


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Stop the container by its first process; the mounts end with this process's namespace."""
    end = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < end:
        process.send_signal(signal.SIGTERM)  # twice: at once
        time.sleep(0.5)
    process.kill()
    process.wait()

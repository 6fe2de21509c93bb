"""The shipped units under a real systemd: their users, limits, filters, watchdog, as installed.

Not tried here: MemoryMax, MemorySwapMax and TasksMax where the kernel still has the older cgroups,
the screen's unit (it needs a display), time from a network, ProtectKernel… against a host's own
kernel (a container has none).
"""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests import shipped
from tests.content.publisher import Publisher
from tests.deploy import machine as machines
from tests.deploy.machine import INTERPRETER, OUTSIDE, Machine, booted
from tests.deploy.test_proxy import MAIN, needs_nginx
from tests.deploy.test_screens_proxy import shipped_site
from tests.kiosk.desks import PASSPHRASE
from tests.running import until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(machines.missing()), reason=machines.missing()),
]
DESK, HOST = 8124, 8125
SECONDS = 300  # a guard against a hang; a start takes seconds on a quiet machine
SETTINGS = {
    "PORCHLIGHT_KIOSK__LANGUAGES": '["en", "es"]',
    "PORCHLIGHT_SMS__ENABLED": "false",
    "PORCHLIGHT_DESK__ENABLED": "true",
    "PORCHLIGHT_DESK__PORT": str(DESK),
}
LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
ASK_THE_CLOCK = "import ctypes; print('STATE', ctypes.CDLL(None).adjtimex(bytes(512)))"
VERBS = ["doctor", "releases", "held", "refresh"]
# What the server's unit forbids, and what it must be let do.
PROBE = """
import ctypes, errno, json, os, socket, time

def tried(action):
    try:
        return action() or "done"
    except OSError as problem:
        return errno.errorcode.get(problem.errno, type(problem).__name__)

def reached(address):
    with socket.create_server((address, 0)) as there:
        socket.create_connection(there.getsockname(), timeout=2).close()

COMMON = {"null", "zero", "full", "random", "urandom", "tty", "ptmx", "pts", "shm", "log", "core",
    "fd", "stdin", "stdout", "stderr", "mqueue", "hugepages", "char"}
kernel = ctypes.CDLL(None, use_errno=True)
print("PROBE", json.dumps({
    "set the clock": tried(lambda: time.clock_settime(time.CLOCK_REALTIME, time.time())),
    "be nice": tried(lambda: os.nice(1) and None),
    "own machine": tried(lambda: reached("127.0.0.1")),
    "elsewhere": tried(lambda: reached("OUTSIDE")),
    "a namespace": kernel.unshare(0x20000),
    "/usr": tried(lambda: open("/usr/planted", "w").close()),
    "/opt/porchlight": tried(lambda: open("/opt/porchlight/planted", "w").close()),
    "/root": tried(lambda: os.listdir("/root") and None),
    "devices": sorted(set(os.listdir("/dev")) - COMMON),
    "own folder": tried(lambda: open("/var/lib/porchlight/probe", "w").close()),
    "strangers' processes": len([name for name in os.listdir("/proc") if name.isdigit()]) > 5,
}))
""".replace("OUTSIDE", OUTSIDE)

MAKE_A_CLIP = """
import pathlib, subprocess, sys, time
folder = pathlib.Path("/var/lib/porchlight/audio")
making = subprocess.Popen([sys.executable, "/opt/porchlight/server.py", "say"])
while not list(folder.glob("*.opus")) and making.poll() is None:
    time.sleep(0.2)
making.terminate()
making.wait()
print("CLIP", "made" if list(folder.glob("*.opus")) else "missing")
"""


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A kiosk whose server has started."""
    folder = tmp_path_factory.mktemp("installed") / "machine"
    folder.mkdir()
    with booted(folder, SETTINGS) as running:
        running.run("systemctl", "start", "porchlight.service", seconds=400)
        yield running


@pytest.fixture(scope="module")
def machine(started: Machine) -> Machine:
    """The same with its pack: what a test starts then meets no refresh of the server's own start."""
    until_shown(started)
    return started


def until_shown(machine: Machine) -> None:
    shown = '"ready":true'
    until(lambda: shown in machine.get("/readyz"), "the whole pack is shown", seconds=SECONDS)


def answers(machine: Machine) -> bool:
    return machine.get("/healthz") == "ok"


def main_pid(machine: Machine) -> str:
    return machine.show("porchlight.service", "MainPID")


def test_it_is_started_when_it_answers_as_its_own_user_under_every_lock(started: Machine) -> None:
    """`systemctl start` came back: by Type=notify the port answers by then."""
    machine = started
    assert answers(machine)
    until_shown(machine)
    assert "988" in machine.get("/en/now")
    status = machine.run("cat", f"/proc/{main_pid(machine)}/status")
    values = dict(line.split(":", 1) for line in status.splitlines())
    user = machine.run("id", "--user", "porchlight")
    assert set(values["Uid"].split()) == {user}
    assert values["NoNewPrivs"].strip() == "1"
    assert values["Seccomp"].strip() == "2"
    assert int(values["CapBnd"], 16) == int(values["CapEff"], 16) == 0
    limits = machine.run("cat", f"/proc/{main_pid(machine)}/limits")
    assert "Max core file size        0                    0" in limits
    assert "Max open files            8192                 8192" in limits  # LimitNOFILE


@pytest.fixture(scope="module")
def found(machine: Machine) -> dict[str, object]:
    said = machine.under("porchlight", PROBE)
    lines = [line for line in said.splitlines() if line.startswith("PROBE ")]
    assert lines, said
    read: dict[str, object] = json.loads(lines[0].removeprefix("PROBE "))
    return read


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("set the clock", "EPERM"),
        ("be nice", "EPERM"),
        ("own machine", "done"),
        ("elsewhere", "TimeoutError"),  # IPAddressDeny drops what is sent
        ("a namespace", -1),
        ("/usr", "EROFS"),
        ("/opt/porchlight", "EROFS"),
        ("/root", "EACCES"),
        ("devices", []),
        ("own folder", "done"),
        ("strangers' processes", False),
    ],
)
def test_the_server_may_do_what_it_needs_and_nothing_else(
    found: dict[str, object], what: str, expected: object
) -> None:
    assert found[what] == expected


@pytest.mark.parametrize("unit", ["porchlight", "porchlight-refresh"])
def test_the_clock_may_be_asked_under_the_units_filter(machine: Machine, unit: str) -> None:
    """ProtectClock=yes answered -1, and that was taken for yes."""
    outside = machine.run(INTERPRETER, "-c", ASK_THE_CLOCK)
    assert outside in machine.under(unit, ASK_THE_CLOCK).splitlines()
    assert outside != "STATE -1"


@pytest.mark.skipif(not LIBRARIES, reason="libfaketime is not here (Debian: libfaketime)")
def test_a_clock_800_days_ahead_that_nobody_set_shuts_no_signed_pack_out(
    machine: Machine, tmp_path: Path
) -> None:
    """Where the unit forbade the question it was refused as 800 days old."""
    publisher = Publisher(tmp_path / "site", now=datetime.now(UTC))
    publisher.release(shipped.pack())
    for file in (path for path in publisher.folder.rglob("*") if path.is_file()):
        machine.write(f"/run/site/{file.relative_to(publisher.folder)}", file.read_text("utf-8"))
    machine.run("chmod", "-R", "a+rX", "/run/site")
    settings = (
        "PORCHLIGHT_CONTENT__SOURCE=/run/site",
        "PORCHLIGHT_CONTENT__ROOT=/run/site/metadata/1.root.json",
        "PORCHLIGHT_SERVER__DATA_DIR=/var/lib/porchlight/far",
        f"LD_PRELOAD={LIBRARIES[0]} FAKETIME=+800d FAKETIME_DONT_FAKE_MONOTONIC=1",
    )
    lines = "".join(f"Environment={line}\n" for line in settings)
    dropin = "/run/systemd/system/porchlight-refresh.service.d/far.conf"
    machine.write(dropin, f"[Service]\n{lines}")
    machine.run("systemctl", "daemon-reload")
    before = machine.journal("porchlight-refresh.service")
    machine.run("systemctl", "start", "porchlight-refresh.service", check=False, seconds=400)
    said = machine.journal("porchlight-refresh.service").removeprefix(before)
    machine.run("rm", dropin)
    machine.run("systemctl", "daemon-reload")
    nobody_set_it = machine.run(INTERPRETER, "-c", ASK_THE_CLOCK) == "STATE 5"
    assert ("is now shown" in said) is nobody_set_it, said


def test_a_refresh_runs_in_its_unit(machine: Machine) -> None:
    machine.run("systemctl", "start", "porchlight-refresh.service", seconds=400)
    assert machine.show("porchlight-refresh.service", "Result") == "success"
    assert " shown " in machine.journal("porchlight-refresh.service")


@pytest.mark.skipif(
    not (shutil.which("espeak-ng") and shutil.which("opusenc")),
    reason="espeak-ng and opusenc are not here (Debian: espeak-ng, opus-tools)",
)
def test_clips_are_made_under_the_servers_unit(machine: Machine) -> None:
    """`say`, as the server runs it, but for its wait for a machine at rest: beside tests none is."""
    said = machine.under("porchlight", MAKE_A_CLIP)
    assert "CLIP made" in said, said


@pytest.mark.parametrize("verb", VERBS)
def test_a_command_runs_with_the_servers_settings_and_user(machine: Machine, verb: str) -> None:
    said = machine.run("porchlight", verb, check=verb != "doctor", seconds=SECONDS)
    assert said
    assert machine.run("find", "/var/lib/porchlight", "-user", "root") == ""


@needs_nginx
def test_the_nightly_export_uploads_checks_and_says_how_it_ended(machine: Machine) -> None:
    """As docs/school/devices.md has it; the host is nginx with the shipped file."""
    hosted, address = "/var/lib/porchlight/hosted", f"http://127.0.0.1:{HOST}"
    site = shipped_site(HOST, Path(hosted), Path("/srv"))
    machine.write("/srv/site.conf", site)
    machine.write("/srv/main.conf", f"user root; {MAIN.format('/srv')}".replace("daemon off;", ""))
    machine.run("nginx", "-c", "/srv/main.conf")
    machine.write("/etc/porchlight/upload", f'mkdir -p {hosted} && cp -r "$1"/. {hosted}\n')
    add = 'echo "SCREENS_URL=$1" >> /etc/porchlight/environment'
    machine.run("sh", "-c", add, "sh", address)

    machine.run("systemctl", "enable", "--now", "porchlight-export.timer")
    assert machine.show("porchlight-export.timer", "ActiveState") == "active"
    machine.run("systemctl", "start", "porchlight-export.service", seconds=SECONDS)
    assert machine.show("porchlight-export.service", "Result") == "success"
    page = machine.run("curl", "--silent", "--location", f"{address}/screen/en/now")
    assert "988" in page
    said = machine.run("porchlight", "doctor", check=False, seconds=SECONDS)
    assert "exported and uploaded" in said

    machine.write("/etc/porchlight/upload", "exit 3\n")
    machine.run("systemctl", "start", "porchlight-export.service", check=False, seconds=SECONDS)
    said = machine.run("porchlight", "doctor", check=False, seconds=SECONDS)
    assert "journalctl -u porchlight-export" in said


def test_the_desk_does_what_is_clicked(machine: Machine) -> None:
    """A refresh and a poster: child processes of the server, under its filter and its folders."""
    typed = f"{PASSPHRASE}\n{PASSPHRASE}\n"
    machine.run("porchlight", "desk", "passphrase", typed=typed, seconds=SECONDS)
    machine.run("systemctl", "restart", "porchlight.service", seconds=400)
    until_shown(machine)
    script = f"""
import sys
sys.path.insert(0, "/opt/porchlight")
from tests.kiosk.desks import Office
with Office({DESK}) as office:
    print(office.sign_in().status_code, office.press("/staff/refresh").status_code)
    page = "Still working"
    while "Still working" in page:
        page = office.get("/staff/work", timeout=60).text
    print("Check for new numbers: done" in page)
    office.timeout = 300  # a poster is drawn when everybody else is served
    made = office.press("/staff/posters", size="letter", first="en", second="es")
    print(made.content[:4].decode(), made.content[-6:].decode().strip())
"""
    said = machine.run(INTERPRETER, "-c", script, seconds=SECONDS)
    assert said == "303 303\nTrue\n%PDF %%EOF"


def test_a_server_that_was_killed_is_back(machine: Machine) -> None:
    before = main_pid(machine)
    machine.run("kill", "-KILL", before)
    until(
        lambda: main_pid(machine) not in {"0", before} and answers(machine),
        "it answers again",
        seconds=SECONDS,
    )
    assert machine.show("porchlight.service", "ActiveState") in {"active", "activating"}


def test_the_watchdog_ends_a_server_that_hangs_and_starts_another(machine: Machine) -> None:
    dropin = "/run/systemd/system/porchlight.service.d/watchdog.conf"
    machine.write(dropin, "[Service]\nWatchdogSec=10\n")  # not to wait for a minute
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "restart", "porchlight.service", seconds=400)
    before = main_pid(machine)
    machine.run("kill", "-STOP", before)
    until(
        lambda: main_pid(machine) not in {"0", before} and answers(machine),
        "another server answers",
        seconds=SECONDS,
    )
    assert "Failed with result 'watchdog'" in machine.journal("porchlight.service")

"""The line's unit beside the kiosk's under a real systemd: two services that do not hold up each
other. What every unit of ours is tried for stands in test_installed_system.py.
"""

import json
from collections.abc import Iterator

import pytest

from tests.deploy import machine as machines
from tests.deploy.machine import INTERPRETER, PORT, Machine, booted
from tests.deploy.test_installed_system import PROBE
from tests.running import CARRIER, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(machines.missing()), reason=machines.missing()),
]
LINE = 8125
UNITS = {"kiosk": "porchlight.service", "line": "porchlight-line.service"}
SETTINGS = {"PORCHLIGHT_KIOSK__LANGUAGES": '["en", "es"]', **CARRIER}
# Run in the machine: what a visitor and the carrier get, each from both ports.
ASK = f"""
import sys
from pathlib import Path
sys.path.insert(0, "/opt/porchlight")
from tests.attacks import ATTACKS, Installation, many_files, under
from tests.running import Server

def server(port):
    return Server(None, port, Path("/dev/null"), Path("/"))

kiosk, line = server({PORT}), server({LINE})

def page(of=kiosk):
    answer = of.http.get("/en/now")
    return f"{{answer.status_code}} {{'988' in answer.text}}"

def text(sid, of=line):
    answer = of.text("im not safe", sid=sid)
    return f"{{answer.status_code}} {{b'911' in answer.content}}"
"""


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine with both services started, as docs/operating.md says."""
    folder = tmp_path_factory.mktemp("two-services") / "machine"
    folder.mkdir()
    with booted(folder, SETTINGS, options=f"--line-port {LINE}") as running:
        running.run("systemctl", "start", *UNITS.values(), seconds=400)
        yield running


def said(machine: Machine, script: str) -> list[str]:
    """What a script printed that asks both ports."""
    return machine.run(INTERPRETER, "-c", ASK + script, seconds=300).splitlines()


def main_pid(machine: Machine, unit: str) -> str:
    return machine.show(unit, "MainPID")


def test_each_service_answers_its_own_port_and_nothing_of_the_other(machine: Machine) -> None:
    """`systemctl start` came back: by Type=notify both ports answer by then."""
    asked = "print(page(), text('SM-1'), page(line), text('SM-2', kiosk), sep='\\n')"
    *answered, unknown = said(machine, asked)
    assert answered == ["200 True", "200 True", "404 False"]
    # The kiosk's page for an address it does not have holds the hotlines; 503 until the pack is read.
    assert unknown in ("404 True", "503 True")


def wait_for_pack(machine: Machine) -> None:
    def ready() -> bool:
        told = machine.run("curl", "--silent", f"http://127.0.0.1:{LINE}/readyz", check=False)
        return told.startswith("{") and json.loads(told)["ready"]

    until(ready, "the line shows the whole pack", seconds=300)


def test_the_line_shows_the_pack_that_the_kiosk_s_service_made(machine: Machine) -> None:
    wait_for_pack(machine)
    food = "print(b'211' in line.text('FOOD', sid='SM-food').content)"
    assert said(machine, food) == ["True"]


@pytest.mark.parametrize("door", UNITS)
def test_both_run_as_the_same_user_under_every_lock(machine: Machine, door: str) -> None:
    status = machine.run("cat", f"/proc/{main_pid(machine, UNITS[door])}/status")
    values = dict(line.split(":", 1) for line in status.splitlines())
    assert set(values["Uid"].split()) == {machine.run("id", "--user", "porchlight")}
    assert (values["NoNewPrivs"].strip(), values["Seccomp"].strip()) == ("1", "2")
    assert int(values["CapBnd"], 16) == int(values["CapEff"], 16) == 0
    assert machine.run("find", "/var/lib/porchlight", "-user", "root") == ""


def test_the_line_may_reach_its_carrier_and_else_do_as_little_as_the_kiosk(
    machine: Machine,
) -> None:
    printed = machine.under("porchlight-line", PROBE)
    lines = [line for line in printed.splitlines() if line.startswith("PROBE ")]
    assert lines, printed
    assert json.loads(lines[0].removeprefix("PROBE ")) == {
        "set the clock": "EPERM",
        "be nice": "EPERM",
        "own machine": "done",
        "elsewhere": "done",
        "a namespace": -1,
        "/usr": "EROFS",
        "/opt/porchlight": "EROFS",
        "/root": "EACCES",
        "devices": [],
        "own folder": "done",
        "strangers' processes": False,
    }


@pytest.mark.parametrize(
    ("flooded", "other"), [("kiosk", "text('SM-flood')"), ("line", "page()")], ids=["kiosk", "line"]
)
@pytest.mark.parametrize("attack", ["2,000 idle sockets", "a head that drips"])
def test_a_flood_on_one_port_does_not_silence_the_other(
    machine: Machine, attack: str, flooded: str, other: str
) -> None:
    script = f"""
attack = ATTACKS[{attack!r}]
with many_files() as enough, under(attack, Installation({flooded}, 0), attack.many):
    print(enough, *({other} for _ in range(20)))
"""
    assert said(machine, script) == [" ".join(["True", *["200 True"] * 20])]


@pytest.mark.parametrize(
    ("stopped", "other"), [("kiosk", "text('SM-stopped')"), ("line", "page()")]
)
def test_a_service_that_hangs_does_not_hang_the_other(
    machine: Machine, stopped: str, other: str
) -> None:
    pid = main_pid(machine, UNITS[stopped])
    machine.run("kill", "-STOP", pid)
    try:
        assert said(machine, f"print({other})") == ["200 True"]
    finally:
        machine.run("kill", "-CONT", pid)


def test_a_line_that_was_killed_is_back_and_knows_what_it_answered(machine: Machine) -> None:
    """The same message id with other words: the first answer is in the database."""
    wait_for_pack(machine)
    first = said(machine, "print(line.text('im not safe', sid='SM-killed').text)")
    before = main_pid(machine, UNITS["line"])
    machine.run("kill", "-KILL", before)
    answer = "print(line.text('another text', sid='SM-killed').text)"
    until(lambda: main_pid(machine, UNITS["line"]) not in {"0", before}, "systemd started another")
    machine.run("systemctl", "start", UNITS["line"], seconds=400)
    wait_for_pack(machine)  # until then, the general answer of the crisis lines
    assert said(machine, answer) == first

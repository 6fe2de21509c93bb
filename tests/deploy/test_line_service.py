"""The text line in the server's unit under a real systemd. test_installed_system.py tries what
holds for every unit.
"""

import json
from collections.abc import Iterator

import pytest

from tests.deploy import machine as machines
from tests.deploy.machine import INTERPRETER, PORT, Machine, booted
from tests.deploy.test_installed_system import PROBE, main_pid, until_shown
from tests.running import CARRIER, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(machines.missing()), reason=machines.missing()),
]
SETTINGS = {"PORCHLIGHT_KIOSK__LANGUAGES": '["en", "es"]', **CARRIER}
# Run in the machine: what the carrier gets.
ASK = f"""
import sys
from pathlib import Path
sys.path.insert(0, "/opt/porchlight")
from tests.running import Server

line = Server(None, {PORT}, Path("/dev/null"), Path("/"))
"""


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine whose server serves screen and line, installed with --line."""
    folder = tmp_path_factory.mktemp("line") / "machine"
    folder.mkdir()
    with booted(folder, SETTINGS, options="--line") as running:
        running.run("systemctl", "start", "porchlight.service", seconds=400)
        until_shown(running)
        yield running


def said(machine: Machine, script: str) -> str:
    """What a script printed that texts the line."""
    return machine.run(INTERPRETER, "-c", ASK + script, seconds=300)


def test_one_service_answers_screen_and_line(machine: Machine) -> None:
    assert "988" in machine.get("/en/now")
    assert said(machine, "print(b'211' in line.text('FOOD', sid='SM-food').content)") == "True"


def test_the_server_with_a_line_may_reach_its_carrier_and_else_do_as_little(
    machine: Machine,
) -> None:
    network = machine.run("cat", "/etc/systemd/system/porchlight.service.d/line.conf")
    added = network.partition("[Service]\n")[2]
    printed = machine.under("porchlight", PROBE, added_last=added)
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


def test_a_line_that_was_killed_is_back_and_knows_what_it_answered(machine: Machine) -> None:
    """The same message id with other words: the first answer is in the database."""
    first = said(machine, "print(line.text('im not safe', sid='SM-killed').text)")
    before = main_pid(machine)
    machine.run("kill", "-KILL", before)
    answer = "print(line.text('another text', sid='SM-killed').text)"
    until(lambda: main_pid(machine) not in {"0", before}, "systemd started another")
    machine.run("systemctl", "start", "porchlight.service", seconds=400)
    until_shown(machine)  # until then, the general answer of the crisis lines
    assert said(machine, answer) == first

"""A text tried in the terminal: what it needs, and what it leaves."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_releases import stored
from tests.content.candidates import UNSIGNED
from tests.running import ROOT, environment
from tests.selection import Some

PHONE = "+19165550123"
COMMAND = [sys.executable, str(ROOT / "server.py"), "text"]


def text(data: Path, *given: str, typed: str = "") -> str:
    """What the command prints on this data folder."""
    done = subprocess.run(
        [*COMMAND, *given],
        input=typed,
        env=environment(data),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout


def databases(data: Path) -> list[str]:
    return [each.name for each in data.rglob("*.db")]


@pytest.mark.slow
def test_only_a_phone_that_may_come_back_needs_the_database(tmp_path: Path, some: Some) -> None:
    """Loading and opening it takes a fifth of the command's second."""
    stored(tmp_path, UNSIGNED)
    assert "211" in text(tmp_path, "FOOD", "FOOD")
    assert databases(tmp_path) == []
    text(tmp_path, "--from", PHONE, "STOP")
    assert databases(tmp_path) != []
    if some.whole:
        assert "no reply: optout" in text(tmp_path, "--from", PHONE, "FOOD")


@pytest.mark.slow
def test_each_line_of_standard_input_is_a_message_and_each_reply_a_line(tmp_path: Path) -> None:
    stored(tmp_path, UNSIGNED)
    food, stop = text(tmp_path, typed="FOOD\nSTOP\n").splitlines()
    assert food.startswith("There is help near you. Call 211")
    assert stop == "(no reply: optout)"
    assert (
        text(tmp_path, "--from", "-", "-", typed=f"{PHONE}\nSTOP\nFOOD\n").splitlines()
        == ["(no reply: optout)"] * 2
    )


@pytest.mark.parametrize(("key", "code"), [(b"\x03", 130), (b"\x04", 0)])
@pytest.mark.slow
def test_ctrl_c_and_ctrl_d_end_it_on_a_terminal_without_a_traceback(
    tmp_path: Path, key: bytes, code: int
) -> None:
    stored(tmp_path, UNSIGNED)
    ours, theirs = pty.openpty()
    # --ctty: the terminal that a key such as Ctrl-C speaks to. Tests run in the background ignore
    # SIGINT, and what they start would, too.
    command = ["setsid", "--ctty", "env", "--default-signal=INT", *COMMAND]
    with subprocess.Popen(
        command,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(tmp_path),
        bufsize=0,
    ) as process:
        os.close(theirs)
        assert process.stdout is not None
        assert process.stderr is not None
        while b"Ctrl-D" not in (line := process.stderr.readline()):
            assert line
        os.write(ours, b"FOOD\n")
        assert b"Call 211" in process.stdout.readline()
        os.write(ours, key)
        assert process.wait(timeout=60) == code
        assert process.stderr.read() == b""
    os.close(ours)

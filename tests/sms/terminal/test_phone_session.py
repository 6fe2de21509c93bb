"""`porchlight text` on a real terminal: typed into, drawn, and ended by its keys."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import ROOT, command, environment

PROMPT = b"Text: "


class Session:
    """A process whose terminal we hold the other end of."""

    def __init__(self, data: Path, columns: int, **variables: str) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        self.process = subprocess.Popen(
            # --ctty: the terminal that a key such as Ctrl-C speaks to. Tests run in the background
            # would ignore it.
            ["setsid", "--ctty", "env", "--default-signal=INT", sys.executable, str(ROOT / "server.py"), "text"],
            stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL,
            env={**environment(data), "TERM": "xterm-256color", **variables},
        )  # fmt: skip
        os.close(theirs)

    def read(self, mark: bytes = PROMPT, seconds: float = 120) -> str:
        """What is written until the mark or the end."""
        got, end = b"", time.monotonic() + seconds
        while mark not in got:
            assert time.monotonic() < end, f"waited for {mark!r} after {got[-400:]!r}"
            if select.select([self._ours], [], [], 0.2)[0]:
                try:
                    piece = os.read(self._ours, 4096)
                except OSError:  # Linux's way to say that the other end is closed
                    break
                if not piece:
                    break
                got += piece
        return got.decode("utf-8", "replace").replace("\r\n", "\n")

    def wait_at_rest(self) -> None:
        """Until the program has waited for a key for half a second: between drawing the prompt and
        waiting, CPython's readline loses an interrupt."""
        stat, still = Path(f"/proc/{self.process.pid}/stat"), 0
        while still < 5:
            still = still + 1 if ") S " in stat.read_text("ascii") else 0
            time.sleep(0.1)

    def type(self, keys: bytes) -> None:
        os.write(self._ours, keys)

    def close(self) -> None:
        os.close(self._ours)
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=30)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation whose pack is rendered already."""
    folder = tmp_path_factory.mktemp("phone") / "data"
    assert command("text", "FOOD", environ=environment(folder)).returncode == 0
    return folder


@pytest.fixture
def session(data: Path) -> Iterator[Session]:
    opened = Session(data, 80, NO_COLOR="1")
    yield opened
    opened.close()


@pytest.mark.slow
def test_a_conversation_on_a_terminal(session: Session) -> None:
    assert "/help" in session.read()
    session.type(b"im not safe\r")
    shown = session.read()
    assert "─ You ─" in shown
    assert "NOT 911" in shown
    assert "topic danger" in shown
    session.type(b"/mode advanced\r")
    session.read()
    session.type(b"STOP\r")
    assert "sent STOP" in session.read()
    session.type(b"quiero morir\r")
    assert "Not delivered (error 21610)" in session.read()
    session.type(b"/quit\r")
    assert "put away" in session.read(b"put away")
    assert session.process.wait(timeout=30) == 0


@pytest.mark.parametrize("key", [b"\x03", b"\x04"])
@pytest.mark.slow
def test_ctrl_c_and_ctrl_d_end_it_cleanly(session: Session, key: bytes) -> None:
    session.read()
    session.wait_at_rest()
    session.type(key)
    assert "put away" in session.read(b"put away")
    assert session.process.wait(timeout=30) == 0


@pytest.mark.slow
def test_without_colour_no_colour_is_written_and_with_it_some_is(data: Path) -> None:
    shown = {}
    for name, variables in {
        "without": {"NO_COLOR": "1"},
        "with": {},
        "dumb": {"TERM": "dumb"},
    }.items():
        opened = Session(data, 40, **variables)
        opened.read()
        opened.type(b"FOOD\r")
        shown[name] = opened.read()
        opened.close()
    colour = re.compile(r"\x1b\[3\dm")
    assert not colour.search(shown["without"])
    assert colour.search(shown["with"])
    assert "\x1b" not in shown["dumb"]
    assert "bills: call 211" in " ".join(shown["dumb"].split())


@pytest.mark.slow
def test_piped_it_is_the_plain_verb_as_before(data: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "server.py"), "text"],
        input="FOOD\nSTOP\n", capture_output=True, text=True, timeout=120, check=False, env=environment(data),
    )  # fmt: skip

    food, stop = done.stdout.splitlines()
    assert food.startswith("Food, clothes, a bed or help with bills: call 211")
    assert stop == "(no reply: optout)"

"""The session of the screen: the real script, with a browser and a server that only play their
parts."""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.running import ROOT, until

NAMED = "screen=lobby2"  # what an address can hold of the name
SCRIPT = ROOT / "deploy" / "porchlight-kiosk"
# A browser that writes down how it was called, in one piece, leaves something in its profile, and
# then lives as long as it is told.
BROWSER = """#!/bin/sh
for part in "$@"; do case $part in --user-data-dir=*) profile=${part#*=} ;; esac; done
call="--- start, in the profile: $(ls "$profile" | tr '\\n' ' ')
$(for part in "$@"; do echo "$part"; done)"
echo "$call" >> "$CALLS"
echo "words of a visit" > "$profile/History"
mkdir -p "$HOME/.cache" && echo "words of a visit" > "$HOME/.cache/shaders"
exec sleep "$LIVES"
"""


class Answers:
    """What the server of the test says: whether it lives, and how long ago the page last beat."""

    def __init__(self) -> None:
        self.lives, self.beat = True, ""
        parts = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                beats = self.path == f"/beat?{NAMED}"
                known = parts.lives and (self.path == "/healthz" or (beats and parts.beat))
                body = (parts.beat if beats else "ok").encode()
                self.send_response(200 if known else 503)
                self.end_headers()
                if known:
                    self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Silent."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = int(self.http.server_address[1])


@pytest.fixture
def server() -> Iterator[Answers]:
    answers = Answers()
    thread = threading.Thread(target=answers.http.serve_forever)
    thread.start()
    yield answers
    answers.http.shutdown()
    answers.http.server_close()
    thread.join()


class Session:
    """The running script, what it said, and every start of the browser with its flags."""

    def __init__(self, folder: Path, server: Answers, *, lives: str, **more: str) -> None:
        self.run, self.calls, self.said = folder / "run", folder / "calls", folder / "said"
        self.calls.touch()
        browser, shipped = folder / "browser", folder / "shipped.html"
        browser.write_text(BROWSER, encoding="utf-8")
        browser.chmod(0o755)
        shipped.write_text("the shipped lines", encoding="utf-8")
        self.environ = {
            "PATH": os.environ["PATH"],
            "PORCHLIGHT_SERVER__PORT": str(server.port),
            "PORCHLIGHT_SERVER__DATA_DIR": str(folder / "data"),
            "PORCHLIGHT_KIOSK_RUN": str(self.run),
            "PORCHLIGHT_DEPLOY": str(ROOT / "deploy"),
            "PORCHLIGHT_LINES": str(shipped),
            "PORCHLIGHT_BROWSER": str(browser),
            "PORCHLIGHT_WAIT_SECONDS": "1",
            "PORCHLIGHT_LOOK_SECONDS": "0.1",
            "CALLS": str(self.calls),
            "LIVES": lives,
            "PORCHLIGHT_SCREEN": "lobby & 2",
            **more,
        }
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(
                [SCRIPT], env=self.environ, stderr=said, start_new_session=True
            )

    def starts(self) -> list[list[str]]:
        """The flags of every start so far; the first word says what lay in the profile."""
        return [
            part.splitlines()
            for part in self.calls.read_text(encoding="utf-8").split("--- start, ")[1:]
        ]

    def started(self, times: int) -> list[list[str]]:
        until(lambda: len(self.starts()) >= times, f"{times} starts; {self.words()}")
        return self.starts()

    def words(self) -> str:
        return self.said.read_text(encoding="utf-8")

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


Open = Callable[..., Session]


@pytest.fixture
def session(tmp_path: Path, server: Answers) -> Iterator[Open]:
    opened: list[Session] = []

    def start(*, lives: str = "600", **more: str) -> Session:
        opened.append(Session(tmp_path, server, lives=lives, **more))
        return opened[-1]

    yield start
    for each in opened:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(each.process.pid, signal.SIGKILL)
        each.process.wait()


def test_it_opens_the_server_with_every_flag_of_the_file(session: Open, server: Answers) -> None:
    running = session()
    _profile, *flags = running.started(1)[0]
    listed = (ROOT / "deploy/chromium/flags").read_text(encoding="utf-8").splitlines()
    expected = [line for line in listed if line and not line.startswith("#")]
    assert flags == [
        *expected,
        f"--user-data-dir={running.run}/profile",
        f"--app=http://127.0.0.1:{server.port}/?{NAMED}",
    ]


def test_after_a_crash_the_browser_is_back_with_an_empty_profile(
    session: Open, server: Answers
) -> None:
    starts = session(lives="0.2").started(3)
    assert [start[0] for start in starts] == ["in the profile: "] * len(starts)
    assert {start[-1] for start in starts} == {f"--app=http://127.0.0.1:{server.port}/?{NAMED}"}


def test_a_browser_that_cannot_run_ends_the_session_so_that_systemd_starts_it_afresh(
    session: Open,
) -> None:
    running = session(lives="0")
    assert running.process.wait(30) == 1
    assert len(running.starts()) == 5
    assert "giving up" in running.words()
    assert not (running.run / "profile").exists()


def test_without_a_server_it_shows_the_local_page(
    session: Open, server: Answers, tmp_path: Path
) -> None:
    server.lives = False
    running = session()
    assert running.started(1)[0][-1] == f"--app=file://{running.run}/lines.html"
    assert (running.run / "lines.html").read_text(encoding="utf-8") == "the shipped lines"


def test_the_page_that_the_server_wrote_wins_over_the_shipped_one(
    session: Open, server: Answers, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "lines.html").write_text("the county's lines", encoding="utf-8")
    server.lives = False
    running = session()
    running.started(1)
    assert (running.run / "lines.html").read_text(encoding="utf-8") == "the county's lines"


def test_when_the_server_is_back_its_pages_are(session: Open, server: Answers) -> None:
    server.lives = False
    running = session()
    running.started(1)
    server.lives = True
    assert running.started(2)[1][-1] == f"--app=http://127.0.0.1:{server.port}/?{NAMED}"


@pytest.mark.slow
def test_a_server_that_dies_takes_no_page_from_the_screen(session: Open, server: Answers) -> None:
    running = session(PORCHLIGHT_BEAT_SECONDS="1")
    running.started(1)
    server.lives = False
    with pytest.raises(subprocess.TimeoutExpired):
        running.process.wait(3.5)
    assert len(running.starts()) == 1


@pytest.mark.parametrize(
    ("beat", "again"), [("99", True), ("0", False), ("", False), ("<html>", False)]
)
@pytest.mark.slow
def test_a_page_that_stopped_beating_is_started_again(
    session: Open, server: Answers, beat: str, again: bool
) -> None:
    server.beat = beat
    running = session(PORCHLIGHT_BEAT_SECONDS="1")
    running.started(1)
    if again:
        running.started(2)
        return
    with pytest.raises(subprocess.TimeoutExpired):
        running.process.wait(3.5)
    assert len(running.starts()) == 1


def test_at_the_end_nothing_is_left_of_the_visit(session: Open) -> None:
    running = session()
    running.started(1)
    until((running.run / "home/.cache/shaders").exists, "the browser wrote into its home")
    assert running.end() == 0
    assert [file.name for file in running.run.rglob("*") if file.is_file()] == ["lines.html"]
    assert "words" not in running.words()

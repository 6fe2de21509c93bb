"""Commands in a process of their own: JSON comes back, the log stays on standard error."""

import asyncio
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import NoneType

import msgspec
import pytest

from messages.message import message
from messages.report import Report
from runtime import child_process
from runtime.child_process import BOUNDS, CUT_OFF
from system.child import Bounds
from tests.running import PATIENCE, ROOT, environment, until


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    data = tmp_path / "data"
    for name, value in environment(data).items():
        monkeypatch.setenv(name, value)
    return data


def test_what_a_command_prints_comes_back_with_its_exit_code(installation: Path) -> None:
    ended = asyncio.run(child_process.report("rollback", gives=NoneType))
    assert ended == Report(1, (message("review.nothing-earlier"),))
    assert not (installation / "releases").exists()


def test_no_line_of_the_log_is_among_what_was_printed(installation: Path) -> None:
    """A wrong source is one sentence; whatever was logged on the way is not in it."""
    command = [sys.executable, str(ROOT / "server.py"), "--report", "refresh", "--from", "/nowhere"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    report = msgspec.json.decode(done.stdout, type=Report[None])
    assert (report.code, len(report.said)) == (1, 1)
    assert report.text.startswith("[content] source: the folder /nowhere does not exist")


@pytest.mark.usefixtures("installation")
def test_a_command_that_is_killed_leaves_a_sentence_and_not_silence(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(BOUNDS, "rollback", Bounds(300, 1024**2))
    ended = asyncio.run(child_process.report("rollback", gives=NoneType))
    assert ended.code != 0
    assert ended.said == (CUT_OFF,)
    assert "rollback ended before it could say what happened (" in caplog.text


@pytest.mark.usefixtures("installation")
def test_the_nightly_check_is_bounded_in_work_and_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """What asks a hundred thousand questions must not take the machine from a student."""
    bounds = {}
    monkeypatch.setattr(resource, "prlimit", lambda _, bound, both: bounds.update({bound: both[0]}))
    monkeypatch.setitem(BOUNDS, "nightly", BOUNDS["nightly"]._replace(seconds=0))
    with pytest.raises(TimeoutError):
        asyncio.run(child_process.report("nightly", gives=NoneType))
    assert bounds == {resource.RLIMIT_AS: 1024**3, resource.RLIMIT_CPU: 900}


def test_a_command_that_hangs_is_killed_at_its_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BOUNDS, "rollback", Bounds(0))
    with pytest.raises(TimeoutError):
        asyncio.run(child_process.report("rollback", gives=NoneType))


@pytest.mark.parametrize(("ours", "lines"), [(True, 0), (False, 1)])
def test_a_verification_is_an_error_in_the_log_unless_the_server_ended_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, ours: bool, lines: int
) -> None:
    monkeypatch.setattr(child_process, "_command", lambda *_: ["sleep", "60"])
    with ThreadPoolExecutor(1) as thread:
        verdict = thread.submit(child_process.verify_packs)
        until(lambda: bool(child_process._verifying), "it verifies")
        if ours:
            child_process.end_verifying()
        else:
            next(iter(child_process._verifying)).kill()
        assert verdict.result(PATIENCE) is None
    assert caplog.text.count("could not be verified") == lines

"""A text tried in the terminal: what it needs, and what it leaves."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_releases import stored
from tests.content.candidates import UNSIGNED
from tests.running import ROOT, environment
from tests.selection import Some

PHONE = "+19165550123"


def text(data: Path, *given: str) -> str:
    """What the command prints on this data folder."""
    command = [sys.executable, str(ROOT / "server.py"), "text", *given]
    done = subprocess.run(
        command, env=environment(data), capture_output=True, text=True, check=True, timeout=60
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

"""A power cut at every single file operation of a hold, an approval, a refusal and a rollback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.selection import Some

ROOT = Path(__file__).parents[3]
STEPS = {  # about as many as there are
    "hold": 60,
    "replace": 76,
    "withdraw": 118,
    "approve": 86,
    "refuse": 28,
    "accept": 88,
}


@pytest.mark.parametrize("act", STEPS)
def test_a_kill_at_every_file_operation_leaves_a_whole_machine_and_the_next_run_completes(
    act: str, tmp_path: Path, some: Some
) -> None:
    """Case 29 of docs/develop/cases-content.md, for what waits."""
    named = "" if some.whole else ",".join(map(str, some(range(STEPS[act]), 2)))
    done = subprocess.run(
        [sys.executable, "-m", "tests.content.hold_crash", act, tmp_path, named],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) >= STEPS[act] // 2
    some.covered(f"a kill at each of {done.stdout.strip()} steps of {act}")

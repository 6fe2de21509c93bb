"""What tests/selection.py leaves to the other run, and what a run says of itself."""

import subprocess
import sys
from pathlib import Path

from tests.running import ROOT

TESTS = """
import pytest

@pytest.mark.slow
def test_slow(): pass

@pytest.mark.few(2)
@pytest.mark.parametrize("case", "abcdef")
def test_alike(case): print("case", case)

@pytest.mark.few(2)
@pytest.mark.parametrize("case", "abcdef")
def test_alike_again(case): print("case", case)

@pytest.mark.either("kind")
@pytest.mark.parametrize("kind", ["one", "other"])
@pytest.mark.parametrize("case", "abcdef")
def test_either(kind, case): print("kind", kind)

def test_long(some):
    taken = some(range(100), 3)
    print("taken", taken)
    some.covered(f"{len(taken)} of 100 steps")
    assert taken == sorted(taken) and not some.whole
"""


def run(folder: Path, *options: str, seed: str = "7") -> str:
    (folder / "test_long.py").write_text(TESTS)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-s", "-p", "tests.selection", *options, folder],
        env={
            "PYTHONPATH": str(ROOT),
            "PORCHLIGHT_SEED": seed,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def taken(output: str) -> str:
    return next(line for line in output.splitlines() if "taken" in line)


def test_a_quick_run_takes_a_sample_that_its_seed_repeats(tmp_path: Path) -> None:
    quick = run(tmp_path, "--slow=none")
    assert "11 passed" in quick
    assert "PORCHLIGHT_SEED=7 picks the same samples" in quick
    assert "15 slow tests were left to make test-all" in quick
    assert "covered" not in quick
    assert taken(run(tmp_path, "--slow=none")) == taken(quick)
    assert taken(run(tmp_path, "--slow=none", seed="8")) != taken(quick)


def test_tests_of_the_same_cases_take_the_same_few(tmp_path: Path) -> None:
    cases = [line[-1] for line in run(tmp_path, "--slow=none").splitlines() if "case " in line]
    assert cases[:2] == cases[2:]
    assert len(set(cases)) == 2


def test_of_cases_that_differ_in_one_thing_each_has_its_own_choice(tmp_path: Path) -> None:
    kinds = [line for line in run(tmp_path, "--slow=none").splitlines() if "kind " in line]
    assert len(kinds) == 6
    assert len(set(kinds)) == 2


def test_a_whole_run_takes_all_and_says_what_it_covered(tmp_path: Path) -> None:
    whole = run(tmp_path, "--slow=all", "-p", "xdist", "-n1")
    assert "1 failed, 25 passed" in whole  # of the long one, what it says of a quick run
    assert "covered: 100 of 100 steps" in whole
    assert "left to" not in whole

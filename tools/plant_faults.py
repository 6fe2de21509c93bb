"""Does each acceptance test fail when it should? Plants one fault at a time in a copy of the tree
and runs its test.

Usage: python tools/plant_faults.py [AREA …] [--case N]. The faults are in tests/faults/<area>.toml;
a fault that no longer fits the code, or that its test does not notice, is printed, and the exit
code is then 1. Not part of `make test`: a fault that was caught once is caught again until code or
test change.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
FAULTS = ROOT / "tests" / "faults"
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "data", "__pycache__", ".*_cache", "node_modules"
)
NODE = Path("tests/browser/node/node_modules")
MINUTES = 15


class Fault(NamedTuple):
    """One row of a table: what is planted where, and the test that must notice."""

    area: str
    case: int
    test: str
    file: str
    old: str
    new: str
    why: str


def read(areas: list[str]) -> list[Fault]:
    """The faults of these areas, of all when none is named."""
    paths = [FAULTS / f"{area}.toml" for area in areas] or sorted(FAULTS.glob("*.toml"))
    rows = [
        (path.stem, row)
        for path in paths
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["fault"]
    ]
    return [Fault(area, **{"case": 0, **row}) for area, row in rows]


def plant(fault: Fault, tree: Path) -> str:
    """Run the fault's test with the fault in place: "" if the test failed as it should, else what
    is wrong."""
    file = tree / fault.file
    sound = file.read_text(encoding="utf-8")
    if fault.old not in sound:
        return f"the text to replace is no longer in {fault.file}: bring the row up to date"
    file.write_text(sound.replace(fault.old, fault.new, 1), encoding="utf-8")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", fault.test],
            cwd=tree,
            capture_output=True,
            text=True,
            timeout=MINUTES * 60,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"the test did not end within {MINUTES} minutes"
    finally:
        file.write_text(sound, encoding="utf-8")
    if done.returncode == 1 and " failed" in done.stdout:
        return ""
    return (
        f"expected a failed test, got exit code {done.returncode}:"
        f" {done.stdout.strip().splitlines()[-1:]}"
    )


def main() -> int:
    """Exit code: 1 if a fault went unnoticed."""
    parser = argparse.ArgumentParser(description="Plant each fault and see its test fail.")
    parser.add_argument("area", nargs="*")
    parser.add_argument("--case", type=int)
    chosen = parser.parse_args()
    faults = [fault for fault in read(chosen.area) if chosen.case in {None, fault.case}]
    unnoticed = 0
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
        (tree / NODE).symlink_to(ROOT / NODE)
        for fault in faults:
            wrong = plant(fault, tree)
            unnoticed += bool(wrong)
            print(
                f"{'UNNOTICED' if wrong else 'caught'}: case {fault.case}, {fault.why}"
                + (f": {wrong}" if wrong else ""),
                flush=True,
            )
    print(f"{len(faults)} planted, {len(faults) - unnoticed} caught")
    return int(bool(unnoticed) or not faults)


if __name__ == "__main__":
    sys.exit(main())

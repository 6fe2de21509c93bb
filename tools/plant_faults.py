"""Plants one fault at a time, and checks that one of the tests that may notice it fails.

Usage: python -m tools.plant_faults [AREA …] [--case N] [--again] [--tests PATH …]. The faults are
in tests/faults/<area>.toml; tools/likely_tests.py chooses the tests, only from PATH if given.
Records caught faults in .venv/faults.json, so an interrupted run resumes if the tree is unchanged;
--again starts over. Exit code 1 if a fault no longer fits the code, or went unnoticed.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

from tools.likely_tests import Fault, likely

ROOT = Path(__file__).resolve().parent.parent
FAULTS = ROOT / "tests" / "faults"
NOTES = ROOT / ".venv" / "faults.json"
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "data", "__pycache__", ".*_cache", "node_modules"
)
NODE = Path("tests/browser/node/node_modules")
MINUTES = 15
PYTEST = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--slow=named"]


def key(fault: Fault) -> str:
    """Return a row's key in the notes, which depends on the row's text."""
    return hashlib.sha256(repr(fault).encode()).hexdigest()[:16]


def read(areas: list[str]) -> list[Fault]:
    """Return the faults in these areas (default: all)."""
    paths = [FAULTS / f"{area}.toml" for area in areas] or sorted(FAULTS.glob("*.toml"))
    rows = [
        (path.stem, row)
        for path in paths
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["fault"]
    ]
    return [Fault(area, **{"case": 0, **row}) for area, row in rows]


def plant(fault: Fault, tree: Path, rounds: Iterable[Sequence[str]]) -> tuple[bool, str]:
    """Run tests with the fault in place until one fails; return whether one failed, and its name or
    what went wrong."""
    file = tree / fault.file
    sound = file.read_text(encoding="utf-8")
    if fault.old not in sound:
        return False, f"the text to replace is no longer in {fault.file}: bring the row up to date"
    write(file, sound.replace(fault.old, fault.new, 1))
    try:
        for tests in filter(None, rounds):
            done = subprocess.run(
                [*PYTEST, *tests],
                cwd=tree,
                capture_output=True,
                text=True,
                timeout=MINUTES * 60,
                check=False,
            )
            if failed := re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE):
                return True, failed[1]
            if done.returncode:
                last = (done.stdout + done.stderr).strip().splitlines()[-1:]
                return False, f"expected a failed test, got exit code {done.returncode}: {last}"
    except subprocess.TimeoutExpired:
        return False, f"the tests did not end within {MINUTES} minutes"
    finally:
        write(file, sound)
    return False, "every test passed that may notice it"


def write(file: Path, text: str) -> None:
    """Write with a time one second later: Python reuses compiled code if time and length match."""
    later = file.stat().st_mtime + 1
    file.write_text(text, encoding="utf-8")
    os.utime(file, (later, later))


@contextmanager
def trees(number: int) -> Iterator["SimpleQueue[Path]"]:
    """Yield a queue of ``number`` copies of the tree; users take a copy and put it back."""
    free: SimpleQueue[Path] = SimpleQueue()
    with tempfile.TemporaryDirectory() as folder:
        for k in range(number):
            tree = Path(folder) / str(k) / "tree"
            shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
            (tree / NODE).symlink_to(ROOT / NODE)
            (tree / ".venv").mkdir()  # tests/deploy's machine mounts our .venv here
            free.put(tree)
        yield free


def state() -> str:
    """Return a hash of the tree: its last commit and the changes since."""
    git = [["git", "rev-parse", "HEAD"], ["git", "diff", "HEAD"]]
    parts = [subprocess.run(line, cwd=ROOT, capture_output=True, check=True).stdout for line in git]
    return hashlib.sha256(b"".join(parts)).hexdigest()[:16]


def noted(tree: str) -> set[str]:
    """Return the keys of faults already caught on exactly this tree."""
    try:
        notes = json.loads(NOTES.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    return set(notes["caught"]) if notes.get("tree") == tree else set()


def main() -> int:
    """Return 1 if a fault went unnoticed."""
    parser = argparse.ArgumentParser(description="Plant each fault and see its test fail.")
    parser.add_argument("area", nargs="*")
    parser.add_argument("--case", type=int)
    parser.add_argument("--again", action="store_true", help="also what was caught on this tree")
    parser.add_argument("--tests", nargs="+", default=[], help="choose of these files or folders")
    chosen = parser.parse_args()
    faults = [fault for fault in read(chosen.area) if chosen.case in {None, fault.case}]
    tree_now = state()
    caught = set() if chosen.again else noted(tree_now)
    todo = [fault for fault in faults if key(fault) not in caught]
    if len(todo) < len(faults):
        print(f"{len(faults) - len(todo)} were caught on this tree before")
    # Tests spend half of their time waiting, as in the Makefile.
    workers = min(2 * (os.cpu_count() or 1), max(1, len(todo)))
    unnoticed = 0
    tests = likely(chosen.tests)
    with trees(workers) as free, ThreadPoolExecutor(workers) as pool:

        def planted(fault: Fault) -> tuple[bool, str]:
            tree = free.get()
            try:
                return plant(fault, tree, tests.rounds(fault))
            finally:
                free.put(tree)

        for fault, (noticed, how) in zip(todo, pool.map(planted, todo), strict=True):
            verdict = "caught" if noticed else "UNNOTICED"
            print(f"{fault.area} {fault.case}: {verdict}: {fault.why} ({how})", flush=True)
            if not noticed:
                unnoticed += 1
                continue
            caught.add(key(fault))
            NOTES.write_text(json.dumps({"tree": tree_now, "caught": sorted(caught)}), "utf-8")
    print(f"{len(faults)} planted, {len(faults) - unnoticed} caught")
    return int(bool(unnoticed) or not faults)


if __name__ == "__main__":
    sys.exit(main())

"""Changes one thing at a time in the most important modules, and checks that a test fails.

Usage: python -m tools.mutants [MODULE …]. mutmut makes the changes in a copy of the tree and runs
the tests that tests/mutants.toml lists for the module. A change that no test notices needs a reason
in that file. Exit code 1 if a reason is missing, or if a change with a reason no longer exists.
"""

import argparse
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

from tools.plant_faults import NODE, ROOT, trees

TABLE = ROOT / "tests" / "mutants.toml"
# The program's folders, and the files that a module's tests read.
_COPIED = "cli content editor kiosk messages runtime settings sms store system tools deploy docs"
_FILES = "server.py settings.toml school.toml Makefile CHANGELOG.md"
_SETTINGS = """[mutmut]
source_paths =
    {folders}
also_copy =
    {files}
only_mutate =
    {module}
pytest_add_cli_args_test_selection =
    {tests}
pytest_add_cli_args =
    --slow=none
    -p
    no:cacheprovider
    -p
    no:xdist
"""


class Survivor(NamedTuple):
    """A change to a line of a module that no test noticed: the line before and after."""

    module: str
    old: str
    new: str


def mutate(module: str, tests: list[str], tree: Path) -> tuple[int, list[Survivor]]:
    """Return how many changes were made in a module, and those that no test noticed."""
    lines = {"folders": _COPIED.split(), "files": _FILES.split(), "tests": tests}
    listed = {name: "\n    ".join(values) for name, values in lines.items()}
    (tree / NODE).unlink()  # mutmut copies link targets, and these tests do not start a browser
    (tree / "setup.cfg").write_text(_SETTINGS.format(module=module, **listed), "utf-8")
    mutmut = str(Path(sys.executable).with_name("mutmut"))
    done = subprocess.run([mutmut, "run"], cwd=tree, capture_output=True, text=True, check=False)
    said = subprocess.run(
        [mutmut, "results", "--all", "true"], cwd=tree, capture_output=True, text=True, check=True
    )
    found = re.findall(r"^\s*(\S+__mutmut_\d+): (.+)$", said.stdout, re.MULTILINE)
    if not found or any(how == "not checked" for _, how in found):
        raise SystemExit(
            f"{module}: mutmut did not end: {done.stdout[-1500:]}{done.stderr[-1500:]}"
        )
    alive = [name for name, how in found if how in {"survived", "no tests"}]
    return len(found), [_changed(module, name, mutmut, tree) for name in alive]


def _changed(module: str, name: str, mutmut: str, tree: Path) -> Survivor:
    shown = subprocess.run(
        [mutmut, "show", name], cwd=tree, capture_output=True, text=True, check=True
    ).stdout
    sides = (
        "".join(re.findall(rf"^\{sign}(?!\{sign}\{sign})\s*(.*)$", shown, re.MULTILINE))
        for sign in "-+"
    )
    return Survivor(module, *sides)


def main() -> int:
    """Return 1 if a change went unnoticed without a written reason."""
    parser = argparse.ArgumentParser(description="Change one thing at a time in a module.")
    parser.add_argument("module", nargs="*", help="such as content/review/hold_policy.py")
    table = tomllib.loads(TABLE.read_text("utf-8"))
    chosen = parser.parse_args().module or list(table["tests"])
    reasons = {Survivor(row["module"], row["old"], row["new"]) for row in table.get("reason", ())}
    wrong = 0
    for module in chosen:
        with trees(1) as free:
            made, survived = mutate(module, table["tests"][module], free.get())
        for one in survived:
            known = one in reasons
            wrong += not known
            print(f"{module}: {'known' if known else 'UNNOTICED'}: {one.old!r} → {one.new!r}")
        gone = {one for one in reasons if one.module == module} - set(survived)
        wrong += len(gone)
        for one in gone:
            print(f"{module}: a test notices, drop the reason: {one.old!r} → {one.new!r}")
        print(f"{module}: {made} changes, {len(survived)} unnoticed", flush=True)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
